"""The report of one state from stored rows: figures by hand, few queries, quick for a big state."""

import time
from datetime import date
from typing import Any

import pytest
from django.db import connection

from chatmrpt.testing.uploads import read_csv, row
from tpr.domain.quality.influence import Basis
from tpr.models import QualityThreshold
from tpr.selectors.quality_report import quality_report
from tpr.tests.factories import FacilityFactory

pytestmark = pytest.mark.django_db
PLACE = ("Adamawa", "Fufore", "Bille", "Bille Health Post")


def year_of(counts: list[int | str]) -> list[list[object]]:
    return [
        row(*PLACE, month=month, u5=(value, int(value) // 2 if value != "" else ""), opd=500)
        for month, value in enumerate(counts, 1)
    ]  # fmt: skip


ROWS = [
    *year_of([100, 101, 99, 100, 102, 98, 100, 101, 99, 100, 103, 2000]),
    row("Adamawa", "Girei", "Girei I", "Girei PHC", month=1, u5=(25, 30)),
    row("Adamawa", "Girei", "Girei I", "Girei PHC", month=2, u5=(40, "")),
    row("Adamawa", "Girei", "Girei I", "Closed PHC", month=1),
    row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(30, 90)),
]


def test_one_state_is_examined_and_the_other_is_not_mixed_in(
    django_assert_max_num_queries: Any,
) -> None:
    upload = read_csv(ROWS)
    with django_assert_max_num_queries(4):  # facilities, reports, limits, register
        report = quality_report(upload, "Adamawa")
    found = {(f.check, f.start.month if f.start else None) for f in report.flags}
    assert {("outlier_mad", 12), ("outlier_sd", 12), ("positive_above_tested", 1),
            ("tested_without_result", 2), ("not_active", None)} <= found  # fmt: skip
    (above,) = [f for f in report.flags if f.check == "positive_above_tested"]
    assert (above.value, above.threshold, above.row) == (30, 25, 14)
    assert report.activity == {"active": 1, "discontinued": 1, "never": 1}


def test_completeness_names_its_denominator_and_adds_up_by_hand() -> None:
    upload = read_csv(ROWS)
    ever = quality_report(upload, "Adamawa")
    assert (ever.denominator, ever.whole.present, ever.whole.expected) == ("ever", 14, 24)
    rows = quality_report(upload, "Adamawa", denominator="rows")
    assert (rows.whole.present, rows.whole.expected) == (14, 15)
    year = quality_report(upload, "Adamawa", denominator="year")
    assert (year.whole.present, year.whole.expected) == (2, 2)
    assert ever.consistent == (1, 2, 50)
    months = {s.group: s.percent for s in ever.by["month"]}
    assert months["", "2024-01"] == 100
    assert months["", "2024-03"] == 50
    assert [(s.group, s.present, s.expected) for s in ever.by["lga"]] == [
        (("Fufore", ""), 12, 12), (("Girei", ""), 2, 12),
    ]  # fmt: skip
    shares = {i.column: i.share.present for i in ever.indicators}
    assert shares == {"tested_rdt_u5": 14, "positive_rdt_u5": 13, "opd": 12}


def test_the_call_of_the_wild_month_comes_first_with_its_question() -> None:
    upload = read_csv(ROWS)
    report = quality_report(upload, "Adamawa", basis=Basis(ages=("u5",)))
    first = report.calls[0]
    # Girei I: 30 of 25 as reported, no other complete pair in the ward: the whole rate is at stake.
    assert {c.facility.name for c in report.calls} == {
        "Bille Health Post", "Girei PHC", "Closed PHC",
    }  # fmt: skip
    weights = [c.move.weight for c in report.calls]
    assert weights == sorted(weights, reverse=True)
    assert first.flags and all(question for question in first.questions)


def test_a_changed_limit_changes_flags_and_nothing_else() -> None:
    upload = read_csv(ROWS)
    before = quality_report(upload, "Adamawa")
    QualityThreshold.objects.filter(code__startswith="outlier_mad").update(value=100_000)
    QualityThreshold.objects.filter(code="outlier_sd").update(value=100_000)
    after = quality_report(upload, "Adamawa")
    assert not [f for f in after.flags if f.check.startswith("outlier")]
    assert after.whole == before.whole


def chance(key: int) -> str:
    """The same unpredictable whole number for a facility, a month and a key, in every run."""
    return f"(hashtext(f.name || '-' || m || '-' || {key}) & 1048575)"


def big_state(facilities: int, months: int) -> Any:
    """A state straight into the tables: as complete as the national file, 1 % without a result."""
    first = FacilityFactory(state="Kano", ward="W", ward_key="w")
    upload = first.upload_id
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO tpr_facility (upload_id, state, lga, lga_key, ward_raw, ward, ward_key,
                                         name, level, level_source)
               SELECT %s, 'Kano', 'L' || n %% 44, 'l' || n %% 44, '', 'W' || n %% 480,
                      'w' || n %% 480, 'Clinic ' || n, 'primary', 'given'
               FROM generate_series(2, %s) n""",
            [upload, facilities],
        )
        cells = ", ".join(
            f"CASE WHEN {chance(k)} %% 100 < {share} THEN 5 + {chance(k + 50)} %% 90 END, "
            f"CASE WHEN {chance(k)} %% 100 < {share} - 1 THEN {chance(k + 90)} %% 40 END"
            for k, share in enumerate((50, 50, 25, 3, 3, 1))
        )
        cursor.execute(
            f"""INSERT INTO tpr_facilityreport (facility_id, period_start, period_months,
                  tested_rdt_u5, positive_rdt_u5, tested_rdt_o5, positive_rdt_o5, tested_rdt_pw,
                  positive_rdt_pw, tested_microscopy_u5, positive_microscopy_u5,
                  tested_microscopy_o5, positive_microscopy_o5, tested_microscopy_pw,
                  positive_microscopy_pw, opd, source_row)
                SELECT f.id, make_date(2024, m, 1), 1, {cells}, 400 + f.id %% 100, 2
                FROM tpr_facility f CROSS JOIN generate_series(1, %s) m
                WHERE f.upload_id = %s""",  # noqa: S608 - numbers of our own
            [months, upload],
        )
    return first.upload


def test_a_state_of_21_000_rows_takes_less_than_two_seconds_of_processor() -> None:
    upload = big_state(1750, 12)
    started = time.process_time()
    report = quality_report(upload, "Kano")
    spent = time.process_time() - started
    assert len(report.data.reports) == 21_000
    assert report.data.periods[0] == date(2024, 1, 1)
    assert report.flags
    assert spent < 2, f"{spent:.2f} s"
