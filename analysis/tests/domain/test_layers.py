"""Which layers are refused, and which wards get a value (risk.md section 11)."""

import numpy as np
import pytest

from analysis.domain.layers import LayerZones, name_and_date, ward_values, within, without_sentinels
from chatmrpt.common.errors import DomainError

N = np.array


def zones(value, *, size=(4.0, 4.0), valid=None, usable=None, lowest=None, highest=None):
    value = N(value, dtype=float)
    valid = N(valid if valid is not None else size, dtype=float)
    return LayerZones(
        size=N(size, dtype=float), valid=valid,
        usable=N(usable, dtype=float) if usable is not None else valid, value=value,
        lowest=N(lowest if lowest is not None else value, dtype=float),
        highest=N(highest if highest is not None else value, dtype=float),
    )  # fmt: skip


def judged(found, low=0.0, high=1500.0):
    return ward_values(found, name="rainfall", unit="mm per month", minimum=low, maximum=high)


def refusal(found, **limits):
    with pytest.raises(DomainError) as error:
        judged(found, **limits)
    return error.value


def test_every_known_nodata_value_is_masked_whatever_the_tag_says():
    cells = N([-9999, -3.4e38, 999999986991104, np.nan, np.inf, 7, 0.4], dtype=np.float32)
    assert np.isnan(without_sentinels(cells, None)).tolist() == [True] * 5 + [False] * 2
    assert np.isnan(without_sentinels(cells, 7)).tolist() == [True] * 6 + [False]


def test_range_bounds_belong_to_the_range():
    assert np.isnan(within(N([-0.1, 0, 1, 1.1]), 0, 1)).tolist() == [True, False, False, True]
    assert not np.isnan(within(N([-1e9, 1e9]), None, None)).any()


def test_rainfall_of_millions_is_refused_with_what_was_found():
    error = refusal(
        zones([np.nan, np.nan], usable=(0, 0), lowest=(6.7e6, 7e6), highest=(9e6, 9.6e6))
    )
    assert error.code == "LAYER_OUT_OF_RANGE"
    assert "6.7e+06 to 9.6e+06" in error.message
    assert "0 to 1,500" in error.message


def test_one_percent_of_implausible_cells_is_tolerated_and_counted_more_is_not():
    big = {"size": (1000, 1000), "lowest": (0, 0), "highest": (9e6, 3)}
    assert judged(zones([2, 3], usable=(980, 1000), **big)).share_rejected == pytest.approx(0.01)
    assert refusal(zones([2, 3], usable=(979, 1000), **big)).code == "LAYER_OUT_OF_RANGE"


def test_an_all_zero_flood_layer_is_refused():
    assert refusal(zones([0, 0])).code == "LAYER_CONSTANT"
    assert "0" in refusal(zones([0, 0])).message


def test_a_ward_with_less_than_half_of_its_area_is_missing_not_extrapolated():
    found = judged(zones([1, 2, 3], size=(4, 4, 4), valid=(4, 2, 1.9)))
    assert found.value.tolist()[:2] == [1, 2]
    assert np.isnan(found.value[2])
    assert found.coverage.tolist() == pytest.approx([1, 0.5, 0.475])


def test_a_ward_smaller_than_a_cell_has_a_value_and_the_mark():
    found = judged(zones([1, 2], size=(0.2, 1.0), valid=(0.2, 1.0)))
    assert found.coarse_cell.tolist() == [True, False]
    assert found.value.tolist() == [1, 2]


def test_a_layer_that_lies_elsewhere_or_covers_too_little_says_so():
    nothing = zones([np.nan, np.nan], valid=(0, 0), lowest=(np.nan, np.nan))
    assert refusal(nothing).code == "LAYER_ELSEWHERE"
    assert refusal(zones([1, 2], valid=(1, 1))).code == "LAYER_TOO_THIN"


def test_only_a_whole_date_at_the_end_of_a_name_is_cut_off():
    assert name_and_date("rainfall_2018_08") == ("rainfall", "2018-08")
    assert name_and_date("pfpr_2022") == ("pfpr", "2022")
    assert name_and_date("distance_to_water_static") == ("distance_to_water", "")
    assert name_and_date("val_housing_15") == ("val_housing_15", "")
    assert name_and_date("rainfall_2018_13") == ("rainfall_2018_13", "")
