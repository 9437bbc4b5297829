"""N7: need is exact, monotone in people and buffer, antitone in the ratio."""

from decimal import Decimal
from fractions import Fraction
from math import ceil as float_ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.errors import InvalidInput
from itn.domain.exact import exact, half_up
from itn.domain.household import from_bands, from_sizes, people_reached
from itn.domain.need import (
    checked_buffer,
    checked_ratio,
    legacy_need,
    need_nets,
    projected_population,
)
from itn.tests.domain.worked import vectors


def test_every_worked_need():
    for case in vectors()["need"]["cases"]:
        assert (
            need_nets(case["population"], case["persons_per_net"], case["buffer_percent"])
            == case["need_nets"]
        ), case


def test_float_trap_would_give_one_net_too_many_for_1855_populations():
    trap = vectors()["need"]["float_trap"]
    for example in trap["examples"]:
        assert need_nets(example["population"], "1.8", 10) == example["exact"]
        assert float_ceil(example["population"] / 1.8 * 1.1) == example["float"]
    wrong = sum(
        float_ceil(people / 1.8 * 1.1) != need_nets(people, "1.8", 10) for people in range(60_000)
    )
    assert wrong == trap["wrong_for_populations_below_60000"]


def test_floats_are_refused_because_they_carry_rounding_errors():
    with pytest.raises(TypeError):
        need_nets(1.5, "1.8")  # type: ignore[arg-type]


def test_household_size_has_no_effect_in_the_original_rule_above_1_8():
    case = vectors()["need"]["household_size_has_no_effect_in_legacy"]
    assert [legacy_need(18000, size) for size in case["household_sizes"]] == case["need_of_A"]
    assert legacy_need(18000, "1.5") == case["household_size_1_5_need_of_A"]


@given(
    st.integers(0, 10**7),
    st.integers(0, 1000),
    st.decimals("1.2", "3", places=2),
    st.decimals("0", "30", places=1),
)
def test_need_grows_with_people_and_buffer_and_falls_with_the_ratio(people, more, ratio, buffer):
    need = need_nets(people, ratio, buffer)
    assert need_nets(people + more, ratio, buffer) >= need
    assert need_nets(people, ratio, buffer + 1) >= need
    assert need_nets(people, ratio + Decimal("0.1"), buffer) <= need
    # the definition itself: enough nets, and one net fewer would not be enough
    wanted = Fraction(people) / exact(ratio) * (1 + exact(buffer) / 100)
    assert need >= wanted > need - 1 or (people == 0 and need == 0)


@pytest.mark.parametrize("value", ["1.19", "3.01", "0", "-1"])
def test_ratio_outside_the_range_is_refused(value):
    with pytest.raises(InvalidInput) as refusal:
        checked_ratio(Decimal(value))
    assert refusal.value.code == "RATIO_OUT_OF_RANGE"


@pytest.mark.parametrize("value", ["-0.1", "30.1"])
def test_buffer_outside_the_range_is_refused(value):
    with pytest.raises(InvalidInput) as refusal:
        checked_buffer(Decimal(value))
    assert refusal.value.code == "BUFFER_OUT_OF_RANGE"


def test_population_growth_is_rounded_half_up():
    for case in vectors()["population_growth"]:
        assert (
            projected_population(
                case["population"], case["growth_percent"], case["from_year"], case["to_year"]
            )
            == case["expected"]
        )


def test_household_bands_and_distributions_of_the_public_calculator():
    calculator = vectors("net_calculator.json")
    reach = calculator["people_reached_from_nets"][0]
    bands = from_bands(tuple(reach["shares"]))
    households, people, share = people_reached(bands, reach["nets"], reach["population"])
    expected = reach["expected"]
    assert bands.nets_per_household == exact(expected["nets_per_household"])
    assert bands.persons_per_household == exact(expected["persons_per_household"])
    assert (households, people) == (expected["households_served"], expected["people_served"])
    assert half_up(share * 100, 1) == Decimal(expected["percent_of_population"])
    by_bands, by_sizes = calculator["need_from_distribution"]
    assert from_bands(tuple(by_bands["shares"])).persons_per_net == exact("1.75")
    assert need_nets(5000, exact("1.75")) == by_bands["expected"]["need_nets"]
    shares = {int(size): value for size, value in by_sizes["shares_by_size"].items()}
    sizes = from_sizes(shares)
    assert float(sizes.persons_per_net) == pytest.approx(1.77551, abs=5e-6)
    assert need_nets(5000, sizes.persons_per_net) == by_sizes["expected"]["need_nets"]
    capped = from_sizes(shares, cap=2)
    assert float(capped.nets_per_household) == pytest.approx(1.8)
    assert need_nets(5000, capped.persons_per_net) == by_sizes["expected"]["with_cap_2_need_nets"]
    for case in calculator["ratio_cases"]:
        assert need_nets(case["population"], case["persons_per_net"]) == case["need_nets"]


def test_household_shares_that_do_not_add_up_are_refused():
    with pytest.raises(InvalidInput) as refusal:
        from_bands(("0.3", "0.3", "0.3"))
    assert refusal.value.code == "SHARES_NOT_ONE"
