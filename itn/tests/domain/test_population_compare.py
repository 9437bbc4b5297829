"""Two population lists beside each other."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itn.domain.population_compare import compare_populations

PEOPLE = st.dictionaries(
    st.text("ABCDEF", min_size=1, max_size=2), st.integers(0, 90_000).map(Decimal)
)


def test_wards_far_apart_come_first_and_wards_of_one_list_are_named():
    found = compare_populations(
        {"A": Decimal(1000), "B": Decimal(1000), "C": Decimal(0), "D": Decimal(500)},
        {"A": Decimal(2001), "B": Decimal(900), "C": Decimal(10), "E": Decimal(5)},
    )
    assert [pair.code for pair in found.pairs] == ["C", "A", "B"]
    assert [pair.code for pair in found.far_apart] == ["C", "A"]
    assert (found.only_first, found.only_second) == (("D",), ("E",))
    assert (found.sum_first, found.sum_second) == (2000, 2911)


@given(PEOPLE)
def test_a_list_agrees_with_itself_and_perfectly_with_its_double(people):
    doubled = {code: 2 * persons for code, persons in people.items()}
    found = compare_populations(people, doubled)
    assert not found.far_apart
    assert not found.only_first and not found.only_second
    if found.correlation is not None:
        assert found.correlation == pytest.approx(1)
