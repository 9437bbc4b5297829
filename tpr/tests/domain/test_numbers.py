"""Count cells in every form (domain/inputs.md section 5.2). Blank is not zero."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.numbers import is_blank, read_count


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *((1250, 1250), ("1,250", 1250), ("1 250", 1250), ("1\xa0250", 1250), ("'20", 20)),
        *((" 12 ", 12), ("10.0", 10), (10.0, 10), ("1,234,567", 1234567), (0, 0), ("0", 0)),
        *(("1E+03", 1000), (-0.0, 0)),
    ],
)
def test_numbers_are_read_without_a_remark(cell, value):
    assert read_count(cell) == (value, None)


@pytest.mark.parametrize("cell", ["", None, "-", ".", "N/A", "NA", "  ", "–", math.nan])
def test_blank_signs_are_blank_and_never_zero(cell):
    assert read_count(cell) == (None, None)
    assert is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        *(("many", "TEXT_IN_COUNT"), ("12a", "TEXT_IN_COUNT"), ("1,25", "TEXT_IN_COUNT")),
        *((dt.date(2024, 1, 1), "TEXT_IN_COUNT"), (True, "TEXT_IN_COUNT")),
        *((-3, "NEGATIVE_COUNT"), ("-3", "NEGATIVE_COUNT"), ("#REF!", "ERROR_IN_COUNT")),
        *((1e12, "HUGE_COUNT"), (math.inf, "HUGE_COUNT"), ("1e308", "HUGE_COUNT")),
    ],
)
def test_what_is_no_count_is_blank_and_says_why(cell, problem):
    assert read_count(cell) == (None, problem)


def test_a_fraction_is_kept_as_written_and_flagged():
    assert read_count("30.5") == (30.5, "FRACTION_COUNT")


@given(st.integers(0, 10**9))
def test_every_written_form_of_a_count_gives_that_count(n):
    for cell in (n, float(n), str(n), f"{n}.0", f"{n:,}", f" {n} "):
        assert read_count(cell) == (n, None)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader_or_gives_a_negative(text):
    value, _ = read_count(text)
    assert value is None or value >= 0
