"""One value per slot out of the options seen, and what stays open."""

from __future__ import annotations

from .facts import Facts
from .normalise import is_word
from .reading import FINISHED_STAGES, SLOTS
from .spans import Span
from .vocabulary import phrase
from .vocabulary.wordlist import wordset

_LATER_WINS = tuple(
    phrase(t)
    for t in (
        "no wait",
        "wait",
        "i mean",
        "i meant",
        "sorry",
        "actually",
        "scratch that",
        "correction",
        "no",
        "oops",
        "on second thought",
        "make it",
        "make that",
        "change it to",
        "i changed my mind",
        "rather",
        "instead",
        "abeg no",
        "no no",
    )
)
_FACILITY_NOUNS = wordset("facility facilities centre centres center centers clinic clinics")
_PEOPLE_NOUNS = wordset("people persons patients person population")
_AFTER_ALL = wordset(
    """of them it these those together combined in for with and only is should in this we i"""
)


def values_of(facts: Facts, chosen: list[Span]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """One value per slot, and the slots where more than one (or a vague word) stands."""
    found: dict[str, list[Span]] = {}
    doubtful: dict[str, list[str]] = {}
    hard = {span.kind for span in chosen if span.kind in (*SLOTS, "recommended")}
    for position, span in enumerate(chosen):
        if span.kind in SLOTS or (span.kind == "recommended" and facts.context.pending):
            found.setdefault(span.kind, []).append(span)
        elif span.kind == "child":
            _child(facts, span, chosen, found, doubtful)
        elif span.kind == "all_states":
            doubtful.setdefault("state", [])
        elif span.kind == "hospital" and "level" not in hard:
            doubtful["level"] = ["secondary", "tertiary"]
        elif span.kind == "women" and not any(
            s.kind == "age" and _belongs(facts, s, span) for s in chosen
        ):
            doubtful.setdefault("age", []).append("pw")
        elif span.kind == "age_vague":
            doubtful.setdefault("age", []).append(span.value)
        elif span.kind == "all_alone":
            _all_alone(facts, span, chosen[position + 1 :], found, doubtful)
    values: dict[str, str] = {}
    for slot, spans in found.items():
        distinct = list(dict.fromkeys(span.value for span in spans))
        distinct = _after_from_to(facts, spans, distinct)
        if len(distinct) == 1:
            values[slot] = distinct[0]
        elif _later_wins(facts, spans):
            values[slot] = spans[-1].value
        else:
            doubtful.setdefault(slot, []).extend(distinct)
    for slot in doubtful:
        if slot in values:
            doubtful[slot].append(values.pop(slot))
    return values, doubtful


def _belongs(facts: Facts, age: Span, women: Span) -> bool:
    """ "pregnant … women", "adult women": the age says which women."""
    between = facts.tokens[min(age.end, women.end) : max(age.start, women.start)]
    return age.value == "pw" or (age.value == "o5" and len(between) == 0)


def _child(
    facts: Facts,
    span: Span,
    chosen: list[Span],
    found: dict[str, list[Span]],
    doubtful: dict[str, list[str]],
) -> None:
    """``children`` is u5 at the age stage or beside other slots, unless an age says otherwise."""
    if names_other_age(facts):
        doubtful.setdefault("age", []).extend(["u5", "o5"])
        return
    for other in chosen:
        if other.kind == "age" and other.value in ("o5", "u5", "all"):
            near = facts.tokens[min(span.end, other.end) : max(span.start, other.start)]
            if (
                not ({"and", "or", ",", "+", "&", "plus", "with", "et"} & set(near))
                and len(near) <= 3
            ):
                return
    has_others = any(s.kind in ("state", "level") for s in chosen)
    if facts.context.pending == "age" or has_others or facts.context.stage in FINISHED_STAGES:
        found.setdefault("age", []).append(
            Span(span.start, span.end, "age", "u5", span.surface, span.distance, span.others)
        )
    else:
        doubtful.setdefault("age", []).append("u5")


def names_other_age(facts: Facts) -> bool:
    """An age that is not a group of the data: "under 10", "over 15", "5 to 9"."""
    return (
        any(
            0 < number.value < 120 and not number.ordinal and facts.tokens[number.start] != "one"
            for number in facts.numbers
        )
        and not facts.period
    )


def _all_alone(
    facts: Facts,
    span: Span,
    later: list[Span],
    found: dict[str, list[Span]],
    doubtful: dict[str, list[str]],
) -> None:
    follower = next(iter(later), None)
    if follower and follower.kind in ("level", "age", "child", "women", "state", "hospital"):
        between = set(facts.tokens[span.end : follower.start])
        if between <= {"the", "of", "our", "my", "those"}:
            if follower.kind == "hospital":
                doubtful["level"] = ["secondary", "tertiary", "all"]
            return
    slot = facts.context.pending
    noun = facts.tokens[span.end] if span.end < len(facts.tokens) else ""
    if noun in _FACILITY_NOUNS:
        slot = "level"
    elif noun in _PEOPLE_NOUNS:
        slot = "age"
    elif (
        span.surface.endswith("all")
        and noun
        and is_word(noun)
        and noun not in facts.words.fillers
        and noun not in _AFTER_ALL
    ):
        if slot in ("level", "age"):
            doubtful.setdefault(slot, [])
        return
    if slot == "state":
        doubtful.setdefault("state", [])
    elif slot:
        found.setdefault(slot, []).append(
            Span(span.start, span.end, slot, "all", span.surface, span.distance)
        )


def _after_from_to(facts: Facts, spans: list[Span], distinct: list[str]) -> list[str]:
    """ "from primary to secondary", "secondary instead of primary" is done by negation."""
    if len(spans) == 2 and facts.tokens[max(0, spans[0].start - 1) : spans[0].start] == ("from",):
        between = facts.tokens[spans[0].end : spans[1].start]
        if "to" in between:
            return [spans[1].value]
    return distinct


def _later_wins(facts: Facts, spans: list[Span]) -> bool:
    between = facts.tokens[spans[-2].end : spans[-1].start]
    if any(between[i : i + len(m)] == m for m in _LATER_WINS for i in range(len(between))):
        return len({s.value for s in spans[:-1]}) <= 2
    after = facts.tokens[spans[-1].end :]
    joined = {"and", "or", "+", "&", ",", "with", "plus"} & set(between)
    return not joined and any(after[i : i + 1] == ("instead",) for i in range(len(after)))
