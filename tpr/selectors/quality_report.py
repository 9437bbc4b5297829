"""The quality report of one state of an upload: two queries of its rows, then the pure checks.

Available as soon as the file is read, before any positivity is shown.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tpr.domain.quality.calls import Call, call_list
from tpr.domain.quality.completeness import Share, Slot, completeness, consistently_reporting
from tpr.domain.quality.examine import (
    Effect,
    activity_of,
    effects,
    facility_flags,
    place_flags,
    silent_flags,
)
from tpr.domain.quality.influence import Basis, Counted
from tpr.domain.quality.records import COUNT_PLACES, FIRST_COUNT, Facility, Flag, Report
from tpr.domain.wardlists import memory_key
from tpr.models import Facility as FacilityRow
from tpr.models import QualityThreshold, Upload, Workflow
from tpr.selectors.states import only_definition

UNDATED = date.min
"""Stands for the one period of a file without periods."""

_COLUMNS = ", ".join(f"r.{name}" for name in Report._fields[FIRST_COUNT:])
_SQL = f"""
SELECT r.id, r.facility_id, r.period_start, r.period_months, r.source_row, {_COLUMNS}
FROM tpr_facilityreport r JOIN tpr_facility f ON f.id = r.facility_id
WHERE f.upload_id = %s AND f.state = %s
ORDER BY r.facility_id, r.period_start NULLS FIRST, r.period_months, r.id
"""  # noqa: S608 - column names of our own


@dataclass(frozen=True, slots=True)
class StateData:
    """The rows of one state and the limits: all that the checks look at."""

    facilities: dict[int, Facility]
    reports: list[Report]
    limits: dict[str, float]

    @property
    def periods(self) -> list[date]:
        return sorted({report.start for report in self.reports if report.start})

    @property
    def monthly(self) -> bool:
        return any(report.months == 1 for report in self.reports)


@dataclass(frozen=True, slots=True)
class Indicator:
    """How much of one column is there: values, what was expected, consistently reporting."""

    column: str
    share: Share
    consistent: float | None


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Everything the quality page shows."""

    state: str
    data: StateData
    basis: Basis
    denominator: str
    whole: Share
    consistent: tuple[int, int, float | None]
    by: dict[str, list[Share]]
    indicators: list[Indicator]
    activity: dict[str, int]
    flags: list[Flag]
    effects: list[Effect]
    calls: list[Call]


def limits() -> dict[str, float]:
    """Return the limits in force."""
    rows = QualityThreshold.objects.filter(in_use=True)
    return dict(rows.values_list("code", "value"))


def state_data(upload: Upload, state: str) -> StateData:
    """Read one state of an upload."""
    facilities = {
        pk: Facility(pk, name, lga, ward, (lga_key, memory_key(ward_key)), level)
        for pk, name, lga, ward, lga_key, ward_key, level in FacilityRow.objects.filter(
            upload=upload, state=state
        ).values_list("id", "name", "lga", "ward", "lga_key", "ward_key", "level")
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [upload.pk, state])
        reports = [Report._make(row) for row in cursor.fetchall()]
    return StateData(facilities, reports, limits())


def basis_of(workflow: Workflow) -> Basis:
    """Return which tests the calls are ordered by: the choices made so far, else everything."""
    age, level = workflow.age_group, workflow.level
    return Basis(
        ages=(age,) if age in ("u5", "o5", "pw") else ("u5", "o5", "pw"),
        level=level if level in ("primary", "secondary", "tertiary") else None,
        definition=workflow.definition,
        exceeding=workflow.exceeding,
        untested=workflow.upload is not None and only_definition(workflow.upload) is not None,
    )


def quality_report(
    upload: Upload, state: str, *, basis: Basis | None = None, denominator: str = ""
) -> QualityReport:
    """Examine one state of an upload.

    Parameters
    ----------
    denominator : `rows`, `ever` or `year`; empty: `ever`, or `year` for a file without months.
    """
    data = state_data(upload, state)
    basis = basis or Basis()
    if denominator not in ("rows", "ever", "year"):
        denominator = "ever" if data.monthly else "year"
    classes = activity_of(data.facilities, data.reports, data.limits)
    counted = Counted(data.reports, basis)
    flags = [
        *facility_flags(data.reports, data.limits),
        *silent_flags(classes, data.limits),
        *place_flags(data.facilities, data.reports, counted, data.limits),
    ]
    shares = Completeness(data, denominator)
    return QualityReport(
        state=state, data=data, basis=basis, denominator=denominator,
        whole=shares.by()[0], consistent=shares.consistent(shares.present), by=shares.tables(),
        indicators=shares.indicators(), activity=dict(Counter(classes.values())), flags=flags,
        effects=effects(flags, [r for r in data.reports if _inside(data, r, basis)], counted),
        calls=call_list(flags, data.facilities, data.reports, counted),
    )  # fmt: skip


def _inside(data: StateData, report: Report, basis: Basis) -> bool:
    return basis.level in (None, data.facilities[report.facility_id].level)


class Completeness:
    """The completeness tables of one state with one denominator."""

    def __init__(self, data: StateData, denominator: str) -> None:
        self.data, self.denominator = data, denominator
        self.rows = {_slot(report) for report in data.reports}
        self.present = {_slot(r) for r in data.reports if any(v is not None for v in r.tests[::2])}
        self.ever = {facility for facility, _ in self.present}

    def by(
        self,
        of_facility: Callable[[int], Hashable] = lambda _: "",
        of_period: Callable[[date], Hashable] = lambda _: "",
        present: set[Slot] | None = None,
    ) -> list[Share]:
        found = completeness(
            present=self.present if present is None else present, rows=self.rows, ever=self.ever,
            denominator=self.denominator, limits=self.data.limits, of_facility=of_facility,
            of_period=of_period,
        )  # fmt: skip
        return found or [Share(("", ""), self.denominator, 0, 0, None, None)]

    def tables(self) -> dict[str, list[Share]]:
        """Return completeness by month, year, LGA, level, ward, and LGA × month."""
        facilities = self.data.facilities

        def lga(facility: int) -> str:
            return facilities[facility].lga or "No LGA"

        def year(start: date) -> str:
            return "undated" if start == UNDATED else f"{start.year}"

        def month(start: date) -> str:
            return "undated" if start == UNDATED else f"{start:%Y-%m}"

        tables = {
            "year": self.by(of_period=year),
            "lga": self.by(of_facility=lga),
            "level": self.by(of_facility=lambda f: facilities[f].level or "not known"),
            "ward": self.by(of_facility=lambda f: facilities[f].place),
        }
        if self.data.monthly and self.denominator != "year":
            tables["month"] = self.by(of_period=month)
            tables["lga_month"] = self.by(of_facility=lga, of_period=month)
        return tables

    def consistent(self, present: set[Slot]) -> tuple[int, int, float | None]:
        return consistently_reporting(present, {start for _, start in self.rows})

    def indicators(self) -> list[Indicator]:
        """Return each column that holds any value, in the order of the file's fields."""
        found = []
        for place in COUNT_PLACES:
            present = {_slot(r) for r in self.data.reports if r[place] is not None}
            if present:
                (share,) = self.by(present=present)
                found.append(Indicator(Report._fields[place], share, self.consistent(present)[2]))
        return found


def _slot(report: Report) -> Slot:
    return report.facility_id, report.start or UNDATED


def flag_place(flag: Flag, data: StateData) -> dict[str, Any]:
    """Return facility, LGA and ward of a flag for a table; the other facility by its name."""
    facility = data.facilities.get(flag.facility_id) if flag.facility_id else None
    other = data.facilities.get(flag.other) if flag.other else None
    return {
        "facility": facility.name if facility else "",
        "ward": facility.ward if facility else flag.where,
        "lga": facility.lga if facility else "",
        "why": f"{flag.why}: {other.name}, {other.ward}" if other else flag.why,
    }
