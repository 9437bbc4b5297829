"""How sure it is that a ward's positivity lies above a limit, and the class that follows.

Source: `domain/uncertainty.md` section 6. The limits belong to TPR; strata of prevalence or
incidence must not be applied to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.domain.beta import beta_cdf

FloatArray = NDArray[np.float64]

LIMITS = (0.05, 0.15, 0.30)
PROBABILITY = 0.90
CLASSES = ("very low", "low", "moderate", "high")
NOT_CLASSIFIED = "not classified"


def above(alpha: FloatArray, beta: FloatArray, limits: Sequence[float] = LIMITS) -> FloatArray:
    """Return P(theta > limit) as array (n_wards, n_limits), non-increasing in the limit."""
    found = np.column_stack([1.0 - beta_cdf(t, alpha, beta) for t in limits])
    return np.asarray(np.minimum.accumulate(np.clip(found, 0.0, 1.0), axis=1), dtype=np.float64)


def classes(exceeds: FloatArray, *, probability: float = PROBABILITY) -> tuple[str, ...]:
    """Return the class of each ward, or between which classes it lies.

    Parameters
    ----------
    exceeds : array (n_wards, 3) of `above`; a class is assigned at the given probability, else the
        shortest run of neighbouring classes that reaches it is named (the likelier of equal ones)
    """
    n = len(exceeds)
    edges = np.column_stack([np.ones(n), exceeds, np.zeros(n)])
    mass = edges[:, :-1] - edges[:, 1:]
    return tuple(_class_of(row, probability) for row in mass)


def _class_of(mass: FloatArray, probability: float) -> str:
    m = len(mass)
    for length in range(1, m):
        runs = [(float(mass[i : i + length].sum()), -i) for i in range(m - length + 1)]
        best, at = max(runs)
        if best >= probability - 1e-12:
            first, last = CLASSES[-at], CLASSES[-at + length - 1]
            return first if length == 1 else f"between {first} and {last}"
    return NOT_CLASSIFIED
