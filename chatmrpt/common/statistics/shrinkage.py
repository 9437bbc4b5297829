"""Empirical Bayes for test positivity: ward -> LGA -> state, beta-binomial by moments.

Source: `domain/uncertainty.md` sections 3 and 11 (U18); vectors `cases/beta_binomial.json`.
Counts may be fractional after division by the design effect; raw totals are never changed. Sums
are exact (`fsum`), so the order of wards, facilities or LGAs changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from chatmrpt.common.errors import DomainError
from chatmrpt.common.statistics.beta import beta_quantile

RHO_MIN = 0.0001
RHO_MAX = 0.5
INTERVAL_LEVEL = 0.90
MIN_EFFECTIVE_TESTS = 30.0
MIN_FACILITIES = 2
FLAT_PRECISION = 2.0


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
    flat_prior : one ward only; Beta(1, 1) is used and named
    """

    mean: float
    lga_mean: dict[str, float]
    lga_effective_tests: dict[str, float]
    within: Moments
    between: Moments
    lgas_differ: bool
    flat_prior: bool = False

    @property
    def precision(self) -> float:
        """M_w, how many effective tests the LGA's mean counts for."""
        return FLAT_PRECISION if self.flat_prior else self.within.precision


@dataclass(frozen=True, slots=True)
class WardPosterior:
    """Beta posterior of one ward. `mean`, `low`, `high`, `pull` are shares 0-1.

    `pull` says how much of the mean comes from the LGA; 1 for a ward without tests, whose
    posterior is the prior. `effective_tests` is tests / design effect.
    """

    alpha: float
    beta: float
    mean: float
    low: float
    high: float
    pull: float
    effective_tests: float


def shrink_wards(
    tested: Sequence[float],
    positive: Sequence[float],
    deff: Sequence[float],
    lgas: Sequence[str],
    state: str,
    *,
    level: float = INTERVAL_LEVEL,
) -> tuple[list[WardPosterior], StateShrinkage]:
    """Shrink the wards of one state to their LGA and LGAs to the state.

    Parameters
    ----------
    tested, positive : for each ward, 0 <= positive <= tested; 0 tests: the posterior is the prior
    deff : for each ward, design effect >= 1
    lgas : for each ward, the key of its LGA

    Raises
    ------
    DomainError
        ``NO_TESTS`` when no ward has a test; ``POSITIVE_EXCEEDS_TESTED``.
    """
    for i, (x, n) in enumerate(zip(positive, tested, strict=True)):
        if not 0 <= x <= n:
            raise positive_exceeds_tested(i, x, n)
    ns = [n / d for n, d in zip(tested, deff, strict=True)]
    xs = [x / d for x, d in zip(positive, deff, strict=True)]
    prior = state_prior(xs, ns, lgas, state)
    m, tail = prior.precision, (1.0 - level) / 2.0
    found = []
    for x, n, lga in zip(xs, ns, lgas, strict=True):
        alpha = prior.lga_mean[lga] * m + x
        beta = (1.0 - prior.lga_mean[lga]) * m + n - x
        found.append(
            WardPosterior(
                alpha=alpha, beta=beta, mean=alpha / (alpha + beta),
                low=beta_quantile(tail, alpha, beta),
                high=beta_quantile(1.0 - tail, alpha, beta),
                pull=m / (m + n), effective_tests=n,
            )
        )  # fmt: skip
    return found, prior


def positive_exceeds_tested(index: int, positive: float, tested: float) -> DomainError:
    """The refusal of counts that are no counts."""
    return DomainError(
        "POSITIVE_EXCEEDS_TESTED",
        f"Row {index + 1} has {positive:g} positives of {tested:g} tests. "
        "Correct or exclude it first.",
        {"row": index + 1, "tested": tested, "positive": positive},
    )


def _pools(keys: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        found.setdefault(key, []).append(i)
    return found


def within_pools(x: Sequence[float], n: Sequence[float], pool: Sequence[str]) -> Moments:
    """Estimate the correlation of tests inside a ward, pooled over LGAs (section 3.1).

    Parameters
    ----------
    x, n : for each ward, effective counts, n > 0
    pool : the LGA of each ward
    """
    top, bottom = [], []
    for members in _pools(pool).values():
        ng, k = fsum(n[i] for i in members), len(members)
        pg = fsum(x[i] for i in members) / ng
        variance = pg * (1.0 - pg)
        spread = fsum(n[i] * (x[i] / n[i] - pg) ** 2 for i in members)
        top.append(spread - variance * (k - 1))
        bottom.append(variance * (ng - fsum(n[i] ** 2 for i in members) / ng - (k - 1)))
    return _moments(fsum(top), fsum(bottom))


def between_pools(p: Sequence[float], n: Sequence[float]) -> Moments:
    """Estimate the correlation of wards inside an LGA from LGA rates and their effective tests."""
    total = fsum(n)
    mean = fsum(m * q for m, q in zip(n, p, strict=True)) / total
    variance = mean * (1.0 - mean)
    if variance <= 0 or len(p) < 2:
        return Moments(None, RHO_MIN)
    spread = fsum(m * (q - mean) ** 2 for m, q in zip(n, p, strict=True))
    bottom = total - fsum(m**2 for m in n) / total - (len(p) - 1)
    return _moments(spread / variance - (len(p) - 1), bottom)


def _moments(top: float, bottom: float) -> Moments:
    if bottom <= 0:
        return Moments(None, RHO_MIN)
    raw = top / bottom
    return Moments(raw, min(max(raw, RHO_MIN), RHO_MAX))


def state_prior(
    x: Sequence[float], n: Sequence[float], lgas: Sequence[str], state: str
) -> StateShrinkage:
    """Estimate the prior of every LGA of a state from effective counts.

    Raises
    ------
    DomainError
        ``NO_TESTS`` when no ward has a test.
    """
    names = sorted(set(lgas))
    seen = [i for i in range(len(n)) if n[i] > 0]
    if not seen:
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
    xs, ns = [float(x[i]) for i in seen], [float(n[i]) for i in seen]
    own = [lgas[i] for i in seen]
    total_x, total_n = fsum(xs), fsum(ns)
    if total_x <= 0 or total_x >= total_n:
        mean = (total_x + 0.5) / (total_n + 1.0)
        return StateShrinkage(
            mean, dict.fromkeys(names, mean), {}, nothing, nothing, lgas_differ=False
        )
    within = within_pools(xs, ns, own)
    rate, effective = {}, {}
    for name, members in sorted(_pools(own).items()):
        ng = fsum(ns[i] for i in members)
        rate[name] = fsum(xs[i] for i in members) / ng
        effective[name] = ng**2 / fsum(
            ns[i] * (1.0 + (ns[i] - 1.0) * within.rho) for i in members
        )  # fmt: skip
    weights = list(effective.values())
    mean = fsum(m * p for m, p in zip(weights, rate.values(), strict=True)) / fsum(weights)
    if mean <= 0 or mean >= 1:
        mean = (total_x + 0.5) / (total_n + 1.0)
    between = between_pools(list(rate.values()), weights)
    differ = len(rate) > 1 and between.raw is not None and between.raw > 0
    lga_mean = dict.fromkeys(names, mean)
    if differ:
        for name, own_rate in rate.items():
            tests, weight = effective[name], between.precision
            lga_mean[name] = (tests * own_rate + weight * mean) / (tests + weight)
    return StateShrinkage(mean, lga_mean, effective, within, between, lgas_differ=differ)
