"""Distribution functions against plain integration, arrays and published tables."""

from math import comb, exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatmrpt.common.statistics.beta import beta_cdf, beta_quantile
from chatmrpt.common.statistics.rates import (
    bounds_for_missing,
    gamma_cdf,
    inverted_percentile,
    newcombe,
    poisson_interval,
    t_quantile,
    t_two_sided_p,
    wilson,
)

SHAPES = st.floats(0.02, 3000, allow_nan=False)


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.001, 0.999))
def test_for_whole_numbers_the_distribution_is_a_sum_of_binomial_terms(
    a: int, b: int, x: float
) -> None:
    n = a + b - 1
    naive = sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert beta_cdf(x, a, b) == pytest.approx(naive, abs=1e-12)


@settings(max_examples=200)
@given(SHAPES, SHAPES, st.sampled_from([0.005, 0.025, 0.05, 0.5, 0.9, 0.95, 0.975]))
def test_the_quantile_undoes_the_distribution(a: float, b: float, level: float) -> None:
    x = beta_quantile(level, a, b)
    assert 0 <= x <= 1
    if 1e-250 < x < 1 - 1e-5:  # closer to 1 a float has too few digits left
        assert beta_cdf(x, a, b) == pytest.approx(level, abs=1e-8)


def test_a_ward_with_ten_million_tests_has_an_interval_of_no_width() -> None:
    low, high = beta_quantile(0.05, 4e6, 6e6), beta_quantile(0.95, 4e6, 6e6)
    assert low == pytest.approx(0.4, abs=3e-4)
    assert 0 < high - low < 6e-4


def test_exact_poisson_intervals_are_the_published_ones() -> None:
    low, high = poisson_interval(61)
    assert (low, high) == (pytest.approx(46.7, abs=0.05), pytest.approx(78.4, abs=0.05))
    per_thousand = (1000 * low / 4000, 1000 * high / 4000)
    assert per_thousand == (pytest.approx(11.67, abs=0.005), pytest.approx(19.59, abs=0.005))
    assert poisson_interval(0) == (0.0, pytest.approx(3.689, abs=5e-4))  # Garwood 1936


@given(st.integers(1, 60), st.floats(0.01, 120))
def test_for_whole_numbers_gamma_is_a_sum_of_poisson_terms(shape: int, x: float) -> None:
    naive = 1 - sum(exp(-x) * x**k / factorial(k) for k in range(shape))
    assert gamma_cdf(x, shape) == pytest.approx(naive, abs=1e-11)


@pytest.mark.parametrize(
    ("degrees", "published"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (10, 2.228)]
)
def test_students_t_is_that_of_the_tables(degrees: int, published: float) -> None:
    t = t_quantile(0.95, degrees)
    assert t == pytest.approx(published, abs=5e-4)
    assert t_two_sided_p(t, degrees) == pytest.approx(0.05)


def test_the_difference_of_two_proportions_is_newcombes_example() -> None:
    first, second = wilson(56, 70), wilson(48, 80)  # Newcombe 1998, table II, example (a)
    found = newcombe(56 / 70, first, 48 / 80, second)
    assert found == (
        pytest.approx(0.2), pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5)
    )  # fmt: skip


def test_missing_reports_move_the_rate_by_their_share() -> None:
    low, high = bounds_for_missing(40.0, 0.75, 10.0, 80.0)
    assert (low, high) == (32.5, 50.0)
    assert bounds_for_missing(40.0, 1.0, 10.0, 80.0) == (40.0, 40.0)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30), st.floats(0.01, 1.0))
def test_a_percentile_has_at_least_its_share_at_or_below_it(
    values: list[int], level: float
) -> None:
    found = inverted_percentile(values, level)
    assert sum(v <= found for v in values) >= level * len(values) - 1e-6
    assert sum(v < found for v in values) < level * len(values) + 1e-6
