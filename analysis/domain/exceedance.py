"""The class of a ward's positivity against limits, in words.

Source: `domain/uncertainty.md` section 6. The limits belong to TPR; strata of prevalence or
incidence must not be applied to it.
"""

from __future__ import annotations

from chatmrpt.common.statistics.exceedance import Classed

LIMITS = (0.05, 0.15, 0.30)
CLASSES = ("very low", "low", "moderate", "high")
NOT_CLASSIFIED = "not classified"


def class_in_words(found: Classed) -> str:
    """Return "high", "between low and moderate" or "not classified"."""
    if not found.classified:
        return NOT_CLASSIFIED
    if found.assigned:
        return CLASSES[found.first]
    return f"between {CLASSES[found.first]} and {CLASSES[found.last]}"
