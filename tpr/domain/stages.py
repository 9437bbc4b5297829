"""The stages of a workflow and the one table of moves between them (workflow.md §1).

The same table serves the service, the buttons, the chat, the replay of the ledger, the admin and
the documentation. Pure: everything a decision needs arrives as an argument.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    AWAITING_UPLOAD = "awaiting_upload"
    READING_UPLOAD = "reading_upload"
    REVIEW_UPLOAD = "review_upload"
    STATE_SELECTION = "state_selection"
    STATE_CONFIRMATION = "state_confirmation"
    FACILITY_SELECTION = "facility_selection"
    AGE_GROUP_SELECTION = "age_group_selection"
    THRESHOLD_CHECK = "threshold_check"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


LEVELS = ("primary", "secondary", "tertiary", "all")
AGE_GROUPS = ("u5", "o5", "pw", "all")
DEFINITIONS = (
    "facility_max", "rdt", "microscopy", "pooled", "dominant", "method_max", "opd", "fever",
)  # fmt: skip
EXCEEDING = ("exclude", "keep", "cap")

CHOOSING = (
    Stage.STATE_SELECTION,
    Stage.STATE_CONFIRMATION,
    Stage.FACILITY_SELECTION,
    Stage.AGE_GROUP_SELECTION,
    Stage.THRESHOLD_CHECK,
    Stage.COMPLETE,
)
"""Stages at which the file is read and answers can be given or changed."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a workflow stands: the stage and what was chosen so far (None = not yet)."""

    stage: Stage
    state: str | None = None
    state_confirmed: bool = False
    level: str | None = None
    age_group: str | None = None
    threshold_answer: str | None = None
    definition: str = "facility_max"
    exceeding: str = "exclude"
    period: str | None = None
    """First and last month used, `2024-01..2024-06`; None: all."""
    ward_list: str | None = None
    """Name of the ward list a person chose; None: the newest one that covers the state."""
    bands: str | None = None
    """Limits of the bands in per cent, ascending, `5,10`; None: those of the map."""
    output: str | None = None
    """What is shown first, `table` or `map`; None: the map."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the data say, as far as a move depends on it."""

    states: Sequence[str] = ()
    levels: Sequence[str] = ()
    """Levels present in the state that the move leads to ('all' is always possible)."""
    offer_threshold: bool = False
    lists: Sequence[str] = ()
    """Names of the ward lists that are loaded."""
    definition: str | None = None
    """The only definition the file allows (`opd` when it holds no tests); None: any."""


@dataclass(frozen=True, slots=True)
class Move:
    """The outcome of a command: the new position and what was cleared or filled by it."""

    position: Position
    filled: Mapping[str, Any] = field(default_factory=dict)
    cleared: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The command cannot be done here; `code` is one of the refusal codes, `facts` the reason."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def next_stage(position: Position, facts: Facts) -> Stage:
    """Return the first question that is still open."""
    if position.state is None:
        return Stage.STATE_SELECTION
    if not position.state_confirmed:
        return Stage.STATE_CONFIRMATION
    if position.level is None:
        return Stage.FACILITY_SELECTION
    if position.age_group is None:
        return Stage.AGE_GROUP_SELECTION
    if facts.offer_threshold and position.threshold_answer is None:
        return Stage.THRESHOLD_CHECK
    return Stage.COMPLETE


ANSWERS = ("state", "level", "age_group", "threshold_answer", "definition", "exceeding", "period",
           "ward_list", "bands", "output")  # fmt: skip
"""What a person answers or sets, in the order it is asked."""


def changes(before: Position, after: Position) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is new in `after`, and what of `before` is gone in it."""
    filled = {
        name: getattr(after, name)
        for name in ANSWERS
        if getattr(after, name) != getattr(before, name) and getattr(after, name) is not None
    }
    cleared = {
        name: getattr(before, name)
        for name in ANSWERS
        if getattr(before, name) is not None and getattr(after, name) is None
    }
    return filled, cleared


def _settle(before: Position, after: Position, facts: Facts) -> Move:
    after = replace(after, stage=next_stage(after, facts))
    return Move(after, *changes(before, after))


def select(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """Take every slot given (state, level, age), in any order; go to the first open question.

    A new state clears the level and the age group after it, unless they are given with it. Later
    answers given together with the state confirm it.
    """
    after = position
    state, level, age = slots.get("state"), slots.get("level"), slots.get("age")
    if state is not None:
        if state not in facts.states:
            return Refusal("unknown_state", {"state": state, "states": list(facts.states)})
        if state != position.state:
            after = replace(
                after, state=state, state_confirmed=False, level=None, age_group=None,
                threshold_answer=None,
            )  # fmt: skip
    if level is not None and level not in LEVELS:
        return Refusal("unknown_level", {"level": level, "levels": list(facts.levels)})
    if age is not None and age not in AGE_GROUPS:
        return Refusal("unknown_age", {"age": age})
    if (level is not None or age is not None) and after.state is None and len(facts.states) != 1:
        # The answer is for a later question: the state must come first.
        return Refusal("state_first", {"states": list(facts.states)})
    if level is not None:
        if level != "all" and level not in facts.levels:
            return Refusal(
                "level_not_in_state",
                {"level": level, "levels": list(facts.levels), "state": after.state},
            )
        if level != after.level:
            after = replace(after, level=level, threshold_answer=None)
    if age is not None and age != after.age_group:
        after = replace(after, age_group=age, threshold_answer=None)
    if state is None and level is None and age is None:
        return Refusal("nothing_selected", {})
    if (level is not None or age is not None) and after.state is not None:
        after = replace(after, state_confirmed=True)
    return _settle(position, after, facts)


def confirm(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    if position.stage is Stage.STATE_CONFIRMATION:
        return _settle(position, replace(position, state_confirmed=True), facts)
    if position.stage is Stage.THRESHOLD_CHECK:
        return _settle(position, replace(position, threshold_answer="add"), facts)
    return Refusal("nothing_to_confirm", {})


def reject(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    if position.stage is Stage.STATE_CONFIRMATION:
        if len(facts.states) == 1:
            return Refusal("only_one_state", {"state": position.state})
        return _settle(position, replace(position, state=None, state_confirmed=False), facts)
    if position.stage is Stage.THRESHOLD_CHECK:
        return _settle(position, replace(position, threshold_answer="without"), facts)
    return Refusal("nothing_to_reject", {})


BACK_TARGETS = {
    "state": Stage.STATE_SELECTION,
    "level": Stage.FACILITY_SELECTION,
    "age": Stage.AGE_GROUP_SELECTION,
}


def _previous(position: Position, facts: Facts) -> Stage | None:
    order = [Stage.STATE_SELECTION, Stage.STATE_CONFIRMATION, Stage.FACILITY_SELECTION,
             Stage.AGE_GROUP_SELECTION, Stage.COMPLETE]  # fmt: skip
    here = Stage.COMPLETE if position.stage is Stage.THRESHOLD_CHECK else position.stage
    index = order.index(here)
    if index == 0 or (here is Stage.STATE_CONFIRMATION and len(facts.states) == 1):
        return None
    return order[index - 1]


def back(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """Go back to a question; it and everything after it is asked again."""
    target = slots.get("target")
    if target and target not in BACK_TARGETS:
        return Refusal("unknown_target", {"target": target})
    stage = BACK_TARGETS.get(target) if target else _previous(position, facts)
    if stage is None:
        return Refusal("first_question", {})
    if stage is Stage.STATE_SELECTION and len(facts.states) == 1:
        return Refusal("only_one_state", {"state": position.state})
    if CHOOSING.index(stage) > CHOOSING.index(position.stage):
        return Refusal("not_there_yet", {"target": target})
    after = replace(position, age_group=None, threshold_answer=None)
    if stage in (Stage.STATE_SELECTION, Stage.STATE_CONFIRMATION, Stage.FACILITY_SELECTION):
        after = replace(after, level=None)
    if stage in (Stage.STATE_SELECTION, Stage.STATE_CONFIRMATION):
        after = replace(after, state_confirmed=False)
    if stage is Stage.STATE_SELECTION:
        after = replace(after, state=None)
    return _settle(position, after, facts)


def skip(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """No filter at the facility and age stages; nothing else can be skipped."""
    if position.stage is Stage.FACILITY_SELECTION:
        return select(position, {"level": "all"}, facts)
    if position.stage is Stage.AGE_GROUP_SELECTION:
        return select(position, {"age": "all"}, facts)
    if position.stage is Stage.THRESHOLD_CHECK:
        return reject(position, slots, facts)
    return Refusal("cannot_skip", {})


def months_of(text: str) -> str | None:
    """Return `YYYY-MM..YYYY-MM` for a year, a month or two of them; empty for `all`.

    None when the text is no period, or ends before it begins.
    """
    if text == "all":
        return ""
    first, _, last = text.partition("..")
    last = last or first
    ends = []
    for part, month in ((first, "01"), (last, "12")):
        found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", part)
        if found is None:
            return None
        ends.append(f"{found[1]}-{found[2] or month}")
    return f"{ends[0]}..{ends[1]}" if ends[0] <= ends[1] else None


def settings(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """Change the definition, the treatment of exceeding rows, the period or the ward list.

    The questions stay answered. `period` is `2024`, `2024-01`, `2024-01..2024-06` or `all`. `opd`,
    `bands` and `output` change what is shown beside the figures, never a figure.
    """
    shown = _shown(position, slots)
    if isinstance(shown, Refusal):
        return shown
    after = shown
    method, exceeding = slots.get("method"), slots.get("exceeding")
    period, ward_list = slots.get("period"), slots.get("list")
    if method is not None:
        if method not in DEFINITIONS:
            return Refusal("unknown_definition", {"definition": method})
        if facts.definition not in (None, method):
            return Refusal("no_tested_columns", {"definition": method, "only": facts.definition})
        after = replace(after, definition=method)
    if exceeding is not None:
        if exceeding not in EXCEEDING:
            return Refusal("unknown_exceeding", {"exceeding": exceeding})
        after = replace(after, exceeding=exceeding)
    if period is not None:
        months = months_of(str(period))
        if months is None:
            return Refusal("unknown_period", {"period": period})
        after = replace(after, period=months or None)
    if ward_list is not None:
        if ward_list not in facts.lists:
            return Refusal("unknown_list", {"list": ward_list, "lists": list(facts.lists)})
        after = replace(after, ward_list=ward_list)
    if not any(slots.get(name) is not None for name in SETTINGS):
        return Refusal("nothing_to_set", {})
    return _settle(position, after, facts)


SETTINGS = ("method", "exceeding", "period", "list", "opd", "bands", "output")
OUTPUTS = ("table", "map")
MOST_LIMITS = 6


def limits_of(value: Any) -> str | None:
    """Return the limits of bands in order, `5,10`; empty for `default`; None when they are none."""
    if value in ("default", []):
        return ""
    parts = value.split(",") if isinstance(value, str) else value
    try:
        found = sorted({float(part) for part in parts})
    except (TypeError, ValueError):
        return None
    if not 1 <= len(found) <= MOST_LIMITS or not all(0 < limit < 100 for limit in found):
        return None
    return ",".join(f"{limit:g}" for limit in found)


def _shown(position: Position, slots: Mapping[str, Any]) -> Position | Refusal:
    """What stands beside the figures: the out-patient ratio, the bands, table or map first."""
    after = position
    opd, bands, output = slots.get("opd"), slots.get("bands"), slots.get("output")
    if opd is not None:
        said = str(opd).casefold()
        if said not in ("true", "false"):
            return Refusal("unknown_opd", {"opd": opd})
        after = replace(after, threshold_answer="add" if said == "true" else "without")
    if bands is not None:
        limits = limits_of(bands)
        if limits is None:
            return Refusal("unknown_bands", {"bands": bands, "most": MOST_LIMITS})
        after = replace(after, bands=limits or None)
    if output is not None:
        if output not in OUTPUTS:
            return Refusal("unknown_output", {"output": output})
        after = replace(after, output=output)
    return after


def switch(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """Show another combination: level, age group or state as `select`, and the definition."""
    if slots.get("method") is None:
        return select(position, slots, facts)
    set_ = settings(position, {"method": slots["method"]}, facts)
    rest = {name: slots[name] for name in ("state", "level", "age") if slots.get(name) is not None}
    if isinstance(set_, Refusal) or not rest:
        return set_
    moved = select(set_.position, rest, facts)
    return moved if isinstance(moved, Refusal) else _settle(position, moved.position, facts)


def continue_at(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """Take over every answer of an earlier workflow on the same file; ask what was open there."""
    kept = {name: slots[name] for name in (*ANSWERS, "state_confirmed") if name in slots}
    if kept.get("state") not in (None, *facts.states):
        return Refusal("unknown_state", {"state": kept["state"], "states": list(facts.states)})
    return _settle(position, replace(position, **kept), facts)


def back_before_any(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    return Refusal("first_question", {})


def cancel(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    return Move(replace(position, stage=Stage.CANCELLED))


def file_received(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    return Move(Position(stage=Stage.READING_UPLOAD))


def file_read(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """The reader is done: one state selects itself, several are asked for.

    A file that allows one definition only has it set; the person was asked by the reader.
    """
    only = facts.states[0] if len(facts.states) == 1 else None
    definition = facts.definition or position.definition
    return _settle(position, replace(position, state=only, definition=definition), facts)


def answered(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """The recommended answers are read already (facts know the states); others are read again."""
    return (file_read if facts.states else file_received)(position, slots, facts)


def past_review(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    """Go on with the recommended answers, and take the choices given with it.

    Possible only where every open question has a safe answer, so that the file is read with it.
    """
    if not facts.states:
        return Refusal("not_here", {"command": "select", "stage": position.stage.value})
    read = file_read(position, {}, facts)
    if not slots or isinstance(read, Refusal):
        return read
    chosen = select(read.position, slots, facts)
    if isinstance(chosen, Refusal):
        return chosen
    return _settle(position, chosen.position, facts)


def file_unsure(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    return Move(replace(position, stage=Stage.REVIEW_UPLOAD))


def file_refused(position: Position, slots: Mapping[str, Any], facts: Facts) -> Move | Refusal:
    return Move(Position(stage=Stage.AWAITING_UPLOAD))


_CHOICES = {
    "select": select,
    "switch": switch,
    "start_tpr": select,
    "back": back,
    "skip": skip,
    "set": settings,
    "exit": cancel,
}

_BEFORE_QUESTIONS = {"back": back_before_any, "skip": skip, "exit": cancel}

TABLE: Mapping[Stage, Mapping[str, Any]] = {
    Stage.AWAITING_UPLOAD: {"receive_file": file_received, **_BEFORE_QUESTIONS},
    Stage.READING_UPLOAD: {
        "file_read": file_read,
        "file_unsure": file_unsure,
        "file_refused": file_refused,
        **_BEFORE_QUESTIONS,
    },
    Stage.REVIEW_UPLOAD: {
        **_BEFORE_QUESTIONS,
        "answer_review": answered,
        "select": past_review,
        "switch": past_review,
        "start_tpr": past_review,
        "confirm": past_review,
        "skip": past_review,
        "receive_file": file_received,
        # Another workflow on the same upload may have answered.
        "file_read": file_read,
        "file_unsure": file_unsure,
        "file_refused": file_refused,
    },
    Stage.STATE_SELECTION: {**_CHOICES, "continue_at": continue_at},
    Stage.STATE_CONFIRMATION: {
        **_CHOICES, "confirm": confirm, "reject": reject, "continue_at": continue_at,
    },
    Stage.FACILITY_SELECTION: _CHOICES,
    Stage.AGE_GROUP_SELECTION: _CHOICES,
    Stage.THRESHOLD_CHECK: {**_CHOICES, "confirm": confirm, "reject": reject},
    Stage.COMPLETE: _CHOICES,
    Stage.CANCELLED: {},
}  # fmt: skip

WITHOUT_MOVE = frozenset({
    "run_risk", "plan_nets", "restart", "resume", "pause", "status", "help", "ask", "trend",
    "compare", "explain", "chart", "map", "filter", "export", "clarify", "error", "refuse",
    "greet", "smalltalk", "unknown", "answer_call", "edit_plan", "undo", "fix_match", "recalculate",
    "run_finished", "run_failed",
})  # fmt: skip
"""Commands that leave the position as it is; they may still write rows of their own."""


def advance(
    position: Position, command: str, slots: Mapping[str, Any], facts: Facts
) -> Move | Refusal:
    """Return where `command` leads from `position`, or why it cannot be done there."""
    if command in WITHOUT_MOVE:
        return Move(position)
    rule = TABLE[position.stage].get(command)
    if rule is None:
        return Refusal("not_here", {"command": command, "stage": position.stage.value})
    outcome: Move | Refusal = rule(position, slots, facts)
    return outcome
