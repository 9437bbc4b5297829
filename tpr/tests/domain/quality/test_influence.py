"""The order of calls, worked by hand on one ward of three months."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.quality.calls import call_list
from tpr.domain.quality.cascade import positives_above_tested
from tpr.domain.quality.influence import Basis, Counted, Move, counted
from tpr.domain.quality.outliers import outliers
from tpr.domain.quality.records import Facility, Flag, Report
from tpr.domain.quality.thresholds import DEFAULT_LIMITS
from tpr.tests.domain.quality.small import report

U5 = Basis(ages=("u5",))


def u5(number: int, tested: float | None, positive: float | None, facility: int = 1) -> Report:
    return report(number, facility, key=100 * facility + number, tested_rdt_u5=tested,
                  positive_rdt_u5=positive)  # fmt: skip


def moved(mine: list[Report], doubtful: set[int]) -> Move:
    sums = Counted(mine, U5)
    return sums.move(sums.sums(mine), [(i, "rdt", "u5") for i in doubtful])


def test_a_ward_moves_from_half_to_a_quarter_without_the_doubtful_month() -> None:
    # 40 of 80 in the doubtful month, 10 of 40 in the other: 50/120 = 41.67 %; without: 25 %.
    mine = [u5(1, 80, 40), u5(2, 40, 10)]
    found = moved(mine, {101})
    assert (found.before, found.after) == (pytest.approx(41 + 2 / 3), 25)
    assert found.points == pytest.approx(16 + 2 / 3)
    assert found.weight == pytest.approx(20)  # 16.67 points of 120 tests


def test_positives_above_tests_count_as_reported_in_the_comparison() -> None:
    # Excluded by default: the ward stands at 10/40. As reported 40/65 = 61.54 %.
    mine = [u5(1, 25, 30), u5(2, 40, 10)]
    assert Counted(mine, U5).total(mine) == (40, 10)
    found = moved(mine, {101})
    assert (found.before, found.after) == (pytest.approx(100 * 40 / 65), 25)


def test_without_other_tests_the_whole_rate_is_at_stake() -> None:
    mine = [u5(1, 80, 40)]
    found = moved(mine, {101})
    assert (found.before, found.after, found.points) == (50, None, 50)


def test_the_larger_method_counts_and_a_blank_pair_never() -> None:
    both = report(1, tested_rdt_u5=30, positive_rdt_u5=9, tested_microscopy_u5=20,
                  positive_microscopy_u5=12, tested_rdt_o5=50)  # fmt: skip
    assert counted(both, Basis()) == (30, 12)
    assert counted(both, Basis(definition="pooled")) == (50, 21)
    assert counted(both, Basis(definition="microscopy")) == (20, 12)
    assert counted(both, Basis(), without={("rdt", "u5")}) == (20, 12)


counts = st.one_of(st.none(), st.integers(0, 50))


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=8), st.data())
def test_a_move_is_the_naive_sum_over_what_is_left(
    values: list[tuple[int | None, int | None]], data: st.DataObject
) -> None:
    mine = [u5(n, t, p) for n, (t, p) in enumerate(values, 1)]
    doubtful = data.draw(st.sets(st.sampled_from([r.id for r in mine])))
    found = moved(mine, doubtful)
    left = [
        (r.tested_rdt_u5, r.positive_rdt_u5)
        for r in mine
        if r.id not in doubtful
        and r.tested_rdt_u5 is not None
        and r.positive_rdt_u5 is not None
        and r.positive_rdt_u5 <= r.tested_rdt_u5
    ]
    tests = sum(t for t, _ in left)
    naive = 100 * sum(p for _, p in left) / tests if tests else None
    assert found.after == (None if naive is None else pytest.approx(naive))
    assert found.weight >= 0


def facility(pk: int, ward: str, level: str = "primary") -> Facility:
    return Facility(pk, f"Clinic {pk}", "Fufore", ward, ("fufore", ward.casefold()), level)


def test_calls_come_in_the_order_of_what_moves_most_and_one_call_has_all_flags_of_the_month() -> (
    None
):
    wild = [100, 101, 99, 100, 102, 98, 100, 101, 99, 100, 100, 2000]
    big = [u5(n, t, t // 2 if t < 2000 else 1900, 1) for n, t in enumerate(wild, 1)]
    small = [u5(1, 25, 30, 2), u5(2, 40, 10, 2)]
    facilities = {1: facility(1, "Bille"), 2: facility(2, "Ribadu")}
    flags: list[Flag] = [*positives_above_tested([*big, *small]), *outliers(big, DEFAULT_LIMITS)]
    calls = call_list(flags, facilities, [*big, *small], Counted([*big, *small], U5))
    assert [(c.facility.ward, c.start and c.start.month) for c in calls] == [
        ("Bille", 12),
        ("Ribadu", 1),
    ]
    assert {f.check for f in calls[0].flags} == {"outlier_mad", "outlier_sd"}
    assert len(calls[0].questions) == 1
    assert "tested_rdt_u5" in " ".join(calls[0].values)
    hospital = Basis(ages=("u5",), level="secondary")
    assert all(
        c.move.weight == 0
        for c in call_list(flags, facilities, [*big, *small], Counted([*big, *small], hospital))
    )


def ratio(report_id: int, positive: float, *, opd: float, fever: float) -> Report:
    return report(report_id, key=report_id, tested_rdt_u5=50, positive_rdt_u5=positive, opd=opd,
                  fever_u5=fever)  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "touch", "before", "after"),
    [
        # 5 of 50 out-patients beside 20 of 1,000, which holds a nought too many.
        ("opd", (2, "opd", ""), 100 * 25 / 1050, 10),
        ("opd", (2, "rdt", "u5"), 100 * 25 / 1050, 100 * 5 / 1050),
        ("fever", (2, "fever", "u5"), 100 * 25 / 120, 100 * 5 / 60),
        ("fever", (2, "opd", ""), 100 * 25 / 120, 100 * 25 / 120),
        ("facility_max", (2, "opd", ""), 25, 25),
    ],
)
def test_calls_follow_the_ratio_in_force(
    definition: str, touch: tuple[int, str, str], before: float, after: float
) -> None:
    mine = [ratio(1, 5, opd=50, fever=60), ratio(2, 20, opd=1000, fever=60)]
    sums = Counted(mine, Basis(ages=("u5",), definition=definition))
    found = sums.move(sums.sums(mine), [touch])
    assert (found.before, found.after) == (pytest.approx(before), pytest.approx(after))
    assert sums.tests(mine) == 100


def test_the_higher_of_two_methods_moves_when_the_other_takes_over() -> None:
    # RDT 10 of 50 twice = 20 %; microscopy 8 of 10 in the second = 80 %, which decides.
    one = report(1, key=1, tested_rdt_u5=50, positive_rdt_u5=10)
    two = report(2, key=2, tested_rdt_u5=50, positive_rdt_u5=10, tested_microscopy_u5=10,
                 positive_microscopy_u5=8)  # fmt: skip
    sums = Counted([one, two], Basis(ages=("u5",), definition="method_max"))
    assert sums.total([one, two]) == (10, 8)
    found = sums.move(sums.sums([one, two]), [(2, "microscopy", "u5")])
    assert (found.before, found.after, found.tested) == (80, 20, 10)


def test_positives_of_a_file_without_tests_stand_as_reported() -> None:
    mine = [report(1, key=1, positive_rdt_u5=7, opd=100)]
    assert Counted(mine, Basis(definition="opd")).total(mine) == (100, 0)
    assert Counted(mine, Basis(definition="opd", untested=True)).total(mine) == (100, 7)
