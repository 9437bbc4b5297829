"""Outliers: by hand, by a naive twin of the statistics module, and the published limits of |z|."""

import statistics
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.quality.outliers import mad_scale, modified_z, outliers, sd_scores
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
def test_the_scale_is_the_mad_or_the_mean_distance_when_that_is_zero(values: list[int]) -> None:
    middle, scale = mad_scale(values)
    assert middle == statistics.median(values)
    mad = statistics.median([abs(v - middle) for v in values])
    mean = statistics.fmean([abs(v - middle) for v in values])
    assert scale == (mad or pytest.approx(1.2533 * mean) if mean else None)


def test_mad_by_hand_says_check_above_ten_and_severe_above_fifteen() -> None:
    # Median of the first five and 0 0 … : values 8 9 10 11 12, then one more; MAD by hand 1.5.
    for last, word, limit in ((26.0, "check", 10), (40.0, "severe", 15)):
        values: list[float | None] = [8, 9, 10, 11, 12, last]
        middle, scale = mad_scale([8, 9, 10, 11, 12, last])
        assert (middle, scale) == (10.5, 1.5)
        flags = [
            f for f in outliers(months_of_u5(values), DEFAULT_LIMITS) if f.check == "outlier_mad"
        ]
        assert [(f.value, f.threshold) for f in flags] == [((last - 10.5) / 1.5, limit)]
        assert word in flags[0].why


def test_with_mad_zero_the_mean_distance_decides() -> None:
    # 19 × 20 and one 400: MAD 0; mean distance 19; scale 1.2533 × 19 = 23.81; 380 / 23.81 = 15.96.
    values: list[float | None] = [20.0] * 19 + [400.0]
    (flag,) = [
        f for f in outliers(months_of_u5(values), DEFAULT_LIMITS) if f.check == "outlier_mad"
    ]
    assert flag.value == pytest.approx(20 / 1.2533)
    assert flag.row == 21


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


def test_modified_z_is_the_published_formula() -> None:
    assert modified_z([1, 2, 3, 4, 100]) == pytest.approx([0.6745 * d for d in (-2, -1, 0, 1, 97)])
    assert modified_z([5, 5, 5, 9]) is None
