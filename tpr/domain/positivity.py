"""Test positivity of places from the facility base table (positivity.md §§1-5, 10). Pure.

The base table has one row per facility and age group (u5, o5, pw, and `all` = the three added per
facility-period) with the sums that every additive definition needs. All 16 level × age
combinations, all definitions and all places are folds of it: sums over sums, never means of rates.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

Z95 = 1.959963984540054
FEW_TESTS = 20
"""Fewer tests than this: a value exists, but it is marked `too_few` (positivity.md §5.3)."""

RATIOS = ("opd", "fever")
"""Definitions whose denominator is not tests: labelled ratios, never called positivity."""


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
    """The TPR of one place. `tpr` in percent or None with `reason`; interval is Wilson, 95 %."""

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
    reason: str | None = None
    excluded_cells: int = 0
    excluded_tested: float = 0.0
    excluded_positive: float = 0.0
    tests_without_result: int = 0
    positives_without_tests: int = 0


def wilson(positive: float, tested: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a proportion, in percent (positivity.md §5.1).

    Parameters
    ----------
    positive, tested : 0 <= positive <= tested, tested > 0.
    """
    p = positive / tested
    centre = (p + z * z / (2 * tested)) / (1 + z * z / tested)
    half = z * sqrt(p * (1 - p) / tested + z * z / (4 * tested * tested)) / (1 + z * z / tested)
    return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


def _add(a: float | None, b: float | None) -> float | None:
    """Add where blank is not zero: None only when both are None."""
    if a is None:
        return b
    return a if b is None else a + b


def _sum(values: Iterable[float | None]) -> float | None:
    total: float | None = None
    for value in values:
        total = _add(total, value)
    return total


def pair(rows: Iterable[BaseRow], definition: str) -> tuple[float | None, float | None]:
    """Return (denominator, numerator) of a definition over the rows; None = nothing complete."""
    rows = list(rows)
    if definition == "facility_max":
        return _sum(r.t_max for r in rows), _sum(r.p_max for r in rows)
    if definition == "rdt":
        return _sum(r.t_rdt for r in rows), _sum(r.p_rdt for r in rows)
    if definition == "microscopy":
        return _sum(r.t_mic for r in rows), _sum(r.p_mic for r in rows)
    if definition == "pooled":
        return (
            _sum(_add(r.t_rdt, r.t_mic) for r in rows),
            _sum(_add(r.p_rdt, r.p_mic) for r in rows),
        )
    if definition == "dominant":
        return _sum(r.t_dom for r in rows), _sum(r.p_dom for r in rows)
    if definition == "opd":
        return _sum(r.opd for r in rows), _sum(r.p_max for r in rows)
    if definition == "fever":
        return _sum(r.fever for r in rows), _sum(r.p_max for r in rows)
    if definition == "method_max":
        return _higher_of_the_two(rows)
    raise ValueError(f"unknown definition {definition!r}")


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
    `zero_tests`, `all_excluded` or `no_denominator`. `method_max` has no interval; ratios have none
    here either (their Poisson interval belongs to issue E). Above 100 % there is no interval.
    """
    rows = list(rows)
    result = Figure(
        facilities=len({r.facility_id for r in rows}),
        reporting=len({r.facility_id for r in rows if r.periods}),
        facility_periods=sum(r.periods for r in rows),
        mixed_periods=sum(r.mixed_periods for r in rows),
        rows=sum(r.rows for r in rows),
        reported=sum(r.reported for r in rows),
        t_rdt=_sum(r.t_rdt for r in rows),
        p_rdt=_sum(r.p_rdt for r in rows),
        t_mic=_sum(r.t_mic for r in rows),
        p_mic=_sum(r.p_mic for r in rows),
        excluded_cells=sum(r.excluded_cells for r in rows),
        excluded_tested=sum(r.excluded_tested for r in rows),
        excluded_positive=sum(r.excluded_positive for r in rows),
        tests_without_result=sum(r.tests_without_result for r in rows),
        positives_without_tests=sum(r.positives_without_tests for r in rows),
    )
    tested, positive = pair(rows, definition)
    result.tested, result.positive = tested, positive
    if not tested or positive is None:
        result.reason = _reason(result, rows, tested, definition)
        return result
    result.tpr = 100 * positive / tested
    if positive <= tested and definition not in (*RATIOS, "method_max"):
        result.low, result.high = wilson(positive, tested)
    return result


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


def status_of(figure: Figure, *, matched: bool, list_loaded: bool) -> str:
    """Return the exported status (positivity.md §1.3): ok, too_few, no_tests or unmatched."""
    if list_loaded and not matched:
        return "unmatched"
    if figure.tpr is None:
        return "no_tests"
    return "too_few" if (figure.tested or 0) < FEW_TESTS else "ok"
