"""Every accepted period form, and the Excel date trap (domain/inputs.md section 5.4)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.periods import is_weekly, month, read_month_number, read_period, trapped_year

JANUARY = month(2024, 1)


@pytest.mark.parametrize(
    "cell",
    [
        *("January 2024", "Jan 2024", "Jan-24", "jan 24", "JANUARY 2024", "2024 January"),
        *("202401", 202401, 202401.0, "202401.0", "20240101", 20240115, "2024-01", "01/2024"),
        *("2024-01-01", "2024-01-31T00:00:00", dt.date(2024, 1, 9), dt.datetime(2024, 1, 9)),  # noqa: DTZ001
        *(45292, 45292.0, "45292", "1 January 2024", "15/01/2024"),
    ],
)
def test_every_form_of_a_month_is_read(cell):
    assert read_period(cell) == JANUARY


@pytest.mark.parametrize("cell", ["2024", 2024, 2024.0, "2024.0"])
def test_a_year_is_twelve_months(cell):
    assert read_period(cell) == (dt.date(2024, 1, 1), 12)


@pytest.mark.parametrize("cell", ["2024Q2", "2024 Q2", "Q2 2024", "2024-q2"])
def test_a_quarter_is_three_months(cell):
    assert read_period(cell) == (dt.date(2024, 4, 1), 3)


@pytest.mark.parametrize("cell", ["", None, "2024-13", 202413, "1899", 12, "soon", "99999999", -5])
def test_what_is_no_period_is_none(cell):
    assert read_period(cell) is None


@pytest.mark.parametrize("cell", ["2024W05", "2024 w5", "W12 2024", "Week 3 2024"])
def test_weekly_codes_are_recognised_and_not_read(cell):
    assert is_weekly(cell)
    assert read_period(cell) is None


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_name_code_and_iso_of_one_month_agree(year, number):
    day = dt.date(year, number, 1)
    forms = [day.strftime("%B %Y"), day.strftime("%Y%m"), day.isoformat(), f"{year}-{number:02d}"]
    assert {read_period(form) for form in forms} == {month(year, number)}


def test_january_24_typed_into_a_sheet_hides_the_year_in_the_day():
    days = [dt.date(2025, m, 24) for m in range(1, 13)]
    assert trapped_year(days, dt.date(2026, 1, 1)) == 2024


@pytest.mark.parametrize(
    "days",
    [
        [dt.date(2025, 1, 24)],  # one month proves nothing
        [dt.date(2025, 1, 24), dt.date(2025, 2, 23)],  # days differ
        [dt.date(2025, 1, 28), dt.date(2025, 2, 28)],  # 2028 lies in the future
        [dt.date(2024, 1, 24), dt.date(2024, 2, 24)],  # the same year either way
    ],
)
def test_dates_that_prove_no_trap_are_taken_as_written(days):
    assert trapped_year(days, dt.date(2026, 1, 1)) is None


def test_months_alone_are_read_beside_a_year_column():
    assert [read_month_number(c) for c in ("January", "sep", 12, "13", "x")] == [
        1,
        9,
        12,
        None,
        None,
    ]
