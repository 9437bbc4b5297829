"""Read lines of the scoring's shape, at the stage they name or at both stages of ``any``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chatmrpt.chat.understand import Reading, understand
from chatmrpt.chat.understand.defaults import default_context
from chatmrpt.chat.understand.score import Scored, points

ANY = ("facility_selection", "complete")
STAGES = (
    "awaiting_upload",
    "state_selection",
    "state_confirmation",
    "facility_selection",
    "age_group_selection",
    "threshold_check",
    "complete",
    "risk",
    "nets",
)


def read(stage: str, text: str) -> Reading:
    """One reading in the default context."""
    return understand(text, default_context(stage))


def score_lines(lines: Iterable[Mapping[str, Any]]) -> list[Scored]:
    """Score every line; a line of ``any`` counts with the worse of its two readings."""
    scored = []
    for line in lines:
        found = []
        for stage in ANY if line["stage"] == "any" else (line["stage"],):
            context = default_context(stage)
            reading = understand(line["text"], context)
            value = points(line, reading.command.value, reading.slots, context)
            found.append(
                Scored(line["stage"], line["text"], reading.command.value, reading.slots, value)
            )
        scored.append(min(found, key=lambda one: one.points))
    return scored
