"""N2, N3, N4, N5, N9, N14: what holds for every plan; with a naive twin of the required rules."""

import random
from decimal import Decimal
from fractions import Fraction
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from itn.domain.allocation import plan
from itn.domain.parameters import PlanParameters
from itn.domain.reasons import NEVER_SERVED, Reason, Status
from itn.domain.strategies.burden_weighted import BurdenFill
from itn.domain.strategies.candidate import Candidate
from itn.domain.wards import WardInput
from itn.tests.domain.worked import ward

STRATEGIES = [
    "risk_order", "legacy_two_tier", "proportional", "floor_then_risk", "burden_weighted",
    "deprioritise",
]  # fmt: skip
maybe_population = st.one_of(
    st.none(), st.just(0), st.integers(1, 500), st.integers(1, 60_000),
    st.decimals("0.01", "9000", places=2),
)  # fmt: skip


@st.composite
def areas(draw) -> list[WardInput]:
    count = draw(st.integers(1, 14))
    ranks: list[int | None] = list(draw(st.permutations(range(1, count + 1))))
    for index in draw(st.sets(st.integers(0, count - 1), max_size=2)):
        ranks[index] = None
    return [
        ward(
            f"w{index}",
            rank,
            draw(maybe_population),
            draw(st.one_of(st.none(), st.integers(0, 100))),
            lga=draw(st.sampled_from(["L1", "L2", "L3"])),
            rate=draw(st.integers(0, 400)),
        )
        for index, rank in enumerate(ranks)
    ]


def parameters(strategy: str, stock: int, bale: int, reserve: int = 0) -> PlanParameters:
    return PlanParameters(
        stock=stock,
        strategy=strategy,
        bale=bale,
        share_floors=True,
        reserve_percent=Decimal(reserve),
    )


@settings(max_examples=150, deadline=None)
@given(
    areas(),
    st.sampled_from(STRATEGIES),
    st.integers(0, 150_000),
    st.sampled_from([50, 100, 1]),
    st.sampled_from([0, 6]),
)
def test_every_plan_reconciles_with_one_row_per_ward(wards, strategy, stock, bale, reserve):
    result = plan(wards, parameters(strategy, stock, bale, reserve))
    assert result.allocated + result.remaining == result.available
    assert result.reserve + result.unfunded + result.available == stock
    assert result.remaining >= 0
    assert sorted(row.ward.identity for row in result.rows) == sorted(w.identity for w in wards)
    for row in result.rows:
        assert row.reason_text and row.reason in Reason
        assert row.nets >= 0
        packing = 50 if bale == 1 else bale
        assert row.nets == packing * row.bales + row.loose_nets
        assert 0 <= row.loose_nets < packing
        if strategy != "legacy_two_tier" and bale != 1:
            assert row.loose_nets == 0
            assert row.nets == 0 or row.bales <= row.target_bales
        if row.reason in NEVER_SERVED:
            assert row.nets == 0
        if row.nets:
            assert row.status in (Status.FULL, Status.PARTIAL)
        if row.ward.population is None:
            assert (row.reason, row.need, row.nets) == (Reason.NO_POPULATION, None, 0)
    if any(row.reason is Reason.NO_POPULATION for row in result.rows):
        assert result.rows[0].reason is Reason.NO_POPULATION


@settings(max_examples=60, deadline=None)
@given(areas(), st.sampled_from(STRATEGIES), st.integers(0, 60_000), st.randoms())
def test_the_order_of_the_input_changes_nothing(wards, strategy, stock, shuffler):
    shuffled = list(wards)
    shuffler.shuffle(shuffled)
    one = plan(wards, parameters(strategy, stock, 50))
    other = plan(shuffled, parameters(strategy, stock, 50))
    assert one == other


@settings(max_examples=80, deadline=None)
@given(areas(), st.integers(0, 100_000))
def test_risk_order_serves_no_worse_rank_while_a_better_one_lacks_bales(wards, stock):
    rows = [r for r in plan(wards, PlanParameters(stock=stock)).rows if r.target_bales]
    short = [row.ward.rank for row in rows if row.bales < row.target_bales]
    served = [row.ward.rank for row in rows if row.bales]
    if short and served:
        assert max(served) <= min(short)
    assert sum(0 < row.bales < row.target_bales for row in rows) <= 1


@settings(max_examples=80, deadline=None)
@given(areas(), st.integers(0, 100_000))
def test_proportional_stays_within_one_bale_of_its_quota(wards, stock):
    result = plan(wards, parameters("proportional", stock, 50))
    rows = [row for row in result.rows if row.target_bales]
    whole, bales = sum(row.target_bales for row in rows), stock // 50
    assert sum(row.bales for row in rows) == min(bales, whole)
    for row in rows:
        quota = Fraction(min(bales, whole) * row.target_bales, whole)
        assert abs(row.bales - quota) < 1


@settings(max_examples=40, deadline=None)
@given(areas(), st.integers(0, 40_000), st.integers(1, 400))
def test_more_stock_never_lowers_a_ward_under_burden(wards, stock, more):
    less = {r.ward.code: r.nets for r in plan(wards, parameters("burden_weighted", stock, 50)).rows}
    for row in plan(wards, parameters("burden_weighted", stock + 50 * more, 50)).rows:
        assert row.nets >= less[row.ward.code]


def test_shortcut_for_large_stocks_gives_the_same_plan_as_bale_by_bale(monkeypatch):
    rng = random.Random(3)
    wards = [
        Candidate(
            i + 1, f"W{i}", ("S", "L"), ceil(people / 90), ceil(people / 90),
            Decimal(people), Decimal(rng.randint(0, 5) * 40),
        )
        for i, people in enumerate(rng.randint(1, 40_000) for _ in range(60))
    ]  # fmt: skip
    for gamma in (1, 2, 3):
        fill = BurdenFill("1.8", 50, gamma)
        slow = fill(wards, [0] * 60, 4_900, {})
        monkeypatch.setattr("itn.domain.strategies.burden_weighted.HEAP_ONLY_UP_TO", 10)
        fast = fill(wards, [0] * 60, 4_900, {})
        monkeypatch.undo()
        assert fast == slow


def naive_legacy(wards: list[WardInput], nets: int, threshold: int) -> dict[str, int]:
    """The original's loop, told again in the plainest way."""
    given = {w.code: 0 for w in wards}
    usable = sorted(
        (w for w in wards if w.rank and w.population and w.urban_percentage is not None),
        key=lambda w: w.rank,
    )
    left, complete = nets, True
    for urban in (False, True):
        if not complete:
            break
        for w in usable:
            if (w.urban_percentage >= threshold) is not urban:
                continue
            need = ceil(max(Fraction(w.population) * 5 / 9, ceil(Fraction(w.population) / 5)))
            if need <= left:
                given[w.code] = need
                left -= need
            else:
                given[w.code] = left
                left, complete = 0, False
                break
    return given


@settings(max_examples=100, deadline=None)
@given(areas(), st.integers(0, 60_000), st.integers(0, 101))
def test_legacy_equals_its_naive_twin(wards, stock, threshold):
    result = plan(
        wards,
        PlanParameters(stock=stock, strategy="legacy_two_tier", urban_threshold=Decimal(threshold)),
    )
    assert {r.ward.code: r.nets for r in result.rows} == naive_legacy(wards, stock, threshold)


@settings(max_examples=100, deadline=None)
@given(areas(), st.integers(0, 100_000))
def test_risk_order_equals_its_naive_twin(wards, stock):
    left = stock // 50
    expected = {w.code: 0 for w in wards}
    for w in sorted((w for w in wards if w.rank and w.population), key=lambda w: w.rank):
        target = ceil(Fraction(ceil(Fraction(w.population) * 5 / 9), 50))
        expected[w.code] = min(target, left)
        left -= expected[w.code]
    result = plan(wards, PlanParameters(stock=stock))
    assert {row.ward.code: row.bales for row in result.rows} == expected


def test_three_wards_without_population_are_shown_and_not_filled():
    wards = [ward(f"w{i}", i, None if i in (2, 5, 7) else 900, lga="L") for i in range(1, 10)]
    result = plan(wards, PlanParameters(stock=10_000))
    assert [row.ward.ward for row in result.rows[:3]] == ["w2", "w5", "w7"]
    for row in result.rows[:3]:
        assert (row.reason, row.nets, row.need) == (Reason.NO_POPULATION, 0, None)
    assert result.totals()["need_nets"] == 6 * 500
    assert result.totals()["wards_without_population"] == 3


def test_unserved_ward_says_where_the_stock_ended_and_what_would_reach_it():
    wards = [ward(f"w{i}", i, 900) for i in range(1, 5)]
    rows = {r.ward.ward: r for r in plan(wards, PlanParameters(stock=750)).rows}
    assert rows["w2"].reason is Reason.PARTIAL_STOCK_EXHAUSTED
    assert "5 of 10 bales" in rows["w2"].reason_text
    assert rows["w4"].reason_text == (
        "Not served: the stock ended at place 2 (w2); this ward is at place 4. "
        "16 more bales would reach it."
    )
    reached = plan(wards, PlanParameters(stock=750 + 16 * 50))
    short = plan(wards, PlanParameters(stock=750 + 15 * 50))
    assert {r.ward.ward: r.bales for r in reached.rows}["w4"] == 1
    assert {r.ward.ward: r.bales for r in short.rows}["w4"] == 0


def test_lga_remainder_saves_the_half_bale_of_each_ward_and_names_it():
    wards = [ward(f"w{i:03}", i, 36, lga="L") for i in range(1, 101)]  # 20 nets each
    result = plan(wards, PlanParameters(stock=100_000))
    assert result.allocated == 2_000
    rounding = [row for row in result.rows if row.reason is Reason.ROUNDING]
    assert len(rounding) == 60
    assert all(row.nets == 0 and "LGA store" in row.reason_text for row in rounding)


def test_no_population_at_all_is_a_valid_plan():
    result = plan([ward("a", 1, None), ward("b", None, None)], PlanParameters(stock=500))
    assert (result.allocated, result.remaining) == (0, 500)
    assert result.totals()["coverage_percent"] is None
