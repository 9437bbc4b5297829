"""Two exports of one ward compared by hand."""

from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.quality.influence import Basis
from tpr.domain.quality.records import Facility, Report
from tpr.domain.quality.revision import Revision, Side, compare
from tpr.tests.domain.quality.small import report

PLACE = ("fufore", "bille")


def side(first: int, *reports: Report, names: tuple[str, ...] = ("Bille Post", "Daware")) -> Side:
    """A file whose facilities are numbered from `first`, as databases number them anew."""
    facilities = {
        first + n: Facility(first + n, name, "Fufore", "Bille", PLACE, "primary")
        for n, name in enumerate(names)
    }
    return Side(facilities, [r._replace(facility_id=first + r.facility_id) for r in reports])


def month(number: int, tested: float | None, positive: float | None, facility: int = 0) -> Report:
    return report(number, facility, tested_rdt_u5=tested, positive_rdt_u5=positive)


def compared(earlier: Side, later: Side) -> Revision:
    return compare(earlier, later, Basis())


def test_late_new_changed_and_vanished_are_told_apart() -> None:
    found = compared(
        side(1, month(1, 100, 40), month(2, 50, 20), month(1, 10, 1, 1)),
        side(11, month(1, 100, 45), month(2, 50, 20), month(2, 30, 3, 1), month(3, 9, 9)),
    )
    assert [(d.kind, d.facility.name, d.start.month if d.start else 0)
            for d in found.differences] == [
        ("late", "Daware", 2), ("new period", "Bille Post", 3), ("changed", "Bille Post", 1),
        ("vanished", "Daware", 1),
    ]  # fmt: skip
    assert found.differences[2].cells == (("positive_rdt_u5", 40, 45),)
    assert (found.counts["changed"], found.unchanged) == (1, 1)


def test_a_blank_that_became_zero_is_a_change() -> None:
    found = compared(side(1, month(1, 10, None)), side(9, month(1, 10, 0)))
    assert found.differences[0].cells == (("positive_rdt_u5", None, 0),)


def test_a_ward_beyond_the_interval_of_the_earlier_file_is_named() -> None:
    # 40 of 100: Wilson 30.94 to 49.80 %. 49 % is inside, 50 % outside.
    earlier = side(1, month(1, 100, 40))
    assert compared(earlier, side(5, month(1, 100, 49))).moved == []
    (moved,) = compared(earlier, side(5, month(1, 100, 50))).moved
    assert (moved.earlier, round(moved.low, 2), round(moved.high, 2)) == (40, 30.94, 49.8)
    assert moved.later == 50


def test_a_ward_at_nought_that_stays_there_has_not_moved() -> None:
    assert compared(side(1, month(1, 3, 0)), side(5, month(1, 3, 0))).moved == []


def test_new_months_do_not_move_a_ward_and_lost_tests_do() -> None:
    earlier = side(1, month(1, 100, 40))
    assert compared(earlier, side(5, month(1, 100, 40), month(2, 900, 900))).moved == []
    (moved,) = compared(earlier, side(5, month(1, None, None))).moved
    assert moved.later is None


def test_one_name_twice_in_a_ward_is_told_apart_by_level() -> None:
    names = ("Bille Post", "Bille Post")
    earlier, later = side(1, month(1, 5, 1), names=names), side(5, month(1, 5, 1), names=names)
    assert compared(earlier, later).differences == []


reports = st.lists(
    st.builds(month, st.integers(1, 4), st.integers(0, 9), st.integers(0, 9), st.integers(0, 1)),
    max_size=8,
    unique_by=lambda r: (r.start, r.facility_id),
)


@given(reports, reports)
def test_every_facility_period_is_counted_once_and_the_turned_diff_mirrors(
    one: list[Report], two: list[Report]
) -> None:
    there, back = (compared(side(1, *a), side(5, *b)) for a, b in ((one, two), (two, one)))
    c = there.counts
    assert c["late"] + c["new period"] + c["changed"] + there.unchanged == len(two)
    assert c["vanished"] + c["changed"] + there.unchanged == len(one)
    assert back.counts["vanished"] == c["late"] + c["new period"]
    assert compared(side(1, *one), side(5, *one)).moved == []


def test_a_ward_kept_above_a_hundred_per_cent_has_no_interval_and_is_still_compared() -> None:
    keep = Basis(exceeding="keep")
    earlier = side(1, month(1, 40, 60))
    assert compare(earlier, side(5, month(1, 40, 60)), keep).moved == []
    (moved,) = compare(earlier, side(5, month(1, 40, 50)), keep).moved
    assert (moved.earlier, moved.low, moved.later) == (150, 150, 125)
