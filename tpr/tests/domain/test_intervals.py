"""Design effects and the intervals that follow (positivity.md §5.2), by figures and by rules."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.statistics.design_effect import clusters, shown_deffs, stable_deffs
from tpr.domain.positivity import Figure, borrow, figure, figures_by
from tpr.tests.domain.test_positivity import base

FACILITIES = st.lists(
    st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1, max_size=8,
)  # fmt: skip


def ward(*facilities: tuple[float, float]) -> Figure:
    rows = [base(n, "A", tested, positive) for n, (positive, tested) in enumerate(facilities)]
    return figure(rows, "facility_max")


def test_five_facilities_of_a_hundred_tests_count_for_seventeen() -> None:
    found = ward((90, 100), (30, 100), (60, 100), (20, 100), (50, 100))
    assert found.deff == pytest.approx(30)
    assert found.n_eff == pytest.approx(16.7, abs=0.05)
    assert (found.low, found.high) == (
        pytest.approx(45.63, abs=0.005),
        pytest.approx(54.37, abs=0.005),
    )
    assert found.shown == (pytest.approx(28.36, abs=0.005), pytest.approx(71.64, abs=0.005))


def test_two_facilities_that_agree_count_in_full() -> None:
    found = ward((31, 130), (30, 120))
    assert (found.deff, found.n_eff, found.deff_source) == (1.0, 250, "own")
    assert found.shown == (pytest.approx(19.49, abs=0.005), pytest.approx(30.09, abs=0.005))


def test_one_facility_borrows_from_ten_wards_with_three_and_says_so() -> None:
    rows = []
    for n in range(10):
        rows += [base(10 * n + k, f"W{n}", 100, p) for k, p in enumerate((20 + n, 50, 70))]
    rows.append(base(999, "Alone", 40, 12))
    wards = figures_by(rows, lambda row: row.ward, "facility_max")
    assert wards["Alone"].deff_source == "none"
    borrow([*list(wards.values())[:-2], wards["Alone"]])  # nine wards are not enough
    assert (wards["Alone"].deff, wards["Alone"].deff_source) == (1.0, "none")
    borrow(wards.values())
    own = sorted(w.deff for name, w in wards.items() if name != "Alone")  # type: ignore[type-var]
    assert wards["Alone"].deff_source == "borrowed"
    assert wards["Alone"].deff == pytest.approx((own[4] + own[5]) / 2)  # type: ignore[operator]
    assert wards["Alone"].n_eff == pytest.approx(40 / wards["Alone"].deff)  # type: ignore[operator]


@given(FACILITIES)
def test_the_shown_interval_holds_the_plain_one(facilities: list[tuple[int, int]]) -> None:
    found = ward(*facilities)
    if found.tpr is None:
        assert found.shown == (None, None)
        return
    low, high = found.shown
    assert 0 <= low <= found.low + 1e-9  # type: ignore[operator]
    assert 100 >= high >= found.high - 1e-9  # type: ignore[operator]
    assert low - 1e-9 <= found.tpr <= high + 1e-9  # type: ignore[operator]


@given(FACILITIES, st.randoms())
def test_the_variance_is_that_of_a_ratio_and_the_order_does_not_matter(
    facilities: list[tuple[int, int]], random: object
) -> None:
    kept = [(x, n) for x, n in facilities if n]
    m, total = len(kept), sum(n for _, n in kept)
    p = sum(x for x, _ in kept) / total if total else 0
    found = clusters(facilities)
    shuffled = list(facilities)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert clusters(shuffled) == found
    if m < 2 or not 0 < p < 1:
        assert found.deff is None
        return
    v_cluster = m / (m - 1) * fsum((x - p * n) ** 2 for x, n in kept) / total**2
    v_simple = p * (1 - p) / total
    assert found.deff == pytest.approx(v_cluster / v_simple, abs=1e-9)


def test_copying_every_facility_doubles_the_tests_and_hardly_moves_the_design_effect() -> None:
    facilities = [(n % 7 + 3, 20.0) for n in range(40)]
    once, twice = clusters(facilities), clusters(facilities * 2)
    assert twice.tested == 2 * once.tested
    assert twice.deff == pytest.approx(once.deff, rel=0.02)


@given(FACILITIES)
def test_no_design_effect_is_below_one(facilities: list[tuple[int, int]]) -> None:
    wards = [clusters(facilities)] * 6
    assert all(deff >= 1 for deff, _ in shown_deffs(wards))
    assert all(deff >= 1 for deff in stable_deffs(wards).used)


@pytest.mark.parametrize("definition", ["method_max"])
def test_the_upward_biased_definition_has_no_interval(definition: str) -> None:
    found = figure([base(1, "A", 100, 30), base(2, "A", 50, 30)], definition)
    assert (found.low, found.deff, found.n_eff, found.shown) == (None, None, None, (None, None))


def test_a_ward_above_a_hundred_percent_has_no_interval() -> None:
    found = figure([base(1, "A", 100, 130)], "facility_max")
    assert found.tpr == 130
    assert (found.shown, found.deff) == ((None, None), None)
