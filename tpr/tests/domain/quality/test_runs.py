"""Zero runs, copies and round numbers; copies against a naive comparison of all with all."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.quality.records import Report
from tpr.domain.quality.runs import copied_between, copied_in_time, round_numbers, zero_runs
from tpr.domain.quality.thresholds import DEFAULT_LIMITS
from tpr.tests.domain.quality.small import months_of_u5, report


def test_three_zero_months_between_others_are_a_run_and_two_are_not() -> None:
    (flag,) = zero_runs(months_of_u5([5, 0, 0, 0, 7]), DEFAULT_LIMITS)
    assert (flag.value, flag.threshold, flag.row, len(flag.touches)) == (3, 3, 3, 3)
    assert list(zero_runs(months_of_u5([5, 0, 0, 7]), DEFAULT_LIMITS)) == []


def test_zeros_at_an_end_or_broken_by_a_blank_are_no_run() -> None:
    assert list(zero_runs(months_of_u5([0, 0, 0, 7]), DEFAULT_LIMITS)) == []
    assert list(zero_runs(months_of_u5([7, 0, 0, 0]), DEFAULT_LIMITS)) == []
    assert list(zero_runs(months_of_u5([5, 0, 0, None, 0, 7]), DEFAULT_LIMITS)) == []


def pairs(values: list[tuple[int | None, int | None]]) -> list[Report]:
    return [report(n, tested_rdt_u5=t, positive_rdt_u5=p) for n, (t, p) in enumerate(values, 1)]


def test_the_same_pair_three_months_in_a_row_is_copied() -> None:
    (flag,) = copied_in_time(pairs([(9, 4), (8, 4), (8, 4), (8, 4), (8, 5)]), DEFAULT_LIMITS)
    assert (flag.value, flag.row) == (3, 3)
    assert "8 tested and 4 positive" in flag.why


def test_a_gap_another_positive_or_zero_ends_the_copy() -> None:
    for values in (
        [(8, 4), (8, 4), (None, None), (8, 4)],
        [(8, 4), (8, 4), (8, 3), (8, 4)],
        [(8, 0), (8, 0), (8, 0), (8, 0)],
    ):
        assert list(copied_in_time(pairs(values), DEFAULT_LIMITS)) == []


def test_four_equal_values_of_two_facilities_are_flagged_on_both_sides() -> None:
    same = {"tested_rdt_u5": 31, "positive_rdt_u5": 17, "tested_rdt_o5": 22, "positive_rdt_o5": 9}
    flags = list(
        copied_between(
            [report(1, 1, key=1, **same), report(1, 2, key=2, **same),
             report(2, 3, key=3, **same), report(1, 4, key=4, **{**same, "tested_rdt_u5": 30})],
            DEFAULT_LIMITS,
        )
    )  # fmt: skip
    assert [(f.facility_id, f.value) for f in flags] == [(1, 4), (2, 4)]
    assert flags[0].other == 2


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=12, max_size=12), max_size=12
    )
)
def test_the_quick_search_finds_what_comparing_all_with_all_finds(rows: list[list[int]]) -> None:
    reports = [
        Report(n, n, report(1).start, 1, n, *row)  # type: ignore[arg-type]
        for n, row in enumerate(rows, 1)
    ]
    best: dict[int, int] = {}
    for a, b in combinations(reports, 2):
        shared = sum(bool(x) and x == y for x, y in zip(a.tests, b.tests, strict=True))
        if shared >= 4:
            for mine in (a, b):
                best[mine.facility_id] = max(shared, best.get(mine.facility_id, 0))
    found = {f.facility_id: f.value for f in copied_between(reports, DEFAULT_LIMITS)}
    assert found == best


def test_six_of_ten_round_numbers_are_flagged_and_zero_is_not_round() -> None:
    (flag,) = round_numbers(months_of_u5([10, 20, 30, 40, 50, 60, 1, 2, 3, 4]), DEFAULT_LIMITS)
    assert (flag.value, flag.threshold) == (60, 60)
    assert list(round_numbers(months_of_u5([10] * 9), DEFAULT_LIMITS)) == []
    assert list(round_numbers(months_of_u5([0] * 9 + [7] * 10), DEFAULT_LIMITS)) == []
