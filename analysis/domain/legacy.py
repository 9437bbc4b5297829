"""The published rule, exactly: median over means of variable subsets.

Source: `domain/risk.md` section 6, reference `cases/ilorin_reference.csv`. Oddities are part of it:
from six variables on only the first five in list order count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.domain.choices import check_legacy_count
from analysis.domain.ranking import tie_order, unique_ranks
from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_VARIABLES = 5


@dataclass(frozen=True, slots=True)
class LegacyScores:
    """Scores of the ensemble.

    Parameters
    ----------
    score : array (n_wards,)
        Median over the models.
    score_min, score_max : array (n_wards,)
    rank : array (n_wards,) of int
    rank_min, rank_max, rank_median : array (n_wards,)
        Of the ranks within each model: the box plot. Not a sampling error.
    n_models : int
    """

    score: FloatArray
    score_min: FloatArray
    score_max: FloatArray
    rank: IntArray
    rank_min: IntArray
    rank_max: IntArray
    rank_median: FloatArray
    n_models: int


def subsets(k: int) -> list[tuple[int, ...]]:
    """Return the variable subsets (positions in list order) of the ensemble.

    Two to five variables: all subsets of size 2..k (1, 4, 11, 26). Six and more: of the first five
    all 10 pairs, the first 5 triplets in lexicographic order and the one set of five: 16.

    Raises
    ------
    DomainError
        ``TOO_FEW_VARIABLES`` for fewer than two.
    """
    check_legacy_count(k)
    if k <= MOST_VARIABLES:
        return [c for size in range(2, k + 1) for c in combinations(range(k), size)]
    first = range(MOST_VARIABLES)
    return [
        *combinations(first, 2),
        *list(combinations(first, 3))[:5],
        tuple(first),
    ]


def ensemble(z: FloatArray, codes: Sequence[str], *, offered: int | None = None) -> LegacyScores:
    """Score and rank wards by the median over the models of `subsets`.

    Parameters
    ----------
    z : array (n_wards, n_variables)
        Normalised by the legacy rule, in list order, at most the first five; a column may be NaN
        as a whole.
    codes : unique ward codes, the tie order
    offered : how many variables were chosen, when more than the columns of `z`

    Returns
    -------
    LegacyScores
        Equal scores inside a model (risk.md says nothing) go to the ward with the higher ward
        score, then by code: that gives every box of the reference. A model in which every
        variable of a ward is NaN is skipped for it.
    """
    models = subsets(offered or z.shape[1])
    order = tie_order(codes)
    by_model = np.column_stack([_mean_skipping_missing(z[:, list(m)]) for m in models])
    if np.isnan(by_model).all(axis=1).any():
        raise DomainError(
            "NO_DATA",
            "At least one ward has no value in any variable, so the legacy rule gives it no "
            "score. Choose variables that have data.",
            {},
        )
    score = np.nanmedian(by_model, axis=1)
    usable = by_model[:, ~np.isnan(by_model).any(axis=0)]
    by_score = tie_order(codes, score)
    ranks = np.column_stack([unique_ranks(column, by_score, exact=True) for column in usable.T])
    return LegacyScores(
        score=score,
        score_min=np.nanmin(by_model, axis=1),
        score_max=np.nanmax(by_model, axis=1),
        rank=unique_ranks(score, order, exact=True),
        rank_min=ranks.min(axis=1),
        rank_max=ranks.max(axis=1),
        rank_median=np.median(ranks, axis=1),
        n_models=len(models),
    )


def _mean_skipping_missing(block: FloatArray) -> FloatArray:
    present = ~np.isnan(block)
    counts = present.sum(axis=1)
    # Added smallest first, so that the order of the columns cannot change the last bits.
    total = np.sort(np.where(present, block, 0.0), axis=1).sum(axis=1)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan)
