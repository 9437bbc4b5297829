"""Years and months of places, from stored reports, by the choices of a result.

All periods of the file count, also when the result was narrowed to some of them: a trend of one
year is none. Nothing here is a fact of its own: it can be computed again, and is only cached.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chatmrpt.common.cache import recomputable
from tpr.aggregation import base_rows_by, months_reported
from tpr.domain.positivity import BaseRow, Figure, chosen, figure
from tpr.domain.trend import LIMIT_TPR, Trend, YearValue, trend
from tpr.models import Facility, TprResult
from tpr.selectors.base_table import year_tables
from tpr.selectors.decisions import places_in
from tpr.selectors.file_places import Places

Name = tuple[str, str]
"""(LGA, ward) as in the result's rows; the ward is empty for a whole LGA, both for the state."""


@dataclass(frozen=True, slots=True)
class MonthValue:
    """One month of a place; `rate` in percent or None. `year_before`: the same month's rate."""

    year: int
    month: int
    tested: float | None
    positive: float | None
    rate: float | None
    year_before: float | None


@dataclass(frozen=True, slots=True)
class Years:
    """The years of every place of a result: `values[name][year]`."""

    years: tuple[int, ...]
    values: Mapping[Name, Mapping[int, YearValue]]

    def trend_of(self, lga: str = "", ward: str = "", *, limit: float = LIMIT_TPR) -> Trend | None:
        """Return the trend of a ward, of an LGA (no ward) or of the state (neither)."""
        found = self.values.get((lga, ward))
        return trend(found.values(), limit=limit) if found else None

    def wards(self, *, limit: float = LIMIT_TPR) -> dict[Name, Trend]:
        """Return the trend of every named ward."""
        return {
            name: trend(values.values(), limit=limit)
            for name, values in self.values.items() if name[1]
        }  # fmt: skip

    def rates_in(self, year: int) -> dict[Name, YearValue]:
        """Return every named ward's value of one year, for a map of that year."""
        return {
            name: values[year] for name, values in self.values.items()
            if name[1] and year in values
        }  # fmt: skip


def years_of(result: TprResult) -> Years:
    """Return the yearly figures of the state, its LGAs and its wards; empty for undated files."""
    key = f"years:{result.pk}:{result.computed_at.timestamp()}"
    return recomputable(key, lambda: _years(result))


def _years(result: TprResult) -> Years:
    upload = result.workflow.upload
    if upload is None:
        return Years((), {})
    places = places_in(result)
    tables = year_tables(upload, result.state, exceeding=result.exceeding)
    by_year, months = tables.rows, tables.months
    found: dict[Name, dict[int, YearValue]] = {}
    for year, rows in by_year.items():
        for name, members in _grouped(chosen(rows, result.level, result.age_group), places).items():
            value = _year(year, members, result.definition, months.get(year, {}))
            found.setdefault(name, {})[year] = value
    everything = tuple(by_year)
    for values in found.values():  # a year in which a place is silent is a gap
        for year in everything:
            values.setdefault(year, YearValue(year, None, None, None, 0))
    return Years(everything, found)


def _grouped(rows: list[BaseRow], places: Places) -> dict[Name, list[BaseRow]]:
    groups: dict[Name, list[BaseRow]] = {("", ""): list(rows)}
    for row in rows:
        place = places.keys[row.facility_id]
        name = places.names[place]
        groups.setdefault((places.lga_names[place[0]], ""), []).append(row)
        if place[1]:
            groups.setdefault(name, []).append(row)
    return groups


def _year(year: int, rows: list[BaseRow], definition: str, months: Mapping[int, int]) -> YearValue:
    f: Figure = figure(rows, definition)
    bits = 0
    for row in rows:
        bits |= months.get(row.facility_id, 0)
    reporting = frozenset(row.facility_id for row in rows if row.periods)
    return YearValue(year, f.tested, f.positive, f.tpr, bits.bit_count(), reporting)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Months that the reports of a ward's facilities cover, and how complete they are, percent."""

    months: int
    completeness: float | None


def coverage_of(result: TprResult) -> dict[Name, Coverage]:
    """Return the months covered of every named ward, inside the result's period and level.

    Completeness: facility-months with a test count ÷ facilities of the ward × months covered.
    """
    upload = result.workflow.upload
    if upload is None:
        return {}
    places = places_in(result)
    facilities = Facility.objects.filter(upload=upload, state=result.state)
    if result.level != "all":
        facilities = facilities.filter(level=result.level)
    of_place: dict[Name, list[int]] = {}
    for pk in facilities.values_list("pk", flat=True):
        place = places.keys[pk]
        if place[1]:
            of_place.setdefault(places.names[place], []).append(pk)
    bits = {
        year: {pk: months & _inside(result, year) for pk, months in by_facility.items()}
        for year, by_facility in months_reported(upload_id=upload.pk, state=result.state).items()
    }
    found = {}
    for name, members in of_place.items():
        covered = reported = 0
        for by_facility in bits.values():
            either = 0
            for pk in members:
                months = by_facility.get(pk, 0)
                either |= months
                reported += months.bit_count()
            covered += either.bit_count()
        expected = covered * len(members)
        found[name] = Coverage(covered, 100 * reported / expected if expected else None)
    return found


def _inside(result: TprResult, year: int) -> int:
    """Return the months of a year that lie inside the result's period, as bits."""
    first, last = result.period_start, result.period_end
    return sum(
        1 << (month - 1) for month in range(1, 13)
        if (first is None or (year, month) >= (first.year, first.month))
        and (last is None or (year, month) <= (last.year, last.month))
    )  # fmt: skip


def months_of(result: TprResult, lga: str = "", ward: str = "") -> list[MonthValue]:
    """Return the months of a ward, an LGA or the state; empty for files without months."""
    upload = result.workflow.upload
    if upload is None:
        return []
    places = places_in(result)
    of_level = Facility.objects.filter(upload=upload, state=result.state)
    if result.level != "all":
        of_level = of_level.filter(level=result.level)
    wanted = [
        pk for pk in of_level.values_list("pk", flat=True) if (place := places.keys.get(pk))
        and (not lga or places.lga_names[place[0]] == lga)
        and (not ward or places.names[place] == (lga, ward))
    ]  # fmt: skip
    by_month = base_rows_by(
        "month", upload_id=upload.pk, state=result.state, exceeding=result.exceeding,
        facilities=wanted, together=True,
    )  # fmt: skip
    found = {
        month: figure(chosen(rows, "all", result.age_group), result.definition)
        for month, rows in by_month.items()
    }
    return [
        MonthValue(
            month // 100, month % 100, f.tested, f.positive, f.tpr,
            found[month - 100].tpr if month - 100 in found else None,
        )
        for month, f in found.items()
    ]  # fmt: skip
