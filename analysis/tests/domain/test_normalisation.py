import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.domain.normalisation import (
    average_ranks,
    bounds,
    check_variation,
    legacy_normalise,
    normalise,
)
from analysis.tests.domain.oracles import naive_percentile, naive_winsor
from chatmrpt.common.errors import DomainError

columns = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=40).map(np.array)


def test_both_profiles_agree_with_the_trap_table(traps):
    for case in traps["cases"]:
        values = np.array(case["values"], dtype=float)
        legacy = legacy_normalise(values, case["direction"])
        np.testing.assert_allclose(legacy, case["legacy"], atol=case["legacy_tolerance"])
        sound = normalise(values, case["direction"], "winsor")
        np.testing.assert_allclose(sound, case["sound"], atol=1e-9)
        low, high = bounds(values, "winsor")
        assert low == pytest.approx(case["sound_percentile_2"])
        assert high == pytest.approx(case["sound_percentile_98"])


def test_special_columns_of_the_trap_table(traps):
    special = {case["name"]: case for case in traps["special"]}
    decimals = special["constant, decimals"]
    assert legacy_normalise(np.array(decimals["values"]), "direct").tolist() == decimals["legacy"]
    whole = special["constant, whole numbers"]
    found = legacy_normalise(np.array(whole["values"], dtype=float), "direct", whole=True)
    assert found.tolist() == whole["legacy"]
    gap = np.array([1, 2, np.nan, 4])
    assert np.isnan(legacy_normalise(gap, "direct")).all()


def test_sound_refuses_columns_without_variation(traps):
    with pytest.raises(DomainError) as error:
        check_variation(np.array([3.0, 3.0, 3.0]), "winsor", name="x")
    assert error.value.code == "NO_VARIATION"
    coincide = next(c for c in traps["special"] if c["name"] == "percentiles coincide")
    values = np.array(coincide["values"], dtype=float)
    with pytest.raises(DomainError) as error:
        check_variation(values, "winsor", name="x")
    assert error.value.code == "PERCENTILES_COINCIDE"
    check_variation(values, "minmax", name="x")


def test_ilorin_bounds_are_the_published_percentiles(ilorin, traps):
    expected = traps["ilorin_sound_profile_equal_weights_raw_tpr"]["bounds_2_98"]
    for name, pair in expected.items():
        assert bounds(ilorin.numbers(f"{name}_used"), "winsor") == pytest.approx(pair, abs=1e-9)


@settings(deadline=None)
@given(columns, st.sampled_from(["direct", "inverse"]))
def test_winsor_equals_its_naive_twin(values, direction):
    if naive_percentile(values, 98) - naive_percentile(values, 2) < 1e-6:
        return
    np.testing.assert_allclose(
        normalise(values, direction, "winsor"), naive_winsor(values, direction), atol=1e-9
    )


@settings(deadline=None)
@given(columns, st.floats(0.1, 100), st.floats(-100, 100))
def test_scale_and_shift_change_nothing_in_sound(values, factor, shift):
    if naive_percentile(values, 98) - naive_percentile(values, 2) < 1.0:
        return
    for option in ("winsor", "minmax"):
        np.testing.assert_allclose(
            normalise(values * factor + shift, "direct", option),
            normalise(values, "direct", option),
            atol=1e-6,
        )
        np.testing.assert_allclose(
            normalise(-values, "inverse", option), normalise(values, "direct", option), atol=1e-9
        )


def test_rank_option_shares_mean_ranks():
    assert average_ranks(np.array([5.0, 1.0, 5.0, 9.0])).tolist() == [2.5, 1.0, 2.5, 4.0]
    z = normalise(np.array([5.0, 1.0, 5.0, 9.0]), "inverse", "rank")
    np.testing.assert_allclose(z, [0.5, 1.0, 0.5, 0.0])
