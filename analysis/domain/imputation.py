"""Fill missing values by a stated rule, with a method and a spread for every filled value.

Source: `domain/risk.md` section 5. The two profiles differ; neither ever uses a value that was
itself filled in, and the malaria indicator is not filled by the `sound` rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]

OBSERVED = "observed"
NEIGHBOURS = "neighbours"
LGA = "lga"
STATE = "state"
COLUMN_MEAN = "column_mean"
NO_OBSERVATION = "no_observation"
METHODS = (OBSERVED, NEIGHBOURS, LGA, STATE, COLUMN_MEAN, NO_OBSERVATION)


@dataclass(frozen=True, slots=True)
class Imputed:
    """A completed column.

    Parameters
    ----------
    values : array (n_wards,)
        No missing value left.
    methods : tuple of str (n_wards,)
        One of `METHODS`.
    n_neighbours : array (n_wards,)
        How many observed neighbours the mean used; 0 elsewhere.
    spread : array (n_wards,)
        Standard deviation of the filled value, in the unit of the variable; 0 where observed.
    """

    values: FloatArray
    methods: tuple[str, ...]
    n_neighbours: NDArray[np.int64]
    spread: FloatArray

    @property
    def mask(self) -> NDArray[np.bool_]:
        """True where the value was filled in."""
        return np.array([m != OBSERVED for m in self.methods], dtype=bool)


def legacy_impute(values: FloatArray, neighbours: Sequence[Sequence[int]]) -> Imputed:
    """Fill by the plain mean of observed queen neighbours, else the column mean, else 0.

    Parameters
    ----------
    values : array (n_wards,), any unit, NaN = missing
    neighbours : for each ward the positions of the polygons that share at least one point

    Source: risk.md section 5, `legacy`.
    """
    observed = ~np.isnan(values)
    filled = values.astype(np.float64, copy=True)
    methods = [OBSERVED] * len(values)
    counts = np.zeros(len(values), dtype=np.int64)
    has_any = bool(observed.any())
    column_mean = float(values[observed].mean()) if has_any else 0.0
    for i in np.flatnonzero(~observed).tolist():
        near = [j for j in neighbours[i] if observed[j]]
        if near:
            filled[i] = values[near].mean()
            methods[i] = NEIGHBOURS
            counts[i] = len(near)
        else:
            filled[i] = column_mean
            methods[i] = COLUMN_MEAN if has_any else NO_OBSERVATION
    return Imputed(filled, tuple(methods), counts, np.zeros(len(values)))


def sound_impute(
    values: FloatArray,
    neighbours: Sequence[Sequence[int]],
    lgas: Sequence[str],
    states: Sequence[str],
    *,
    name: str,
) -> Imputed:
    """Fill by neighbours, else the LGA's observed wards, else the state's, each with a spread.

    Parameters
    ----------
    values : array (n_wards,), any unit, NaN = missing
    lgas, states : for each ward; an empty LGA means "not known" and skips that step
    name : the variable, for the message

    Raises
    ------
    DomainError
        ``NO_VALUE_IN_STATE`` when a state with a missing ward has no observed value at all.

    Source: risk.md section 5, `sound`. Standard deviations have n - 1 in the denominator; a
    deviation of fewer than two values (three for an LGA) is replaced by the state's.
    """
    observed = ~np.isnan(values)
    filled = values.astype(np.float64, copy=True)
    methods = [OBSERVED] * len(values)
    counts = np.zeros(len(values), dtype=np.int64)
    spread = np.zeros(len(values))
    if observed.all():
        return Imputed(filled, tuple(methods), counts, spread)

    near_mean, near_count = _neighbour_means(values, observed, neighbours)
    both = observed & (near_count > 0)
    residual = _deviation(values[both] - near_mean[both])
    by_lga = _groups([f"{s}\x1f{g}" if g else "" for s, g in zip(states, lgas, strict=True)])
    by_state = _groups(list(states))
    for i in np.flatnonzero(~observed).tolist():
        state_values = _observed(values, observed, by_state[states[i]])
        if near_count[i] > 0:
            filled[i], methods[i], counts[i] = near_mean[i], NEIGHBOURS, near_count[i]
            spread[i] = residual if residual is not None else (_deviation(state_values) or 0.0)
            continue
        key = f"{states[i]}\x1f{lgas[i]}" if lgas[i] else ""
        lga_values = _observed(values, observed, by_lga[key]) if key else values[:0]
        if lga_values.size:
            filled[i], methods[i] = lga_values.mean(), LGA
            own = _deviation(lga_values) if lga_values.size >= 3 else None
            spread[i] = own if own is not None else (_deviation(state_values) or 0.0)
        elif state_values.size:
            filled[i], methods[i] = state_values.mean(), STATE
            spread[i] = _deviation(state_values) or 0.0
        else:
            raise DomainError(
                "NO_VALUE_IN_STATE",
                f"The variable {name} has no value in {states[i] or 'one of the states'}, so a "
                "missing ward there cannot be filled from its neighbours, LGA or state. Load the "
                "variable for that state or leave it out.",
                {"variable": name, "state": states[i]},
            )
    return Imputed(filled, tuple(methods), counts, spread)


def _neighbour_means(
    values: FloatArray, observed: NDArray[np.bool_], neighbours: Sequence[Sequence[int]]
) -> tuple[FloatArray, NDArray[np.int64]]:
    means = np.full(len(values), np.nan)
    counts = np.zeros(len(values), dtype=np.int64)
    for i, near in enumerate(neighbours):
        seen = [j for j in near if observed[j]]
        if seen:
            means[i] = values[seen].mean()
            counts[i] = len(seen)
    return means, counts


def _groups(keys: Sequence[str]) -> dict[str, list[int]]:
    out: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        out.setdefault(key, []).append(i)
    return out


def _observed(values: FloatArray, observed: NDArray[np.bool_], index: list[int]) -> FloatArray:
    chosen = np.array(index, dtype=np.int64)
    return values[chosen[observed[chosen]]]


def _deviation(values: FloatArray) -> float | None:
    return float(values.std(ddof=1)) if values.size >= 2 else None
