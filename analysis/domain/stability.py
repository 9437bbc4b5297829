"""Marks of a ward and the words for how firm its class is.

Source: `domain/uncertainty.md` sections 4 and 5.4; `domain/risk.md` section 5.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from analysis.domain.draws import RankDraws
from analysis.domain.indicator import Prepared

FIRM_PROBABILITY = 0.80
WIDE_PROBABILITY = 0.20

NOT_ASSESSED = "not assessed"


def ward_flags(
    malaria: Prepared, mostly: NDArray[np.bool_], shared: NDArray[np.int64]
) -> tuple[tuple[str, ...], ...]:
    """Return the marks of each ward: no_tests, too_few_tests, positive_exceeds_tested, ..."""
    times = Counter(shared.tolist())
    out = []
    for i, place in enumerate(shared.tolist()):
        marks = []
        if malaria.no_tests[i]:
            marks.append("no_tests")
        if malaria.too_few[i]:
            marks.append("too_few_tests")
        if malaria.exceeding[i]:
            marks.append("positive_exceeds_tested")
        if mostly[i]:
            marks.append("mostly_imputed")
        if times[place] > 1:
            marks.append("tied")
        out.append(tuple(marks))
    return tuple(out)


def stability_words(
    draws: RankDraws,
    too_few: NDArray[np.bool_],
    mostly: NDArray[np.bool_],
    all_imputed: NDArray[np.bool_],
) -> tuple[str, ...]:
    """Return "firm High", "borderline High-Medium", "wide", "not assessed" ... for each ward."""
    words = []
    for i in range(len(draws.p_high)):
        if all_imputed[i]:
            words.append(NOT_ASSESSED)
            continue
        high, medium, low = draws.p_high[i], draws.p_medium[i], draws.p_low[i]
        named = (("High", high), ("Medium", medium), ("Low", low))
        best = max(named, key=lambda pair: pair[1])
        if best[1] >= FIRM_PROBABILITY and not (too_few[i] or mostly[i]):
            words.append(f"firm {best[0]}")
        elif high > WIDE_PROBABILITY and low > WIDE_PROBABILITY:
            words.append("borderline wide")
        elif high >= low:
            words.append("borderline High-Medium")
        else:
            words.append("borderline Medium-Low")
    return tuple(words)
