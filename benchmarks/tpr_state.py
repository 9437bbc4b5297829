"""TPR of one state from stored rows: all 16 level × age combinations, every ward of each.

Compared with one plain SQL query for each combination, whose figures must be the same.
"""

import sys
import time

from kit.product import median_ms, start
from kit.workbooks import workbook
from report import measured

BUDGET_MS = 300

NAIVE = """
SELECT f.lga, f.ward, SUM(m.t) AS tested, SUM(m.p) AS positive
FROM tpr_facilityreport r
JOIN tpr_facility f ON f.id = r.facility_id
CROSS JOIN LATERAL (
  SELECT GREATEST(CASE WHEN x.tr >= x.pr THEN x.tr END, CASE WHEN x.tm >= x.pm THEN x.tm END) AS t,
         GREATEST(CASE WHEN x.tr >= x.pr THEN x.pr END, CASE WHEN x.tm >= x.pm THEN x.pm END) AS p
  FROM (VALUES
    ('u5', r.tested_rdt_u5, r.positive_rdt_u5, r.tested_microscopy_u5, r.positive_microscopy_u5),
    ('o5', r.tested_rdt_o5, r.positive_rdt_o5, r.tested_microscopy_o5, r.positive_microscopy_o5),
    ('pw', r.tested_rdt_pw, r.positive_rdt_pw, r.tested_microscopy_pw, r.positive_microscopy_pw)
  ) AS x(age, tr, pr, tm, pm)
  WHERE %(age)s = 'all' OR x.age = %(age)s
) AS m
WHERE f.upload_id = %(upload)s AND f.state = %(state)s AND (%(level)s = 'all' OR f.level = %(level)s)
GROUP BY f.lga, f.ward
"""


def stored_state() -> tuple[object, str]:
    """Read the state workbook into rows; return the upload and its state."""
    from tpr.models import Facility
    from tpr.services.run_file import intake

    upload = intake(workbook("A", registry="kano", seed=1, months=12))
    return upload.pk, Facility.objects.filter(upload=upload).values_list("state", flat=True)[0]


def main() -> None:
    start()
    from django.db import connection

    from tpr.aggregation import base_rows
    from tpr.domain.positivity import chosen, figures_by
    from tpr.domain.stages import AGE_GROUPS, LEVELS

    upload, state = stored_state()
    combinations = [(level, age) for level in LEVELS for age in AGE_GROUPS]

    def folded() -> dict[tuple[str, str], object]:
        rows = base_rows(upload_id=upload, state=state)
        return {
            (level, age): figures_by(
                chosen(rows, level, age), lambda row: (row.lga, row.ward), "facility_max"
            )
            for level, age in combinations
        }

    def naive() -> dict[tuple[str, str], dict[tuple[str, str], tuple[float, float]]]:
        found = {}
        with connection.cursor() as cursor:
            for level, age in combinations:
                cursor.execute(
                    NAIVE, {"upload": upload, "state": state, "level": level, "age": age}
                )
                found[level, age] = {(lga, ward): (t, p) for lga, ward, t, p in cursor.fetchall()}
        return found

    ours, plain = folded(), naive()
    for combination, wards in plain.items():
        figures = {k: (f.tested, f.positive) for k, f in ours[combination].items()}  # type: ignore[attr-defined]
        if figures != wards:
            sys.exit(f"the two ways differ at {combination}")
    cells = sum(len(wards) for wards in plain.values())
    against = median_ms(naive, rounds=3)
    value = median_ms(folded)
    measured(
        f"16 combinations, {cells:,} ward figures", value, "ms", against="a query for each",
        against_value=against, budget=BUDGET_MS,
    )  # fmt: skip
    rows = median_ms(lambda: base_rows(upload_id=upload, state=state))
    measured("of it the one aggregation in SQL", rows, "ms")

    from tpr.models import Upload
    from tpr.services.compute_tpr import Choice, compute

    stored = Upload.objects.get(pk=upload)
    choice = Choice(state, "primary", "u5")
    begun = time.perf_counter()
    compute(stored, choice)
    first = 1000 * (time.perf_counter() - begun)
    measured("one result with totals and flags, first time", first, "ms")


if __name__ == "__main__":
    main()
