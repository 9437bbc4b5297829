"""Design effects over arrays, for the malaria indicator (uncertainty.md section 2).

The rule stands in `chatmrpt.common.statistics.design_effect`, which the ground floor uses too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatmrpt.common.statistics.design_effect import (
    DEFAULT_DEFF,
    MIN_WARDS,
    PRIOR_CLUSTERS,
    Facilities,
    clusters,
    stable_deffs,
)

FloatArray = NDArray[np.float64]

__all__ = ["DEFAULT_DEFF", "DesignEffects", "design_effects"]


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
    found = stable_deffs(
        [clusters(ward) for ward in wards],
        min_wards=min_wards,
        default=default,
        prior_clusters=prior_clusters,
    )
    own = [np.nan if value is None else value for value in found.own]
    return DesignEffects(
        used=np.array(found.used, dtype=np.float64),
        own=np.array(own, dtype=np.float64),
        pooled=found.pooled,
        defaulted=found.defaulted,
    )
