"""Rates and intervals without a database."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.positivity import BaseRow, figure, figures_by, wilson

PUBLISHED = [
    (61, 250, 19.49, 30.09), (35, 150, 17.28, 30.72), (51, 230, 17.29, 27.98),
    (86, 380, 18.71, 27.10), (529, 1250, 39.61, 45.08), (1, 1, 20.65, 100), (0, 5, 0, 43.45),
]  # fmt: skip


@pytest.mark.parametrize(("positive", "tested", "low", "high"), PUBLISHED)
def test_wilson_intervals_are_the_published_ones(
    positive: int, tested: int, low: float, high: float
) -> None:
    assert wilson(positive, tested) == (
        pytest.approx(low, abs=0.006),
        pytest.approx(high, abs=0.006),
    )


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_are_where_the_score_test_just_rejects(pair: tuple[int, int]) -> None:
    positive, tested = pair
    low, high = (bound / 100 for bound in wilson(positive, tested))
    share = positive / tested
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    for bound in (low, high):
        if 1e-9 < bound < 1 - 1e-9:  # the naive twin: |p̂ − p| / √(p(1−p)/n) = z
            z = abs(share - bound) / sqrt(bound * (1 - bound) / tested)
            assert z == pytest.approx(1.959963984540054, rel=1e-6)


def base(facility: int, ward: str, tested: float | None, positive: float | None) -> BaseRow:
    return BaseRow(
        facility_id=facility, lga="L", ward=ward, level="primary", age="u5", t_max=tested,
        p_max=positive, t_rdt=tested, p_rdt=positive, t_mic=None, p_mic=None, t_dom=tested,
        p_dom=positive, opd=None, fever=None, periods=0 if tested is None else 1, mixed_periods=0,
        rows=1, reported=1, excluded_rdt=0, excluded_mic=0, excluded_tested=0, excluded_positive=0,
        tests_without_result=0, positives_without_tests=0,
    )  # fmt: skip


COUNTS = st.one_of(
    st.just((None, None)),
    st.integers(0, 500).flatmap(lambda t: st.tuples(st.just(t), st.integers(0, t))),
)
TABLES = st.lists(st.tuples(st.sampled_from("ABC"), COUNTS), min_size=1, max_size=30)


@given(TABLES, st.randoms())
def test_a_rate_is_defined_or_has_a_reason_and_the_order_of_rows_does_not_matter(
    table: list[tuple[str, tuple[int | None, int | None]]], random: object
) -> None:
    rows = [base(n, ward, *counts) for n, (ward, counts) in enumerate(table)]
    whole = figure(rows, "facility_max")
    assert (whole.tpr is None) == (whole.reason is not None)
    assert whole.tpr is None or 0 <= whole.tpr <= 100
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert figure(shuffled, "facility_max") == whole


@given(TABLES)
def test_wards_add_up_to_the_state(
    table: list[tuple[str, tuple[int | None, int | None]]],
) -> None:
    rows = [base(n, ward, *counts) for n, (ward, counts) in enumerate(table)]
    wards = figures_by(rows, lambda row: row.ward, "facility_max")
    whole = figure(rows, "facility_max")
    assert sum(w.tested or 0 for w in wards.values()) == (whole.tested or 0)
    assert sum(w.positive or 0 for w in wards.values()) == (whole.positive or 0)
    assert sum(w.facilities for w in wards.values()) == whole.facilities


def test_small_fixtures_are_exact() -> None:
    for positive, tested, percent in ((1, 1, 100), (1, 3, 33.33), (2, 7, 28.57), (4, 13, 30.77),
                                      (0, 5, 0)):  # fmt: skip
        assert figure([base(1, "A", tested, positive)], "rdt").tpr == pytest.approx(
            percent, abs=0.005
        )
