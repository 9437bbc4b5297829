"""What yearly figures say (positivity.md §9)."""

import pytest

from tpr.domain.trend import (
    EMERGING,
    IMPROVING,
    PERSISTENT,
    RESOLVING,
    UNCLEAR,
    WORSENING,
    Trend,
    YearValue,
    to_reprioritise,
    trend,
)


def series(*rates: float | None, tests: float = 100, start: int = 2020) -> Trend:
    return trend(
        YearValue(start + n, None if r is None else tests, r, r, 12) for n, r in enumerate(rates)
    )


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ((77, 75, 70, 68, 64, 61), IMPROVING),
        ((71, 64, 73, 66, 70, 69), UNCLEAR),
        ((60, 62, 65, 70), WORSENING),
        ((60, 62, 65, 70, 71), WORSENING),
        ((50, 51, 52), WORSENING),  # the limit of one point is inclusive
        ((50, 50.9, 51.8), UNCLEAR),
        ((50, 60), None),
        ((50,), None),
        ((), None),
    ],
)
def test_the_words_of_a_direction(rates: tuple[float, ...], words: str | None) -> None:
    assert series(*rates).direction == words


def test_burden_has_a_limit_of_its_own() -> None:
    years = [YearValue(2020 + n, 1, 1, r, 12) for n, r in enumerate((200, 202, 198, 201, 199, 200))]
    assert trend(years, limit=5).direction == UNCLEAR
    rising = [YearValue(2020 + n, 1, 1, 100 + 50 * n, 12) for n in range(6)]
    assert trend(rising, limit=5).direction == WORSENING


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ((100, 150, 250), EMERGING), ((300, 350, 400), PERSISTENT), ((50, 80, 120), None),
        ((250, 150, 100), RESOLVING), ((250, 100, 250), None), ((250,), None),
    ],
)  # fmt: skip
def test_against_a_line_of_two_hundred(rates: tuple[float, ...], words: str | None) -> None:
    assert series(*rates).against(200) == words


def test_four_years_cannot_make_tau_significant_and_five_can() -> None:
    four, five = series(60, 62, 65, 70), series(60, 62, 65, 70, 71)
    assert (four.tau_can_be_significant, five.tau_can_be_significant) == (False, True)
    assert four.tau is not None
    assert five.tau is not None
    assert four.tau.p == pytest.approx(0.083, abs=5e-4)
    assert five.tau.p == pytest.approx(0.0167, abs=5e-5)


def test_a_missing_year_is_a_gap_and_keeps_its_place_on_the_calendar() -> None:
    found = series(60, None, 64)
    assert found.line is not None
    assert found.line.slope == pytest.approx(2)  # over two calendar years, not one step
    assert found.change == 4
    assert [y.year for y in found.known] == [2020, 2022]


def test_a_year_with_eight_months_is_partial_and_a_changed_set_of_facilities_is_named() -> None:
    years = [
        YearValue(2022, 100, 50, 50.0, 8, frozenset({1, 2, 3})),
        YearValue(2023, 100, 55, 55.0, 9, frozenset({1, 2, 4})),
        YearValue(2024, 100, 60, 60.0, 12, frozenset({1, 2, 4, 5})),
    ]
    found = trend(years)
    assert [y.partial for y in found.years] == [True, False, False]
    assert found.changed == ((2022, 2023),)


def test_wards_to_reprioritise_are_worsening_tested_and_the_highest_first() -> None:
    trends = {
        ("A", "high"): series(60, 65, 70), ("A", "higher"): series(70, 75, 80),
        ("A", "thin"): series(80, 85, 90, tests=49), ("A", "falling"): series(95, 93, 91),
        ("B", "gone"): series(80, 85, 90, None), ("B", "steep"): series(50, 60, 70),
    }  # fmt: skip
    trends = {
        name: trend([*t.years, YearValue(2023, *((None,) * 3), 0)]) if len(t.years) == 3 else t
        for name, t in trends.items()
    }
    assert to_reprioritise(trends, n=14) == []  # nobody has a rate in the last year
    whole = {name: trend(t.years[:3]) for name, t in trends.items()}
    assert to_reprioritise(whole, n=14) == [
        ("B", "gone"), ("A", "higher"), ("B", "steep"), ("A", "high")
    ]  # fmt: skip
    assert to_reprioritise(whole, n=2) == [("B", "gone"), ("A", "higher")]
