"""Which facilities reported when: one row per facility with its months, straight from SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from tpr.domain.quality.records import month_number
from tpr.selectors.slices import METHODS, Filter, conditions

UNDATED = -1
"""Stands for the one period of a file without periods, as a month number."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """A facility with the month numbers of its rows and of its rows with a test count."""

    id: int
    name: str
    state: str
    lga: str
    lga_key: str
    ward: str
    ward_key: str
    level: str | None
    rows: frozenset[int]
    reported: frozenset[int]


def reporting_of(look: Filter, methods: Iterable[str] = ()) -> list[Reporting]:
    """Return every facility of the filter, also those without a row in it.

    Parameters
    ----------
    methods : `rdt`, `microscopy` or both (empty): whose tests make a row a report.
    """
    wanted = tuple(methods) or tuple(name for name, _ in METHODS)
    tested = ", ".join(f"r.tested_{m}_{a}" for m in wanted for a in look.ages)
    # Conditions on the report belong to the join: a facility without a row is kept.
    places, times, values = conditions(look)
    place, time = " AND ".join(places), "".join(f" AND {part}" for part in times)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT f.id, f.name, f.state, f.lga, f.lga_key, f.ward, f.ward_key, f.level,
  array_agg(r.period_start) FILTER (WHERE r.id IS NOT NULL),
  array_agg(r.period_start) FILTER (WHERE r.id IS NOT NULL AND num_nonnulls({tested}) > 0)
FROM tpr_facility f LEFT JOIN tpr_facilityreport r ON r.facility_id = f.id{time}
WHERE {place} GROUP BY f.id ORDER BY f.lga, f.name
""",  # noqa: S608 - column names of our own
            values,
        )
        found = cursor.fetchall()
    number: dict[date | None, int] = {None: UNDATED}

    def months(starts: list[date | None] | None) -> frozenset[int]:
        for start in starts or ():
            if start is not None and start not in number:
                number[start] = month_number(start)
        return frozenset(number[start] for start in starts or ())

    return [Reporting(*row[:8], months(row[8]), months(row[9])) for row in found]
