"""One function for ranks and one for classes. Rank 1 = highest risk, everywhere.

Source: `domain/risk.md` sections 6.1 (L7, L8) and 9.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HIGH = "High"
MEDIUM = "Medium"
LOW = "Low"
CATEGORIES = (HIGH, MEDIUM, LOW)
SCORE_DECIMALS = 12


def tie_order(codes: Sequence[str], second: FloatArray | None = None) -> IntArray:
    """Return positions in the order that breaks ties: `second` descending, then code ascending.

    Parameters
    ----------
    codes : unique ward codes
    second : array (n_wards,), e.g. the posterior mean of the malaria indicator, or None
    """
    by_code = np.array(sorted(range(len(codes)), key=lambda i: codes[i]), dtype=np.int64)
    if second is None:
        return by_code
    return by_code[np.argsort(-second[by_code], kind="stable")]


def unique_ranks(scores: FloatArray, order: IntArray, *, exact: bool = False) -> IntArray:
    """Return whole ranks 1..n without ties: score descending, then `order`.

    Scores are compared after rounding to 12 decimals, so that the order of columns or rows
    cannot decide a rank through the last bits. With `exact` they are compared as they are: the
    legacy rule squeezes inverse variables into differences of 1e-14 and ranks by them.

    Returns
    -------
    array (n_wards,) of int, a permutation of 1..n.
    """
    rounded = scores[order] if exact else np.round(scores[order], SCORE_DECIMALS)
    placed = order[np.argsort(-rounded, kind="stable")]
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[placed] = np.arange(1, len(scores) + 1)
    return ranks


def shared_ranks(scores: FloatArray) -> IntArray:
    """Return competition ranks for display ("1, 2, 2, 4")."""
    rounded = np.round(scores, SCORE_DECIMALS)
    ascending = np.sort(-rounded)
    return np.asarray(np.searchsorted(ascending, -rounded, side="left") + 1, dtype=np.int64)


def third(n: int) -> int:
    """Return how many wards are High, and how many are Low, among `n`."""
    return n // 3


def categories(ranks: IntArray) -> tuple[str, ...]:
    """Return High, Medium or Low by rank position: the first and last floor(n/3).

    Example
    -------
    >>> categories(np.array([2, 1, 3]))
    ('Medium', 'High', 'Low')
    """
    n = len(ranks)
    k = third(n)
    return tuple(HIGH if r <= k else LOW if r > n - k else MEDIUM for r in ranks.tolist())
