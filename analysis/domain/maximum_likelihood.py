"""Beta-binomial prior of one pool by maximum likelihood, as a check of the moments.

Source: `domain/uncertainty.md` section 3.4; vector: case 1 of `cases/beta_binomial.json`. Not
used for the ranking, which uses moments over LGAs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.domain.beta import log_beta

FloatArray = NDArray[np.float64]

_STEP = 1e-4
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class PoolFit:
    """Prior Beta(alpha, beta); `converged` False means: use the moments and say so."""

    alpha: float
    beta: float
    log_marginal: float
    converged: bool


def fit_pool(positive: FloatArray, tested: FloatArray) -> PoolFit:
    """Maximise sum log B(x + alpha, n - x + beta) - log B(alpha, beta) over log alpha, log beta.

    Parameters
    ----------
    positive, tested : array (n_wards,), effective counts, tested > 0

    Newton steps with numerical derivatives from (0, 0), halved until the likelihood rises.
    """

    def value(point: FloatArray) -> float:
        a, b = np.exp(point)
        ones = np.ones(len(tested))
        terms = log_beta(positive + a, tested - positive + b) - log_beta(a * ones, b * ones)
        return float(terms.sum())

    point = np.zeros(2)
    best = value(point)
    for _ in range(_MOST_STEPS):
        slope, curve = _derivatives(value, point)
        if np.abs(slope).max() < 1e-6:
            a, b = np.exp(point)
            return PoolFit(float(a), float(b), best, converged=True)
        step = _uphill(slope, curve)
        scale = 1.0
        while scale > 1e-8:
            moved = point + scale * step
            found = value(moved) if np.abs(moved).max() < 25 else -np.inf
            if found > best:
                break
            scale /= 2
        else:
            a, b = np.exp(point)
            near = bool(np.abs(slope).max() < 1e-3)
            return PoolFit(float(a), float(b), best, converged=near)
        point, best = moved, found
    a, b = np.exp(point)
    return PoolFit(float(a), float(b), best, converged=False)


def _uphill(slope: FloatArray, curve: FloatArray) -> FloatArray:
    """Return the Newton step where the curve bends down, else a bounded step along the slope."""
    if curve[0, 0] < 0 and np.linalg.det(curve) > 0:
        step = -np.linalg.solve(curve, slope)
    else:
        step = slope / np.abs(slope).max()
    return np.asarray(np.clip(step, -2.0, 2.0), dtype=np.float64)


def _derivatives(
    value: Callable[[FloatArray], float], point: FloatArray
) -> tuple[FloatArray, FloatArray]:
    slope, curve = np.zeros(2), np.zeros((2, 2))
    middle = value(point)
    shift = np.eye(2) * _STEP
    up = [value(point + shift[k]) for k in (0, 1)]
    down = [value(point - shift[k]) for k in (0, 1)]
    for k in (0, 1):
        slope[k] = (up[k] - down[k]) / (2 * _STEP)
        curve[k, k] = (up[k] - 2 * middle + down[k]) / _STEP**2
    corners = (
        value(point + shift[0] + shift[1])
        - value(point + shift[0] - shift[1])
        - value(point - shift[0] + shift[1])
        + value(point - shift[0] - shift[1])
    )
    curve[0, 1] = curve[1, 0] = corners / (4 * _STEP**2)
    return slope, curve
