"""How many independent tests a ward's tests are worth.

Source: `domain/uncertainty.md` section 2; vector: case 3 of `cases/beta_binomial.json`. The cluster
is the facility, its periods added first; facilities without tests in the period do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

PRIOR_CLUSTERS = 5
MIN_WARDS = 5
DEFAULT_DEFF = 10.0

Facilities = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class DesignEffects:
    """Design effects of the wards of one state.

    Parameters
    ----------
    used : array (n_wards,), >= 1, stored as `deff_stable`
    own : array (n_wards,), the ward's own estimate; NaN with one facility or a rate of 0 or 1
    pooled : the state's value
    defaulted : the state had too few wards with two facilities and the setting was used
    """

    used: FloatArray
    own: FloatArray
    pooled: float
    defaulted: bool


def design_effects(
    wards: Sequence[Facilities],
    *,
    min_wards: int = MIN_WARDS,
    default: float = DEFAULT_DEFF,
    prior_clusters: int = PRIOR_CLUSTERS,
) -> DesignEffects:
    """Blend each ward's own design effect with the state's pooled one.

    Parameters
    ----------
    wards : for each ward the (positive, tested) totals of its facilities
    """
    own = np.full(len(wards), np.nan)
    clusters = np.zeros(len(wards))
    top = bottom = 0.0
    contributing = 0
    for i, facilities in enumerate(wards):
        x = np.array([f[0] for f in facilities if f[1] > 0], dtype=np.float64)
        n = np.array([f[1] for f in facilities if f[1] > 0], dtype=np.float64)
        m = len(n)
        clusters[i] = m
        if m < 2:
            continue
        total = float(n.sum())
        p = float(x.sum()) / total
        if not 0 < p < 1:
            continue
        spread = m / (m - 1) * float(((x - p * n) ** 2).sum())
        own[i] = (spread / total**2) / (p * (1 - p) / total)
        top += spread
        bottom += total * p * (1 - p)
        contributing += 1
    defaulted = contributing < min_wards or bottom <= 0
    pooled = default if defaulted else max(1.0, top / bottom)
    weight = np.where(np.isnan(own), 0.0, (clusters - 1) / (clusters - 1 + prior_clusters))
    blended = weight * np.maximum(1.0, np.nan_to_num(own, nan=1.0)) + (1.0 - weight) * pooled
    return DesignEffects(used=blended, own=own, pooled=pooled, defaulted=defaulted)
