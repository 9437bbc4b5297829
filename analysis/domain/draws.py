"""Rank uncertainty by Monte Carlo: every draw is a complete re-run of the score.

Source: `domain/uncertainty.md` section 5. Generator PCG64 with a stored seed, one spawned stream
per component, numbers attached to the sorted ward codes: row order, the number of workers and a
switched-off component cannot change the others. The ranks of the draws are stored with the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.domain.normalisation import Option, normalise
from analysis.domain.ranking import SCORE_DECIMALS, third

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

GENERATOR = "PCG64"
WEIGHT_CONCENTRATION = 40.0
_REDRAWS = 20


@dataclass(frozen=True, slots=True)
class DrawColumn:
    """One variable of the score as the draws need it.

    Parameters
    ----------
    values : array (n_wards,), complete, in the unit of the variable
    mask, spread : array (n_wards,), where the value was filled in and its standard deviation
    alpha, beta : array (n_wards,) or None, posterior of the malaria indicator
    """

    values: FloatArray
    direction: str
    mask: NDArray[np.bool_]
    spread: FloatArray
    minimum: float | None
    maximum: float | None
    alpha: FloatArray | None = None
    beta: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Components:
    """Which components are drawn."""

    indicator: bool = True
    imputation: bool = True
    weights: bool = True


@dataclass(frozen=True, slots=True)
class RankDraws:
    """Summary of the ranks over the draws; every array is (n_wards,).

    Percentile ranks are whole numbers (inverted empirical distribution). Probabilities are shares
    of draws, 0-1. `ladder` maps k to P(rank <= k) for the usual k and the one asked for. `ranks`
    is (draws, n_wards): what a plan needs to say how sure a ward's nets are.
    """

    low: IntArray
    median: IntArray
    high: IntArray
    mean: FloatArray
    p_top: FloatArray
    p_high: FloatArray
    p_medium: FloatArray
    p_low: FloatArray
    draws: int
    ranks: NDArray[np.int32]
    ladder: dict[int, FloatArray] = field(default_factory=dict)


def draw_ranks(
    columns: Sequence[DrawColumn],
    weights: FloatArray,
    codes: Sequence[str],
    tie: FloatArray,
    *,
    option: Option,
    draws: int,
    seed: int,
    top: int,
    components: Components | None = None,
    concentration: float = WEIGHT_CONCENTRATION,
    on_draw: Callable[[int], None] | None = None,
) -> RankDraws:
    """Draw malaria indicator, filled values and weights, and rank the wards each time.

    Parameters
    ----------
    columns : the variables with a weight above 0
    weights : array (n_variables,), > 0, sum 1
    codes : unique ward codes
    tie : array (n_wards,), posterior mean of the malaria indicator: decides between equal scores
    top : k of P(rank <= k)
    on_draw : called with the number of finished draws, for progress and cancellation
    """
    components = components or Components()
    n = len(codes)
    by_code = np.array(sorted(range(n), key=lambda i: codes[i]), dtype=np.int64)
    tie_position = np.argsort(-tie[by_code], kind="stable")
    cols = [_reorder(column, by_code) for column in columns]
    streams = [
        np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(3)
    ]
    for_indicator, for_imputation, for_weights = streams
    fixed = [normalise(c.values, c.direction, option) for c in cols]

    ranks = np.empty((draws, n), dtype=np.int32)
    places = np.arange(1, n + 1, dtype=np.int32)
    z = np.column_stack(fixed)
    for d in range(draws):
        for j, column in enumerate(cols):
            drawn = _draw_column(column, components, for_indicator, for_imputation)
            if drawn is not None:
                again = normalise(drawn, column.direction, option)
                z[:, j] = fixed[j] if np.isnan(again[0]) else again
        w = weights
        if components.weights and len(weights) > 1:
            w = for_weights.dirichlet(concentration * weights)
        score = np.round(z @ w, SCORE_DECIMALS)
        placed = tie_position[np.argsort(-score[tie_position], kind="stable")]
        ranks[d, placed] = places
        if on_draw is not None:
            on_draw(d + 1)
    return _summarise(ranks, by_code, top)


def _draw_column(
    column: DrawColumn,
    components: Components,
    for_indicator: np.random.Generator,
    for_imputation: np.random.Generator,
) -> FloatArray | None:
    if column.alpha is not None and column.beta is not None:
        return for_indicator.beta(column.alpha, column.beta) if components.indicator else None
    if not components.imputation or not column.mask.any():
        return None
    centre, spread = column.values[column.mask], column.spread[column.mask]
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    drawn = centre + spread * for_imputation.standard_normal(len(centre))
    for _ in range(_REDRAWS):
        outside = (drawn < low) | (drawn > high)
        if not outside.any():
            break
        again = for_imputation.standard_normal(int(outside.sum()))
        drawn[outside] = centre[outside] + spread[outside] * again
    out = column.values.copy()
    out[column.mask] = np.clip(drawn, low, high)
    return out


def _reorder(column: DrawColumn, order: IntArray) -> DrawColumn:
    return DrawColumn(
        values=column.values[order],
        direction=column.direction,
        mask=column.mask[order],
        spread=column.spread[order],
        minimum=column.minimum,
        maximum=column.maximum,
        alpha=None if column.alpha is None else column.alpha[order],
        beta=None if column.beta is None else column.beta[order],
    )


def _summarise(ranks: NDArray[np.int32], by_code: IntArray, top: int) -> RankDraws:
    draws, n = ranks.shape
    k = third(n)

    def back(values: NDArray[np.generic]) -> NDArray[np.generic]:
        out = np.empty(n, dtype=values.dtype)
        out[by_code] = values
        return out

    ordered = np.sort(ranks, axis=0)
    low, median, high = (ordered[_inverted(q, draws)] for q in (0.05, 0.50, 0.95))
    p_high = (ranks <= k).sum(axis=0) / draws
    p_low = (ranks > n - k).sum(axis=0) / draws
    return RankDraws(
        low=back(low).astype(np.int64),
        median=back(median).astype(np.int64),
        high=back(high).astype(np.int64),
        mean=back(ranks.mean(axis=0)).astype(np.float64),
        p_top=back((ranks <= top).sum(axis=0) / draws).astype(np.float64),
        p_high=back(p_high).astype(np.float64),
        p_medium=back(1.0 - p_high - p_low).astype(np.float64),
        p_low=back(p_low).astype(np.float64),
        draws=draws,
        ranks=_in_order(ranks, by_code),
        ladder={
            size: back((ranks <= size).sum(axis=0) / draws).astype(np.float64)
            for size in ladder_sizes(n, top)
        },
    )


def _in_order(ranks: NDArray[np.int32], by_code: IntArray) -> NDArray[np.int32]:
    out = np.empty_like(ranks)
    out[:, by_code] = ranks
    return out


def ladder_sizes(n: int, top: int) -> tuple[int, ...]:
    """Return the k of the probability ladder: 5, 10, a tenth, a fifth, a third, and the asked."""
    return tuple(sorted({k for k in (5, 10, n // 10, n // 5, n // 3, top) if 1 <= k <= n}))


def _inverted(level: float, draws: int) -> int:
    """Return the position of the inverted empirical distribution: ceil(level * draws) - 1."""
    return max(int(np.ceil(level * draws - 1e-9)) - 1, 0)
