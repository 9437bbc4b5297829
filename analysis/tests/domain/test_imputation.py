"""Filling missing values: risk.md section 5, R8."""

import numpy as np
import pytest

from analysis.domain.imputation import legacy_impute, sound_impute
from chatmrpt.common.errors import DomainError

GAP = np.nan


def test_legacy_uses_observed_neighbours_only_and_never_filled_values():
    values = np.array([10.0, GAP, GAP, 40.0])
    chain = ((1,), (0, 2), (1,), ())
    found = legacy_impute(values, chain)
    assert found.values.tolist() == [10.0, 10.0, 25.0, 40.0]
    assert found.methods == ("observed", "neighbours", "column_mean", "observed")


def test_sound_falls_back_from_neighbours_to_lga_to_state():
    values = np.array([10.0, 20.0, 60.0, GAP, GAP, GAP, 30.0])
    neighbours = ((3,), (3,), (), (0, 1), (), (), ())
    lgas = ("A", "A", "A", "A", "A", "B", "C")
    found = sound_impute(values, neighbours, lgas, ("S",) * 7, name="x")
    assert found.methods[3:6] == ("neighbours", "lga", "state")
    assert found.values[3] == 15.0
    assert found.values[4] == 30.0
    assert found.values[5] == 30.0
    assert found.n_neighbours.tolist() == [0, 0, 0, 2, 0, 0, 0]
    assert found.spread[4] == pytest.approx(np.std([10, 20, 60], ddof=1))
    assert found.spread[5] == pytest.approx(np.std([10, 20, 60, 30], ddof=1))
    assert found.spread[:3].tolist() == [0, 0, 0]


def test_spread_of_a_neighbour_mean_is_how_far_observed_wards_lie_from_theirs():
    values = np.array([10.0, 14.0, 9.0, GAP])
    ring = ((1, 3), (0, 2), (1, 3), (0, 2))
    found = sound_impute(values, ring, ("A",) * 4, ("S",) * 4, name="x")
    gaps = [10 - 14, 14 - 9.5, 9 - 14]
    assert found.spread[3] == pytest.approx(np.std(gaps, ddof=1))


def test_wards_with_one_name_in_two_lgas_keep_different_values():
    values = np.array([1.0, 3.0, GAP, 100.0, 300.0, GAP])
    lgas = ("North", "North", "North", "South", "South", "South")
    found = sound_impute(values, ((),) * 6, lgas, ("S",) * 6, name="x")
    assert found.values[[2, 5]].tolist() == [2.0, 200.0]


def test_a_state_without_any_value_is_refused_not_borrowed_from_another():
    values = np.array([1.0, 2.0, GAP])
    with pytest.raises(DomainError) as error:
        sound_impute(values, ((),) * 3, ("A", "A", "B"), ("Kano", "Kano", "Niger"), name="rain")
    assert error.value.code == "NO_VALUE_IN_STATE"


def test_an_unknown_lga_is_not_an_lga_of_its_own():
    values = np.array([1.0, 5.0, GAP, 9.0])
    found = sound_impute(values, ((),) * 4, ("A", "", "", "A"), ("S",) * 4, name="x")
    assert found.methods[2] == "state"
