"""Bring variables of any unit to 0-1, 1 = highest risk.

Source: `domain/risk.md` sections 6.2 (`legacy`) and 7 (`sound`); vectors
`cases/normalisation_traps.json`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]
Option = Literal["winsor", "minmax", "rank"]
OPTIONS: tuple[Option, ...] = ("winsor", "minmax", "rank")

LOWER_PERCENTILE = 2.0
UPPER_PERCENTILE = 98.0
_LEGACY_EPSILON = 1e-10


def legacy_normalise(values: FloatArray, direction: str, *, whole: bool = False) -> FloatArray:
    """Scale by plain min-max; an inverse variable goes through 1 / (x + 1e-10) first.

    Parameters
    ----------
    values : array (n_wards,), any unit, NaN = missing
    direction : "direct" or "inverse"
    whole : the column was written as whole numbers

    Returns
    -------
    array (n_wards,)
        In 0-1. One missing value makes the whole column NaN. All values identical: 0.5, or 0 for
        a column of whole numbers (the original stored 0.5 in an integer array).

    Source: risk.md section 6.2, oddities included.
    """
    if values.size == 0 or np.isnan(values).any():
        return np.full(values.shape, np.nan)
    if np.all(values == values[0]):
        return np.full(values.shape, 0.0 if whole else 0.5)
    scaled = 1.0 / (values + _LEGACY_EPSILON) if direction == "inverse" else values
    low, high = scaled.min(), scaled.max()
    if high == low:
        return np.full(values.shape, 0.5)
    return np.asarray((scaled - low) / (high - low), dtype=np.float64)


def bounds(values: FloatArray, option: Option) -> tuple[float, float]:
    """Return the values that become 0 and 1 (before any reversal) under `option`.

    Percentiles interpolate linearly between order statistics (Hyndman-Fan type 7).
    """
    if option == "winsor":
        low, high = np.percentile(values, [LOWER_PERCENTILE, UPPER_PERCENTILE])
        return float(low), float(high)
    return float(values.min()), float(values.max())


def normalise(values: FloatArray, direction: str, option: Option) -> FloatArray:
    """Scale a complete column to 0-1; inverse variables are 1 - z.

    Parameters
    ----------
    values : array (n_wards,), any unit, no NaN
    direction : "direct" or "inverse"
    option : "winsor" (2nd to 98th percentile), "minmax" or "rank" ((average rank - 1) / (n - 1))

    Returns
    -------
    array (n_wards,), in 0-1. All NaN when the bounds coincide: call `check_variation` first.
    """
    if option == "rank":
        z = (average_ranks(values) - 1.0) / max(len(values) - 1, 1)
    else:
        low, high = bounds(values, option)
        if high <= low:
            return np.full(values.shape, np.nan)
        z = np.clip((values - low) / (high - low), 0.0, 1.0)
    return np.asarray(1.0 - z if direction == "inverse" else z, dtype=np.float64)


def check_variation(values: FloatArray, option: Option, *, name: str) -> None:
    """Refuse a complete column that cannot order the wards.

    Raises
    ------
    DomainError
        ``NO_VARIATION`` when all values are equal; ``PERCENTILES_COINCIDE`` when only the option
        ``winsor`` cannot use it.
    """
    if float(values.max()) <= float(values.min()):
        raise DomainError(
            "NO_VARIATION",
            f"Every ward has the same value of {name} ({values[0]:g}), so it cannot rank them. "
            "It is left out.",
            {"variable": name, "value": float(values[0])},
        )
    low, high = bounds(values, option)
    if high <= low:
        raise DomainError(
            "PERCENTILES_COINCIDE",
            f"{name} shows no variation between the 2nd and 98th percentile (both {low:g}). "
            "Choose plain min-max for this run to use it.",
            {"variable": name, "percentile": low},
        )


def average_ranks(values: FloatArray) -> FloatArray:
    """Return ascending ranks from 1, equal values sharing their mean rank."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    starts = np.concatenate(([True], ranked[1:] != ranked[:-1]))
    group = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    last = np.concatenate((first[1:], [len(values)])) - 1
    out = np.empty(len(values))
    out[order] = ((first + last) / 2.0 + 1.0)[group]
    return out
