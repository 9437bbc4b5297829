"""A later export against an earlier one: added, changed, vanished, and wards that moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tpr.domain.positivity import wilson
from tpr.domain.quality.influence import Basis, counted
from tpr.domain.quality.records import COUNT_PLACES, Facility, Report

ROUNDING: Final = 1e-9
"""Percentage points: the interval of 0 % begins at 0 only but for rounding."""

Identity = tuple[tuple[str, str], str, str]
"""(place, facility name, level); the level only where a ward has the name twice."""

Key = tuple[Identity, date | None, int]

LATE, NEW_PERIOD, CHANGED, VANISHED = "late", "new period", "changed", "vanished"
KINDS: Final = {
    LATE: "new in a period that the earlier file has",
    NEW_PERIOD: "in a period that the earlier file does not have",
    CHANGED: "in both with different figures",
    VANISHED: "in the earlier file only",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A facility-period that differs; `cells` are (column, earlier, later), None = blank."""

    kind: str
    facility: Facility
    start: date | None
    cells: tuple[tuple[str, float | None, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class WardMove:
    """A ward over the periods that both files have; the interval is Wilson's, 95 %, of the earlier."""

    ward: str
    lga: str
    earlier: float
    low: float
    high: float
    later: float | None
    tested_earlier: float
    tested_later: float


@dataclass(frozen=True, slots=True)
class Revision:
    differences: list[Difference]
    moved: list[WardMove]
    unchanged: int

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(difference.kind for difference in self.differences)
        return {kind: found[kind] for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two files."""

    facilities: Mapping[int, Facility]
    reports: Sequence[Report]


def compare(earlier: Side, later: Side, basis: Basis) -> Revision:
    """Compare two exports of one state, facility-period by facility-period.

    A facility is the same if ward and name are the same. Wards are compared over common periods
    only, so that months that are new do not count as a revision.
    """
    doubled = _doubled(earlier.facilities.values()) | _doubled(later.facilities.values())
    before, after = _keyed(earlier, doubled), _keyed(later, doubled)
    periods = {(r.start, r.months) for r in earlier.reports}
    found: list[Difference] = []
    unchanged = 0
    for key, report in after.items():
        facility = later.facilities[report.facility_id]
        old = before.get(key)
        if old is None:
            kind = LATE if key[1:] in periods else NEW_PERIOD
            found.append(Difference(kind, facility, report.start))
            continue
        cells = tuple(
            (Report._fields[place], old.at(place), report.at(place))
            for place in COUNT_PLACES
            if old.at(place) != report.at(place)
        )
        if cells:
            found.append(Difference(CHANGED, facility, report.start, cells))
        else:
            unchanged += 1
    found += [
        Difference(VANISHED, earlier.facilities[report.facility_id], report.start)
        for key, report in before.items() if key not in after
    ]  # fmt: skip
    order = list(KINDS)
    found.sort(key=lambda d: (order.index(d.kind), d.facility.lga, d.facility.ward,
                              d.facility.name, d.start or date.min))  # fmt: skip
    return Revision(found, _moved(earlier, later, basis), unchanged)


def _doubled(facilities: Iterable[Facility]) -> set[tuple[tuple[str, str], str]]:
    names = Counter((f.place, f.name.casefold()) for f in facilities)
    return {name for name, often in names.items() if often > 1}


def _keyed(side: Side, doubled: set[tuple[tuple[str, str], str]]) -> dict[Key, Report]:
    found: dict[Key, Report] = {}
    for report in side.reports:
        facility = side.facilities[report.facility_id]
        name = facility.name.casefold()
        level = (facility.level or "") if (facility.place, name) in doubled else ""
        found[(facility.place, name, level), report.start, report.months] = report
    return found


def _moved(earlier: Side, later: Side, basis: Basis) -> list[WardMove]:
    common = {(r.start, r.months) for r in earlier.reports} & {
        (r.start, r.months) for r in later.reports
    }
    before, after = _by_place(earlier, common, basis), _by_place(later, common, basis)
    names = {f.place: f for side in (later, earlier) for f in side.facilities.values()}
    moved = []
    for place, (tested, positive) in before.items():
        if not tested or not place[1]:
            continue
        # Above 100 % (rows kept as reported) there is no interval: any other rate has moved.
        rate = 100 * positive / tested
        low, high = wilson(positive, tested) if positive <= tested else (rate, rate)
        tested_later, positive_later = after.get(place, (0.0, 0.0))
        now = 100 * positive_later / tested_later if tested_later else None
        if now is None or not low - ROUNDING <= now <= high + ROUNDING:
            moved.append(
                WardMove(names[place].ward, names[place].lga, rate, low, high, now, tested,
                         tested_later)
            )  # fmt: skip
    return sorted(
        moved, key=lambda m: (-(abs(m.later - m.earlier) if m.later is not None else 101), m.ward)
    )


def _by_place(
    side: Side, periods: set[tuple[date | None, int]], basis: Basis
) -> dict[tuple[str, str], tuple[float, float]]:
    sums: dict[tuple[str, str], tuple[float, float]] = {}
    for report in side.reports:
        facility = side.facilities[report.facility_id]
        if (report.start, report.months) in periods and basis.level in (None, facility.level):
            tested, positive = sums.get(facility.place, (0.0, 0.0))
            more_tested, more_positive = counted(report, basis)  # a definition that is a sum
            sums[facility.place] = tested + more_tested, positive + more_positive
    return sums
