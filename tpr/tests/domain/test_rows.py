"""Rows left out, duplicates, equal headers, pair checks: the pure rules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.copies import combine_counts
from tpr.domain.duplicates import keep_one
from tpr.domain.pair_columns import check_pair, swap_evidence
from tpr.domain.rows import equals_column_sums, is_store, is_subtotal, is_total_word

NAN = np.nan


def column(*values):
    return np.array([NAN if v is None else v for v in values], dtype=float)


def plain(values):
    return [None if np.isnan(v) else v for v in values]


@pytest.mark.parametrize("cell", ["Total", "GRAND TOTAL", "grand total:", "Sum", "National"])
def test_total_words_are_known(cell):
    assert is_total_word(cell)


@pytest.mark.parametrize("cell", ["Total Health Clinic", "Sumaila", "ng Federal Government", ""])
def test_names_that_only_contain_such_words_are_no_totals(cell):
    assert not is_total_word(cell)


def test_a_facility_named_like_its_ward_is_a_subtotal():
    assert is_subtotal("Adewole Ward", "Adewole", "Ilorin West")
    assert is_subtotal("Kwara State", "Adewole", "Ilorin West", "Kwara")
    assert not is_subtotal("Adewole Cottage Hospital", "Adewole", "Ilorin West")
    assert not is_subtotal("", "", "")


def test_stores_and_offices_are_known_by_their_words():
    assert is_store("kw Ilorin East Local Government Area Cold Store")
    assert is_store("", "LGA Office")
    assert not is_store("Coldstream Clinic")


def test_a_last_row_equal_to_the_column_sums_is_a_total():
    assert equals_column_sums([60, 10, None], [60, 10, 0], rows_above=5)
    assert equals_column_sums([60.2, 10], [60, 10], rows_above=5)
    assert not equals_column_sums([60, 11], [60, 10], rows_above=5)
    assert not equals_column_sums([60, 10], [60, 10], rows_above=1), "a repeat is no total"


def test_identical_rows_are_kept_once():
    assert keep_one([(1.0, None), (1.0, None)], 2) == (0, (1.0, None), "identical")


def test_complementary_rows_are_merged():
    assert keep_one([(1.0, None), (None, 2.0)], 2) == (0, (1.0, 2.0), "merged")


def test_of_conflicting_rows_the_fuller_one_is_kept_and_the_first_of_equals():
    assert keep_one([(1.0, None), (2.0, 3.0)], 2) == (1, (2.0, 3.0), "fuller")
    assert keep_one([(5.0, 1.0), (2.0, 3.0)], 2).row == 0


def test_only_test_cells_make_a_row_fuller():
    rows = [(1.0, None, 9.0, 9.0), (2.0, 2.0, None, None)]
    assert keep_one(rows, 2).row == 1


cells = st.lists(st.tuples(*[st.none() | st.integers(0, 9).map(float)] * 3), min_size=1, max_size=5)


@given(cells)
def test_nothing_is_ever_summed_and_no_filled_cell_is_invented(rows):
    kept = keep_one(rows, 3)
    for i, value in enumerate(kept.cells):
        assert value is None or value in [row[i] for row in rows]


def test_copies_that_never_meet_are_combined():
    found = combine_counts([column(10, None, None), column(None, None, 20)])
    assert (plain(found.values), found.rule) == ([10, None, 20], 3)


def test_equal_copies_are_kept_once():
    found = combine_counts([column(4, None), column(4, 7)])
    assert (plain(found.values), found.rule) == ([4, 7], 4)


def test_zero_beside_a_number_adds_nothing():
    found = combine_counts([column(0, 5, None), column(3, 0, None)])
    assert (plain(found.values), found.rule) == ([3, 5, None], 5)


def test_two_different_figures_are_asked():
    copies = [column(10, 20, 0, 0, 0, 0), column(5, 5, 30, 30, 40, 40)]
    found = combine_counts(copies)
    assert found.rule == 6
    assert list(found.conflicts) == [0, 1]
    assert plain(combine_counts(copies, "add").values) == [15, 25, 30, 30, 40, 40]
    assert plain(combine_counts(copies, "first").values) == [10, 20, 0, 0, 0, 0]
    assert plain(combine_counts(copies, "second").values) == [5, 5, 30, 30, 40, 40]


def test_blank_stays_blank_only_where_all_copies_are_blank():
    found = combine_counts([column(10, None, None), column(5, None, 20)], "add")
    assert plain(found.values) == [15, None, 20]


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 5), st.none() | st.integers(0, 5)), min_size=1)
)
def test_adding_copies_keeps_the_total_and_the_rows(pairs):
    first, second = column(*[a for a, _ in pairs]), column(*[b for _, b in pairs])
    found = combine_counts([first, second], "add")
    assert len(found.values) == len(pairs)
    if found.rule != 4:
        assert np.nansum(found.values) == np.nansum(first) + np.nansum(second)


def test_pairs_that_do_not_fit_are_listed_by_kind():
    found = check_pair(column(10, 5, 0, None, 7, 0), column(3, 9, 2, 4, None, 0))
    assert list(found.above) == [1, 2]
    assert list(found.without_tested) == [3]
    assert list(found.without_result) == [4]


def test_the_ilorin_shares_are_suspected_as_swapped_and_the_reverse_is_not():
    tested, positive = (
        column(*[5] * 151, *[9] * 36, *[0] * 49),
        column(*[9] * 151, *[5] * 36, *[0] * 49),
    )
    assert swap_evidence([(tested, positive)]).suspected
    assert not swap_evidence([(positive, tested)]).suspected
