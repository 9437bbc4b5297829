"""``plan_nets`` slots and the net requests that are refused with a reason."""

from __future__ import annotations

import re
from types import MappingProxyType

from .concepts import concepts_of
from .facts import Facts
from .normalise import is_word
from .numbers import Number
from .reading import Candidate, Command
from .vocabulary import phrase
from .vocabulary.speech import STRATEGIES
from .vocabulary.wordlist import wordset

_STRATEGY = tuple(
    sorted(
        ((phrase(t), s) for s, texts in STRATEGIES.items() for t in texts), key=lambda p: -len(p[0])
    )
)
_WORDS = wordset(
    """nets net itn itns llin llins bed bednet bednets mosquito insecticide treated distribute
    distribution distributing plan planning allocate allocation allocating share give assign
    campaign help household households house houses home hh family families size people
    persons person per each every have received available got about only total stock urban
    threshold cutoff rural first buffer reserve extra percent million thousand hundred k m and
    with of use strategy put keep hold start prioritise prioritize two tier legacy wards ward areas
    before risk highest worst high by rank order proportional population equally equal burden
    weighted floor then minimum everyone all deprioritise deprioritize leave out low now next
    step run make create proceed let set at is are the to for in a an on 5 average two three
    four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety
    one members occupants do generate ratio communities according in proportion proportionally
    evenly divide weight half need based ranking share pro rata been donated supplied supply
    bought want quantity number routine anc epi budget naira ngn billion"""
)
_AROUND = wordset(
    """i we have got about only use plan for total is it are the with there around exactly"""
)
_VERBS = wordset(
    """plan distribute distribution allocate allocation share distributing planning allocating
    campaign have received give got run start do make create help"""
)
_GIVE = re.compile(
    r"\b(?:give|send|allocate|reserve|earmark|put|keep|assign|set aside)\s+(?:to\s+)?"
    r"[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*\s+(?:at least\s+)?[\d,.]+|"
    r"\b(?:give|send|allocate|reserve|earmark|set aside|assign)\s+[\d,.]+\w*\s+"
    r"(?:nets\s+)?(?:to|for)\s+[A-Z]"
)


def nets_error(facts: Facts) -> Candidate | None:
    """Earmarks for one place, and numbers that cannot be a number of nets."""
    about_nets = "NETS" in concepts_of(facts) or facts.context.stage == "nets"
    if not about_nets:
        return None
    if _GIVE.search(facts.said.raw) or (
        facts.values("lga")
        and facts.numbers
        and set(facts.tokens) & {"give", "send", "allocate", "reserve", "earmark"}
    ):
        return Candidate(Command.ERROR, {"kind": "not_supported"}, 0.9)
    if "WARD" in concepts_of(facts) and set(facts.tokens) & {"with", "which"}:
        return None
    wrong = [
        n for n in facts.numbers if n.value < 0 or (n.value == 0 and _unit(facts, n) == "nets")
    ]
    return Candidate(Command.ERROR, {"kind": "invalid_number"}, 0.9) if wrong else None


def net_slots(facts: Facts) -> dict[str, object] | None:
    """Slots of a net plan, ``{}`` for a plan without any, ``None`` when it is not one."""
    concepts = concepts_of(facts)
    in_stage = facts.context.stage == "nets"
    named = "NETS" in concepts
    strategies = [
        value
        for words, value in _STRATEGY
        if any(facts.tokens[i : i + len(words)] == words for i in range(len(facts.tokens)))
    ]
    urban = facts.has("urban threshold", "threshold", "urban cutoff") and (in_stage or named)
    if not (named or in_stage) or concepts & {"COVERAGE", "MISSING", "EXPLAIN"}:
        return None
    if any(
        s.kind in ("lga", "ward", "facility", "city", "void", "state", "age", "level")
        for s in facts.spans
    ):
        return None
    if facts.unexplained(more=_WORDS, numbers=True):
        return None
    slots: dict[str, object] = {}
    shared = _one_net_for(facts)
    if shared:
        return {"persons_per_net": shared.plain} if _possible("persons_per_net", shared) else None
    for number in facts.numbers:
        unit = (
            "urban_threshold"
            if urban and _unit(facts, number) in (None, "percent")
            else _unit(facts, number)
        )
        if number.ordinal:
            continue
        if unit is None and in_stage and _bare(facts, number):
            unit = "nets"
        if unit is None or unit not in LIMITS or unit in slots:
            return None
        if not _possible(unit, number):
            return None
        slots[unit] = number.plain
    if strategies and (in_stage or named):
        if len(set(strategies)) > 1 and not strategies[0].startswith(strategies[1]):
            strategies = strategies[:1] if len(strategies[0]) else strategies
        slots["strategy"] = strategies[0]
    if slots:
        return slots
    return {} if named and set(facts.tokens) & _VERBS else None


def _one_net_for(facts: Facts) -> Number | None:
    """ "one net per 2 persons", "1 net for every two people"."""
    if len(facts.numbers) != 2 or facts.numbers[0].value != 1:
        return None
    between = facts.tokens[facts.numbers[0].end : facts.numbers[1].start]
    after = facts.tokens[facts.numbers[1].end : facts.numbers[1].end + 1]
    fits = between[:1] in (("net",), ("itn",), ("llin",)) and set(between) & {
        "per",
        "for",
        "to",
        "every",
    }
    return facts.numbers[1] if fits and after in (("persons",), ("people",), ("person",)) else None


def _bare(facts: Facts, number: Number) -> bool:
    """A number that is the whole answer to "how many nets?"; a year is not."""
    year = len(facts.tokens[number.start]) == 4 and 1990 <= number.value <= 2100
    around = {
        t for i, t in enumerate(facts.tokens) if is_word(t) and not number.start <= i < number.end
    }
    return (
        number.value >= 100
        and not number.percent
        and not year
        and around <= _AROUND | facts.words.fillers
    )


LIMITS = MappingProxyType(
    {
        "nets": (1, 1e9),
        "household": (1, 30),
        "persons_per_net": (1, 5),
        "buffer": (0, 30),
        "urban_threshold": (0, 100),
        "reserve": (0, 15),
        "budget": (1, 1e15),
    }
)
"""What a number may count in a plan, and its range."""
ROUTINE = frozenset(("routine", "anc", "epi"))


def _possible(unit: str, number: Number) -> bool:
    low, high = LIMITS[unit]
    return low <= number.value <= high


def _unit(facts: Facts, number: Number) -> str | None:
    """What a number counts, from the words beside it."""
    tokens = facts.tokens
    after = tokens[number.end : number.end + 5]
    before = tokens[max(0, number.start - 4) : number.start]
    if after[:1] and after[0] in (
        "nets",
        "net",
        "itns",
        "itn",
        "llins",
        "llin",
        "bed",
        "bednets",
        "mosquito",
        "bednet",
    ):
        return "nets"
    around = set(before) | set(after)
    if "reserve" in around and ROUTINE & around:
        return "reserve"
    if "budget" in around or after[:1] in (("naira",), ("ngn",)):
        return "budget"
    if {"buffer", "reserve", "extra"} & set(before[-3:]) or {"buffer", "reserve", "extra"} & set(
        after[:2]
    ):
        return "buffer"
    if "per" in after[:3] and {"house", "household", "home", "family", "hh", "households"} & set(
        after
    ):
        return "household"
    if "per" in after[:3] and "net" in after:
        return "persons_per_net"
    if "net" in after[:5] and {"person", "persons", "people"} & set(after[:2]):
        return "persons_per_net"
    if {"household", "family", "hh", "house"} & set(before):
        return "household"
    if (
        {"persons", "people", "person"} & set(after[:1])
        and {"in", "each", "every"} & set(after)
        and {"house", "household", "home", "family"} & set(after)
    ):
        return "household"
    if "net" in before and "per" in before:
        return "persons_per_net"
    if "threshold" in before or "cutoff" in before or "threshold" in after[:1]:
        return "urban_threshold"
    if number.percent:
        return "percent"
    if {"nets", "itns", "llins", "stock"} & set(before):
        return "nets"
    return None
