"""Years and months of wards, LGAs and the state, from stored reports."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest

from chatmrpt.testing.uploads import read_csv, row
from tpr.domain.trend import WORSENING
from tpr.exports_sources import sources_csv
from tpr.models import TprResult, Workflow
from tpr.selectors.trends import months_of, years_of
from tpr.services.compute_tpr import Choice, compute, store

pytestmark = pytest.mark.django_db


def result_of(rows: list[list[object]], **choice: str) -> TprResult:
    upload = read_csv(rows)
    assert upload.status == "ready", upload.error_message or upload.questions
    workflow = Workflow.objects.create(owner=upload.owner, upload=upload, resume_hash=uuid4().hex)
    made = Choice("Kwara", **{"level": "all", "age_group": "u5", **choice})
    return store(workflow, compute(upload, made))


RATES = {2021: 40, 2022: 45, 2023: 52}
THREE_YEARS = [
    row("Kwara", "Moro", ward, f"{ward} PHC", year=year, month=month, u5=(20, rate // 5 + extra))
    for year, rate in RATES.items()
    for month in range(1, 13)
    for ward, extra in (("Shao", 0), ("Lanwa", 2))
    if (ward, year) != ("Lanwa", 2022) and (year < 2023 or month <= 8)
]


def test_years_of_a_ward_with_its_gap_and_its_partial_year() -> None:
    years = years_of(result_of(THREE_YEARS))
    assert years.years == (2021, 2022, 2023)
    shao, lanwa = years.trend_of("Moro", "Shao"), years.trend_of("Moro", "Lanwa")
    assert shao is not None
    assert lanwa is not None
    assert [y.rate for y in shao.years] == [40, 45, 50]
    assert shao.direction == WORSENING
    assert [(y.year, y.months, y.partial) for y in shao.years][-1] == (2023, 8, True)
    assert [y.rate for y in lanwa.years] == [50, None, 60]
    assert years.rates_in(2022)[("Moro", "Lanwa")].rate is None
    lga = years.trend_of("Moro")
    assert lga is not None
    assert [y.tested for y in lga.years] == [480, 240, 320]  # sums over sums
    assert years.trend_of("Moro", "Nowhere") is None


def test_months_carry_the_same_month_of_the_year_before() -> None:
    months = months_of(result_of(THREE_YEARS), "Moro", "Lanwa")
    assert [(m.year, m.month) for m in months][:2] == [(2021, 1), (2021, 2)]
    assert {m.year for m in months} == {2021, 2023}
    assert all(m.year_before is None for m in months)
    shao = months_of(result_of(THREE_YEARS, definition="rdt"), "Moro", "Shao")
    assert [m.year_before for m in shao if (m.year, m.month) == (2022, 1)] == [40]


def test_a_year_and_its_months_are_not_added_up() -> None:
    """Mixed annual and monthly periods: what lies inside a longer report is left out, and said."""
    rows = [
        row("Kwara", "Moro", "Shao", "Shao PHC", year=2023, month=m, u5=(10, 5)) for m in (1, 2)
    ]
    rows.append(row("Kwara", "Moro", "Shao", "Shao PHC", year=2024, month=1, u5=(10, 5)))
    result = result_of(rows)
    assert result.totals["tested"] == 30
    upload = result.workflow.upload
    assert upload is not None
    report = upload.facilities.get().reports.get(period_start="2023-01-01")
    report.period_months, report.tested_rdt_u5, report.positive_rdt_u5 = 12, 200, 80
    report.save()
    assert upload.read_at is not None
    upload.read_at += timedelta(seconds=1)  # reports change only when the file is read again
    upload.save()
    again = compute(upload, Choice("Kwara", "all", "u5"))
    assert (again.totals["tested"], again.totals["inside_longer"]) == (210, 1)
    workflow = Workflow.objects.create(owner="visitor:b", upload=upload, resume_hash=uuid4().hex)
    cells = list(csv.DictReader(io.StringIO(sources_csv(store(workflow, again)).lstrip("\ufeff"))))
    assert sorted(r["counted_tested"] for r in cells) == ["", "10", "200"]
    assert any("not added again" in r["rule"] for r in cells)
    shao = years_of(result).trend_of("Moro", "Shao")
    assert shao is not None
    assert [(y.year, y.tested, y.months) for y in shao.years] == [(2023, 200, 12), (2024, 10, 1)]


def test_one_year_has_values_and_no_trend() -> None:
    rows = [row("Kwara", "Moro", "Shao", "Shao PHC", u5=(10, 5))]
    found = years_of(result_of(rows)).trend_of("Moro", "Shao")
    assert found is not None
    assert (found.line, found.tau, found.change, found.direction) == (None, None, None, None)
