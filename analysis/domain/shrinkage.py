"""Empirical Bayes for the malaria indicator over arrays of wards of several states.

The prior of a state is that of `chatmrpt.common.statistics.shrinkage`; here its posteriors are
taken for all wards at once. Source: `domain/uncertainty.md` section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.domain.beta import beta_quantile
from chatmrpt.common.statistics.shrinkage import (
    INTERVAL_LEVEL,
    StateShrinkage,
    positive_exceeds_tested,
    state_prior,
)

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Posterior:
    """Beta posteriors of the wards.

    Parameters
    ----------
    alpha, beta : array (n_wards,), > 0
    mean, low, high : array (n_wards,), share 0-1; the interval is equal-tailed
    pull : array (n_wards,), 0-1, how much of the mean comes from the LGA
    effective_tests : array (n_wards,), n* = tests / design effect; 0 where no test was reported
    states : what was estimated for each state
    """

    alpha: FloatArray
    beta: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    pull: FloatArray
    effective_tests: FloatArray
    states: dict[str, StateShrinkage]


def shrink(
    tested: FloatArray,
    positive: FloatArray,
    deff: FloatArray,
    lgas: Sequence[str],
    states: Sequence[str],
    *,
    level: float | None = INTERVAL_LEVEL,
) -> Posterior:
    """Shrink ward rates to their LGA and LGAs to their state.

    Parameters
    ----------
    tested : array (n_wards,), persons, >= 0; NaN or 0 = no test, the posterior is the prior
    positive : array (n_wards,), persons, 0 <= positive <= tested
    deff : array (n_wards,), design effect, >= 1
    lgas, states : names for each ward
    level : of the interval; None = no interval (`low`, `high` NaN), which saves most of the time

    Raises
    ------
    DomainError
        ``NO_TESTS`` when a state has no test at all; ``POSITIVE_EXCEEDS_TESTED``.

    Source: uncertainty.md section 3.
    """
    n = np.where(np.isnan(tested), 0.0, tested)
    x = np.where(n > 0, positive, 0.0)
    if (x > n).any() or (n < 0).any() or (x < 0).any():
        bad = int(np.flatnonzero((x > n) | (n < 0) | (x < 0))[0])
        raise positive_exceeds_tested(bad, float(x[bad]), float(n[bad]))
    n, x = n / deff, x / deff
    alpha, beta = np.empty(len(n)), np.empty(len(n))
    pull = np.empty(len(n))
    found: dict[str, StateShrinkage] = {}
    for state in sorted(set(states)):
        index = np.array([i for i, s in enumerate(states) if s == state], dtype=np.int64)
        own_lgas = [lgas[i] for i in index]
        prior = state_prior(x[index].tolist(), n[index].tolist(), own_lgas, state)
        found[state] = prior
        mu = np.array([prior.lga_mean[g] for g in own_lgas])
        m = prior.precision
        alpha[index] = mu * m + x[index]
        beta[index] = (1.0 - mu) * m + n[index] - x[index]
        pull[index] = m / (m + n[index])
    low, high = _interval(level, alpha, beta)
    return Posterior(
        alpha=alpha,
        beta=beta,
        mean=alpha / (alpha + beta),
        low=low,
        high=high,
        pull=pull,
        effective_tests=n,
        states=found,
    )


def _interval(
    level: float | None, alpha: FloatArray, beta: FloatArray
) -> tuple[FloatArray, FloatArray]:
    if level is None:
        return np.full(len(alpha), np.nan), np.full(len(alpha), np.nan)
    tail = (1.0 - level) / 2.0
    return beta_quantile(tail, alpha, beta), beta_quantile(1.0 - tail, alpha, beta)
