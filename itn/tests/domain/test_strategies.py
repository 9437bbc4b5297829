"""N1: the worked plans of every strategy, through the whole planning path."""

from decimal import Decimal
from itertools import product

import pytest

from chatmrpt.common.errors import DomainError, InvalidInput
from itn.domain.allocation import plan
from itn.domain.bales import lga_remainder, ward_ceiling
from itn.domain.parameters import PlanParameters
from itn.domain.reasons import Reason
from itn.domain.strategies.burden_weighted import BurdenFill
from itn.domain.strategies.candidate import Candidate
from itn.tests.domain.worked import vectors, ward, wards_a_to_d


def by_ward(result, what="nets"):
    return {row.ward.ward: getattr(row, what) for row in result.rows}


def check_sums(result, case):
    assert result.available == case["available_nets"]
    assert result.loose == case["loose_nets"]
    assert result.allocated == case["allocated_nets"]
    assert result.remaining == case["remaining_nets"]


def test_both_target_rules():
    targets = vectors()["bale_targets"]
    needs = targets["one_lga_of_five_wards"]
    assert ward_ceiling(needs["need_nets"], 50) == needs["ward_ceiling"]
    assert (
        lga_remainder(needs["need_nets"], [("S", "L")] * 5, list("abcde"), 50)
        == needs["lga_remainder"]
    )
    result = plan(wards_a_to_d(), PlanParameters(stock=0))
    assert by_ward(result, "target_bales") == targets["ward_ceiling_for_wards_A_to_D"]


@pytest.mark.parametrize("number", range(13))
def test_legacy_two_tier_equals_the_original(number):
    legacy = vectors()["legacy_two_tier"]
    case = legacy["cases"][number]
    result = plan(
        wards_a_to_d(),
        PlanParameters(
            stock=case["total_nets"],
            strategy="legacy_two_tier",
            urban_threshold=Decimal(case["urban_threshold"]),
            household_size=Decimal(legacy["household_size"]),
        ),
    )
    assert by_ward(result) == case["allocated"]
    assert by_ward(result, "phase") == case["phase"]
    assert (result.allocated, result.remaining) == (case["sum_allocated"], case["remaining"])
    totals = result.totals()
    assert Decimal(totals["coverage_percent"]) == Decimal(str(case["coverage_percent"]))
    assert totals["covered_population"] == case["covered_population"]
    assert all(row.nets == 50 * row.bales + row.loose_nets for row in result.rows)


@pytest.mark.parametrize("strategy", ["risk_order", "proportional"])
def test_worked_plans(strategy):
    for case in vectors()[strategy]:
        result = plan(
            wards_a_to_d(), PlanParameters(stock=case["available_nets"], strategy=strategy)
        )
        assert by_ward(result, "bales") == case["bales"]
        assert by_ward(result) == case["nets"]
        check_sums(result, case)


def test_worked_floors():
    for case in vectors()["floor_then_risk"]:
        parameters = PlanParameters(
            stock=case["available_nets"],
            strategy="floor_then_risk",
            floor_percent=Decimal(case["floor_share"]) * 100,
            share_floors=not case["floors_affordable"],
        )
        result = plan(wards_a_to_d(), parameters)
        assert by_ward(result, "bales") == case["bales"]
        check_sums(result, case)


def test_floors_above_the_stock_are_refused_unless_sharing_was_asked_for():
    with pytest.raises(DomainError) as refusal:
        plan(wards_a_to_d(), PlanParameters(stock=5000, strategy="floor_then_risk"))
    assert refusal.value.code == "FLOORS_NOT_AFFORDABLE"
    assert refusal.value.facts["needed"] == 126


def test_worked_burden_plans():
    for case in vectors()["burden_weighted"]["cases"]:
        parameters = PlanParameters(
            stock=case["available_nets"],
            strategy="burden_weighted",
            gamma=case["gamma"],
            lga_minimum={("S", lga): n for lga, n in case["lga_minimum_bales"].items()},
        )
        result = plan(wards_a_to_d(), parameters)
        assert by_ward(result, "bales") == case["bales"]
        check_sums(result, case)
        fill = BurdenFill("1.8", 50, case["gamma"])
        reached = sum(
            fill.benefit(
                Candidate(1, "", ("", ""), 0, 0, row.ward.population, row.ward.rate)
            ).value(row.bales)
            for row in result.rows
        )
        assert float(reached) == pytest.approx(case["expected_cases_reached"], abs=1e-6)


def test_burden_greedy_equals_complete_enumeration():
    small = vectors()["burden_weighted"]["small_case_for_enumeration"]
    wards = [
        Candidate(
            w["rank"],
            w["ward"],
            ("S", w["lga"]),
            small["target_bales"][w["ward"]],
            small["target_bales"][w["ward"]],
            Decimal(w["population"]),
            Decimal(w["rate"]),
        )
        for w in small["wards"]
    ]
    for case in small["cases"]:
        fill = BurdenFill("1.8", 50, case["gamma"])
        start = list(case["ward_floor_bales"] or [0] * 4)
        minimum = case["lga_minimum_bales"] or {}
        for lga, least in minimum.items():
            inside = [i for i, w in enumerate(wards) if w.lga[1] == lga]
            got = fill(
                [wards[i] for i in inside],
                [start[i] for i in inside],
                least - sum(start[i] for i in inside),
                {},
            )
            for i, value in zip(inside, got, strict=True):
                start[i] = value
        given = fill(wards, start, case["available_bales"] - sum(start), {})
        assert dict(zip("PQRS", given, strict=True)) == case["bales"]
        best = max(
            sum(fill.benefit(w).value(x) for w, x in zip(wards, xs, strict=True))
            for xs in product(*(range(w.cap + 1) for w in wards))
            if sum(xs) <= case["available_bales"]
            and all(x >= f for x, f in zip(xs, case["ward_floor_bales"] or [0] * 4, strict=True))
            and all(
                sum(x for x, w in zip(xs, wards, strict=True) if w.lga[1] == lga) >= least
                for lga, least in minimum.items()
            )
        )
        have = sum(fill.benefit(w).value(x) for w, x in zip(wards, given, strict=True))
        assert have == best
        assert float(best) == pytest.approx(case["brute_force_objective"])


def test_override_is_set_first_and_the_rest_is_shared():
    case = vectors()["manual_override"]
    fixed = {w.identity: 40 for w in wards_a_to_d() if w.ward == case["override"]["ward"]}
    result = plan(wards_a_to_d(), PlanParameters(stock=15000, fixed=fixed))
    assert by_ward(result, "bales") == case["after"]
    reasons = by_ward(result, "reason")
    assert reasons["D"] is Reason.FIXED_BY_OVERRIDE
    with pytest.raises(DomainError) as refusal:
        plan(wards_a_to_d(), PlanParameters(stock=1999, fixed=fixed))
    assert refusal.value.code == "FIXED_ABOVE_STOCK"


def test_routine_reserve_is_taken_before_the_campaign():
    for case in vectors()["routine_reserve"]:
        result = plan(
            wards_a_to_d(),
            PlanParameters(
                stock=case["stock_nets"], reserve_percent=Decimal(case["routine_share"]) * 100
            ),
        )
        assert result.available == case["campaign_nets"]
        assert result.reserve_shortfall == case["shortfall_nets"]
        assert result.reserve + result.reserve_shortfall == case["reserve_nets"]
        assert result.reserve + result.unfunded + result.available == result.stock


def test_deprioritise_sets_nets_free_and_plans_the_others():
    result = plan(
        wards_a_to_d(),
        PlanParameters(
            stock=15000, strategy="deprioritise", urban_threshold=Decimal(50), target_share=30
        ),
    )
    assert by_ward(result, "bales") == {"A": 200, "B": 0, "C": 60, "D": 40}
    assert by_ward(result, "reason")["B"] is Reason.LEFT_OUT_OF_CAMPAIGN
    totals = result.totals()
    assert totals["set_free_nets"] == 5001
    assert totals["left_out"]["warning"] == "target_not_reached"


def test_single_net_plans_show_bales_of_50_and_loose_nets():
    result = plan(wards_a_to_d(), PlanParameters(stock=15030, bale=1))
    assert by_ward(result) == {"A": 10000, "B": 5001, "C": 29, "D": 0}
    assert by_ward(result, "loose_nets") == {"A": 0, "B": 1, "C": 29, "D": 0}
    assert result.remaining == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"strategy": "magic"}, "STRATEGY_UNKNOWN"),
        ({"bale": 33}, "BALE_SIZE"),
        ({"stock": -1}, "INVALID_NUMBER"),
        ({"gamma": 0}, "OPTION_OUT_OF_RANGE"),
        ({"urban_threshold": Decimal(102)}, "OPTION_OUT_OF_RANGE"),
        ({"reserve_percent": Decimal(16)}, "OPTION_OUT_OF_RANGE"),
        ({"budget": Decimal(5)}, "COST_MISSING"),
        ({"cost_per_net": Decimal(5)}, "BUDGET_MISSING"),
        ({"strategy": "legacy_two_tier", "buffer_percent": Decimal(10)}, "OPTION_NOT_FOR_STRATEGY"),
        ({"strategy": "deprioritise", "then": "legacy_two_tier"}, "SECOND_STRATEGY"),
        ({"lga_minimum": {("S", "Nowhere"): 1}}, "LGA_UNKNOWN"),
        ({"lga_minimum": {("S", "L2"): 201}}, "LGA_MINIMUM_ABOVE_TARGET"),
        ({"lga_minimum": {("S", "L2"): 200}, "stock": 5000}, "LGA_MINIMA_ABOVE_STOCK"),
        (
            {"lga_minimum": {("S", "L2"): 20}, "lga_maximum": {("S", "L2"): 10}},
            "LGA_QUOTAS_CROSS",
        ),
        (
            {"lga_maximum": {("S", "L2"): 10}, "floor_percent": Decimal(50)},
            "LGA_MAXIMUM_BELOW_FLOORS",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_parameters_that_cannot_be_used_are_refused(changes, code):
    with pytest.raises(DomainError) as refusal:
        plan(wards_a_to_d(), PlanParameters(**{"stock": 15000, **changes}))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("wards", "code"),
    [
        ([], "NO_WARDS"),
        ([ward("A", 1, 10), ward("A", 2, 10)], "WARD_TWICE"),
        ([ward("A", 1, 10), ward("B", 1, 10)], "RANK_TWICE"),
        ([ward("A", 0, 10)], "RANK_INVALID"),
        ([ward("A", 1, -10)], "POPULATION_NEGATIVE"),
        ([ward("A", 1, 10, 101)], "URBAN_SHARE_RANGE"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_wards_that_cannot_be_planned_are_refused(wards, code):
    with pytest.raises(DomainError) as refusal:
        plan(wards, PlanParameters(stock=100))
    assert refusal.value.code == code


def test_burden_needs_a_rate_for_every_ward():
    with pytest.raises(DomainError) as refusal:
        plan([ward("A", 1, 100)], PlanParameters(stock=100, strategy="burden_weighted"))
    assert refusal.value.code == "RATE_MISSING"


def test_invalid_input_is_a_domain_error_with_the_value():
    with pytest.raises(InvalidInput) as refusal:
        plan([ward("A", 1, -10)], PlanParameters(stock=100))
    assert "-10" in refusal.value.message
