"""The shrunk figures of the wards of one state, beside the raw ones (uncertainty.md §§2-4). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatmrpt.common.statistics.design_effect import Clusters, StableDeffs, stable_deffs
from chatmrpt.common.statistics.shrinkage import (
    MIN_EFFECTIVE_TESTS,
    MIN_FACILITIES,
    StateShrinkage,
    shrink_wards,
)
from tpr.domain.positivity import ADDITIVE, Figure

NO_CLUSTERS = Clusters(0, 0.0, 0.0, None)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The shrunk figure of a ward. `tpr`, `low`, `high` in percent; the interval is 5 to 95 %.

    A ward without tests carries the prior of its LGA (`pull` 1); its raw TPR stays null.
    `few_effective`, `few_facilities`: why the ward has too few tests, if it has tests at all.
    """

    tpr: float
    low: float
    high: float
    pull: float
    alpha: float
    beta: float
    deff: float
    effective_tests: float
    few_effective: bool
    few_facilities: bool

    @property
    def too_few(self) -> bool:
        """The mark `too_few_tests` (section 4)."""
        return self.few_effective or self.few_facilities


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Estimates in the order of the wards given, and what was estimated for the state."""

    wards: list[Estimate]
    prior: StateShrinkage
    deffs: StableDeffs


def shrunk(wards: Sequence[tuple[str, Figure]], definition: str, state: str) -> Shrunk | None:
    """Shrink wards, given as (key of the LGA, figure), to their LGA and the state.

    None, because there is nothing to estimate, for ratios and `method_max` and for a state without
    a test. For the estimate only, positives above tests (treatment `keep`) count as the tests.
    """
    if definition not in ADDITIVE or not any(f.tpr is not None for _, f in wards):
        return None
    tested = [f.tested or 0.0 if f.tpr is not None else 0.0 for _, f in wards]
    positive = [
        min(f.positive or 0.0, n) if n else 0.0 for (_, f), n in zip(wards, tested, strict=True)
    ]
    deffs = stable_deffs([f.clusters or NO_CLUSTERS for _, f in wards])
    found, prior = shrink_wards(tested, positive, deffs.used, [lga for lga, _ in wards], state)
    estimates = []
    for (_, f), w, deff in zip(wards, found, deffs.used, strict=True):
        facilities = f.clusters.count if f.clusters else f.reporting
        estimates.append(
            Estimate(
                tpr=100 * w.mean, low=100 * w.low, high=100 * w.high, pull=w.pull, alpha=w.alpha,
                beta=w.beta, deff=deff, effective_tests=w.effective_tests,
                few_effective=f.tpr is not None and w.effective_tests < MIN_EFFECTIVE_TESTS,
                few_facilities=f.tpr is not None and facilities < MIN_FACILITIES,
            )
        )  # fmt: skip
    return Shrunk(estimates, prior, deffs)


def prior_facts(found: Shrunk, lga_names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a page needs to put the formula into words, as plain values in percent."""
    prior = found.prior
    return {
        "state_mean": 100 * prior.mean, "flat": prior.flat_prior, "precision": prior.precision,
        "rho_within": prior.within.rho, "within_clipped": prior.within.clipped,
        "between_precision": prior.between.precision if prior.lgas_differ else None,
        "lgas_differ": prior.lgas_differ, "deff_pooled": found.deffs.pooled,
        "deff_defaulted": found.deffs.defaulted,
        "lgas": {lga_names.get(key, key): 100 * mean for key, mean in prior.lga_mean.items()},
    }  # fmt: skip
