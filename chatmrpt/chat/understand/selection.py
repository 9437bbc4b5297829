"""State, level and age slots and numbers of the list shown (workflow.md §2.2)."""

from __future__ import annotations

from collections.abc import Iterable

from .asking import Asking
from .concepts import concept_hits
from .facts import Facts
from .normalise import is_word
from .reading import FINISHED_STAGES, Candidate, Command
from .spans import Span
from .vocabulary import phrase
from .vocabulary.talk import CHOICE_VERBS, FILLERS, PURPOSE

SLOTS = ("state", "level", "age")
_PURPOSE = tuple(phrase(text) for text in PURPOSE)
_LATER_WINS = tuple(
    phrase(t)
    for t in ("no wait", "wait", "i mean", "i meant", "sorry", "actually", "scratch that", "correction", "no", "oops",
              "on second thought", "make it", "make that", "change it to", "i changed my mind", "rather", "instead",
              "abeg no", "no no")
)  # fmt: skip
_NUMBER_WORDS_AROUND = frozenset(
    """i want choose pick select take go with for the lets use my answer is option number choice item one please it we
    will would like to make give me prefer say enter na ok okay just type typed um let us wan a only then am selection and or on list top menu
    chosen no yes sorry meant actually instead""".split()
)
_FACILITY_NOUNS = frozenset("facility facilities centre centres center centers clinic clinics".split())
_PEOPLE_NOUNS = frozenset("people persons patients person population".split())
_AFTER_ALL = frozenset("of them it these those together combined in for with and only is should in this we i".split())
_SOMEBODY_ELSE = frozenset("they he she him her nobody somebody someone".split())
_MEASURES = frozenset("test tests cases figures numbers people patients person persons".split())
_ASK_NOUNS = frozenset(
    """HOW_MANY CHARTWORD TREND MISSING COMPARE COLUMN EXPLAIN OUTLIER INTERVAL MORAN DENOMINATOR
    SUPERLATIVE INTERVENE DRIVE WORSE BETTER NODATA MATCH""".split()
)


def item(facts: Facts) -> Candidate | None:
    """A number that is the whole answer, or that stands with option/number/an ordinal."""
    shown = facts.context.list_on_screen
    if not shown:
        return None
    last = facts.has("last one", "the last", "last option")
    if any(span.kind not in ("all_alone",) for span in facts.spans):
        return None
    taken = {i for number in facts.numbers for i in range(number.start, number.end)}
    rest = {
        token
        for i, token in enumerate(facts.tokens)
        if is_word(token)
        and i not in taken
       
        and not _around_number(token, facts)
    }
    only_one = all(facts.tokens[n.start] == "one" for n in facts.numbers)
    if last and only_one and rest <= {"last"} and not facts.negation.present:
        return _resolved(facts, len(shown))
    if not facts.numbers or rest:
        return None
    if any(token in ("+", "<", ">", "≥", "≤", ">=", "<=", "/", "%") for token in facts.tokens):
        return None
    values = tuple(dict.fromkeys(number.plain for number in facts.numbers))
    slot = shown[0][0] if shown[0][0] in SLOTS else "input"
    named = [shown[int(v) - 1][1] for v in values if v == int(v) and 1 <= v <= len(shown)]
    if facts.negation.present:
        return Candidate(Command.CLARIFY, {"about": slot, "exclude": named})
    if len(values) > 1 or facts.hedged:
        return Candidate(Command.CLARIFY, {"about": slot, "candidates": named})
    value = values[0]
    if value != int(value) or not 1 <= value <= len(shown):
        return Candidate(Command.ERROR, {"kind": "number_out_of_range", "number": value})
    return _resolved(facts, int(value))


def _around_number(token: str, facts: Facts) -> bool:
    return token in _NUMBER_WORDS_AROUND or token in FILLERS or token == "not"


def _resolved(facts: Facts, number: int) -> Candidate:
    slot, value = facts.context.list_on_screen[number - 1]
    if slot not in SLOTS:
        return Candidate(Command.SELECT, {"item": number})
    return Candidate(Command.SELECT, {slot: value}, heard=f"option {number}|{slot}|{value}")


def select(facts: Facts, kind: Asking) -> Candidate | None:
    """Options of the text as one selection, or the question to ask back."""
    if kind is Asking.QUESTION:
        return None
    spans = _relevant(facts)
    if not spans:
        return None
    chosen = [span for span in spans if not facts.is_negated(span)]
    refused = [span for span in spans if facts.is_negated(span)]
    about = _about(facts, spans)
    if about is None:
        return None
    excluded = _excluded(refused, about)
    values, doubtful = _values(facts, chosen)
    if refused and not values and not doubtful:
        return Candidate(Command.CLARIFY, {"about": about, **_left(facts, about, excluded)})
    if not values and not doubtful:
        return None
    misspelt = [span for span in chosen if span.distance]
    if doubtful or any(span.others for span in misspelt):
        candidates = list(doubtful.get(about, next(iter(doubtful.values()), [])))
        candidates += [span.value for span in misspelt if span.kind == about]
        candidates += [value for span in misspelt for value in span.others]
        slot = about if about in doubtful or not doubtful else next(iter(doubtful))
        shape: dict[str, object] = {"about": slot}
        if candidates:
            shape["candidates"] = list(dict.fromkeys(c for c in candidates if c not in excluded))
        if excluded:
            shape["exclude"] = excluded
        return Candidate(Command.CLARIFY, shape, 0.9)
    score = _score(facts, chosen, refused, kind)
    slots: dict[str, object] = dict(values)
    if any(values.get(_slot_of(span, facts) or "") == "all" for span in refused):  # everyone except …
        return Candidate(Command.CLARIFY, {"about": about, **_left(facts, about, excluded)})
    if score <= 0.5:
        candidates = [value for slot, value in values.items() if slot == about]
        return Candidate(Command.CLARIFY, {"about": about, "candidates": candidates}, 0.4)
    if slots.get("recommended") == "true":
        slots["recommended"] = True
        if len(slots) > 1:
            del slots["recommended"]
    heard = _heard(chosen, slots)
    outside = _outside_the_data(facts, slots)
    if outside:
        return outside
    return Candidate(_command(facts, slots, refused), slots, score, heard)


def _relevant(facts: Facts) -> list[Span]:
    cut = _purpose_start(facts)
    spans = [s for s in facts.spans if s.start < cut]
    menu = {
        "state",
        "level",
        "age",
        "child",
        "all_alone",
        "all_states",
        "recommended",
        "women",
        "age_vague",
        "hospital",
    }
    return [s for s in spans if s.kind in menu]


def _purpose_start(facts: Facts) -> int:
    """Where the reason for a choice begins; everything from there is not read for options."""
    tokens = facts.tokens
    first_option = next((s.end for s in facts.spans if s.kind not in ("void",)), len(tokens))
    for i in range(first_option, len(tokens)):
        for purpose in _PURPOSE:
            if tokens[i : i + len(purpose)] == purpose and not _names_an_option(
                facts, i + len(purpose)
            ):
                ages = {s.kind for s in facts.spans if s.start > i} & {"age"}
                return len(tokens) if ages and any(s.kind == "child" for s in facts.spans) else i
    return len(tokens)


def _names_an_option(facts: Facts, position: int) -> bool:
    """ "for my state Kano": the purpose phrase leads straight to an option."""
    return any(position <= s.start <= position + 2 and s.kind != "void" for s in facts.spans)


def _about(facts: Facts, spans: list[Span]) -> str | None:
    kinds = {_slot_of(span, facts) for span in spans} - {None}
    if facts.context.pending in kinds:
        return facts.context.pending
    for slot in (*SLOTS, "recommended"):
        if slot in kinds:
            return slot if slot in SLOTS else facts.context.pending or "input"
    return facts.context.pending


def _slot_of(span: Span, facts: Facts) -> str | None:
    simple = {
        "child": "age",
        "women": "age",
        "age_vague": "age",
        "hospital": "level",
        "all_states": "state",
    }
    if span.kind == "all_alone":
        return facts.context.pending
    return simple.get(span.kind, span.kind)


def _values(facts: Facts, chosen: list[Span]) -> tuple[dict[str, str], dict[str, list[str]]]:
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
        elif span.kind == "women" and not any(s.kind == "age" and _belongs(facts, s, span) for s in chosen):
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
    if _other_age(facts):
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


def _other_age(facts: Facts) -> bool:
    """An age that is not a group of the data: "under 10", "over 15", "5 to 9"."""
    return (
        any(0 < number.value < 120 and not number.ordinal and facts.tokens[number.start] != "one" for number in facts.numbers)
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
    elif span.surface.endswith("all") and noun and is_word(noun) and noun not in FILLERS and noun not in _AFTER_ALL:
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


def _score(facts: Facts, chosen: list[Span], refused: list[Span], kind: Asking) -> float:
    """1 minus what is unusual; at or below 0.5 a question is asked instead."""
    if facts.hedged or any(span.kind == "void" for span in facts.spans):
        return 0.4
    if facts.negation.present and (facts.negation.count > 1 or not refused):
        return 0.4
    first_option = min((span.start for span in chosen), default=0)
    if set(facts.tokens[facts.opening : first_option]) & _SOMEBODY_ELSE:
        return 0.4
    cut = _purpose_start(facts)
    concepts = {
        name
        for start, end, names in concept_hits(facts)
        if start < cut and facts.tokens[start:end] != ("best",)
        for name in names
    }
    if concepts & _ASK_NOUNS and not refused:
        return 0.4
    unknown: list[str] = []
    for first, end, _ in facts.said.sentences:
        if any(first <= span.start < end for span in chosen):
            unknown += facts.unexplained(first, min(end, cut))
    if any(
        s.kind in ("lga", "ward", "facility", "city") and not _lies_in(facts, s, chosen)
        for s in facts.spans
    ):
        return 0.4
    if _other_age(facts) and any(s.kind in ("age", "child") for s in chosen):
        return 0.4
    misspelt = sum(span.distance for span in chosen)
    wrong_stage = [s for s in chosen if s.distance and not _expected(facts, s)]
    if misspelt and (unknown or wrong_stage):
        return 0.4
    verb = bool(set(facts.tokens) & CHOICE_VERBS)
    finished = facts.context.stage in FINISHED_STAGES
    if (
        finished
        and set(facts.tokens) & _MEASURES
        and not set(facts.tokens) & {"switch", "change", "use"}
    ):
        return 0.4
    if len(unknown) > (1 if verb and not _compound(facts, chosen, unknown) else 0):
        return 0.4
    return 1.0 - 0.15 * misspelt - 0.2 * len(unknown) - (0.1 if kind is Asking.ECHO else 0.0)


def _expected(facts: Facts, span: Span) -> bool:
    slot = _slot_of(span, facts)
    named = {
        "state": {"state"},
        "level": {"facility", "facilities", "level"},
        "age": {"women", "age", "years"},
    }
    return slot == facts.context.pending or bool(named.get(slot or "", set()) & set(facts.tokens))


def _compound(facts: Facts, chosen: Iterable[Span], unknown: list[str]) -> bool:
    """An unknown word right behind an option makes something else of it ("primary pupils")."""
    return any(
        facts.tokens[span.end : span.end + 1] and facts.tokens[span.end] in unknown
        for span in chosen
    )


def _lies_in(facts: Facts, span: Span, chosen: list[Span]) -> bool:
    states = {s.value for s in chosen if s.kind == "state"}
    if span.kind == "city":
        return span.value in states
    return bool(states & set(facts.context.lgas.get(span.value, ())))


def _excluded(refused: list[Span], about: str) -> list[str]:
    values = [
        s.value
        for s in refused
        if s.kind == about or (about == "age" and s.kind in ("child", "women"))
    ]
    if about == "level" and any(s.kind == "hospital" for s in refused):
        values += ["secondary", "tertiary"]
    return list(dict.fromkeys(values))


def _left(facts: Facts, about: str, excluded: list[str]) -> dict[str, object]:
    options = {
        "state": facts.context.states,
        "level": facts.context.levels,
        "age": facts.context.ages,
    }.get(about, ())
    left = [value for value in options if value not in excluded]
    if excluded and "all" in left:
        left.remove("all")
    return {"candidates": left, "exclude": excluded}


def _outside_the_data(facts: Facts, slots: dict[str, object]) -> Candidate | None:
    state = slots.get("state")
    if state and facts.context.states and state not in facts.context.states:
        return Candidate(Command.ERROR, {"kind": "unknown_state"}, heard=str(state))
    return None


def _command(facts: Facts, slots: dict[str, object], refused: list[Span]) -> Command:
    if facts.context.stage not in FINISHED_STAGES or "state" in slots or "recommended" in slots:
        return Command.SELECT
    tokens = set(facts.tokens)
    if tokens & {"switch", "change", "show"}:
        return Command.SWITCH
    if refused or facts.marked_correction:
        return Command.SELECT
    return Command.SWITCH


def _heard(chosen: list[Span], slots: dict[str, object]) -> str:
    return ";".join(
        f"{span.surface}|{span.kind}|{span.value}"
        for span in chosen
        if span.value in slots.values()
    )


