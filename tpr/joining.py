"""The SQL that joins the rows of several uploads into one; facts first, then the rows.

A facility is the same where state, LGA, ward, name, level and ownership are; a report where its
period is too. A period in two files is never added up (inputs.md §6.6).
"""

from typing import Any

from django.db import connection

from tpr.models import COUNT_COLUMNS, TEST_COLUMNS

CHOICES = {
    "later": "m.position DESC",
    "earlier": "m.position ASC",
    "fuller": f"num_nonnulls({', '.join('r.' + c for c in TEST_COLUMNS)}) DESC, m.position DESC",
}
"""Which of two reports of one facility and period is kept."""

_IDENTITY = "f.state, f.lga, f.ward, f.name, f.level, f.ownership"
_COUNTS = ", ".join(f"r.{column}" for column in COUNT_COLUMNS)

_OVERLAPS = f"""
SELECT COUNT(*), COUNT(*) FILTER (WHERE versions > 1)
FROM (
  SELECT COUNT(DISTINCT m.position) AS files, COUNT(DISTINCT ({_COUNTS})) AS versions
  FROM tpr_datasetmember m
  JOIN tpr_facility f ON f.upload_id = m.member_id
  JOIN tpr_facilityreport r ON r.facility_id = f.id
  WHERE m.dataset_id = %(dataset)s
  GROUP BY {_IDENTITY}, r.period_start, r.period_months
) AS same WHERE files > 1
"""

_MIXED = """
SELECT DISTINCT a.period_start, a.period_months, b.period_months
FROM (
  SELECT DISTINCT m.position, r.period_start, r.period_months
  FROM tpr_datasetmember m JOIN tpr_facility f ON f.upload_id = m.member_id
  JOIN tpr_facilityreport r ON r.facility_id = f.id WHERE m.dataset_id = %(dataset)s
) a JOIN (
  SELECT DISTINCT m.position, r.period_start, r.period_months
  FROM tpr_datasetmember m JOIN tpr_facility f ON f.upload_id = m.member_id
  JOIN tpr_facilityreport r ON r.facility_id = f.id WHERE m.dataset_id = %(dataset)s
) b ON a.position <> b.position AND a.period_months > b.period_months AND b.period_months > 0
  AND b.period_start >= a.period_start
  AND b.period_start < a.period_start + make_interval(months => a.period_months)
LIMIT 1
"""

_FACILITIES = f"""
INSERT INTO tpr_facility (upload_id, state, lga, lga_key, ward_raw, ward, ward_key, name, level,
                          level_source, ownership, ward_code)
SELECT DISTINCT ON ({_IDENTITY}) %(dataset)s, f.state, f.lga, f.lga_key, f.ward_raw, f.ward,
  f.ward_key, f.name, f.level, f.level_source, f.ownership, f.ward_code
FROM tpr_datasetmember m JOIN tpr_facility f ON f.upload_id = m.member_id
WHERE m.dataset_id = %(dataset)s
ORDER BY {_IDENTITY}, m.position DESC
"""

_REPORTS = """
INSERT INTO tpr_facilityreport (facility_id, period_start, period_months, {columns}, source_row,
                                source_file)
SELECT DISTINCT ON (n.id, r.period_start, r.period_months)
  n.id, r.period_start, r.period_months, {counts}, r.source_row, m.position
FROM tpr_datasetmember m
JOIN tpr_facility f ON f.upload_id = m.member_id
JOIN tpr_facility n ON n.upload_id = %(dataset)s AND n.state = f.state AND n.lga = f.lga
  AND n.ward = f.ward AND n.name = f.name AND n.level IS NOT DISTINCT FROM f.level
  AND n.ownership IS NOT DISTINCT FROM f.ownership
JOIN tpr_facilityreport r ON r.facility_id = f.id
WHERE m.dataset_id = %(dataset)s
ORDER BY n.id, r.period_start, r.period_months, {preference}
"""

_ISSUES = """
INSERT INTO tpr_uploadissue (upload_id, code, severity, sheet, "row", "column", facility, ward,
                             period, value, action, count)
SELECT %(dataset)s, i.code, i.severity, left(u.original_name || ' / ' || i.sheet, 255), i."row",
  i."column", i.facility, i.ward, i.period, i.value, i.action, i.count
FROM tpr_datasetmember m JOIN tpr_upload u ON u.id = m.member_id
JOIN tpr_uploadissue i ON i.upload_id = u.id
WHERE m.dataset_id = %(dataset)s ORDER BY m.position, i.id
"""


def overlaps(dataset_id: Any) -> tuple[int, int]:
    """Return (facility-periods in more than one file, those of them with different figures)."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS, {"dataset": dataset_id})
        both, different = cursor.fetchone()
    return both, different


def mixed_periods(dataset_id: Any) -> tuple[Any, int, int] | None:
    """Return (start, months, months) of a long period that holds a short one of another file."""
    with connection.cursor() as cursor:
        cursor.execute(_MIXED, {"dataset": dataset_id})
        found: tuple[Any, int, int] | None = cursor.fetchone()
    return found


def join_rows(dataset_id: Any, choice: str) -> int:
    """Write the joined facilities, reports and issues; returns the number of reports."""
    preference = CHOICES[choice]
    columns = ", ".join(COUNT_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(_FACILITIES, {"dataset": dataset_id})
        cursor.execute(
            _REPORTS.format(columns=columns, counts=_COUNTS, preference=preference),
            {"dataset": dataset_id},
        )
        reports = cursor.rowcount
        cursor.execute(_ISSUES, {"dataset": dataset_id})
        cursor.execute("ANALYZE tpr_facility, tpr_facilityreport")
    return int(reports)
