"""The weighted mean of the `sound` profile, its weights and its contributions.

Source: `domain/risk.md` sections 8 and 12. The mean is fully compensatory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]

MIN_MALARIA_WEIGHT = 0.05


def equal_weights(names: Sequence[str]) -> dict[str, float]:
    """Return the same weight for every variable; they add up to 1."""
    return {name: 1.0 / len(names) for name in names}


def group_weights(groups: Mapping[str, str]) -> dict[str, float]:
    """Return weights equal over groups and equal inside each group.

    Guards against counting moisture three times. A variable without a group is its own group.
    """
    key = {name: group or f"\x1f{name}" for name, group in groups.items()}
    sizes: dict[str, int] = {}
    for group in key.values():
        sizes[group] = sizes.get(group, 0) + 1
    return {name: 1.0 / len(sizes) / sizes[group] for name, group in key.items()}


def typed_weights(names: Sequence[str], typed: Mapping[str, float]) -> dict[str, float]:
    """Return weights as a person typed them, scaled to add up to 1.

    Parameters
    ----------
    names : the variables of the run
    typed : name to weight; a variable that is not named weighs 1, a weight of 0 removes it visibly

    Raises
    ------
    DomainError
        ``INVALID_WEIGHTS`` for an unknown name, a negative weight, or weights that are all 0.
    """
    unknown = sorted(set(typed) - set(names))
    if unknown:
        raise DomainError(
            "INVALID_WEIGHTS",
            f"A weight is given for {unknown[0]}, which is not a variable of this run. "
            f"The variables are: {', '.join(names)}.",
            {"unknown": unknown, "variables": list(names)},
        )
    raw = {name: float(typed.get(name, 1.0)) for name in names}
    for name, weight in raw.items():
        if not np.isfinite(weight) or weight < 0:
            raise DomainError(
                "INVALID_WEIGHTS",
                f"The weight of {name} is {weight:g}. A weight is a number of 0 or more.",
                {"variable": name, "weight": str(weight)},
            )
    total = sum(raw.values())
    if total <= 0:
        raise DomainError(
            "INVALID_WEIGHTS", "Every weight is 0, so nothing is left to rank by.", {}
        )
    return {name: weight / total for name, weight in raw.items()}


def hold_malaria_weight(
    weights: Mapping[str, float], malaria: str, *, typed: bool
) -> dict[str, float]:
    """Keep the malaria indicator at no less than the smallest allowed weight.

    Typed weights below it are refused; equal weights over more than twenty variables are raised
    to it, the others scaled down together.

    Raises
    ------
    DomainError
        ``MALARIA_WEIGHT_TOO_SMALL``.
    """
    weight = weights[malaria]
    if weight >= MIN_MALARIA_WEIGHT - 1e-12:
        return dict(weights)
    if typed:
        raise DomainError(
            "MALARIA_WEIGHT_TOO_SMALL",
            f"The malaria indicator {malaria} would weigh {weight:.3f}. A malaria ranking needs "
            f"at least {MIN_MALARIA_WEIGHT:g}; give it more or the others less.",
            {"variable": malaria, "weight": weight, "minimum": MIN_MALARIA_WEIGHT},
        )
    scale = (1.0 - MIN_MALARIA_WEIGHT) / (1.0 - weight)
    return {n: MIN_MALARIA_WEIGHT if n == malaria else w * scale for n, w in weights.items()}


def weighted_mean(z: FloatArray, weights: FloatArray) -> FloatArray:
    """Return score_i = sum_j w_j z_ij.

    Parameters
    ----------
    z : array (n_wards, n_variables), in 0-1, no NaN
    weights : array (n_variables,), >= 0, sum 1
    """
    return np.asarray(z @ weights, dtype=np.float64)


def contributions(z: FloatArray, weights: FloatArray) -> FloatArray:
    """Return c_ij = w_j (z_ij - mean_i z_j); a ward's row adds up to its score - mean score."""
    return np.asarray((z - z.mean(axis=0)) * weights, dtype=np.float64)
