"""Slopes and Kendall's tau: the published table of positivity.md §9, and naive twins."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.statistics.trend import kendall, line

PUBLISHED = [
    ((77, 75, 70, 68, 64, 61), (-3.29, -3.74, -2.83), (-1.00, 0.0028)),
    ((71, 64, 73, 66, 70, 69), (0.03, -2.43, 2.49), (-0.07, 1.00)),
    ((60, 62, 65, 70), (3.30, 1.24, 5.36), (1.00, 0.083)),
    ((60, 62, 65, 70, 71), (3.00, 1.96, 4.04), (1.00, 0.017)),
    ((100, 150, 200, 250, 300, 350), (50.0, 50.0, 50.0), (1.00, 0.0028)),
    ((200, 202, 198, 201, 199, 200), (-0.17, -1.19, 0.85), (-0.14, 0.70)),
]


@pytest.mark.parametrize(("values", "slope", "rank"), PUBLISHED)
def test_the_published_series(
    values: tuple[float, ...], slope: tuple[float, ...], rank: tuple[float, float]
) -> None:
    years = range(2020, 2020 + len(values))
    found, tau = line(years, values), kendall(years, values)
    assert found is not None
    assert tau is not None
    assert (found.slope, found.low, found.high) == tuple(
        pytest.approx(v, abs=0.0051) for v in slope
    )
    assert tau.tau == pytest.approx(rank[0], abs=0.0051)
    assert tau.p == pytest.approx(rank[1], abs=0.0051)


SERIES = st.lists(st.integers(-50, 50), min_size=3, max_size=7)


@given(SERIES)
def test_the_line_is_the_one_least_squares_finds(values: list[int]) -> None:
    x = np.arange(len(values), dtype=float)
    found = line(list(x), values)
    assert found is not None
    assert found.slope == pytest.approx(float(np.polyfit(x, values, 1)[0]), abs=1e-8)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.slope <= found.high


@given(SERIES)
def test_tau_counts_pairs(values: list[int]) -> None:
    x = list(range(len(values)))
    found = kendall(x, values)
    pairs = list(combinations(range(len(values)), 2))
    up = sum(values[j] > values[i] for i, j in pairs)
    down = sum(values[j] < values[i] for i, j in pairs)
    if up + down == 0:
        assert found is None
        return
    assert found is not None
    assert found.tau == pytest.approx((up - down) / (len(pairs) * (up + down)) ** 0.5)
    assert 0 <= found.p <= 1


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_exact_p_value_counts_every_order(n: int) -> None:
    x = list(range(n))

    def score(y: tuple[int, ...]) -> int:
        return sum((y[j] > y[i]) - (y[j] < y[i]) for i, j in combinations(range(n), 2))

    everything = list(permutations(x))
    for y in everything[:: max(1, len(everything) // 24)]:
        naive = sum(abs(score(z)) >= abs(score(y)) for z in everything) / len(everything)
        found = kendall(x, y)
        assert found is not None
        assert found.exact
        assert found.p == pytest.approx(min(1.0, naive))


def test_nothing_is_fitted_where_nothing_can_be() -> None:
    assert line([2020], [50]) is None
    assert line([2020, 2020], [50, 60]) is None
    assert kendall([2020, 2021, 2022], [5, 5, 5]) is None
    two = line([2020, 2021], [50, 60])
    assert two is not None
    assert (two.slope, two.low, two.high) == (10, None, None)
