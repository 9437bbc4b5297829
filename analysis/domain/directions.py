"""Direction of a variable by its name: the word rule of the `legacy` profile.

Source: `domain/risk.md` section 6.3; vectors `cases/legacy_directions.json`. The rule misreads
many names (`itn_coverage` direct, `poor_housing` inverse); it is kept for comparison only.
"""

from __future__ import annotations

from typing import Literal

INVERSE_WORDS: tuple[str, ...] = (
    "distance",
    "elevation",
    "altitude",
    "slope",
    "housing",
    "quality",
    "income",
    "education",
    "access",
    "urban",
    "facility",
)


def legacy_direction(name: str) -> Literal["direct", "inverse"]:
    """Return ``inverse`` when the lower-cased name contains one of the words, else ``direct``.

    Example
    -------
    >>> legacy_direction("Elevation_M"), legacy_direction("nighttime_lights")
    ('inverse', 'direct')
    """
    lowered = name.lower()
    return "inverse" if any(word in lowered for word in INVERSE_WORDS) else "direct"
