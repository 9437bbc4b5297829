"""The one SQL aggregation: facility reports → base table of facility × age group (positivity.md §10).

A facility that reports a year and months of that year would count twice: a report inside a longer
one of the same facility that holds test counts is left out (`left_out_inside_longer` counts them).

The treatment of exceeding cells is applied per cell, before any maximum; blanks stay blank
(GREATEST and SUM ignore nulls; a sum of nothing is null). A file that has no tested column at all
(`positives_only`, read on request for the out-patient ratio) gives its positives as they stand;
every rate of tests stays null there.
"""

from dataclasses import fields
from datetime import date
from typing import Any

from django.db import connection

from tpr.domain.positivity import BaseRow

_SQL = """
WITH cells AS (
  SELECT %(untested)s::boolean AS untested, {bucket} AS bucket,
    r.id AS report_id, {unit} AS facility_id, r.opd, a.age, a.fever, a.t_r, a.p_r, a.t_m, a.p_m
  FROM tpr_facilityreport r
  JOIN tpr_facility f ON f.id = r.facility_id
  CROSS JOIN LATERAL (VALUES
    ('u5', r.fever_u5, r.tested_rdt_u5, r.positive_rdt_u5,
           r.tested_microscopy_u5, r.positive_microscopy_u5),
    ('o5', r.fever_o5, r.tested_rdt_o5, r.positive_rdt_o5,
           r.tested_microscopy_o5, r.positive_microscopy_o5),
    ('pw', r.fever_pw, r.tested_rdt_pw, r.positive_rdt_pw,
           r.tested_microscopy_pw, r.positive_microscopy_pw)
  ) AS a(age, fever, t_r, p_r, t_m, p_m)
  WHERE f.upload_id = %(upload)s AND f.state = %(state)s
    AND (%(start)s::date IS NULL OR r.period_start >= %(start)s::date)
    AND (%(end)s::date IS NULL
         OR r.period_start + make_interval(months => r.period_months) <= %(end)s::date)
    AND (%(facilities)s::bigint[] IS NULL OR f.id = ANY(%(facilities)s::bigint[]))
    AND (NOT %(nested)s OR NOT {inside_longer})
), judged AS (
  SELECT *,
    (t_r IS NOT NULL OR untested) AND p_r IS NOT NULL AS pair_r,
    (t_m IS NOT NULL OR untested) AND p_m IS NOT NULL AS pair_m,
    COALESCE(p_r > t_r, false) AS over_r,
    COALESCE(p_m > t_m, false) AS over_m
  FROM cells
), cut AS (
  SELECT untested, bucket, report_id, facility_id, opd, age, fever, over_r, over_m, t_r, p_r, t_m, p_m,
    (t_r IS NOT NULL AND p_r IS NULL)::int + (t_m IS NOT NULL AND p_m IS NULL)::int AS no_result,
    (t_r IS NULL AND p_r IS NOT NULL)::int + (t_m IS NULL AND p_m IS NOT NULL)::int AS no_tests,
    (t_r IS NOT NULL OR t_m IS NOT NULL OR (untested AND (pair_r OR pair_m))) AS reported,
    CASE WHEN pair_r AND NOT (over_r AND %(exclude)s) THEN t_r END AS tr,
    CASE WHEN pair_r AND NOT (over_r AND %(exclude)s)
         THEN CASE WHEN %(cap)s THEN LEAST(p_r, t_r) ELSE p_r END END AS pr,
    CASE WHEN pair_m AND NOT (over_m AND %(exclude)s) THEN t_m END AS tm,
    CASE WHEN pair_m AND NOT (over_m AND %(exclude)s)
         THEN CASE WHEN %(cap)s THEN LEAST(p_m, t_m) ELSE p_m END END AS pm
  FROM judged
), treated AS (
  SELECT *,
    tr IS NOT NULL OR tm IS NOT NULL OR (untested AND (pr IS NOT NULL OR pm IS NOT NULL)) AS used,
    COALESCE((tr > tm AND pr < pm) OR (tr < tm AND pr > pm), false) AS mixed
  FROM cut
), per_age AS (
  SELECT bucket, facility_id, age,
    SUM(GREATEST(tr, tm)) AS t_max, SUM(GREATEST(pr, pm)) AS p_max,
    SUM(tr) AS t_rdt, SUM(pr) AS p_rdt, SUM(tm) AS t_mic, SUM(pm) AS p_mic,
    SUM(CASE WHEN tm IS NULL OR tr >= tm THEN tr ELSE tm END) AS t_dom,
    SUM(CASE WHEN tm IS NULL OR tr >= tm THEN pr ELSE pm END) AS p_dom,
    SUM(opd) AS opd, SUM(fever) AS fever,
    COUNT(*) FILTER (WHERE used) AS periods,
    COUNT(*) FILTER (WHERE mixed) AS mixed_periods,
    COUNT(*) AS rows,
    COUNT(*) FILTER (WHERE reported) AS reported,
    SUM(over_r::int) AS excluded_rdt, SUM(over_m::int) AS excluded_mic,
    COALESCE(SUM(t_r) FILTER (WHERE over_r), 0) + COALESCE(SUM(t_m) FILTER (WHERE over_m), 0)
      AS excluded_tested,
    COALESCE(SUM(p_r) FILTER (WHERE over_r), 0) + COALESCE(SUM(p_m) FILTER (WHERE over_m), 0)
      AS excluded_positive,
    SUM(no_result) AS tests_without_result,
    SUM(no_tests) AS positives_without_tests
  FROM treated GROUP BY bucket, facility_id, age
), per_facility AS (
  SELECT bucket, facility_id, COUNT(*) FILTER (WHERE used) AS any_used,
    COUNT(*) FILTER (WHERE mixed) AS any_mixed, COUNT(*) FILTER (WHERE reported) AS any_reported
  FROM (
    SELECT bucket, facility_id, bool_or(used) AS used, bool_or(mixed) AS mixed,
      bool_or(reported) AS reported
    FROM treated GROUP BY report_id, bucket, facility_id
  ) AS by_report GROUP BY bucket, facility_id
)
SELECT bucket, a.facility_id, {place}, a.age,
  t_max, p_max, t_rdt, p_rdt, t_mic, p_mic, t_dom, p_dom, opd, fever,
  periods, mixed_periods, rows, reported, excluded_rdt, excluded_mic, excluded_tested, excluded_positive,
  tests_without_result, positives_without_tests, any_used, any_mixed, any_reported
FROM per_age a JOIN per_facility p USING (bucket, facility_id) {join}
ORDER BY bucket, a.facility_id
"""

_INSIDE_LONGER = """EXISTS (
      SELECT 1 FROM tpr_facilityreport l
      WHERE l.facility_id = r.facility_id AND l.period_months > r.period_months
        AND r.period_months > 0 AND l.period_start <= r.period_start
        AND l.period_start + make_interval(months => l.period_months)
            >= r.period_start + make_interval(months => r.period_months)
        AND (%(start)s::date IS NULL OR l.period_start >= %(start)s::date)
        AND (%(end)s::date IS NULL
             OR l.period_start + make_interval(months => l.period_months) <= %(end)s::date)
        AND COALESCE(l.tested_rdt_u5, l.tested_rdt_o5, l.tested_rdt_pw, l.tested_microscopy_u5,
                     l.tested_microscopy_o5, l.tested_microscopy_pw) IS NOT NULL)"""

_BUCKETS = {
    "whole": "0",
    "year": """CASE WHEN r.period_months > 0 AND EXTRACT(YEAR FROM r.period_start) = EXTRACT(YEAR FROM
      r.period_start + make_interval(months => r.period_months - 1))
      THEN EXTRACT(YEAR FROM r.period_start)::int END""",
    "month": """CASE WHEN r.period_months = 1
      THEN EXTRACT(YEAR FROM r.period_start)::int * 100 + EXTRACT(MONTH FROM r.period_start)::int
      END""",
}
"""What a report counts for: everything; its calendar year; its month as 202401. Null: none."""

_FACILITY = "f.lga, f.ward, f.level"
_JOIN = "JOIN tpr_facility f ON f.id = a.facility_id"


def _query(bucket: str, *, each_facility: bool) -> str:
    """Complete the query: a row for each facility, or one for all of them together."""
    return (
        _SQL.replace("{bucket}", _BUCKETS[bucket])
        .replace("{inside_longer}", _INSIDE_LONGER)
        .replace("{unit}", "r.facility_id" if each_facility else "0")
        .replace("{place}", _FACILITY if each_facility else "'', '', NULL")
        .replace("{join}", _JOIN if each_facility else "")
    )


_QUERIES = {name: _query(name, each_facility=True) for name in _BUCKETS}
_TOGETHER = {name: _query(name, each_facility=False) for name in _BUCKETS}

_LENGTHS = """
SELECT COUNT(DISTINCT r.period_months) > 1 FROM tpr_facilityreport r
JOIN tpr_facility f ON f.id = r.facility_id WHERE f.upload_id = %s AND f.state = %s
"""
"""Whether the state has periods of several lengths, so that one may lie inside another."""

_UNTESTED = """
SELECT u.kind = 'positives_only' OR (u.kind = 'joined' AND NOT EXISTS (
  SELECT 1 FROM tpr_datasetmember m JOIN tpr_upload one ON one.id = m.member_id
  WHERE m.dataset_id = u.id AND one.kind <> 'positives_only')) FROM tpr_upload u WHERE u.id = %s
"""

_LEFT_OUT = """
SELECT COUNT(*) FROM tpr_facilityreport r JOIN tpr_facility f ON f.id = r.facility_id
WHERE f.upload_id = %(upload)s AND f.state = %(state)s AND {inside_longer}
""".replace("{inside_longer}", _INSIDE_LONGER)

_MONTHS = """
SELECT r.facility_id, EXTRACT(YEAR FROM r.period_start)::int,
  bit_or(CASE r.period_months WHEN 12 THEN 4095
    WHEN 3 THEN 7 << (EXTRACT(MONTH FROM r.period_start)::int - 1)
    ELSE 1 << (EXTRACT(MONTH FROM r.period_start)::int - 1) END)
FROM tpr_facilityreport r JOIN tpr_facility f ON f.id = r.facility_id
WHERE f.upload_id = %s AND f.state = %s AND r.period_months > 0
  AND COALESCE(r.tested_rdt_u5, r.tested_rdt_o5, r.tested_rdt_pw, r.tested_microscopy_u5,
               r.tested_microscopy_o5, r.tested_microscopy_pw) IS NOT NULL
GROUP BY 1, 2
"""


def _records(
    bucket: str,
    *,
    upload_id: Any,
    state: str,
    exceeding: str = "exclude",
    start: date | None = None,
    end: date | None = None,
    facilities: list[int] | None = None,
    together: bool = False,
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_UNTESTED, [upload_id])
        untested = bool((cursor.fetchone() or (False,))[0])
        cursor.execute(_LENGTHS, [upload_id, state])
        values = {
            "upload": upload_id, "state": state, "start": start, "end": end,
            "facilities": facilities, "exclude": exceeding == "exclude",
            "cap": exceeding == "cap", "nested": cursor.fetchone()[0],
            "untested": untested,
        }  # fmt: skip
        cursor.execute((_TOGETHER if together else _QUERIES)[bucket], values)
        return list(cursor.fetchall())


def base_rows(
    *,
    upload_id: Any,
    state: str,
    exceeding: str = "exclude",
    start: date | None = None,
    end: date | None = None,
) -> list[BaseRow]:
    """Return the base table of one state of one upload.

    Parameters
    ----------
    start, end : first day used, and the first day no longer used (half-open); None = all periods.
    """
    records = _records(
        "whole", upload_id=upload_id, state=state, exceeding=exceeding, start=start, end=end
    )
    return _with_all_ages([record[1:] for record in records])


def base_rows_by(
    bucket: str,
    *,
    upload_id: Any,
    state: str,
    exceeding: str = "exclude",
    facilities: list[int] | None = None,
    together: bool = False,
) -> dict[int, list[BaseRow]]:
    """Return the base table of each calendar year (`year`) or month (`month`, as 202401).

    Reports without a date, or across two years, belong to none. `facilities` narrows it down;
    `together` adds them up: one row for each age group, of facility 0 without place and level.
    """
    records = _records(
        bucket, upload_id=upload_id, state=state, exceeding=exceeding, facilities=facilities,
        together=together,
    )  # fmt: skip
    found: dict[int, list[tuple[Any, ...]]] = {}
    for record in records:
        if record[0] is not None:
            found.setdefault(record[0], []).append(record[1:])
    return {key: _with_all_ages(found[key]) for key in sorted(found)}


def months_reported(*, upload_id: Any, state: str) -> dict[int, dict[int, int]]:
    """Return year → facility → months with any test count, as bits (1 = January)."""
    found: dict[int, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [upload_id, state])
        for facility, year, months in cursor.fetchall():
            found.setdefault(year, {})[facility] = months
    return found


def left_out_inside_longer(
    *, upload_id: Any, state: str, start: date | None = None, end: date | None = None
) -> int:
    """Count the reports that lie inside a longer one of the same facility."""
    with connection.cursor() as cursor:
        cursor.execute(_LENGTHS, [upload_id, state])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_LEFT_OUT, {"upload": upload_id, "state": state, "start": start, "end": end})
        return int(cursor.fetchone()[0])


def _with_all_ages(records: list[tuple[Any, ...]]) -> list[BaseRow]:
    """Add the row of age group `all` to each facility: the three groups added (§2.2).

    Facility-periods are counted once however many groups they report, and attendance is that of
    the facility, not of a group.
    """
    rows = [BaseRow(*record[:-3]) for record in records]
    facilities: dict[int, list[tuple[Any, ...]]] = {}
    for record in records:
        facilities.setdefault(record[0], []).append(record)
    for groups in facilities.values():
        first = groups[0]
        used, mixed, reported = first[-3:]
        columns = zip(*groups, strict=True)
        added = [
            _sum(column) if at in _ADDED else column[0] for at, column in enumerate(columns)
        ][:-3]  # fmt: skip
        added[_AGE], added[_PERIODS], added[_MIXED], added[_REPORTED] = "all", used, mixed, reported
        rows.append(BaseRow(*added))
    return rows


_COLUMNS = [field.name for field in fields(BaseRow)]
_AGE, _PERIODS, _MIXED, _REPORTED = (
    _COLUMNS.index(name) for name in ("age", "periods", "mixed_periods", "reported")
)
_ADDED = {
    _COLUMNS.index(name) for name in (
        "t_max", "p_max", "t_rdt", "p_rdt", "t_mic", "p_mic", "t_dom", "p_dom", "fever",
        "excluded_rdt", "excluded_mic", "excluded_tested", "excluded_positive",
        "tests_without_result", "positives_without_tests",
    )
}  # fmt: skip
"""Places of the columns that are added over the age groups; the others are the facility's."""


def _sum(values: tuple[Any, ...]) -> Any:
    """Add where blank is not zero: None only when all are None."""
    if None not in values:
        return sum(values)
    known = [value for value in values if value is not None]
    return sum(known) if known else None
