"""Activity classes, change over time and volume."""

import pytest

from tpr.domain.quality.activity import activity
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.examine import place_flags
from tpr.domain.quality.influence import Basis, Counted
from tpr.domain.quality.records import Facility
from tpr.domain.quality.thresholds import DEFAULT_LIMITS, DEFAULTS
from tpr.domain.quality.trend import changes, ratio_to_earlier
from tpr.domain.quality.volume import low_volume, reliability
from tpr.tests.domain.quality.small import report


@pytest.mark.parametrize(
    ("months", "klass"),
    [
        (range(12), "active"),
        ({0, 6, 11}, "active"),  # five silent months are less than the window
        ({0, 7, 11}, "inactive"),  # six silent months between
        ({6, 7, 8, 9, 10, 11}, "active"),  # opened late
        ({0, 1, 6}, "active"),  # five silent months at the end
        ({0, 1, 5}, "discontinued"),  # six silent months at the end
        ((), "never"),
    ],
)
def test_classes_with_a_window_of_six_months(months: object, klass: str) -> None:
    assert activity(set(months), 11, DEFAULT_LIMITS) == klass  # type: ignore[call-overload]


def test_a_year_is_compared_with_the_mean_of_all_earlier_ones() -> None:
    years = {2022: 100.0, 2023: 200.0, 2024: 300.0}
    assert ratio_to_earlier(years, 2024) == 2
    assert ratio_to_earlier(years, 2022) is None
    found = list(changes("A", {2022: 100, 2023: 133, 2024: 156}, None, DEFAULT_LIMITS))
    assert [(f.where, round(f.value, 1)) for f in found] == [("A", 33.9)]  # +33.0 is not above


def test_a_unit_apart_from_the_unit_above_is_flagged() -> None:
    found = list(changes("A", {2023: 100, 2024: 80}, {2023: 100, 2024: 120}, DEFAULT_LIMITS))
    assert [f.why for f in found] == ["2024: -33 % apart from the change of the unit above"]


def test_a_ward_is_compared_with_its_lga_and_not_when_it_has_few_tests() -> None:
    """Two years, one month each. LGA 150 → 158; the big ward 100 → 40, the small one 5 → 9."""
    wards = {1: "Bille", 2: "Ribadu", 3: "Few"}
    facilities = {
        n: Facility(n, f"Post {n}", "Fufore", ward, ("fufore", ward.casefold()), None)
        for n, ward in wards.items()
    }
    counts = {1: (100, 40), 2: (45, 109), 3: (5, 9)}
    reports = [
        report(month, n, key=10 * n + month, tested_rdt_u5=value, positive_rdt_u5=0)
        for n, values in counts.items()
        for month, value in zip((1, 13), values, strict=True)
    ]
    sums = Counted(reports, Basis())
    found = [
        (f.where, round(f.value), f.threshold)
        for f in place_flags(facilities, reports, sums, DEFAULT_LIMITS)
        if f.check == "change_over_time"
    ]
    apart = [
        round(100 * (now / before) / (158 / 150) - 100) for before, now in ((100, 40), (45, 109))
    ]
    assert found == [
        ("Bille, Fufore", -60, 33), ("Bille, Fufore", apart[0], 33),
        ("Ribadu, Fufore", 142, 33), ("Ribadu, Fufore", apart[1], 33),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tests", "word"), [(0, "low"), (19, "low"), (20, "medium"), (50, "medium"), (51, "high")]
)
def test_reliability_by_tests(tests: float, word: str) -> None:
    assert reliability(tests, DEFAULT_LIMITS) == word
    flags = list(low_volume("Bille", tests, DEFAULT_LIMITS))
    assert [f.threshold for f in flags] == {"low": [20], "medium": [50], "high": []}[word]


def test_every_limit_of_a_check_exists_with_a_source_and_every_check_asks_something() -> None:
    known = {t.code for t in DEFAULTS}
    assert len(known) == len(DEFAULTS)
    assert all(t.source and t.unit for t in DEFAULTS)
    for check in CHECKS.values():
        assert set(check.limits) <= known
        assert check.ask.endswith((".", "?"))
