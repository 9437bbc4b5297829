"""Test positivity of places from the facility base table (positivity.md §§1-5, 10). Pure.

The base table has one row per facility and age group (u5, o5, pw, and `all` = the three added per
facility-period) with the sums that every additive definition needs. All 16 level × age
combinations, all definitions and all places are folds of it: sums over sums, never means of rates.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chatmrpt.common.statistics import rates
from chatmrpt.common.statistics.design_effect import Clusters, clusters, shown_deffs

FEW_TESTS = 20
"""Fewer tests than this: a value exists, but it is marked `too_few` (positivity.md §5.3)."""

RATIOS = ("opd", "fever")
"""Definitions whose denominator is not tests: labelled ratios, never called positivity."""

ADDITIVE = ("facility_max", "rdt", "microscopy", "pooled", "dominant")
"""Definitions that are sums over tests: they have intervals and a shrunk figure."""

DEFINITIONS = (*ADDITIVE, "method_max", *RATIOS)


@dataclass(frozen=True, slots=True)
class BaseRow:
    """Sums of one facility and age group over its facility-periods. None = nothing reported.

    `t_*`, `p_*` are sums over complete pairs after the exceeding treatment. `max` is the larger of
    the two methods per facility-period, `dom` the method with more tests. `periods` counts
    facility-periods with a complete pair; `rows` all facility-periods.
    """

    facility_id: int
    lga: str
    ward: str
    level: str | None
    age: str
    t_max: float | None
    p_max: float | None
    t_rdt: float | None
    p_rdt: float | None
    t_mic: float | None
    p_mic: float | None
    t_dom: float | None
    p_dom: float | None
    opd: float | None
    fever: float | None
    periods: int
    mixed_periods: int
    rows: int
    reported: int
    excluded_rdt: int
    excluded_mic: int
    excluded_tested: float
    excluded_positive: float
    tests_without_result: int
    positives_without_tests: int

    @property
    def excluded_cells(self) -> int:
        """Pairs with more positives than tests, whatever the treatment does with them."""
        return self.excluded_rdt + self.excluded_mic


@dataclass(slots=True)
class Figure:
    """The TPR of one place. `tpr` in percent or None with `reason`.

    `low`, `high`: Wilson, 95 %, as if tests were independent (exact Poisson for ratios).
    `wide_low`, `wide_high`: Wilson on `n_eff` = tests / `deff`; the one to show. `deff_source` is
    `own`, `borrowed` (from the state's wards, `borrow`) or `none`. `clusters`: facilities with
    tests. All None where the definition or a rate above 100 has no interval.
    """

    facilities: int = 0
    reporting: int = 0
    facility_periods: int = 0
    mixed_periods: int = 0
    rows: int = 0
    reported: int = 0
    tested: float | None = None
    positive: float | None = None
    t_rdt: float | None = None
    p_rdt: float | None = None
    t_mic: float | None = None
    p_mic: float | None = None
    tpr: float | None = None
    low: float | None = None
    high: float | None = None
    clusters: Clusters | None = None
    deff: float | None = None
    deff_source: str = ""
    n_eff: float | None = None
    wide_low: float | None = None
    wide_high: float | None = None
    reason: str | None = None
    excluded_cells: int = 0
    excluded_tested: float = 0.0
    excluded_positive: float = 0.0
    tests_without_result: int = 0
    positives_without_tests: int = 0

    @property
    def shown(self) -> tuple[float | None, float | None]:
        """The interval to show: the wider of the two (positivity.md §5.2), in percent."""
        if self.wide_low is None:
            return self.low, self.high
        return self.wide_low, self.wide_high


def wilson(positive: float, tested: float, z: float = rates.Z95) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a proportion, in percent (positivity.md §5.1).

    Parameters
    ----------
    positive, tested : 0 <= positive <= tested, tested > 0.
    """
    low, high = rates.wilson(positive, tested, z)
    return 100 * low, 100 * high


def _add(a: float | None, b: float | None) -> float | None:
    """Add where blank is not zero: None only when both are None."""
    if a is None:
        return b
    return a if b is None else a + b


def pair(rows: Iterable[BaseRow], definition: str) -> tuple[float | None, float | None]:
    """Return (denominator, numerator) of a definition over the rows; None = nothing complete."""
    rows = list(rows)
    if definition == "method_max":
        return _higher_of_the_two(rows)
    if definition not in _TAKE:
        raise ValueError(f"unknown definition {definition!r}")
    take = _TAKE[definition]
    tested: float | None = None
    positive: float | None = None
    for row in rows:
        t, p = take(row)
        if t is not None:
            tested = t if tested is None else tested + t
        if p is not None:
            positive = p if positive is None else positive + p
    return tested, positive


def _higher_of_the_two(rows: list[BaseRow]) -> tuple[float | None, float | None]:
    rdt, mic = pair(rows, "rdt"), pair(rows, "microscopy")
    rate_rdt = rdt[1] / rdt[0] if rdt[0] and rdt[1] is not None else None
    rate_mic = mic[1] / mic[0] if mic[0] and mic[1] is not None else None
    if rate_mic is not None and (rate_rdt is None or rate_mic > rate_rdt):
        return mic
    return rdt


def _reason(figure: Figure, rows: list[BaseRow], tested: float | None, definition: str) -> str:
    if figure.facilities == 0:
        return "no_level_match"
    if definition in RATIOS and not tested:
        return "no_denominator"
    if tested == 0:
        return "zero_tests"
    counted = {
        "rdt": sum(r.excluded_rdt for r in rows),
        "microscopy": sum(r.excluded_mic for r in rows),
    }.get(definition, figure.excluded_cells)
    return "all_excluded" if counted else "not_reported"


def figure(rows: Iterable[BaseRow], definition: str) -> Figure:
    """Fold base rows of one age group into the figure of one place.

    Undefined outcomes: `tpr` None with reason `no_level_match` (no facility), `not_reported`,
    `zero_tests`, `all_excluded` or `no_denominator`. `method_max` and rates above 100 % have no
    interval.
    """
    rows = list(rows)
    result = Figure(facilities=len({r.facility_id for r in rows}))
    reporting = set()
    for r in rows:
        if r.periods:
            reporting.add(r.facility_id)
            result.facility_periods += r.periods
            result.mixed_periods += r.mixed_periods
        result.rows += r.rows
        result.reported += r.reported
        if r.t_rdt is not None:
            result.t_rdt = (result.t_rdt or 0) + r.t_rdt
        if r.p_rdt is not None:
            result.p_rdt = (result.p_rdt or 0) + r.p_rdt
        if r.t_mic is not None:
            result.t_mic = (result.t_mic or 0) + r.t_mic
        if r.p_mic is not None:
            result.p_mic = (result.p_mic or 0) + r.p_mic
        if r.excluded_rdt or r.excluded_mic:
            result.excluded_cells += r.excluded_rdt + r.excluded_mic
            result.excluded_tested += r.excluded_tested
            result.excluded_positive += r.excluded_positive
        result.tests_without_result += r.tests_without_result
        result.positives_without_tests += r.positives_without_tests
    result.reporting = len(reporting)
    tested, positive = pair(rows, definition)
    result.tested, result.positive = tested, positive
    if not tested or positive is None:
        result.reason = _reason(result, rows, tested, definition)
        return result
    result.tpr = 100 * positive / tested
    if definition in RATIOS:
        low, high = rates.poisson_interval(positive)
        result.low, result.high = 100 * low / tested, 100 * high / tested
    elif positive <= tested and definition != "method_max":
        result.low, result.high = wilson(positive, tested)
        _set_deff(result, rows, definition)
    return result


def _set_deff(result: Figure, rows: Sequence[BaseRow], definition: str) -> None:
    result.clusters = found = clusters(facility_pairs(rows, definition))
    own, source = shown_deffs([found])[0]
    apply_deff(result, own, source)


def facility_pairs(rows: Sequence[BaseRow], definition: str) -> list[tuple[float, float]]:
    """Return (positive, tested) of each facility of the rows, where it has tests."""
    take = _TAKE[definition]
    found: dict[int, tuple[float, float]] = {}
    for r in rows:
        tested, positive = take(r)
        if tested and positive is not None:
            before = found.get(r.facility_id, (0.0, 0.0))
            found[r.facility_id] = (before[0] + positive, before[1] + tested)
    return list(found.values())


def apply_deff(figure_: Figure, deff: float, source: str) -> None:
    """Set a design effect and the interval that follows from it."""
    if figure_.positive is None or not figure_.tested:
        return
    figure_.deff, figure_.deff_source, figure_.n_eff = deff, source, figure_.tested / deff
    figure_.wide_low, figure_.wide_high = wilson(figure_.positive / deff, figure_.n_eff)


def borrow(figures: Iterable[Figure]) -> None:
    """Give wards of one state that have no design effect of their own the state's median.

    Needs ten wards of the state with three facilities or more; otherwise nothing changes.
    """
    wards = [f for f in figures if f.clusters is not None]
    found = shown_deffs([f.clusters for f in wards if f.clusters is not None])
    for ward, (deff, source) in zip(wards, found, strict=True):
        if source != ward.deff_source:
            apply_deff(ward, deff, source)


_TAKE: dict[str, Callable[[BaseRow], tuple[float | None, float | None]]] = {
    "facility_max": lambda r: (r.t_max, r.p_max),
    "rdt": lambda r: (r.t_rdt, r.p_rdt),
    "microscopy": lambda r: (r.t_mic, r.p_mic),
    "pooled": lambda r: (_add(r.t_rdt, r.t_mic), _add(r.p_rdt, r.p_mic)),
    "dominant": lambda r: (r.t_dom, r.p_dom),
    "opd": lambda r: (r.opd, r.p_max),
    "fever": lambda r: (r.fever, r.p_max),
}


def chosen(rows: Iterable[BaseRow], level: str, age: str) -> list[BaseRow]:
    """Keep the rows of a level and age group; unknown levels count only under `all`."""
    return [r for r in rows if r.age == age and (level == "all" or r.level == level)]


K = TypeVar("K", bound=Hashable)


def figures_by(
    rows: Iterable[BaseRow], key: Callable[[BaseRow], K], definition: str
) -> Mapping[K, Figure]:
    """Fold rows place by place; `key` names the place of a row, such as (lga, ward)."""
    places: dict[K, list[BaseRow]] = {}
    for row in rows:
        places.setdefault(key(row), []).append(row)
    return {place: figure(members, definition) for place, members in places.items()}


def ratios_by(
    rows: Iterable[BaseRow], key: Callable[[BaseRow], K], definition: str
) -> dict[K, float | None]:
    """Return only the percentages, place by place; None where undefined."""
    places: dict[K, list[BaseRow]] = {}
    for row in rows:
        places.setdefault(key(row), []).append(row)
    found = {}
    for place, members in places.items():
        tested, positive = pair(members, definition)
        found[place] = 100 * positive / tested if tested and positive is not None else None
    return found


def status_of(figure: Figure, *, matched: bool, list_loaded: bool) -> str:
    """Return the exported status (positivity.md §1.3): ok, too_few, no_tests or unmatched."""
    if list_loaded and not matched:
        return "unmatched"
    if figure.tpr is None:
        return "no_tests"
    return "too_few" if (figure.tested or 0) < FEW_TESTS else "ok"
