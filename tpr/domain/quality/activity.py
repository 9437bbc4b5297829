"""Which facilities report, have fallen silent, or never reported (SNT practice, window 6 months)."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import Final

from tpr.domain.quality.thresholds import Limits

ACTIVE, INACTIVE, DISCONTINUED, NEVER = "active", "inactive", "discontinued", "never"
CLASSES: Final = {
    ACTIVE: "reports, without a silence of a whole window",
    INACTIVE: "reports again after a silence of a whole window",
    DISCONTINUED: "silent for a whole window up to the end of the file",
    NEVER: "in the file without a test count in any month",
}


def activity(reported: Collection[int], last: int, limits: Limits) -> str:
    """Return the class of one facility.

    Parameters
    ----------
    reported : month numbers (`records.month_number`) with any test count.
    last : last month number of the file.
    """
    if not reported:
        return NEVER
    window = limits["activity_window"]
    months = sorted(reported)
    if last - months[-1] >= window:
        return DISCONTINUED
    if any(after - before - 1 >= window for before, after in pairwise(months)):
        return INACTIVE
    return ACTIVE
