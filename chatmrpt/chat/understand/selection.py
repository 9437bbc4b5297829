"""State, level and age slots and numbers of the list shown (workflow.md §2.2)."""

from __future__ import annotations

from collections.abc import Iterable

from .asking import Asking
from .choice_values import names_other_age, values_of
from .concepts import concept_hits
from .facts import Facts
from .reading import FINISHED_STAGES, SLOTS, Candidate, Command, Heard
from .spans import Span
from .vocabulary import phrase
from .vocabulary.talk import CHOICE_VERBS, PURPOSE
from .vocabulary.wordlist import wordset

_PURPOSE = tuple(phrase(text) for text in PURPOSE)
_SOMEBODY_ELSE = wordset("they he she him her nobody somebody someone")
_MEASURES = wordset("test tests cases figures numbers people patients person persons")
_ASK_NOUNS = wordset(
    """HOW_MANY CHARTWORD TREND MISSING COMPARE COLUMN EXPLAIN OUTLIER INTERVAL MORAN DENOMINATOR
    SUPERLATIVE INTERVENE DRIVE WORSE BETTER NODATA MATCH"""
)


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
    values, doubtful = values_of(facts, chosen)
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
    if any(
        values.get(_slot_of(span, facts) or "") == "all" for span in refused
    ):  # everyone except …
        return Candidate(Command.CLARIFY, {"about": about, **_left(facts, about, excluded)})
    if score <= 0.5:
        candidates = [value for slot, value in values.items() if slot == about]
        return Candidate(Command.CLARIFY, {"about": about, "candidates": candidates}, 0.4)
    if slots.get("recommended") == "true":
        slots["recommended"] = True
        if len(slots) > 1:
            del slots["recommended"]
    heard = _heard(facts, chosen, slots)
    outside = _outside_the_data(facts, slots)
    if outside:
        return outside
    return Candidate(_command(facts, slots, refused), slots, score, heard)


def _relevant(facts: Facts) -> list[Span]:
    cut = _purpose_start(facts)
    spans = [s for s in facts.spans if s.start < cut]
    menu = wordset(
        """state level age child all_alone all_states recommended women age_vague hospital"""
    )
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
    if names_other_age(facts) and any(s.kind in ("age", "child") for s in chosen):
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
        return Candidate(
            Command.ERROR, {"kind": "unknown_state"}, heard=((str(state), "state", str(state)),)
        )
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


def _heard(facts: Facts, chosen: list[Span], slots: dict[str, object]) -> tuple[Heard, ...]:
    return tuple(
        (span.surface, _slot_of(span, facts) or span.kind, span.value)
        for span in chosen
        if span.value in slots.values()
    )
