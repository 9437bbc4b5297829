"""How far a ward's rate can be trusted from its number of tests (programme practice)."""

from __future__ import annotations

from collections.abc import Iterator

from tpr.domain.quality.records import Flag, count
from tpr.domain.quality.thresholds import Limits


def reliability(tests: float, limits: Limits) -> str:
    """Return `low` below 20 tests, `medium` from 20 to 50, `high` above 50."""
    if tests < limits["volume_low"]:
        return "low"
    return "high" if tests > limits["volume_high"] else "medium"


def low_volume(ward: str, tests: float, limits: Limits) -> Iterator[Flag]:
    """Flag a ward whose reliability is not high."""
    level = reliability(tests, limits)
    if level != "high":
        limit = limits["volume_low" if level == "low" else "volume_high"]
        yield Flag(
            "low_volume", tests, limit, f"{count(tests)} tests: {level} reliability", where=ward
        )
