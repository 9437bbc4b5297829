"""The malaria indicator of a run counted every other way. Imports numpy: workers only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.domain.choices import REFUSED_DEFINITIONS
from analysis.domain.frames import Indicator, OtherIndicator
from tpr.api import OtherCount, WardFigure, other_counts
from tpr.models import TprResult

_RATIOS = ("opd", "fever")


def other_indicators(
    result: TprResult, figures: Sequence[WardFigure], name: str
) -> tuple[OtherIndicator, ...]:
    """Return an indicator for each other definition, level, age group and exceeding rule.

    Rates of tests axis "positivity", ratios "ratio", rules for more positives than tests
    "exceeding". Not usable: no data for more than half of the wards.
    """
    return tuple(_other(result, figures, name, count) for count in other_counts(result))


def _other(
    result: TprResult, figures: Sequence[WardFigure], name: str, count: OtherCount
) -> OtherIndicator:
    places = [(f.lga, f.ward) for f in figures]
    totals = [count.totals.get(place) for place in places]
    tested = np.array([np.nan if t is None else t[0] for t in totals])
    positive = np.array([np.nan if t is None else t[1] for t in totals])
    known = [count.facilities.get(place, ()) for place in places]
    if count.definition in REFUSED_DEFINITIONS:  # a rate that cannot be shrunk: as it is
        indicator = Indicator(name=name, definition=count.definition, share=positive / tested)
    else:
        indicator = Indicator(
            name=name,
            definition=count.definition,
            tested=tested,
            positive=positive,
            facilities=np.array([float(len(k)) for k in known]),
            clusters=tuple(known),
        )
    if count.exceeding != result.exceeding:
        axis, key = "exceeding", count.exceeding
    else:
        axis = "ratio" if count.definition in _RATIOS else "positivity"
        key = f"{count.definition}/{count.level}/{count.age_group}"
    usable = 2 * sum(t is not None for t in totals) >= len(totals)
    return OtherIndicator(axis, key, key.replace("/", ", "), indicator, usable)
