"""Reading plans: one, all, how they stand, whether they are up to date."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from analysis import api as analysis_api
from chatmrpt.common.errors import NotFound
from itn.contracts import PlanChoice
from itn.domain.strategies import STRATEGIES
from itn.models import ItnPlan, WardAllocation
from tpr.models import Workflow


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
