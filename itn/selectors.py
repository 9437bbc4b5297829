"""Reading plans and populations."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from analysis import api as analysis_api
from chatmrpt.common.errors import NotFound
from itn.contracts import NetsNeeded, PlanChoice
from itn.domain.budget import CostKind, CostLine, Quantities, calculation, cost, money
from itn.domain.exact import half_up
from itn.domain.need import RATIOS, need_nets
from itn.domain.population_compare import PopulationComparison, compare_populations
from itn.domain.strategies import STRATEGIES
from itn.models import ItnPlan, PopulationSource, WardAllocation, WardPopulation
from tpr.api import wards_of
from tpr.models import BoundaryList, Workflow


def population_sources(ward_list: BoundaryList) -> list[PopulationSource]:
    """Return the current population lists of a ward list, newest first.

    A list that was loaded for an older version of the same-named ward list counts too: its rows
    join by ward code.
    """
    return list(
        PopulationSource.objects.filter(list__name=ward_list.name, superseded_at__isnull=True)
        .select_related("list")
        .order_by("-loaded_at", "-pk")
    )


def population_by_code(source: PopulationSource, state: str | None = None) -> dict[str, Decimal]:
    """Return persons by ward code; wards that are absent have no figure."""
    rows = WardPopulation.objects.filter(source=source)
    if state:
        rows = rows.filter(ward__state=state)
    return dict(rows.values_list("ward__code", "persons"))


def populations_side_by_side(
    ward_list: BoundaryList, state: str, first: str, second: str
) -> tuple[PopulationSource, PopulationSource, PopulationComparison]:
    """Compare two population lists of a state, named; raises NotFound POPULATION_SOURCE_UNKNOWN."""
    by_name = {source.name: source for source in population_sources(ward_list)}
    for name in (first, second):
        if name not in by_name:
            raise NotFound(
                "POPULATION_SOURCE_UNKNOWN",
                f"There is no population list '{name}'. Loaded are: {', '.join(sorted(by_name))}.",
                {"name": name, "sources": sorted(by_name)},
            )
    one, two = by_name[first], by_name[second]
    found = compare_populations(population_by_code(one, state), population_by_code(two, state))
    return one, two, found


def nets_needed(
    ward_list: BoundaryList, state: str, buffer_percent: Decimal = Decimal(0)
) -> NetsNeeded | None:
    """Return the nets for full coverage of a state by each published ratio.

    None when no population list is loaded. Wards without a figure add nothing and are counted.
    """
    sources = population_sources(ward_list)
    if not sources:
        return None
    people = population_by_code(sources[0], state)
    wards = [ward.code for ward in wards_of(ward_list, state)]
    known = [people[code] for code in wards if code in people]
    return NetsNeeded(
        source=sources[0].name,
        year=sources[0].year,
        wards=len(wards),
        wards_without_population=len(wards) - len(known),
        population=int(half_up(sum((Fraction(persons) for persons in known), Fraction(0)))),
        by_ratio={
            ratio.persons_per_net: sum(
                need_nets(persons, ratio.persons_per_net, buffer_percent) for persons in known
            )
            for ratio in RATIOS.values()
        },
    )


def plan_with(uuid: UUID | str) -> ItnPlan:
    """Return one plan with its population source. Raises NotFound."""
    plan = ItnPlan.objects.select_related("population_source__list").filter(pk=uuid).first()
    if plan is None:
        raise NotFound("NOT_FOUND", "This plan does not exist, or it is not yours.")
    return plan


def plan_of(workflow: Workflow, uuid: UUID | str, *, locked: bool = False) -> ItnPlan:
    """Return one plan of this workflow, with its row lock if asked. Raises NotFound."""
    plans = ItnPlan.objects.filter(workflow=workflow, pk=uuid)
    if locked:
        plans = plans.select_for_update()
    plan = plans.first()
    if plan is None:
        raise NotFound("NOT_FOUND", "This plan does not exist, or it is not yours.")
    return plan


def left_out_unchecked(plan: ItnPlan) -> list[str]:
    """Name the wards left out of the campaign without a live, signed check that says so."""
    left_out = plan.rows.filter(reason="left_out_of_campaign").order_by("place")
    checks = analysis_api.live_checks(plan.workflow) if plan.workflow is not None else {}
    return [
        row.ward_name
        for row in left_out
        if row.ward_id is None
        or row.ward_id not in checks
        or checks[row.ward_id].decision != "leave_out"
    ]


def plans_of(workflow: Workflow, *, archived: bool = False) -> list[ItnPlan]:
    """Return the plans of a workflow, newest first; those put away only if asked for."""
    return list(
        ItnPlan.objects.filter(workflow=workflow, archived_at__isnull=not archived)
        .select_related("population_source__list")
        .order_by("-created_at")
    )


def latest_plan(workflow: Workflow) -> ItnPlan | None:
    """Return the newest plan of a workflow that is not put away, stale or not."""
    return (
        ItnPlan.objects.filter(workflow=workflow, archived_at__isnull=True)
        .select_related("population_source__list")
        .order_by("-created_at")
        .first()
    )


def is_current(plan: ItnPlan) -> bool:
    """Whether the plan stands on the newest finished run of the workflow's present choices."""
    return plan.run is not None and plan.workflow is not None and not stale_reasons(plan)


def rows_of(plan: ItnPlan) -> list[WardAllocation]:
    """Return every ward row: wards without population first, then by rank."""
    return list(plan.rows.order_by("place"))


def stale_reasons(plan: ItnPlan) -> list[str]:
    """Say what changed since the plan was made; an empty list means that it is up to date."""
    reasons: list[str] = []
    if plan.workflow is not None and plan.run is not None:
        reasons += analysis_api.staleness(plan.run).reasons
        newest = analysis_api.latest_done_run(plan.run.result)
        if newest is not None and newest.pk != plan.run_id:
            reasons.append("A newer risk analysis of the same choices has finished since.")
    source = plan.population_source
    if source is not None and source.superseded_at is not None:
        reasons.append(f"The population list {source.name} was loaded again since.")
    return reasons


def plan_state(workflow: Workflow) -> dict[str, Any] | None:
    """Return the newest plan as the workflow's state JSON shows it (contracts §4)."""
    plan = latest_plan(workflow)
    return None if plan is None else plan_summary(plan)


def plan_summary(plan: ItnPlan) -> dict[str, Any]:
    """Return a plan's figures for JSON: sums, where it stands, whether it is stale and why."""
    reasons = stale_reasons(plan)
    source = plan.population_source
    totals: Mapping[str, Any] = plan.totals
    return {
        "uuid": str(plan.uuid),
        "name": plan.name,
        "strategy": plan.strategy,
        "status": plan.status,
        "locked": plan.is_locked,
        "revision": plan.revision,
        "run": None if plan.run_id is None else str(plan.run_id),
        "population_source": None if source is None else source.name,
        "population_year": None if source is None else source.year,
        "stock": plan.stock,
        "available": plan.available,
        "allocated": plan.allocated,
        "remaining": plan.remaining,
        "wards": plan.wards,
        "wards_served": totals["wards_served"],
        "wards_without_population": totals["wards_without_population"],
        "people_covered": totals["people_covered"],
        "coverage_percent": totals["coverage_percent"],
        "need_nets": totals["need_nets"],
        "parameters": plan.parameters,
        "stale": bool(reasons),
        "stale_because": reasons,
        "created_at": plan.created_at.isoformat(),
    }


def strategy_choices() -> list[PlanChoice]:
    """Return the strategies that can be used, the default first."""
    return [
        PlanChoice(item.id, item.label, item.sentence)
        for item in STRATEGIES.values()
        if item.available
    ]


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What a plan costs by its own lines: (name, calculation, amount), and the sum, two decimals."""

    lines: tuple[tuple[str, str, Decimal], ...]
    total: Decimal
    budget: Decimal | None


def costs_of(plan: ItnPlan) -> PlanCost | None:
    """Return the cost of a plan line by line; None where no cost was given (nets.md §7)."""
    given = plan.parameters
    if not given.get("cost_per_net"):
        return None
    kinds = (
        ("Nets", CostKind.PER_NET, "cost_per_net"), ("Bales", CostKind.PER_BALE, "cost_per_bale"),
        ("Fixed costs", CostKind.FIXED, "cost_fixed"),
    )  # fmt: skip
    lines = [
        CostLine(name, kind, Decimal(given[option]))
        for name, kind, option in kinds
        if Decimal(given.get(option) or 0)
    ]
    totals = plan.totals
    bales = totals["allocated_bales"] + (1 if plan.allocated % plan.bale_size else 0)
    handed_out = Quantities(plan.allocated, bales, totals["wards_served"])
    budget = given.get("budget")
    return PlanCost(
        tuple(
            (line.name, calculation(line, handed_out), money(cost([line], handed_out)))
            for line in lines
        ),
        money(cost(lines, handed_out)),
        None if budget is None else Decimal(budget),
    )


def cost_of(plan: ItnPlan) -> Decimal | None:
    """Return what the plan costs in all; None where no cost was given."""
    found = costs_of(plan)
    return None if found is None else found.total
