"""Refusals in words: what was heard, why it cannot be done here, and what can. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tpr.domain.stages import DEFINITIONS, Position, Refusal, Stage

SHOWN = 8


def _listed(names: Sequence[str], last: str = "and") -> str:
    names = list(names)
    if len(names) > SHOWN:
        return f"{', '.join(names[:SHOWN])} {last} {len(names) - SHOWN} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _not_here(facts: Mapping[str, Any], position: Position) -> str:
    what = str(facts["command"]).replace("_", " ")
    where = {
        Stage.AWAITING_UPLOAD: "There is no file yet. Upload one and I can go on.",
        Stage.READING_UPLOAD: "The file is still being read; this takes seconds to a few minutes. "
        "You can leave the page, nothing is lost.",
        Stage.REVIEW_UPLOAD: "The reader needs an answer about the file first.",
        Stage.CANCELLED: "This workflow was ended. Say 'resume' to continue where you stopped.",
    }.get(position.stage, "It does not fit the question that is open now.")
    return f"'{what}' cannot be done at this point. {where}"


def _level_missing(facts: Mapping[str, Any], position: Position) -> str:
    state = facts.get("state") or position.state or "this state"
    available = _listed([*facts["levels"], "all"], "or")
    return f"There are no {facts['level']} facilities in {state}. Available: {available}."


SENTENCES: Mapping[str, str | Callable[[Mapping[str, Any], Position], str]] = {
    "unknown_state": lambda f, p: (
        f"'{f['state']}' is not in this file. It has: {_listed(f['states'])}."
    ),
    "state_first": "I noted that, but the state comes first. Which one?",
    "unknown_level": lambda f, p: f"'{f['level']}' is not a facility level. Choose from the list.",
    "level_not_in_state": _level_missing,
    "unknown_age": lambda f, p: (
        f"'{f['age']}' is not an age group of this file: under five, five "
        "and over, pregnant women, or all."
    ),
    "nothing_selected": "No choice was named. Please pick one from the list.",
    "nothing_to_confirm": "There is nothing to confirm here; please answer the question below.",
    "nothing_to_reject": "There is nothing to say no to here; please answer the question below.",
    "only_one_state": lambda f, p: (
        f"The file holds one state only, {f['state']}. For another state, start with another file."
    ),
    "first_question": "This is the first question; there is nothing before it.",
    "unknown_target": lambda f, p: (
        f"'{f['target']}' is no question to go back to: state, level or age."
    ),
    "not_there_yet": "That question has not been reached yet.",
    "nothing_to_undo": lambda f, p: (
        "There is nothing left to take back here; no answer has been given since the file was read."
        + (" The workflow this one continues stands in your list." if f.get("earlier") else "")
    ),
    "cannot_skip": "This step cannot be skipped.",
    "unknown_definition": lambda f, p: (
        f"'{f['definition']}' is not a definition I know: {_listed(DEFINITIONS, 'or')}."
    ),
    "no_tested_columns": "The file holds no tested column, so positivity cannot be calculated from "
    "it; only positives per out-patient, a ratio. For positivity, upload an export with the tested "
    "columns.",
    "unknown_exceeding": "Rows with more positives than tests can be excluded, kept or capped.",
    "unknown_period": lambda f, p: (
        f"'{f['period']}' is not a period. Say for example 2024, or 2024-01..2024-06."
    ),
    "unknown_list": lambda f, p: (
        f"There is no ward list named '{f['list']}'. Loaded are: {_listed(f['lists']) or 'none'}."
    ),
    "unknown_opd": "The out-patient ratio can be added or left out. Say 'use the out-patient ratio' "
    "or 'turn off the out-patient ratio'.",
    "unknown_bands": lambda f, p: (
        f"Bands need one to {f['most']} limits between 0 and 100 %, for example 'bands 5, 10'."
    ),
    "unknown_output": "The table or the map can be shown first.",
    "nothing_to_set": "No setting was named. You can set the definition (for example 'use RDT "
    "only'), the period, the treatment of rows with more positives than tests, the out-patient "
    "ratio, the bands, or whether table or map comes first.",
    "not_here": _not_here,
}


def refusal_sentence(refusal: Refusal, position: Position) -> str:
    """Return the sentence for a person; every refusal code of `stages` has one."""
    found = SENTENCES[refusal.code]
    return found if isinstance(found, str) else found(refusal.facts, position)
