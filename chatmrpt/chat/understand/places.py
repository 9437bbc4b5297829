"""Cities, ambiguous names and places that are not in the data (workflow.md §2.2)."""

from __future__ import annotations

from .facts import Facts
from .normalise import is_word
from .reading import FINISHED_STAGES, Candidate, Command


def place_trouble(facts: Facts, figures: list[Candidate]) -> Candidate | None:
    """A place that cannot be chosen as it stands: ask back with what it may mean."""
    places = [
        s
        for s in facts.spans
        if s.kind in ("city", "lga", "ward", "state") and not facts.is_negated(s)
    ]
    states = {s.value for s in places if s.kind == "state"}
    about = (
        "state"
        if facts.context.stage in ("state_selection", "state_confirmation", "awaiting_upload")
        else "place"
    )
    for span in places:
        if span.kind == "state":
            ambiguous = (
                span.value in facts.words.states_that_are_lgas or span.value in facts.context.lgas
            )
            if ambiguous and _elsewhere_ambiguous(facts, span.end):
                return Candidate(
                    Command.CLARIFY, {"about": "place", "candidates": [span.value]}, 0.8
                )
            continue
        if figures and facts.context.stage in FINISHED_STAGES:
            continue
        owners = (span.value,) if span.kind == "city" else facts.context.lgas.get(span.value, ())
        if not owners or set(owners) & states or facts.unexplained():
            continue
        if any(s.kind in ("level", "age", "child") for s in facts.spans):
            continue
        return Candidate(Command.CLARIFY, {"about": about, "candidates": list(owners)}, 0.8)
    if not places and _foreign_script(facts):
        return Candidate(Command.ERROR, {"kind": "unknown_place"}, 0.6)
    return None


def _elsewhere_ambiguous(facts: Facts, end: int) -> bool:
    """Away from the state stages a bare ``Nasarawa`` may be the LGA or ward."""
    at_state = facts.context.stage in ("state_selection", "state_confirmation", "awaiting_upload")
    said_state = "state" in facts.tokens[end : end + 1] or facts.has("state", "states")
    return not at_state and not said_state and len(facts.spans) == 1 and not facts.marked_correction


def _foreign_script(facts: Facts) -> bool:
    """Names in a script that no Nigerian place is written in."""
    return any(
        is_word(token) and not token.isascii() and not facts.numbers for token in facts.tokens
    )
