"""How far two rankings of the same wards agree.

Source: `domain/risk.md` section 17, `domain/uncertainty.md` section 7. No absolute-rank rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two rankings of n wards compared; `shift` is array (n,), places moved (positive = down).

    Parameters
    ----------
    spearman, kendall : None for fewer than two wards
    largest : places moved by the ward that moves most
    entering, leaving : wards that enter and leave the first k
    """

    spearman: float | None
    kendall: float | None
    largest: int
    shift: IntArray
    entering: tuple[int, ...]
    leaving: tuple[int, ...]


def agreement(base: IntArray, other: IntArray, k: int) -> Agreement:
    """Compare two permutations of 1..n.

    Parameters
    ----------
    base, other : array (n_wards,), ranks without ties
    k : length of the list whose members are compared
    """
    n = len(base)
    shift = np.asarray(other - base, dtype=np.int64)
    spearman = None
    if n >= 2:
        spearman = 1.0 - 6.0 * float((shift.astype(np.float64) ** 2).sum()) / (n * (n * n - 1.0))
    inside, then = base <= k, other <= k
    return Agreement(
        spearman=spearman,
        kendall=kendall(base, other) if n >= 2 else None,
        largest=int(np.abs(shift).max()) if n else 0,
        shift=shift,
        entering=tuple(np.flatnonzero(then & ~inside).tolist()),
        leaving=tuple(np.flatnonzero(inside & ~then).tolist()),
    )


def kendall(a: IntArray, b: IntArray) -> float:
    """Return Kendall's tau of two permutations of 1..n, by counting inversions in O(n log n)."""
    n = len(a)
    ordered = b[np.argsort(a, kind="stable")]
    inversions = 0
    width = 1
    while width < n:
        for start in range(0, n, 2 * width):
            middle, stop = start + width, min(start + 2 * width, n)
            if middle >= stop:
                continue
            left, right = ordered[start:middle], ordered[middle:stop]
            inversions += int((len(left) - np.searchsorted(left, right)).sum())
            ordered[start:stop] = np.sort(ordered[start:stop])
        width *= 2
    return 1.0 - 4.0 * inversions / (n * (n - 1))
