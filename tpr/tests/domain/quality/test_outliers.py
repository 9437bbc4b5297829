"""Outliers: by hand, by a naive twin of the statistics module, and the published limits of |z|."""

import statistics
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.quality.outliers import (
    mad,
    mad_distances,
    modified_z,
    outliers,
    scale_of_others,
    sd_scores,
)
from tpr.domain.quality.thresholds import DEFAULT_LIMITS
from tpr.tests.domain.quality.small import months_of_u5

counts = st.lists(st.integers(0, 5000), min_size=3, max_size=30)


@pytest.mark.parametrize(("n", "limit"), [(12, 3.18), (18, 4.01)])
def test_a_value_inside_its_own_mean_never_passes_the_published_limit(n: int, limit: float) -> None:
    values = [10.0] * (n - 1) + [1_000_000.0]
    score = sd_scores(values, whole_from=0)[-1]
    assert score == pytest.approx((n - 1) / sqrt(n))
    assert round(score or 0, 2) == limit


@given(counts, st.sampled_from([0, 18, 100]))
def test_sd_scores_equal_the_naive_leave_one_out(values: list[int], whole_from: int) -> None:
    scores = sd_scores(values, whole_from=whole_from)
    for index, score in enumerate(scores):
        others = values if len(values) >= whole_from else values[:index] + values[index + 1 :]
        sd = statistics.stdev(others)
        if sd == 0:
            assert score is None
        else:
            expected = (values[index] - statistics.fmean(others)) / sd
            assert score == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(counts)
def test_distances_are_in_mad_or_where_that_is_zero_in_the_scale_of_the_others(
    values: list[int],
) -> None:
    middle = statistics.median(values)
    scale = statistics.median([abs(v - middle) for v in values])
    for index, (of, far) in enumerate(mad_distances(values)):
        if scale:
            assert (of, far) == (middle, abs(values[index] - middle) / scale)
            continue
        others = values[:index] + values[index + 1 :]
        center = statistics.median(others)
        spread = 1.2533 * statistics.fmean([abs(v - center) for v in others])
        expected = abs(values[index] - center) / max(spread, sqrt(max(center, 1)))
        assert far == pytest.approx(expected if values[index] != middle else 0)


@given(st.integers(0, 5000), st.integers(6, 36), st.data())
def test_one_wild_month_of_a_constant_facility_is_found_whatever_the_length_of_the_file(
    usual: int, n: int, data: st.DataObject
) -> None:
    """Chance moves a count of m by about sqrt(m); ten times that is never chance."""
    wild = usual + data.draw(st.integers(1, 20)) * int(10 * sqrt(max(usual, 1)) + 1)
    values: list[float | None] = [float(usual)] * (n - 1) + [float(wild)]
    found = [f for f in outliers(months_of_u5(values), DEFAULT_LIMITS) if f.check == "outlier_mad"]
    assert [f.row for f in found] == [n + 1]


@given(st.integers(0, 5000), st.integers(6, 36), st.data())
def test_a_difference_within_chance_is_not_flagged_in_a_constant_facility(
    usual: int, n: int, data: st.DataObject
) -> None:
    near = usual + data.draw(st.integers(1, max(1, int(sqrt(max(usual, 1))))))
    values: list[float | None] = [float(usual)] * (n - 1) + [float(near)]
    found = outliers(months_of_u5(values), DEFAULT_LIMITS)
    assert [f for f in found if f.check == "outlier_mad"] == []


def test_mad_by_hand_says_check_above_ten_and_severe_above_fifteen() -> None:
    # Median of the first five and 0 0 … : values 8 9 10 11 12, then one more; MAD by hand 1.5.
    for last, word, limit in ((26.0, "check", 10), (40.0, "severe", 15)):
        values: list[float | None] = [8, 9, 10, 11, 12, last]
        assert mad([8, 9, 10, 11, 12, last]) == (10.5, 1.5)
        flags = [
            f for f in outliers(months_of_u5(values), DEFAULT_LIMITS) if f.check == "outlier_mad"
        ]
        assert [(f.value, f.threshold) for f in flags] == [((last - 10.5) / 1.5, limit)]
        assert word in flags[0].why


def test_with_mad_zero_the_scale_is_that_of_the_other_months() -> None:
    # 10 × 20, one 26, one 400. Others of 400: mean distance 6/11, × 1.2533 = 0.68; chance sqrt(20).
    values: list[float | None] = [20.0] * 10 + [26.0, 400.0]
    assert scale_of_others([20.0] * 10 + [26.0, 400.0], 11) == (20, pytest.approx(sqrt(20)))
    (flag,) = [
        f for f in outliers(months_of_u5(values), DEFAULT_LIMITS) if f.check == "outlier_mad"
    ]
    assert (flag.row, flag.threshold) == (13, 15)
    assert flag.value == pytest.approx(380 / sqrt(20))


def test_equal_values_and_fewer_than_six_are_not_tested() -> None:
    assert list(outliers(months_of_u5([20] * 12), DEFAULT_LIMITS)) == []
    assert list(outliers(months_of_u5([1, 2, 3, 4, 9999]), DEFAULT_LIMITS)) == []
    assert list(outliers(months_of_u5([1, 2, None, 3, 4, 9999]), DEFAULT_LIMITS)) == []


def test_twelve_months_with_one_slip_are_found_by_the_other_months() -> None:
    values: list[float | None] = [90, 100, 110, 95, 105, 100, 92, 108, 101, 99, 1000, 103]
    (flag,) = [f for f in outliers(months_of_u5(values), DEFAULT_LIMITS) if f.check == "outlier_sd"]
    rest = [v for v in values if v and v != 1000]
    assert flag.value == pytest.approx((1000 - statistics.fmean(rest)) / statistics.stdev(rest))
    assert "other months" in flag.why


def test_below_a_year_of_values_the_mad_rule_stands_alone() -> None:
    values: list[float | None] = [90, 100, 110, 95, 105, 100, 92, 108, 101, 99, 1000]
    assert {f.check for f in outliers(months_of_u5(values), DEFAULT_LIMITS)} == {"outlier_mad"}
    shorter = {**DEFAULT_LIMITS, "outlier_sd_values": 6}
    assert {f.check for f in outliers(months_of_u5(values), shorter)} == {
        "outlier_mad", "outlier_sd",
    }  # fmt: skip


def test_modified_z_flags_only_when_its_limit_is_in_force() -> None:
    values: list[float | None] = [8, 9, 10, 11, 12, 20]
    on = {**DEFAULT_LIMITS, "outlier_modified_z": 3.5}
    found = [f for f in outliers(months_of_u5(values), on) if f.check == "outlier_modified_z"]
    # Median 10.5, MAD 1.5: 0.6745 × 9.5 / 1.5 = 4.27.
    assert [(f.row, f.threshold) for f in found] == [(7, 3.5)]
    assert found[0].value == pytest.approx(0.6745 * 9.5 / 1.5)
    assert not list(outliers(months_of_u5(values), DEFAULT_LIMITS))


def test_modified_z_is_the_published_formula() -> None:
    assert modified_z([1, 2, 3, 4, 100]) == pytest.approx([0.6745 * d for d in (-2, -1, 0, 1, 97)])
    assert modified_z([5, 5, 5, 9]) is None
