"""The one SQL aggregation: facility reports → base table of facility × age group (positivity.md §10).

The treatment of exceeding cells is applied per cell, before any maximum; blanks stay blank
(GREATEST and SUM ignore nulls; a sum of nothing is null).
"""

from datetime import date
from typing import Any

from django.db import connection

from tpr.domain.positivity import BaseRow

_SQL = """
WITH cells AS (
  SELECT r.id AS report_id, r.facility_id, r.opd, a.age, a.fever, a.t_r, a.p_r, a.t_m, a.p_m
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
), judged AS (
  SELECT *,
    t_r IS NOT NULL AND p_r IS NOT NULL AS pair_r,
    t_m IS NOT NULL AND p_m IS NOT NULL AS pair_m,
    COALESCE(p_r > t_r, false) AS over_r,
    COALESCE(p_m > t_m, false) AS over_m
  FROM cells
), treated AS (
  SELECT report_id, facility_id, opd, age, fever, over_r, over_m, t_r, p_r, t_m, p_m,
    (t_r IS NOT NULL AND p_r IS NULL)::int + (t_m IS NOT NULL AND p_m IS NULL)::int AS no_result,
    (t_r IS NULL AND p_r IS NOT NULL)::int + (t_m IS NULL AND p_m IS NOT NULL)::int AS no_tests,
    (t_r IS NOT NULL OR t_m IS NOT NULL) AS reported,
    CASE WHEN pair_r AND NOT (over_r AND %(exclude)s) THEN t_r END AS tr,
    CASE WHEN pair_r AND NOT (over_r AND %(exclude)s)
         THEN CASE WHEN %(cap)s THEN LEAST(p_r, t_r) ELSE p_r END END AS pr,
    CASE WHEN pair_m AND NOT (over_m AND %(exclude)s) THEN t_m END AS tm,
    CASE WHEN pair_m AND NOT (over_m AND %(exclude)s)
         THEN CASE WHEN %(cap)s THEN LEAST(p_m, t_m) ELSE p_m END END AS pm
  FROM judged
), summed AS (
  SELECT facility_id, COALESCE(age, 'all') AS age,
    SUM(GREATEST(tr, tm)) AS t_max, SUM(GREATEST(pr, pm)) AS p_max,
    SUM(tr) AS t_rdt, SUM(pr) AS p_rdt, SUM(tm) AS t_mic, SUM(pm) AS p_mic,
    SUM(CASE WHEN tm IS NULL OR tr >= tm THEN tr ELSE tm END) AS t_dom,
    SUM(CASE WHEN tm IS NULL OR tr >= tm THEN pr ELSE pm END) AS p_dom,
    SUM(opd) FILTER (WHERE GROUPING(age) = 0 OR age = 'u5') AS opd,
    SUM(fever) AS fever,
    COUNT(DISTINCT report_id) FILTER (WHERE tr IS NOT NULL OR tm IS NOT NULL) AS periods,
    COUNT(DISTINCT report_id) FILTER (
      WHERE tr IS NOT NULL AND tm IS NOT NULL AND (tr > tm) <> (pr > pm) AND tr <> tm AND pr <> pm
    ) AS mixed_periods,
    COUNT(DISTINCT report_id) AS rows,
    COUNT(DISTINCT report_id) FILTER (WHERE reported) AS reported,
    SUM(over_r::int + over_m::int) AS excluded_cells,
    COALESCE(SUM(t_r) FILTER (WHERE over_r), 0) + COALESCE(SUM(t_m) FILTER (WHERE over_m), 0)
      AS excluded_tested,
    COALESCE(SUM(p_r) FILTER (WHERE over_r), 0) + COALESCE(SUM(p_m) FILTER (WHERE over_m), 0)
      AS excluded_positive,
    SUM(no_result) AS tests_without_result,
    SUM(no_tests) AS positives_without_tests
  FROM treated
  GROUP BY GROUPING SETS ((facility_id, age), (facility_id))
)
SELECT s.facility_id, f.lga, f.ward, f.level, s.age,
  t_max, p_max, t_rdt, p_rdt, t_mic, p_mic, t_dom, p_dom, opd, fever,
  periods, mixed_periods, rows, reported, excluded_cells, excluded_tested, excluded_positive,
  tests_without_result, positives_without_tests
FROM summed s JOIN tpr_facility f ON f.id = s.facility_id
"""


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
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "upload": upload_id,
                "state": state,
                "start": start,
                "end": end,
                "exclude": exceeding == "exclude",
                "cap": exceeding == "cap",
            },
        )
        return [BaseRow(*row) for row in cursor.fetchall()]
