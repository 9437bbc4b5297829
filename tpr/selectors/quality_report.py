"""The quality report of one state of an upload: two queries of its rows, then the pure checks.

Available as soon as the file is read, before any positivity is shown.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
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
from tpr.domain.quality.register import Joined, join_register
from tpr.domain.wardlists import memory_key
from tpr.models import Facility as FacilityRow
from tpr.models import QualityThreshold, Upload, Workflow
from tpr.selectors.registers import Register, register_of
from tpr.selectors.states import only_definition

Period = tuple[date | None, date | None]
"""First day of the first and of the last month used; None: from the beginning, to the end."""
WHOLE_FILE: Period = (None, None)

COLUMN_GROUPS = ("year", "level", "lga")

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
class ColumnShares:
    """One column's share in each group of a table, in the order of the groups."""

    column: str
    shares: list[Share]


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
    shares: "Completeness"
    """The tables by column are made on demand: they cost more than the rest."""
    activity: dict[str, int]
    flags: list[Flag]
    effects: list[Effect]
    calls: list[Call]
    counted: Counted
    period: Period
    register: Register | None
    joined: Joined | None
    """The file's facilities beside the register's; None when no register is in force."""


def limits() -> dict[str, float]:
    """Return the limits in force."""
    rows = QualityThreshold.objects.filter(in_use=True)
    return dict(rows.values_list("code", "value"))


def state_data(upload: Upload, state: str, period: Period = WHOLE_FILE) -> StateData:
    """Read one state of an upload: reports whose whole period lies inside the months asked for."""
    facilities = {
        pk: Facility(pk, name, lga, ward, (lga_key, memory_key(ward_key)), level)
        for pk, name, lga, ward, lga_key, ward_key, level in FacilityRow.objects.filter(
            upload=upload, state=state
        ).values_list("id", "name", "lga", "ward", "lga_key", "ward_key", "level")
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [upload.pk, state])
        reports = [Report._make(row) for row in cursor.fetchall()]
    if period != WHOLE_FILE:
        reports = [report for report in reports if inside(report, period)]
    return StateData(facilities, reports, limits())


def inside(report: Report, period: Period) -> bool:
    """Tell whether the whole period of a report lies inside the months asked for."""
    first, last = period
    if report.start is None:
        return period == WHOLE_FILE
    if first and report.start < first:
        return False
    if last is None:
        return True
    end = report.start.year * 12 + report.start.month - 1 + max(report.months, 1) - 1
    return end <= last.year * 12 + last.month - 1


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
    upload: Upload, state: str, *, basis: Basis | None = None, denominator: str = "",
    period: Period = WHOLE_FILE,
) -> QualityReport:  # fmt: skip
    """Examine one state of an upload.

    Parameters
    ----------
    denominator : `rows`, `ever`, `year`, or `register` where one covers the state; otherwise
        `ever`, or `year` for a file without months.
    period : months looked at.
    """
    data = state_data(upload, state, period)
    basis = basis or Basis()
    register = register_of(state)
    known = ("rows", "ever", "year", *(["register"] if register else []))
    if denominator not in known:
        denominator = "ever" if data.monthly else "year"
    classes = activity_of(data.facilities, data.reports, data.limits)
    counted = Counted(data.reports, basis)
    flags = [
        *facility_flags(data.reports, data.limits),
        *silent_flags(classes, data.limits),
        *place_flags(data.facilities, data.reports, counted, data.limits),
    ]
    shares = Completeness(data, denominator, register)
    return QualityReport(
        state=state, data=data, basis=basis, denominator=denominator,
        whole=shares.by()[0], consistent=shares.consistent(shares.present), by=shares.tables(),
        indicators=shares.indicators(), shares=shares,
        activity=dict(Counter(classes.values())), flags=flags,
        effects=effects(flags, [r for r in data.reports if _inside(data, r, basis)], counted),
        calls=call_list(flags, data.facilities, data.reports, counted), counted=counted,
        period=period, register=register,
        joined=join_register(data.facilities, register.facilities) if register else None,
    )  # fmt: skip


def _inside(data: StateData, report: Report, basis: Basis) -> bool:
    return basis.level in (None, data.facilities[report.facility_id].level)


class Completeness:
    """The completeness tables of one state with one denominator."""

    def __init__(self, data: StateData, denominator: str, register: Register | None = None) -> None:
        self.data, self.denominator = data, denominator
        self.register = register.facilities if register else {}
        self.facilities = _as_in_file(data.facilities, self.register)
        self.rows = {_slot(report) for report in data.reports}
        self.starts = {start for _, start in self.rows}
        self.present = {_slot(r) for r in data.reports if any(v is not None for v in r.tests[::2])}
        self.ever = {facility for facility, _ in self.present}
        self._slots: dict[str, set[Slot]] | None = None

    def by(
        self,
        of_facility: Callable[[int], Hashable] = lambda _: "",
        of_period: Callable[[date], Hashable] = lambda _: "",
        present: set[Slot] | None = None,
    ) -> list[Share]:
        found = completeness(
            present=self.present if present is None else present, rows=self.rows, ever=self.ever,
            denominator=self.denominator, limits=self.data.limits, of_facility=of_facility,
            of_period=of_period, register=Counter(of_facility(f) for f in self.register),
            starts=self.starts,
        )  # fmt: skip
        return found or [Share(("", ""), self.denominator, 0, 0, None, None)]

    def lga(self, facility: int) -> str:
        return self.facilities[facility].lga or "No LGA"

    def level(self, facility: int) -> str:
        return self.facilities[facility].level or "not known"

    def tables(self) -> dict[str, list[Share]]:
        """Return completeness by month, year, LGA, level, ward, and LGA × month."""
        tables = {
            "year": self.by(of_period=_year),
            "lga": self.by(of_facility=self.lga),
            "level": self.by(of_facility=self.level),
            "ward": self.by(of_facility=lambda f: self.facilities[f].place),
        }
        if self.by_month:
            tables["month"] = self.by(of_period=_month)
            tables["lga_month"] = self.by(of_facility=self.lga, of_period=_month)
        return tables

    @property
    def by_month(self) -> bool:
        return self.data.monthly and self.denominator != "year"

    @property
    def column_groups(self) -> tuple[str, ...]:
        return ("month", *COLUMN_GROUPS) if self.by_month else COLUMN_GROUPS

    def columns(self, group: str) -> list[ColumnShares]:
        """Return each column's completeness by one of `column_groups`."""
        way: dict[str, Callable[..., Hashable]] = {
            "month": {"of_period": _month},
            "year": {"of_period": _year},
            "level": {"of_facility": self.level},
            "lga": {"of_facility": self.lga},
        }[group]  # type: ignore[assignment]
        return [
            ColumnShares(column, self.by(present=mine, **way))
            for column, mine in self.slots().items()
        ]

    def consistent(self, present: set[Slot]) -> tuple[int, int, float | None]:
        return consistently_reporting(present, self.starts)

    def indicators(self) -> list[Indicator]:
        """Return each column that holds any value, in the order of the file's fields."""
        found = []
        for column, present in self.slots().items():
            (share,) = self.by(present=present)
            found.append(Indicator(column, share, self.consistent(present)[2]))
        return found

    def slots(self) -> dict[str, set[Slot]]:
        """Return column → facility-periods that hold a value, for columns that hold any."""
        if self._slots is None:
            every = {
                Report._fields[place]: {_slot(r) for r in self.data.reports if r[place] is not None}
                for place in COUNT_PLACES
            }
            self._slots = {column: mine for column, mine in every.items() if mine}
        return self._slots


def _year(start: date) -> str:
    return "undated" if start == UNDATED else f"{start.year}"


def _month(start: date) -> str:
    return "undated" if start == UNDATED else f"{start:%Y-%m}"


def _as_in_file(
    facilities: dict[int, Facility], register: dict[int, Facility]
) -> dict[int, Facility]:
    """Join both, with the register's LGAs spelled as the file spells them, so that groups meet."""
    spelled = {f.place[0]: f.lga for f in facilities.values()}
    listed = {pk: replace(f, lga=spelled.get(f.place[0], f.lga)) for pk, f in register.items()}
    return {**facilities, **listed}


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
