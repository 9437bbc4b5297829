"""What a person adds to a plan: household sizes, projection, nets that are there, buffers, costs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.errors import DomainError, InvalidInput
from itn.domain.allocation import plan
from itn.domain.budget import CostKind, CostLine, Quantities, cost, largest_affordable
from itn.domain.cost_lines import SEED, cost_lines_from
from itn.domain.household import households_from
from itn.domain.request import merged, parameters_from
from itn.domain.resolve import resolved
from itn.domain.wards import WardInput

WARDS = [
    WardInput("KWA", "Kwara", "L1", "A", 1, Decimal(18_000), Decimal(10), Decimal(220)),
    WardInput("KWB", "Kwara", "L1", "B", 2, Decimal(9_001), Decimal(80), Decimal(260)),
    WardInput("KWC", "Kwara", "L2", "C", 3, Decimal(5_400), Decimal(0), Decimal(120)),
    WardInput("KWD", "Kwara", "L2", "D", 4, Decimal(12_600), Decimal(40), Decimal(90)),
]


def made(**options):
    return plan(WARDS, parameters_from(resolved({"nets": "30,000", **options}, WARDS)))


def needs(result):
    return {row.ward.ward: row.need for row in result.rows}


@pytest.mark.parametrize(
    ("text", "cap", "nets", "people"),
    [
        ("0.3; 0.4; 0.3", None, "2", "3.5"),
        ("1-2 = 30 %; 3-4 = 40 %; 5+ = 30 %", None, "2", "3.5"),
        ("0.3; 0.4; 0.3", 2, "1.7", "3.5"),
        ("1=0.5, 3=0.5", None, "1.5", "2"),
        ("1: 0.5\n3: 0.5", 1, "1", "2"),
    ],
)
def test_household_shares_as_they_are_written(text, cap, nets, people):
    need = households_from(text, cap).need
    assert (need.nets_per_household, need.persons_per_household) == (Decimal(nets), Decimal(people))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("many", "HOUSEHOLD_SHARES_FORMAT"), ("0 = 1", "HOUSEHOLD_SHARES_FORMAT"),
        ("1 = 0.5; 1 = 0.5", "HOUSEHOLD_SHARES_FORMAT"), ("1-2 = 1", "HOUSEHOLD_SHARES_FORMAT"),
        ("1 = 0.5; 2 = 0.4", "SHARES_NOT_ONE"), ("1 = x", "INVALID_NUMBER"), ("", "HOUSEHOLD"),
    ],
)  # fmt: skip
def test_household_shares_that_cannot_be_used(text, code):
    with pytest.raises(InvalidInput) as refusal:
        households_from(text)
    assert refusal.value.code.startswith(code)


def test_the_need_follows_household_sizes_and_a_ratio_beside_them_is_refused():
    result = made(household_shares="0.3; 0.4; 0.3")
    assert needs(result)["A"] == 10_286  # 18,000 / 1.75
    assert any("Persons per net 1.75 from the shares" in note for note in result.notes)
    with pytest.raises(InvalidInput) as refusal:
        made(household_shares="0.3; 0.4; 0.3", persons_per_net="2")
    assert refusal.value.code == "RATIO_TWICE"
    with pytest.raises(InvalidInput) as refusal:
        made(household_shares="1 = 1")
    assert refusal.value.code == "RATIO_OUT_OF_RANGE"


def test_populations_are_carried_to_another_year_and_both_years_are_said():
    result = made(growth="3.04", growth_source="NPC", base_year="2020", target_year=2025)
    assert result.rows[0].ward.population == 20_907  # 18,000 x 1.0304^5, half up
    assert "Populations of 2020 projected to 2025 at 3.04 % a year (NPC)." in result.notes
    with pytest.raises(InvalidInput, match="growth source, base year"):
        made(growth="3.04", target_year=2025)
    for wrong in ({"growth": "21"}, {"target_year": 2099}, {"growth": "fast"}):
        options = {"growth": "3", "growth_source": "NPC", "base_year": 2020, "target_year": 2025}
        with pytest.raises(InvalidInput):
            made(**{**options, **wrong})


def test_nets_that_are_there_are_taken_off_the_need_and_never_below_zero():
    rows = [
        {"ward_code": "KWA", "nets": "4,000"}, {"lga": "l2", "ward": "c", "nets": 9_000},
        {"lga": "L2", "ward": "D", "nets": ""},
    ]  # fmt: skip
    result = made(existing_nets=rows, existing_nets_source="Survey", existing_nets_year="2023")
    assert needs(result) == {"A": 6_000, "B": 5_001, "C": 0, "D": 7_000}
    row = next(row for row in result.rows if row.ward.ward == "C")
    assert (row.reason.value, row.nets) == ("no_need", 0)
    assert "9,000 nets that are there already" in row.reason_text
    assert result.allocated + result.remaining == result.available


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"ward_code": "KWX", "nets": 5}], "WARDS_NOT_FOUND"),
        ([{"ward_code": "KWA", "nets": 5}, {"lga": "L1", "ward": "A", "nets": 6}], "WARD"),
        ([{"ward_code": "KWA", "nets": -5}], "INVALID_NUMBER"),
        ([{"ward_code": "KWA", "nets": "many"}], "INVALID_NUMBER"),
        ([{"name": "A", "number": 5}], "COLUMNS_MISSING"),
        (5, "TABLE_FORMAT"),
    ],
)  # fmt: skip
def test_a_list_of_nets_that_cannot_be_used_changes_nothing(rows, code):
    with pytest.raises(InvalidInput) as refusal:
        made(existing_nets=rows, existing_nets_source="Survey", existing_nets_year="2023")
    assert refusal.value.code.startswith(code)
    with pytest.raises(InvalidInput) as refusal:
        made(existing_nets=[{"ward_code": "KWA", "nets": 5}])
    assert refusal.value.code == "EXISTING_NETS_SOURCE"


def test_a_ward_has_a_buffer_of_its_own_with_a_reason():
    text = "ward_code;buffer;reason\nKWA;10;new settlement at the river\nKWB;;\n"
    result = made(ward_buffers=text, buffer="5")
    assert needs(result) == {"A": 11_000, "B": 5_251, "C": 3_150, "D": 7_350}
    for text, code in (
        ("ward_code,buffer,reason\nKWA,10,why\n", "BUFFER_REASON"),
        ("ward_code,buffer,reason\nKWA,31,new settlement at the river\n", "BUFFER_OUT_OF_RANGE"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            made(ward_buffers=text)
        assert refusal.value.code == code


def test_the_original_rule_knows_none_of_it():
    with pytest.raises(InvalidInput) as refusal:
        made(
            strategy="legacy_two_tier", existing_nets=[{"ward_code": "KWA", "nets": 5}],
            existing_nets_source="Survey", existing_nets_year=2023,
        )  # fmt: skip
    assert refusal.value.code == "OPTION_NOT_FOR_STRATEGY"


LINES = [
    {"name": "Net", "kind": "per_net", "unit_cost": "3.49", "currency": "USD", "source": "x"},
    {"name": "Transport", "kind": "per bale", "unit_cost": "10,000"},
    {"name": "Team", "kind": "per_ward_served", "unit_cost": 250_000},
    {"name": "Storage", "kind": "fixed", "unit_cost": "8 million", "date": "March 2024"},
]


def test_cost_lines_in_two_currencies_by_one_rate():
    own, rate, lines = cost_lines_from(LINES, currency="NGN", exchange_rate="1600")
    assert (own, rate, [line.rate for line in lines]) == ("NGN", 1600, [1600, 1, 1, 1])
    assert cost(lines, Quantities(50, 1, 1)) == 50 * Decimal("5584") + 10_000 + 250_000 + 8_000_000


@pytest.mark.parametrize(
    ("lines", "options", "code"),
    [
        (LINES, {}, "EXCHANGE_RATE_MISSING"),
        ([*LINES, {"name": "x", "kind": "fixed", "unit_cost": 1, "currency": "EUR"}],
         {"exchange_rate": "1600"}, "CURRENCIES_TOO_MANY"),
        ([{"name": "x", "kind": "yearly", "unit_cost": 1}], {}, "COST_LINE"),
        ([{"name": "", "kind": "fixed", "unit_cost": 1}], {}, "COST_LINE"),
        ([{"name": "x", "kind": "fixed", "unit_cost": "-1"}], {}, "INVALID_NUMBER"),
        ([{"name": "x", "kind": "fixed", "unit_cost": 1}] * 21, {}, "COST_LINES_TOO_MANY"),
        ([{"name": "x", "kind": "fixed", "unit_cost": 1, "currency": "naira"}], {}, "CURRENCY"),
    ],
)  # fmt: skip
def test_cost_lines_that_cannot_be_used(lines, options, code):
    with pytest.raises(InvalidInput) as refusal:
        cost_lines_from(lines, **options)
    assert refusal.value.code == code


def test_the_seed_gives_the_worked_cost_of_a_bale():
    seed = [line for line in SEED if line.name != "Campaign operations"]
    found = cost(seed, Quantities(6_550, 131, 9))
    assert found == Decimal("36_581_553.50") + 1_310_000 + 8_000_000


@pytest.mark.parametrize("strategy", ["risk_order", "proportional", "floor_then_risk",
                                      "burden_weighted", "legacy_two_tier"])  # fmt: skip
@given(budget=st.integers(8_300_000, 120_000_000), per_ward=st.integers(0, 3_000_000))
def test_a_budget_buys_the_largest_plan_with_costs_per_ward(strategy, budget, per_ward):
    costs = [
        {"name": "Net", "kind": "per_net", "unit_cost": "5584.97"},
        {"name": "Team", "kind": "per_ward_served", "unit_cost": per_ward},
        {"name": "Storage", "kind": "fixed", "unit_cost": "8000000"},
    ]
    options = {"costs": costs, "budget": str(budget), "strategy": strategy, "share_floors": True}
    result = made(**options)
    lines = result.parameters.lines

    def price(found) -> object:
        served = sum(row.nets > 0 for row in found.rows)
        return cost(lines, Quantities(found.allocated, -(-found.allocated // 50), served))

    assert price(result) <= budget
    unit = result.parameters.unit
    if result.unfunded >= unit:  # one unit more costs more than there is
        more = made(strategy=strategy, share_floors=True, nets=str(result.available + unit))
        assert price(more) > budget
    assert result.available + result.unfunded == 30_000


def test_a_dip_of_the_cost_above_the_bisection_is_found():
    """Naive twin: the largest number of bales that fits, by looking at all of them."""
    served = [0, 1, 2, 3, 3, 4, 3, 4, 4, 4, 4]  # not monotone, as largest remainders can be
    lines = [CostLine("Net", CostKind.PER_NET, Decimal(1)),
             CostLine("Team", CostKind.PER_WARD_SERVED, Decimal(90))]  # fmt: skip

    def quantities(bales: int) -> Quantities:
        return Quantities(50 * bales, bales, served[bales])

    for cap in range(0, 1_000, 7):
        naive = max(b for b in range(11) if cost(lines, quantities(b)) <= cap)
        assert largest_affordable(lines, Decimal(cap), 10, quantities) == naive, cap


def test_fixed_costs_above_the_cap_are_said_so_and_half_a_pair_is_refused():
    for costs in (LINES, LINES[2:]):
        with pytest.raises(DomainError, match=r"fixed costs alone, 8,000,000\.00, exceed the cap"):
            made(costs=costs, exchange_rate="1600", budget="7 million")
    with pytest.raises(InvalidInput) as refusal:
        made(costs=LINES, exchange_rate="1600", budget="9 million", cost_per_net="5")
    assert refusal.value.code == "COSTS_TWICE"


def test_quotas_of_lgas_as_text_rows_or_names():
    for quota in ("L2 = 100", {"L2": 100}, [{"lga": "L2", "bales": 100}]):
        result = made(nets="15,000", lga_min=quota, strategy="burden_weighted")
        assert [row.bales for row in result.rows] == [130, 70, 36, 64]
    half = made(nets="15,000", lga_min="L2 = 50 %", lga_max="L1 = 60 %")
    assert half.parameters.as_json()["lga_minimum"] == [["Kwara", "L2", "50 %"]]
    by_lga = {
        name: sum(row.bales for row in half.rows if row.ward.lga == name) for name in ("L1", "L2")
    }
    assert by_lga == {"L1": 180, "L2": 120}  # 60 % of 301 down, 50 % of 200 up and the rest
    for quota in ("L2 = 101 %", "L2", "L2 = many", "Nowhere = 3", 5):
        with pytest.raises(InvalidInput):
            made(lga_min=quota)


def test_a_copy_with_a_ratio_forgets_household_sizes_and_the_other_way_round():
    stored = {"household_shares": "1 = 1", "household_cap": 4, "budget": "5", "cost_per_net": "1"}
    assert merged(stored, {"persons_per_net": "2"}) == {
        "budget": "5", "cost_per_net": "1", "persons_per_net": "2",
    }  # fmt: skip
    assert "cost_per_net" not in merged(stored, {"costs": LINES})
