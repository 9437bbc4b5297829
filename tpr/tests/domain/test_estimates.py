"""Shrunk figures: U1-U10 and U18 of uncertainty.md §11, without a database."""

import json
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.statistics.exceedance import check_limits, classify
from chatmrpt.common.statistics.shrinkage import shrink_wards
from chatmrpt.testing.shared import shared_path
from tpr.domain.estimates import shrunk
from tpr.domain.positivity import Figure, figure, figures_by
from tpr.tests.domain.test_positivity import base


def test_the_reference_state_is_reproduced() -> None:
    cases = json.loads(shared_path("cases/beta_binomial.json").read_text(encoding="utf-8"))
    case = next(c for c in cases["cases"] if c["name"].startswith("ward to LGA to state"))
    rows = [(lga, w) for lga, wards in case["input"].items() for w in wards]
    found, prior = shrink_wards(
        [w["tested"] for _, w in rows], [w["positive"] for _, w in rows], [1.0] * len(rows),
        [lga for lga, _ in rows], "S",
    )  # fmt: skip
    expected = case["expected"]
    assert prior.within.rho == pytest.approx(0.065786, abs=1e-5)
    assert prior.precision == pytest.approx(14.200918, abs=1e-5)
    assert prior.mean == pytest.approx(0.335348, abs=1e-5)
    assert prior.between.rho == pytest.approx(0.270991, abs=1e-5)
    for ward, is_ in zip(expected["wards"], found, strict=True):
        assert is_.mean == pytest.approx(ward["eb_mean"], abs=1e-5)
        assert (is_.low, is_.high) == (
            pytest.approx(ward["lower_90"], abs=1e-3), pytest.approx(ward["upper_90"], abs=1e-3),
        )  # fmt: skip
    without = next(i for i, (_, w) in enumerate(rows) if w["tested"] == 0)
    assert found[without].mean == pytest.approx(0.595196, abs=1e-5)
    assert found[without].pull == 1.0


STATES = st.lists(
    st.tuples(
        st.sampled_from("LMN"),
        st.lists(
            st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
            min_size=0, max_size=4,
        ),
    ),
    min_size=1, max_size=10,
)  # fmt: skip


def wards_of(state: list[tuple[str, list[tuple[int, int]]]]) -> list[tuple[str, Figure]]:
    found = []
    for number, (lga, facilities) in enumerate(state):
        rows = [base(100 * number + k, "W", n, x) for k, (x, n) in enumerate(facilities)]
        found.append((lga, figure(rows, "facility_max")))
    return found


@settings(max_examples=80, deadline=None)
@given(STATES, st.randoms())
def test_shrinking_keeps_the_rules(
    state: list[tuple[str, list[tuple[int, int]]]], random: object
) -> None:
    wards = wards_of(state)
    raw = [(f.tested, f.positive, f.tpr) for _, f in wards]
    found = shrunk(wards, "facility_max", "S")
    if all(f.tpr is None for _, f in wards):
        assert found is None
        return
    assert found is not None
    assert [(f.tested, f.positive, f.tpr) for _, f in wards] == raw  # U7
    for (lga, f), e in zip(wards, found.wards, strict=True):
        mu = 100 * found.prior.lga_mean[lga]
        rate = mu if f.tpr is None else f.tpr
        assert min(rate, mu) - 1e-9 <= e.tpr <= max(rate, mu) + 1e-9  # U4
        assert 0 <= e.low <= e.high <= 100  # U10
        assert 0 < e.pull <= 1
        assert all(isfinite(v) for v in (e.tpr, e.low, e.high))
        if f.tpr is None:
            assert (e.tpr, e.pull, e.effective_tests) == (pytest.approx(mu), 1.0, 0.0)  # U3
            assert not e.too_few
        else:
            assert e.few_effective == (e.effective_tests < 30)
    order = list(range(len(wards)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = shrunk([wards[i] for i in order], "facility_max", "S")
    assert again is not None
    assert [found.wards[i] for i in order] == again.wards  # U8, to the last digit


@given(st.integers(0, 80), st.integers(1, 80), st.floats(0.05, 0.95), st.floats(1, 50))
def test_more_positives_never_lower_the_estimate(x: int, n: int, mu: float, m: float) -> None:
    x = min(x, n - 1)
    means = [(mu * m + k) / (m + n) for k in (x, x + 1)]
    assert means[0] < means[1]  # U9, with the prior fixed


def test_data_outweigh_the_lga_when_there_are_very_many() -> None:
    wards, _ = shrink_wards([1e7, 100, 60], [4e6, 10, 30], [1.0] * 3, ["A", "A", "B"], "S")
    assert wards[0].mean == pytest.approx(0.4, abs=1e-3)
    assert wards[0].high - wards[0].low < 1e-3
    assert wards[0].pull < 1e-3


@pytest.mark.parametrize("rate", [0, 1])
def test_all_zero_or_all_positive_has_a_stated_outcome(rate: int) -> None:
    wards, prior = shrink_wards([10, 20, 0], [10 * rate, 20 * rate, 0], [1.0] * 3, list("ABB"), "S")
    assert prior.mean == pytest.approx((30 * rate + 0.5) / 31)
    assert prior.within.rho == 0.0001
    assert all(0 <= w.low < w.high <= 1 for w in wards)


def test_one_ward_has_a_flat_prior_and_one_lga_leans_on_the_state() -> None:
    (alone,), prior = shrink_wards([8], [2], [1.0], ["A"], "S")
    assert prior.flat_prior
    assert (alone.alpha, alone.beta) == (3.0, 7.0)
    _, prior = shrink_wards([80, 90], [20, 60], [1.0] * 2, ["A", "A"], "S")
    assert not prior.lgas_differ
    assert prior.lga_mean["A"] == prior.mean


def test_without_a_test_and_for_ratios_there_is_no_estimate() -> None:
    nothing = [("A", Figure(reason="zero_tests")), ("A", Figure(reason="not_reported"))]
    assert shrunk(nothing, "facility_max", "S") is None
    some = wards_of([("A", [(3, 10)]), ("B", [(4, 9)])])
    for definition in ("opd", "fever", "method_max"):
        assert shrunk(some, definition, "S") is None


def test_positives_kept_above_tests_count_as_the_tests() -> None:
    rows = [base(1, "A", 20, 30), base(2, "B", 50, 10)]
    wards = figures_by(rows, lambda row: row.ward, "facility_max")
    found = shrunk([("L", wards["A"]), ("L", wards["B"])], "facility_max", "S")
    assert wards["A"].tpr == 150
    assert found is not None
    assert found.wards[0].tpr <= 100


@given(st.floats(0.5, 400), st.floats(0.5, 400))
def test_chances_of_classes_add_up_and_exceedance_never_rises(a: float, b: float) -> None:
    found = classify(a, b, (0.05, 0.15, 0.30))
    assert sum(found.chances) == pytest.approx(1.0)  # U15
    assert list(found.above) == sorted(found.above, reverse=True)
    inside = sum(found.chances[found.first : found.last + 1])
    assert inside >= 0.90 - 1e-12
    assert found.assigned == (max(found.chances) >= 0.90)
    shorter = found.last - found.first
    for start in range(4 - shorter + 1 if shorter else 0):
        assert sum(found.chances[start : start + shorter]) < 0.90  # no shorter run would do


@pytest.mark.parametrize("limits", [(), (0.3, 0.15), (0.05, 0.05), (0.0, 0.2), (0.2, 1.2)])
def test_bands_out_of_order_are_refused_with_their_values(limits: tuple[float, ...]) -> None:
    with pytest.raises(InvalidInput, match="limits of the bands"):
        check_limits(limits)
