"""All checks over one state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tpr.domain.quality.activity import DISCONTINUED, NEVER, activity
from tpr.domain.quality.cascade import (
    above_attendance,
    above_fever,
    half_pairs,
    positives_above_tested,
)
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.influence import Counted, Move
from tpr.domain.quality.outliers import outliers
from tpr.domain.quality.records import Facility, Flag, Report, month_number, of_facilities
from tpr.domain.quality.runs import copied_between, copied_in_time, round_numbers, zero_runs
from tpr.domain.quality.thresholds import Limits
from tpr.domain.quality.trend import changes
from tpr.domain.quality.volume import low_volume


@dataclass(frozen=True, slots=True)
class Effect:
    """One check over the state: how often, in how many facilities, and the state TPR without."""

    check: str
    flags: int
    facilities: int
    move: Move


def facility_flags(reports: Sequence[Report], limits: Limits) -> Iterator[Flag]:
    """Run the checks that look at the reports of facilities."""
    yield from positives_above_tested(reports)
    yield from half_pairs(reports)
    yield from above_fever(reports)
    yield from above_attendance(reports)
    yield from copied_between(reports, limits)
    for mine in of_facilities(reports).values():
        yield from outliers(mine, limits)
        yield from zero_runs(mine, limits)
        yield from copied_in_time(mine, limits)
        yield from round_numbers(mine, limits)


def activity_of(
    facilities: Mapping[int, Facility], reports: Sequence[Report], limits: Limits
) -> dict[int, str]:
    """Return the activity class of each facility; empty when the file has no months."""
    monthly = [r for r in reports if r.months == 1 and r.start is not None]
    if not monthly:
        return {}
    months: dict[int, set[int]] = {facility: set() for facility in facilities}
    last = max(month_number(r.start) for r in monthly if r.start)
    for report in monthly:
        if report.start and any(value is not None for value in report.tests[::2]):
            months[report.facility_id].add(month_number(report.start))
    return {facility: activity(mine, last, limits) for facility, mine in months.items()}


def silent_flags(classes: Mapping[int, str], limits: Limits) -> Iterator[Flag]:
    """Flag facilities that never reported or report no more."""
    window = limits["activity_window"]
    words = {DISCONTINUED: f"silent for {window:g} months or more up to the end of the file",
             NEVER: "no test count in any month"}  # fmt: skip
    for facility, klass in classes.items():
        if klass in words:
            yield Flag("not_active", window, window, words[klass], facility)


def place_flags(
    facilities: Mapping[int, Facility], reports: Sequence[Report], counted: Counted, limits: Limits
) -> Iterator[Flag]:
    """Flag wards with few tests, and places whose tests change from year to year.

    The unit above a ward is its LGA, above an LGA the state. Wards of low reliability are flagged
    as such and not compared: a handful of tests doubles by chance.
    """
    of_place: dict[tuple[str, str], list[Report]] = {f.place: [] for f in facilities.values()}
    names = {f.place: f"{f.ward}, {f.lga}" for f in facilities.values()}
    for report in reports:
        facility = facilities[report.facility_id]
        if counted.basis.level in (None, facility.level):
            of_place[facility.place].append(report)
    for place, mine in of_place.items():
        if place[1]:
            yield from low_volume(names[place], counted.tests(mine), limits)
    lgas: dict[str, list[Report]] = {}
    for report in reports:
        lgas.setdefault(facilities[report.facility_id].lga, []).append(report)
    enough = limits["volume_low"]
    lga_of = {f.place: f.lga for f in facilities.values()}
    months = _months_by_year(reports)
    if len(months) < 2:
        return
    state = _per_month(reports, counted, months)
    yield from changes("State", state, None, limits)
    of_lga = {lga: _per_month(mine, counted, months) for lga, mine in sorted(lgas.items())}
    for lga, years in of_lga.items():
        yield from changes(lga, years, state, limits)
    for place, mine in of_place.items():
        if place[1] and counted.tests(mine) >= enough:
            years = _per_month(mine, counted, months)
            yield from changes(names[place], years, of_lga[lga_of[place]], limits)


def _months_by_year(reports: Sequence[Report]) -> dict[int, int]:
    periods = {(r.start, r.months) for r in reports if r.start is not None}
    found: dict[int, int] = {}
    for start, months in periods:
        if start is not None:
            found[start.year] = found.get(start.year, 0) + months
    return found


def _per_month(
    reports: Sequence[Report], counted: Counted, months: Mapping[int, int]
) -> dict[int, float]:
    by_year: dict[int, list[Report]] = {}
    for report in reports:
        if report.start is not None:
            by_year.setdefault(report.start.year, []).append(report)
    return {year: counted.tests(mine) / months[year] for year, mine in by_year.items()}


def effects(flags: Sequence[Flag], reports: Sequence[Report], counted: Counted) -> list[Effect]:
    """Group the flags by check, with the state TPR as reported and without what they doubt."""
    whole = counted.sums(reports)
    inside = {report.id for report in reports}
    grouped: dict[str, list[Flag]] = {}
    for flag in flags:
        grouped.setdefault(flag.check, []).append(flag)
    return [
        Effect(
            code, len(mine), len({f.facility_id for f in mine if f.facility_id is not None}),
            counted.move(whole, {t for f in mine for t in f.touches if t[0] in inside}),
        )
        for code in CHECKS if (mine := grouped.get(code))
    ]  # fmt: skip
