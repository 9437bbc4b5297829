"""Burden: the fixtures of positivity.md §6."""

import pytest

from tpr.domain.burden import burden, people_of_group


@pytest.mark.parametrize(
    ("positives", "people", "months", "rate"),
    [
        (500, 10_000, 12, 50.0), (600, 10_000, 12, 60.0), (200, 8_000, 12, 25.0),
        (300, 12_000, 12, 25.0), (61, 4_000, 12, 15.25), (61, 4_000, 6, 30.50),
        (61, 4_000, 24, 7.625), (690_999, 4_500_000, 12, 153.6), (9_000, 4_000, 12, 2250.0),
    ],
)  # fmt: skip
def test_rates_are_per_year_and_not_capped(
    positives: int, people: int, months: int, rate: float
) -> None:
    assert burden(positives, people, months).rate == pytest.approx(rate, abs=0.05)


def test_the_interval_is_exact_poisson() -> None:
    found = burden(61, 4_000, 12)
    assert (found.low, found.high) == (
        pytest.approx(11.67, abs=0.005), pytest.approx(19.59, abs=0.005)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("positives", "people", "months", "reason"),
    [(61, None, 12, "no_population"), (61, 0, 12, "zero_population"), (61, 4_000, 0, "no_months"),
     (None, 4_000, 12, "not_reported")],
)  # fmt: skip
def test_what_cannot_be_known_is_null_with_its_reason(
    positives: int | None, people: int | None, months: int, reason: str
) -> None:
    found = burden(positives, people, months)
    assert (found.rate, found.low, found.corrected, found.reason) == (None, None, None, reason)


def test_half_of_the_reports_doubles_only_the_corrected_figure() -> None:
    found = burden(61, 4_000, 12, completeness=50.0)
    assert (found.rate, found.corrected) == (pytest.approx(15.25), pytest.approx(30.5))


def test_children_are_never_guessed_from_a_total() -> None:
    assert people_of_group(1000, "all", "everybody") == 1000
    assert people_of_group(1000, "pw", "everybody") == 50
    assert people_of_group(1000, "u5", "everybody") is None
    assert people_of_group(1000, "o5", "everybody") is None
    assert people_of_group(180, "u5", "group") == 180
    assert people_of_group(None, "all", "everybody") is None
