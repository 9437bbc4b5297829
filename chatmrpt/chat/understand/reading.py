"""The closed command vocabulary (workflow.md §9) and the shapes that go in and come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from .normalise import fold

Slots = Mapping[str, object]
Heard = tuple[str, str, str]
"""Words as typed, the slot they were read for, the value."""


class Command(StrEnum):
    """Everything an utterance can be read as; nothing else exists."""

    START_TPR = "start_tpr"
    CONFIRM = "confirm"
    REJECT = "reject"
    SELECT = "select"
    SWITCH = "switch"
    SKIP = "skip"
    UNDO = "undo"
    EXIT = "exit"
    BACK = "back"
    RESTART = "restart"
    SET = "set"
    FIX_MATCH = "fix_match"
    RUN_RISK = "run_risk"
    PLAN_NETS = "plan_nets"
    PAUSE = "pause"
    RESUME = "resume"
    STATUS = "status"
    HELP = "help"
    ASK = "ask"
    TREND = "trend"
    COMPARE = "compare"
    EXPLAIN = "explain"
    CHART = "chart"
    MAP = "map"
    FILTER = "filter"
    EXPORT = "export"
    CLARIFY = "clarify"
    ERROR = "error"
    REFUSE = "refuse"
    GREET = "greet"
    SMALLTALK = "smalltalk"
    UNKNOWN = "unknown"


ACTING: Final = frozenset(
    {
        Command.START_TPR,
        Command.CONFIRM,
        Command.REJECT,
        Command.SELECT,
        Command.SWITCH,
        Command.SKIP,
        Command.UNDO,
        Command.EXIT,
        Command.BACK,
        Command.RESTART,
        Command.SET,
        Command.FIX_MATCH,
        Command.RUN_RISK,
        Command.PLAN_NETS,
    }
)
"""Commands that change something; a doubtful reading of one of them becomes ``clarify``."""

MARGIN_LIMIT: Final = 0.15
"""An acting reading whose margin is smaller is answered with a question instead."""

SLOTS: Final = ("state", "level", "age")
LEVELS: Final = ("primary", "secondary", "tertiary", "all")
AGES: Final = ("u5", "o5", "pw", "all")
MENU_SLOT: Final = {
    "state_selection": "state",
    "facility_selection": "level",
    "age_group_selection": "age",
}
YES_NO_STAGES: Final = frozenset({"review_upload", "state_confirmation", "threshold_check"})
FINISHED_STAGES: Final = frozenset({"complete", "risk", "nets"})


@dataclass(frozen=True)
class Context:
    """What is on the screen and in the data while the person types.

    Parameters
    ----------
    stage
        A word of ``tpr.domain.stages.Stage``, or ``risk``, ``nets``, ``any``.
    states, levels, ages
        Options of the loaded data, canonical values, in the order shown.
    shown
        The list on screen as ``(slot, value)`` in order; empty means: the list that belongs to
        the stage.
    lgas
        LGA name → states it lies in.
    wards
        Ward name → LGAs it lies in (of the selected state, or of the whole file).
    facilities
        Facility names of the data.
    listed
        Ward names of the boundary list, of the selected state.
    selections
        What has been chosen so far, by slot.
    last_year
        Last year of the file, for "last year"; ``None`` when unknown.
    """

    stage: str
    states: tuple[str, ...] = ()
    levels: tuple[str, ...] = LEVELS
    ages: tuple[str, ...] = AGES
    shown: tuple[tuple[str, str], ...] = ()
    lgas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wards: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facilities: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    selections: Mapping[str, str] = field(default_factory=dict)
    last_year: int | None = None

    @property
    def pending(self) -> str | None:
        """The slot the stage asks for, if it asks for one."""
        return MENU_SLOT.get(self.stage)

    @property
    def list_on_screen(self) -> tuple[tuple[str, str], ...]:
        """The list that numbers refer to."""
        if self.shown:
            return self.shown
        values = {"state": self.states, "level": self.levels, "age": self.ages}
        slot = self.pending
        return tuple((slot, value) for value in values[slot]) if slot else ()

    @cached_property
    def lga_by_words(self) -> dict[str, str]:
        """Folded LGA name → name of the data."""
        return {fold(name): name for name in self.lgas}

    @cached_property
    def ward_by_words(self) -> dict[str, str]:
        """Folded ward name → name of the data."""
        return {fold(name): name for name in self.wards}

    @cached_property
    def facility_by_words(self) -> dict[str, str]:
        """Folded facility name → name of the data."""
        return {fold(name): name for name in self.facilities}


@dataclass(frozen=True)
class Candidate:
    """One possible reading with its score between 0 and 1."""

    command: Command
    slots: Slots = field(default_factory=dict)
    score: float = 1.0
    heard: tuple[Heard, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How an utterance was understood.

    ``margin`` is the distance between the best and the second reading (0–1); ``heard`` is a
    sentence for the reply ("Understood “phc” as Primary"), empty when the words were the
    option's own; ``readings`` are all candidates, best first.
    """

    command: Command
    slots: Slots
    clarify: bool
    margin: float
    heard: str
    readings: tuple[Candidate, ...] = ()

    @property
    def acting(self) -> bool:
        """Whether carrying it out changes something."""
        return self.command in ACTING
