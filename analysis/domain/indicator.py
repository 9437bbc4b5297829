"""The malaria indicator of the `sound` profile: shrunk counts, or rates as given.

Source: `domain/risk.md` sections 4, 5 and 8; `domain/uncertainty.md` sections 2-4. The rate
of a ward without tests stays null; in the score it carries the prior of its LGA and the mark
`no_tests`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.domain.choices import check_definition, malaria_indicator_missing
from analysis.domain.design_effect import DEFAULT_DEFF, design_effects
from analysis.domain.frames import (
    Indicator,
    IndicatorResult,
    Note,
    WardFrame,
    wards_in_words,
)
from analysis.domain.shrinkage import Posterior, shrink
from chatmrpt.common.errors import DomainError
from chatmrpt.common.statistics.shrinkage import (
    INTERVAL_LEVEL,
    MIN_EFFECTIVE_TESTS,
    MIN_FACILITIES,
)

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The indicator ready for the score.

    Parameters
    ----------
    result : raw and shrunk figures
    no_tests, too_few, exceeding : array (n_wards,) of bool, the marks
    spread : array (n_wards,), standard deviation of a rate that was not given; 0 elsewhere
    alpha, beta : array (n_wards,) posterior parameters; None for rates as given
    """

    result: IndicatorResult
    no_tests: NDArray[np.bool_]
    too_few: NDArray[np.bool_]
    exceeding: NDArray[np.bool_]
    spread: FloatArray
    alpha: FloatArray | None
    beta: FloatArray | None
    notes: tuple[Note, ...]


def require_sound(indicator: Indicator | None) -> Indicator:
    """Refuse a run without a malaria indicator, or with a ratio of another kind.

    Raises
    ------
    DomainError
        ``MALARIA_INDICATOR_MISSING`` or ``MALARIA_INDICATOR_REFUSED``.
    """
    if indicator is None:
        raise malaria_indicator_missing()
    check_definition(indicator.definition)
    return indicator


def prepare(indicator: Indicator, wards: WardFrame, *, interval: bool = True) -> Prepared:
    """Shrink counts ward -> LGA -> state, or take rates as given; `interval` False saves time.

    Raises
    ------
    DomainError
        ``NO_TESTS`` when no ward (of a state) has a usable figure.
    """
    if indicator.tested is not None and indicator.positive is not None:
        return _from_counts(indicator, wards, INTERVAL_LEVEL if interval else None)
    return _as_given(indicator, wards)


def raw_share(indicator: Indicator) -> FloatArray:
    """Return positive / tested, or the rate as given; NaN where undefined."""
    if indicator.tested is None or indicator.positive is None:
        if indicator.share is None:
            raise ValueError("an indicator needs counts or shares")
        return indicator.share.astype(np.float64, copy=True)
    tested = np.where(indicator.tested > 0, indicator.tested, np.nan)
    return np.asarray(indicator.positive / tested, dtype=np.float64)


def _from_counts(indicator: Indicator, wards: WardFrame, level: float | None) -> Prepared:
    raw = raw_share(indicator)
    no_tests = np.isnan(raw)
    tested = np.where(no_tests, 0.0, np.nan_to_num(np.asarray(indicator.tested)))
    positive = np.where(no_tests, 0.0, np.nan_to_num(np.asarray(indicator.positive)))
    exceeding = positive > tested
    positive = np.minimum(positive, tested)
    notes: list[Note] = []
    if exceeding.any():
        notes.append(
            Note(
                "positive_exceeds_tested",
                f"{wards_in_words(int(exceeding.sum()))} with more positives than tests. For the "
                "ranking the positives are taken as the tests; the raw figure is unchanged.",
                {"wards": int(exceeding.sum())},
            )
        )
    deff = _deff(indicator, wards, notes)
    posterior = shrink(tested, positive, deff, wards.lgas, wards.states, level=level)
    notes.extend(_prior_notes(posterior, int(no_tests.sum())))
    facilities = indicator.facilities
    thin = posterior.effective_tests < MIN_EFFECTIVE_TESTS
    if facilities is not None:
        thin |= ~np.isnan(facilities) & (facilities < MIN_FACILITIES)
    return Prepared(
        result=IndicatorResult(
            raw, posterior.mean, posterior.low, posterior.high, posterior.pull, deff,
            posterior.effective_tests,
        ),
        no_tests=no_tests,
        too_few=thin & ~no_tests,
        exceeding=exceeding,
        spread=np.zeros(len(wards)),
        alpha=posterior.alpha,
        beta=posterior.beta,
        notes=tuple(notes),
    )  # fmt: skip


def _deff(indicator: Indicator, wards: WardFrame, notes: list[Note]) -> FloatArray:
    out = np.full(len(wards), DEFAULT_DEFF)
    for state in sorted(set(wards.states)):
        index = np.array([i for i, s in enumerate(wards.states) if s == state], dtype=np.int64)
        clusters = indicator.clusters
        found = design_effects([clusters[i] for i in index] if clusters else [()] * len(index))
        out[index] = found.used
        if found.defaulted:
            why = (
                "fewer than five wards have two facilities with tests"
                if clusters
                else "the counts are not known per facility"
            )
            notes.append(
                Note(
                    "deff_default",
                    f"The design effect{f' of {state}' if state else ''} is the setting "
                    f"{DEFAULT_DEFF:g}, because {why}: {DEFAULT_DEFF:g} tests count as one.",
                    {"state": state, "deff": DEFAULT_DEFF},
                )
            )
        else:
            notes.append(
                Note(
                    "deff_pooled",
                    f"Tests of one facility resemble each other: the pooled design effect"
                    f"{f' of {state}' if state else ''} is {found.pooled:.1f}.",
                    {"state": state, "deff": found.pooled},
                )
            )
    return out


def _prior_notes(posterior: Posterior, without: int) -> list[Note]:
    notes = []
    for state, prior in posterior.states.items():
        notes.append(
            Note(
                "prior",
                f"State positivity{f' of {state}' if state else ''} {100 * prior.mean:.1f} %; "
                f"wards vary within their LGA with precision {prior.within.precision:.1f}, LGAs "
                f"with {prior.between.precision:.1f}.",
                {
                    "state": state,
                    "mean": prior.mean,
                    "rho_within": prior.within.rho,
                    "rho_between": prior.between.rho,
                    "flat_prior": prior.flat_prior,
                },
            )
        )
        if not prior.lgas_differ and len(prior.lga_mean) > 1:
            notes.append(
                Note(
                    "lgas_alike",
                    "LGAs do not differ beyond chance; all wards lean on the state.",
                    {"state": state},
                )
            )
    if without:
        notes.append(
            Note(
                "no_tests",
                f"{wards_in_words(without)} without a reported test. The positivity is unknown, "
                "not zero; for the ranking it is what is usual in the LGA, with a wide margin.",
                {"wards": without},
            )
        )
    return notes


def _as_given(indicator: Indicator, wards: WardFrame) -> Prepared:
    raw = raw_share(indicator)
    outside = ~np.isnan(raw) & ((raw < 0) | (raw > 1))
    if outside.any():
        bad = int(np.flatnonzero(outside)[0])
        raise DomainError(
            "OUT_OF_RANGE",
            f"{indicator.name} is {100 * raw[bad]:g} % in row {bad + 1}. A positivity lies "
            "between 0 and 100 %.",
            {"variable": indicator.name, "row": bad + 1, "value": float(raw[bad])},
        )
    missing = np.isnan(raw)
    if missing.all():
        raise DomainError(
            "NO_TESTS",
            f"{indicator.name} has no value for any ward, so there is nothing to rank by.",
            {"variable": indicator.name},
        )
    used, spread = raw.copy(), np.zeros(len(raw))
    for i in np.flatnonzero(missing).tolist():
        pool = _pool(i, raw, wards)
        used[i] = pool.mean()
        spread[i] = pool.std(ddof=1) if pool.size >= 2 else 0.0
    notes = [
        Note(
            "tpr_as_given",
            f"{indicator.name} was given as a rate without counts: it is used as it is, not "
            "shrunk, and its own uncertainty is not in the rank intervals.",
            {"variable": indicator.name},
        )
    ]
    if missing.any():
        notes.append(
            Note(
                "no_tests",
                f"{wards_in_words(int(missing.sum()))} without a positivity. It is unknown, not "
                "zero; for the ranking it is the mean of the LGA, or of the state, and its spread.",
                {"wards": int(missing.sum())},
            )
        )
    none = np.full(len(raw), np.nan)
    return Prepared(
        result=IndicatorResult(raw, used, none, none, none, none, none),
        no_tests=missing,
        too_few=np.zeros(len(raw), dtype=bool),
        exceeding=np.zeros(len(raw), dtype=bool),
        spread=spread,
        alpha=None,
        beta=None,
        notes=tuple(notes),
    )


def _pool(i: int, raw: FloatArray, wards: WardFrame) -> FloatArray:
    """Return the known rates of the ward's LGA, else of its state, else of all wards."""
    same_state = np.array([s == wards.states[i] for s in wards.states])
    same_lga = same_state & np.array([g == wards.lgas[i] for g in wards.lgas])
    for mask in (same_lga if wards.lgas[i] else same_lga & False, same_state):
        known = raw[mask & ~np.isnan(raw)]
        if known.size:
            return known
    return raw[~np.isnan(raw)]
