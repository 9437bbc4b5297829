"""Empirical Bayes for the malaria indicator: ward -> LGA -> state.

Source: `domain/uncertainty.md` sections 2-4 and 11 (U18); vectors `cases/beta_binomial.json`.
Counts may be fractional after division by the design effect. Raw totals are never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.domain.beta import beta_quantile
from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

RHO_MIN = 0.0001
RHO_MAX = 0.5
INTERVAL_LEVEL = 0.90
MIN_EFFECTIVE_TESTS = 30.0
MIN_FACILITIES = 2


@dataclass(frozen=True, slots=True)
class Moments:
    """One level of the moment estimator: a within-pool correlation.

    `raw` is None when the data cannot say (one member, or no variation possible).
    """

    raw: float | None
    rho: float

    @property
    def precision(self) -> float:
        """M = 1 / rho - 1."""
        return 1.0 / self.rho - 1.0

    @property
    def clipped(self) -> bool:
        """Whether the bounds of the estimator were used."""
        return self.raw is None or self.raw != self.rho


@dataclass(frozen=True, slots=True)
class StateShrinkage:
    """What was estimated for one state.

    Parameters
    ----------
    mean : share 0-1, state mean mu_S
    lga_mean : for each LGA of the state, mu_g
    """

    mean: float
    lga_mean: dict[str, float]
    lga_effective_tests: dict[str, float]
    within: Moments
    between: Moments
    lgas_differ: bool
    flat_prior: bool = False


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
    level: float = INTERVAL_LEVEL,
) -> Posterior:
    """Shrink ward rates to their LGA and LGAs to their state.

    Parameters
    ----------
    tested : array (n_wards,), persons, >= 0; NaN or 0 = no test, the posterior is the prior
    positive : array (n_wards,), persons, 0 <= positive <= tested
    deff : array (n_wards,), design effect, >= 1
    lgas, states : names for each ward

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
        raise DomainError(
            "POSITIVE_EXCEEDS_TESTED",
            f"Row {bad + 1} has {x[bad]:g} positives of {n[bad]:g} tests. "
            "Correct or exclude it first.",
            {"row": bad + 1, "tested": float(n[bad]), "positive": float(x[bad])},
        )
    n, x = n / deff, x / deff
    alpha, beta = np.empty(len(n)), np.empty(len(n))
    pull = np.empty(len(n))
    found: dict[str, StateShrinkage] = {}
    for state in sorted(set(states)):
        index = np.array([i for i, s in enumerate(states) if s == state], dtype=np.int64)
        own_lgas = [lgas[i] for i in index]
        prior = _state_prior(x[index], n[index], own_lgas, state)
        found[state] = prior
        mu = np.array([prior.lga_mean[g] for g in own_lgas])
        m = 2.0 if prior.flat_prior else prior.within.precision
        alpha[index] = mu * m + x[index]
        beta[index] = (1.0 - mu) * m + n[index] - x[index]
        pull[index] = m / (m + n[index])
    tail = (1.0 - level) / 2.0
    return Posterior(
        alpha=alpha,
        beta=beta,
        mean=alpha / (alpha + beta),
        low=beta_quantile(tail, alpha, beta),
        high=beta_quantile(1.0 - tail, alpha, beta),
        pull=pull,
        effective_tests=n,
        states=found,
    )


def within_pools(x: FloatArray, n: FloatArray, pool: Sequence[str]) -> Moments:
    """Estimate the correlation of tests inside a ward, pooled over LGAs (section 3.1).

    Parameters
    ----------
    x, n : array (n_wards,), effective counts, n > 0
    pool : the LGA of each ward
    """
    top = bottom = 0.0
    for key in sorted(set(pool)):
        index = np.array([i for i, p in enumerate(pool) if p == key], dtype=np.int64)
        ng, k = float(n[index].sum()), len(index)
        pg = float(x[index].sum()) / ng
        variance = pg * (1.0 - pg)
        top += float((n[index] * (x[index] / n[index] - pg) ** 2).sum()) - variance * (k - 1)
        bottom += variance * (ng - float((n[index] ** 2).sum()) / ng - (k - 1))
    return _moments(top, bottom)


def between_pools(p: FloatArray, n: FloatArray) -> Moments:
    """Estimate the correlation of wards inside an LGA from LGA rates and their effective tests."""
    total = float(n.sum())
    mean = float((n * p).sum() / total)
    variance = mean * (1.0 - mean)
    if variance <= 0 or len(p) < 2:
        return Moments(None, RHO_MIN)
    top = float((n * (p - mean) ** 2).sum()) / variance - (len(p) - 1)
    bottom = total - float((n**2).sum()) / total - (len(p) - 1)
    return _moments(top, bottom)


def _moments(top: float, bottom: float) -> Moments:
    if bottom <= 0:
        return Moments(None, RHO_MIN)
    raw = top / bottom
    return Moments(raw, min(max(raw, RHO_MIN), RHO_MAX))


def _state_prior(x: FloatArray, n: FloatArray, lgas: list[str], state: str) -> StateShrinkage:
    seen = n > 0
    names = sorted(set(lgas))
    if not seen.any():
        raise DomainError(
            "NO_TESTS",
            f"No test was reported in this selection{f' for {state}' if state else ''}, so there "
            "is no test positivity to rank by. Choose another facility level, age group or "
            "period.",
            {"state": state},
        )
    nothing = Moments(None, RHO_MIN)
    if len(lgas) == 1:
        return StateShrinkage(
            0.5, dict.fromkeys(names, 0.5), {}, nothing, nothing, lgas_differ=False, flat_prior=True
        )
    xs, ns = x[seen], n[seen]
    own = [g for g, s in zip(lgas, seen.tolist(), strict=True) if s]
    total_x, total_n = float(xs.sum()), float(ns.sum())
    if total_x <= 0 or total_x >= total_n:
        mean = (total_x + 0.5) / (total_n + 1.0)
        return StateShrinkage(
            mean, dict.fromkeys(names, mean), {}, nothing, nothing, lgas_differ=False
        )
    within = within_pools(xs, ns, own)
    rate, effective = {}, {}
    for name in sorted(set(own)):
        index = np.array([i for i, g in enumerate(own) if g == name], dtype=np.int64)
        ng = float(ns[index].sum())
        rate[name] = float(xs[index].sum()) / ng
        effective[name] = ng**2 / float((ns[index] * (1.0 + (ns[index] - 1.0) * within.rho)).sum())
    p = np.array(list(rate.values()))
    m = np.array(list(effective.values()))
    mean = float((m * p).sum() / m.sum())
    if mean <= 0 or mean >= 1:
        mean = (total_x + 0.5) / (total_n + 1.0)
    between = between_pools(p, m)
    differ = len(rate) > 1 and between.raw is not None and between.raw > 0
    lga_mean = dict.fromkeys(names, mean)
    if differ:
        weight = between.precision
        for name, own_rate in rate.items():
            tests = effective[name]
            lga_mean[name] = (tests * own_rate + weight * mean) / (tests + weight)
    return StateShrinkage(mean, lga_mean, effective, within, between, lgas_differ=differ)
