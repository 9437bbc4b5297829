"""Classes of a map: every known value in exactly one, the unknown in none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.maps.classes import KINDS, classes

VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=60)


@given(VALUES, st.sampled_from(sorted(KINDS)))
def test_every_known_value_lies_inside_the_ends_of_its_class(values, kind):
    found = classes(values, kind, fixed=(40, 50, 60, 70))
    for value in values:
        index = found.of(value)
        assert (index is None) == (value is None)
        if value is not None:
            assert 0 <= index < found.count <= 5
            low, high = found.ends(index)
            assert low is None or value >= low
            assert high is None or value < high


@given(st.lists(st.floats(0, 100), min_size=10, unique=True))
def test_fifths_hold_nearly_equal_numbers_of_wards(values):
    found = classes(values, "quantile")
    sizes = [sum(found.of(v) == i for v in values) for i in range(found.count)]
    assert max(sizes) - min(sizes) <= 1


def test_equal_steps_and_fixed_limits():
    assert classes([0, 10], "equal").limits == (2, 4, 6, 8)
    assert classes([5, 5, 5], "quantile").limits == ()
    assert classes([30, 45, 70], "fixed", (40, 50)).limits == (40, 50)
    assert classes([None], "equal").count == 0
    with pytest.raises(ValueError):
        classes([1], "wild")
