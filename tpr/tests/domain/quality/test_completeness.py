"""Completeness by each denominator on one example, worked by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.quality.completeness import Share, band, completeness, consistently_reporting
from tpr.domain.quality.thresholds import DEFAULT_LIMITS

JAN, FEB, MAR = date(2024, 1, 1), date(2024, 2, 1), date(2025, 3, 1)
# Facility 1 reports always, 2 once, 3 has rows but never a value, 4 has one row in 2025.
ROWS = {(1, JAN), (1, FEB), (1, MAR), (2, JAN), (2, FEB), (3, JAN), (4, MAR)}
PRESENT = {(1, JAN), (1, FEB), (1, MAR), (2, FEB), (4, MAR)}
EVER = {1, 2, 4}
LGA = {1: "A", 2: "A", 3: "B", 4: "B"}


def shares(denominator: str, **by: object) -> list[Share]:
    return completeness(
        present=PRESENT, rows=ROWS, ever=EVER, denominator=denominator, limits=DEFAULT_LIMITS,
        **by,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("denominator", "register", "present", "expected"),
    [
        ("rows", None, 5, 7),  # 7 rows
        ("ever", None, 5, 9),  # 3 facilities × 3 months
        ("register", {"": 1}, 5, 3),  # 1 facility × 3 months: above 100 %, shown
        ("year", None, 4, 6),  # 2024: 1, 2; 2025: 1, 4 of 3 × 2 years
    ],
)
def test_the_four_denominators(
    denominator: str, register: dict[str, int] | None, present: int, expected: int
) -> None:
    (share,) = shares(denominator, register=register)
    assert (share.present, share.expected, share.denominator) == (present, expected, denominator)
    assert share.percent == 100 * present / expected


def test_by_month_and_by_lga() -> None:
    months = shares("ever", of_period=lambda start: f"{start:%Y-%m}")
    assert [(s.group, s.present, s.expected) for s in months] == [
        (("", "2024-01"), 1, 3), (("", "2024-02"), 2, 3), (("", "2025-03"), 2, 3),
    ]  # fmt: skip
    lgas = shares("ever", of_facility=LGA.__getitem__)
    assert [(s.group, s.present, s.expected) for s in lgas] == [
        (("A", ""), 4, 6), (("B", ""), 1, 3),
    ]  # fmt: skip
    assert [s.band for s in lgas] == ["low", "not usable for comparison"]


def test_a_register_must_be_given() -> None:
    with pytest.raises(ValueError, match="needs a register"):
        shares("register")


def test_the_bands_are_those_of_the_who_tool() -> None:
    words = [band(p, DEFAULT_LIMITS) for p in (100, 90, 89.9, 75, 74.9, 50, 49.9)]
    assert words == ["good", "good", "acceptable", "acceptable", "low", "low",
                     "not usable for comparison"]  # fmt: skip


def test_consistently_reporting_is_the_share_with_a_value_in_every_period() -> None:
    assert consistently_reporting(PRESENT, {JAN, FEB, MAR}) == (1, 3, pytest.approx(100 / 3))
    assert consistently_reporting([], {JAN}) == (0, 0, None)


slots = st.tuples(st.integers(1, 6), st.sampled_from([JAN, FEB, MAR]))


@given(st.sets(slots, min_size=1), st.data())
def test_groups_add_up_to_the_whole_under_every_additive_denominator(
    rows: set[tuple[int, date]], data: st.DataObject
) -> None:
    present = data.draw(st.sets(st.sampled_from(sorted(rows))))
    ever = {facility for facility, _ in present}
    for denominator in ("rows", "ever"):
        same = {"present": present, "rows": rows, "ever": ever, "denominator": denominator,
                "limits": DEFAULT_LIMITS}  # fmt: skip
        whole = completeness(**same)  # type: ignore[arg-type]
        parts = completeness(
            **same,  # type: ignore[arg-type]
            of_facility=lambda f: f % 2, of_period=lambda start: start,
        )  # fmt: skip
        assert sum(s.present for s in parts) == sum(s.present for s in whole)
        assert sum(s.expected for s in parts) == sum(s.expected for s in whole)
        assert all(s.percent is None or s.percent <= 100 for s in parts)
