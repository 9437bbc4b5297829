"""Checks of tested and positive against each other (domain/inputs.md section 7).

No check changes a figure. Arrays; imported by the reading child only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

_MOST_ABOVE: Final = 0.50
_MOST_BELOW: Final = 0.25
_FEWEST_PAIRS: Final = 10


class PairCheck(NamedTuple):
    """Row numbers of one method and age group that deserve a remark.

    Attributes
    ----------
    above : positive > tested, also with tested 0.
    without_tested : positive present, tested blank; never used.
    without_result : tested present, positive blank; not zero positives.
    """

    above: Rows
    without_tested: Rows
    without_result: Rows


def check_pair(tested: Counts, positive: Counts) -> PairCheck:
    """Compare the two columns of a pair.

    Parameters
    ----------
    tested, positive : arrays (n_rows,), persons, >= 0; NaN is blank.
    """
    no_tested, no_positive = np.isnan(tested), np.isnan(positive)
    with np.errstate(invalid="ignore"):
        above = positive > tested
    return PairCheck(
        np.flatnonzero(above),
        np.flatnonzero(no_tested & ~no_positive),
        np.flatnonzero(~no_tested & no_positive),
    )


class Swap(NamedTuple):
    """How often positives exceed tests as labelled, and the other way round, over all pairs."""

    pairs: int
    above: int
    below: int

    @property
    def suspected(self) -> bool:
        """More than half as labelled and less than a quarter the other way (Ilorin)."""
        return (
            self.pairs >= _FEWEST_PAIRS
            and self.above > _MOST_ABOVE * self.pairs
            and self.below < _MOST_BELOW * self.pairs
        )


def swap_evidence(pairs: Iterable[tuple[Counts, Counts]]) -> Swap:
    """Count over all complete pairs how often positive > tested, and tested > positive."""
    total = above = below = 0
    for tested, positive in pairs:
        both = ~np.isnan(tested) & ~np.isnan(positive)
        total += int(both.sum())
        with np.errstate(invalid="ignore"):
            above += int((positive > tested)[both].sum())
            below += int((tested > positive)[both].sum())
    return Swap(total, above, below)
