"""Equity, access, budget, plausibility and the wards left out, against the worked figures."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.errors import DomainError
from itn.domain.allocation import plan
from itn.domain.budget import (
    CostKind,
    CostLine,
    Quantities,
    affordable_bales,
    calculation,
    cost,
    largest_affordable,
    money,
)
from itn.domain.equity import CoveredWard, access, coverage, measures
from itn.domain.exact import exact
from itn.domain.parameters import PlanParameters
from itn.domain.plausibility import PlanLine, bales_missing, line_flags, persons_per_net
from itn.domain.strategies.deprioritise import select
from itn.tests.domain.worked import vectors, ward, wards_a_to_d


def close(value):
    return None if value is None else pytest.approx(value, abs=1e-6)


def test_worked_equity():
    wards = wards_a_to_d()
    for case in vectors()["equity"]:
        equity = measures(
            [
                CoveredWard(
                    w.ward, w.lga_key, exact(w.population), case["bales"][w.ward] * 50,
                    exact(w.rate),
                )
                for w in wards
            ],
            "1.8",
        )  # fmt: skip
        assert equity.mean_coverage == close(case["mean_coverage_by_population"])
        assert equity.gini == close(case["gini_by_population"])
        assert {lga[1]: value for lga, value in equity.lga_coverage.items()} == {
            lga: close(value) for lga, value in case["lga_coverage"].items()
        }
        assert equity.worst_lga[1] == case["worst_lga"]
        assert equity.gap_between_lgas == close(case["gap_between_lgas"])
        assert equity.share_of_burden_covered == close(case["share_of_burden_covered"])
        assert list(equity.wards_without_nets) == case["wards_without_nets"]


@given(st.lists(st.tuples(st.integers(1, 5000), st.integers(0, 4000)), min_size=1, max_size=12))
def test_gini_by_running_sums_equals_all_pairs(pairs):
    wards = [CoveredWard(str(i), ("", "L"), Fraction(p), n) for i, (p, n) in enumerate(pairs)]
    gini = measures(wards, "1.8").gini
    people = sum(p for p, _ in pairs)
    shares = [(Fraction(p, people), coverage(p, n, "1.8")) for p, n in pairs]
    mean = sum(p * c for p, c in shares)
    if mean == 0:
        assert gini is None
    else:
        naive = sum(p * q * abs(c - d) for p, c in shares for q, d in shares) / (2 * mean)
        assert gini == naive


def test_worked_access():
    for case in vectors()["access"]:
        assert access(case["population"], case["nets"]) == close(case["access_at_1_64"])
        assert coverage(case["population"], case["nets"], "1.8") == close(
            case["covered_share_at_1_8"]
        )
    assert access(0, 10) is None


def budget_lines() -> list[CostLine]:
    lines = vectors()["budget"]["lines"]
    return [
        CostLine("net", CostKind.PER_NET, Decimal(lines["net_ngn"])),
        CostLine("ops", CostKind.PER_NET, Decimal(lines["campaign_operations_per_net_ngn"])),
        CostLine("transport", CostKind.PER_BALE, Decimal(lines["transport_per_bale_ngn"])),
        CostLine("storage", CostKind.FIXED, Decimal(lines["storage_fixed_ngn"])),
    ]


def test_worked_budget_never_exceeds_the_cap_and_one_bale_more_would():
    budget = vectors()["budget"]
    lines, target = budget_lines(), budget["total_target_bales"]
    for case in budget["cases"]:
        cap = Decimal(case["cap_ngn"])
        if not case["fixed_lines_affordable"]:
            with pytest.raises(DomainError) as refusal:
                affordable_bales(lines, cap, 50)
            assert refusal.value.code == "FIXED_COSTS_EXCEED_CAP"
            continue
        affordable = affordable_bales(lines, cap, 50)
        bales = min(affordable, target)
        total = cost(lines, Quantities(bales * 50, bales, 0))
        assert (bales, bales * 50) == (case["bales"], case["nets"])
        assert str(money(total)) == case["cost_ngn"]
        assert str(money(exact(cap) - total)) == case["left_ngn"]
        more = cost(lines, Quantities(affordable * 50 + 50, affordable + 1, 0))
        assert more > exact(cap)


def test_budget_with_costs_per_ward_takes_the_largest_plan_that_fits():
    lines = [
        CostLine("net", CostKind.PER_NET, Decimal(2)),
        CostLine("ward", CostKind.PER_WARD_SERVED, Decimal(300)),
    ]

    def quantities(bales):
        rows = plan(wards_a_to_d(), PlanParameters(stock=bales * 50, strategy="proportional")).rows
        return Quantities(
            sum(r.nets for r in rows), sum(r.bales for r in rows), sum(r.nets > 0 for r in rows)
        )

    for cap in (0, 399, 400, 1000, 1700, 20_000, 10**7):
        best = largest_affordable(lines, Decimal(cap), 501, quantities)
        fits = [b for b in range(502) if cost(lines, quantities(b)) <= cap]
        assert best == max(fits), cap


def test_each_budget_line_shows_its_calculation():
    line = CostLine("net", CostKind.PER_NET, Decimal("5584.97"))
    assert calculation(line, Quantities(6550, 131, 9)) == "6,550 nets x 5,584.97"


def test_budget_bounds_the_available_nets():
    result = plan(
        wards_a_to_d(),
        PlanParameters(stock=15000, budget=Decimal("1000000"), cost_per_net=Decimal("5584.97")),
    )
    assert (result.available, result.unfunded) == (179, 14_821)
    assert (result.allocated, result.remaining) == (150, 29)


def test_plausibility_finds_exactly_what_is_wrong_in_the_public_planning_sheet():
    sheet = vectors("plausibility_23_states.json")
    lines = [
        PlanLine(row["state"], row["population_2025"], row["nets"], str(row["bales"]))
        for row in sheet["rows"]
    ]
    flags = line_flags(lines)
    assert {place: [flag.value for flag in found] for place, found in flags.items()} == sheet[
        "expected_flags"
    ]
    for row in sheet["rows"]:
        assert persons_per_net(row["population_2025"], row["nets"]) == Decimal(
            str(row["persons_per_net"])
        )
    bayelsa = next(line for line in lines if line.place == "Bayelsa")
    assert float(bales_missing([bayelsa])) == pytest.approx(5435.33, abs=0.01)


def test_worked_wards_left_out_of_the_campaign():
    worked = vectors("deprioritise_worked.json")
    for rows, cases in (
        (worked["wards"], worked["cases"]),
        (worked["with_gaps"]["wards"], worked["with_gaps"]["cases"]),
    ):
        lowest_first = max(row["risk_low_first"] or 0 for row in rows)
        wards = [
            ward(
                row["ward"],
                None if row["risk_low_first"] is None else lowest_first + 1 - row["risk_low_first"],
                row["population"],
                row["urban_percentage"],
            )
            for row in rows
        ]
        for case in cases:
            selection = select(wards, case["urban_threshold"], case["target_percent"])
            assert [item.ward.ward for item in selection.left_out] == [
                item["ward"] for item in case["selected"]
            ]
            for item, expected in zip(selection.left_out, case["selected"], strict=True):
                assert item.population == expected["population"]
                assert item.cumulative_population == expected["cumulative_population"]
                assert float(item.share * 100) == pytest.approx(expected["ward_percent"], abs=1e-4)
                assert float(item.cumulative_share * 100) == pytest.approx(
                    expected["cumulative_percent"], abs=1e-4
                )
            assert selection.target_reached == case["target_reached"]
            assert selection.warning == case["warning"]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 9000)), st.one_of(st.none(), st.integers(0, 100))
        ),
        max_size=15,
    ),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_left_out_wards_are_urban_and_reach_the_target_or_say_that_they_do_not(
    wards, threshold, target
):
    listed = [ward(f"w{i}", i, people, urban) for i, (people, urban) in enumerate(wards, start=1)]
    selection = select(listed, threshold, target)
    ranks = [item.ward.rank for item in selection.left_out]
    assert ranks == sorted(ranks, reverse=True)
    shares = [item.cumulative_share for item in selection.left_out]
    assert shares == sorted(shares)
    for item in selection.left_out:
        assert item.ward.urban_percentage > threshold
    whole = sum(people for people, _ in wards if people is not None)
    reached = sum(item.population for item in selection.left_out)
    assert selection.target_reached == (reached * 100 >= target * whole)
    if selection.target_reached and selection.left_out:
        before = reached - selection.left_out[-1].population
        assert before * 100 < target * whole  # not one ward more than needed


def test_own_plans_name_unusual_and_repeated_populations_and_more_nets_than_people():
    wards = [ward("a", 1, 40), ward("b", 2, 5000), ward("c", 3, 5000), ward("d", 4, 250_000)]
    checks = {check.id: check for check in plan(wards, PlanParameters(stock=500_000)).checks()}
    assert set(checks) == {"P7", "P9", "P10"}
    assert checks["P7"].count == 2
    assert checks["P10"].count == 2
    assert checks["P9"].places == ("a (L1): 50 nets",)
