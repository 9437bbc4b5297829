"""Why a ward stands where it stands, and what would change it: closed forms, no words of a model.

Source: `domain/risk.md` section 12. The score is linear in z, so the change of one variable that
moves a ward across a class border can be calculated; the other wards are held as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.domain.ranking import HIGH, LOW, MEDIUM, third

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ROOM = 1e-12
UPPER_QUARTILE = 75.0


@dataclass(frozen=True, slots=True)
class Scored:
    """One variable of the score as an explanation needs it.

    Parameters
    ----------
    values, z : array (n_wards,), in the unit of the variable and in 0-1
    bounds : the values that become 0 and 1 before any reversal; None when z is a rank
    """

    name: str
    direction: str
    weight: float
    values: FloatArray
    z: FloatArray
    bounds: tuple[float, float] | None


def class_changes(
    score: FloatArray, rank: IntArray, variables: Sequence[Scored]
) -> tuple[dict[str, Any] | None, ...]:
    """Return for each ward the nearest class border and what would carry the ward to it.

    Returns
    -------
    tuple of dict or None
        ``to`` (the class behind the border), ``border`` (its score), ``gap`` (border - score) and
        ``variables``: name to the raw value that alone would do it, None when z would leave 0-1,
        or when the run normalises by rank, where the value of others decides. None for a ward
        when n < 3: all wards are Medium.
    """
    n, k = len(score), third(len(score))
    if k == 0:
        return (None,) * n
    by_rank = np.empty(n)
    by_rank[rank - 1] = score
    out: list[dict[str, Any] | None] = []
    for i in range(n):
        borders = _borders(int(rank[i]), n, k, by_rank)
        to, border = min(borders, key=lambda pair: abs(pair[1] - float(score[i])))
        gap = border - float(score[i])
        out.append(
            {
                "to": to,
                "border": border,
                "gap": gap,
                "variables": {v.name: _value_for(v, i, gap) for v in variables},
            }
        )
    return tuple(out)


def _borders(place: int, n: int, k: int, by_rank: FloatArray) -> list[tuple[str, float]]:
    """Return the class behind each border of the ward's class, and the score at that border."""
    if place <= k:
        return [(MEDIUM, float(by_rank[k]))]
    if place > n - k:
        return [(MEDIUM if n > 2 * k else HIGH, float(by_rank[n - k - 1]))]
    return [(HIGH, float(by_rank[k - 1])), (LOW, float(by_rank[n - k]))]


def _value_for(v: Scored, i: int, gap: float) -> float | None:
    if v.bounds is None:
        return None
    wanted = float(v.z[i]) + gap / v.weight
    if not -_ROOM <= wanted <= 1.0 + _ROOM:
        return None
    wanted = min(max(wanted, 0.0), 1.0)
    low, high = v.bounds
    share = 1.0 - wanted if v.direction == "inverse" else wanted
    return low + share * (high - low)


def high_on(variables: Sequence[Scored]) -> IntArray:
    """Return for each ward on how many variables it lies above the upper quartile of risk.

    The mean lets a low value make up for a high one; this count does not. Equal values at the
    quartile do not count, so that a variable without variation up there counts for nobody.
    """
    counts = np.zeros(len(variables[0].z), dtype=np.int64)
    for v in variables:
        values = -v.values if v.direction == "inverse" else v.values
        counts += values > np.percentile(values, UPPER_QUARTILE)
    return counts
