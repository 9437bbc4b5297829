"""Moran's I against a naive double sum, and against maps whose answer is known."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.autocorrelation import corners, moran, touching


def naive(values: dict[int, float], pairs: set[tuple[int, int]]) -> float:
    wards = sorted({w for pair in pairs for w in pair if all(x in values for x in pair)})
    mean = sum(values[w] for w in wards) / len(wards)
    top = weights = 0.0
    for i in wards:
        for j in wards:
            if (i, j) in pairs or (j, i) in pairs:
                top += (values[i] - mean) * (values[j] - mean)
                weights += 1
    return len(wards) / weights * top / sum((values[w] - mean) ** 2 for w in wards)


@given(st.integers(4, 12), st.integers(0, 10_000))
def test_the_index_is_the_double_sum(n: int, seed: int) -> None:
    random = Random(seed)
    values = {i: random.random() for i in range(n)}
    pairs = {(i, i + 1) for i in range(n - 1)} | {(0, n - 1)}
    found = moran(values, pairs, permutations=9, seed=1)
    assert found.index == pytest.approx(naive(values, pairs))
    assert found.expected == pytest.approx(-1 / (n - 1))


def test_two_halves_are_clustered_and_a_chess_board_is_the_opposite() -> None:
    size = 8
    grid = {(x, y) for x in range(size) for y in range(size)}
    pairs = {((x, y), (x + 1, y)) for x, y in grid if x + 1 < size}
    pairs |= {((x, y), (x, y + 1)) for x, y in grid if y + 1 < size}
    halves = moran({(x, y): float(x < 4) for x, y in grid}, pairs, permutations=199, seed=1)
    chess = moran({(x, y): float((x + y) % 2) for x, y in grid}, pairs, permutations=199, seed=1)
    assert halves.index is not None and halves.index > 0.8 and halves.p == 1 / 200
    assert chess.index == pytest.approx(-1.0) and chess.p == 1 / 200


def test_equal_values_islands_and_wards_without_a_value() -> None:
    assert moran({1: 5.0, 2: 5.0, 3: 5.0}, {(1, 2), (2, 3)}, permutations=9, seed=1).index is None
    found = moran(
        {1: 1.0, 2: 2.0, 3: 4.0, 9: 7.0}, {(1, 2), (2, 3), (3, 4)}, permutations=9, seed=1
    )
    assert (found.wards, found.pairs, found.islands) == (3, 2, 1)


def test_the_same_seed_gives_the_same_p() -> None:
    values = {i: float(i * i % 7) for i in range(20)}
    pairs = {(i, i + 1) for i in range(19)}
    assert moran(values, pairs, permutations=99, seed=5) == moran(
        values, pairs, permutations=99, seed=5
    )


def test_wards_that_share_a_corner_of_their_paths_touch() -> None:
    left, right, far = "M0 0l10 0 0 10-10 0z", "M10 10l5 0 0 5-5 0z", "M50 50l5 0 0 5z"
    assert corners(left) == {(0, 0), (10, 0), (10, 10), (0, 10)}
    assert touching({1: left, 2: right, 3: far}) == {(1, 2)}
