"""What an upload holds, state by state."""

from typing import Any

from django.db import connection

from tpr.models import Upload
from tpr.models.dataset import JOINED

_SQL = """
SELECT f.state,
  COUNT(DISTINCT f.lga_key) FILTER (WHERE f.lga_key <> '') AS lgas,
  COUNT(DISTINCT (f.lga_key, f.ward)) FILTER (WHERE f.ward <> '') AS wards,
  COUNT(DISTINCT f.id) AS facilities,
  COUNT(r.id) AS reports,
  COUNT(DISTINCT r.period_start) AS periods,
  MIN(r.period_start) AS first_period, MAX(r.period_start) AS last_period,
  COUNT(r.id) FILTER (WHERE num_nonnulls(
    r.tested_rdt_u5, r.tested_rdt_o5, r.tested_rdt_pw, r.tested_microscopy_u5,
    r.tested_microscopy_o5, r.tested_microscopy_pw) > 0) AS reports_with_tests,
  SUM(COALESCE(GREATEST(r.tested_rdt_u5, r.tested_microscopy_u5), 0)
    + COALESCE(GREATEST(r.tested_rdt_o5, r.tested_microscopy_o5), 0)
    + COALESCE(GREATEST(r.tested_rdt_pw, r.tested_microscopy_pw), 0)) AS tests
FROM tpr_facility f LEFT JOIN tpr_facilityreport r ON r.facility_id = f.id
WHERE f.upload_id = %s
GROUP BY f.state ORDER BY f.state
"""


def only_definition(upload: Upload) -> str | None:
    """Return `opd` for a file, or a data set of files, without any tested column; None: any."""
    kinds = {upload.kind}
    if upload.kind == JOINED:
        kinds = set(upload.members.values_list("member__kind", flat=True))
    return "opd" if kinds == {"positives_only"} else None


def state_counts(upload_id: Any) -> dict[str, dict[str, Any]]:
    """Return per state: lgas, wards, facilities (distinct), reports, periods, tests as reported.

    `tests` adds the larger of RDT and microscopy per facility-period and age group, complete
    pair or not: it shows how much was tested, not the denominator of a rate.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [upload_id])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {
        row["state"]: {
            "lgas": row["lgas"],
            "wards": row["wards"],
            "facilities": row["facilities"],
            "reports": row["reports"],
            "periods": row["periods"],
            "first_period": row["first_period"].isoformat() if row["first_period"] else None,
            "last_period": row["last_period"].isoformat() if row["last_period"] else None,
            "reports_with_tests": row["reports_with_tests"],
            "tests": row["tests"] or 0,
        }
        for row in rows
    }
