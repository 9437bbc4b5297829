"""Scenarios: rename, duplicate, put away, bring back (nets.md §8)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput
from itn.domain.allocation import plan as plan_wards
from itn.models import ItnPlan, PlanEventKind, WardOverride
from itn.selectors import plan_of
from itn.services.change_parameters import changed_parameters
from itn.services.change_plan import change_plan, plan_of_key
from itn.services.make_plan import free_name, plan_fingerprint
from itn.services.run_wards import run_wards
from itn.services.store_plan import PlanOrigin, store_plan
from tpr import api as tpr_api
from tpr.models import Workflow

ARCHIVE_DAYS = 90
"""How long an archived plan is kept (nets.md §8)."""


def rename_plan(
    workflow: UUID | str, plan: UUID | str, *, name: str, actor: Actor, revision: int | None = None,
    key: str = "",
) -> ItnPlan:  # fmt: skip
    """Give a plan another name, unique in its workflow. Raises as `change_plan`, NAME_MISSING."""

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        wanted = " ".join(name.split())
        if not wanted:
            raise InvalidInput("NAME_MISSING", "Give the plan a name, for example 'Buffer 10 %'.")
        before, found.name = (
            found.name,
            found.name if wanted == found.name else free_name(of, wanted),
        )
        return {"before": before, "after": found.name, "said": f"now '{found.name}'"}

    return change_plan(
        workflow, plan, kind=PlanEventKind.RENAMED, act=act, actor=actor, revision=revision, key=key
    )


@transaction.atomic
def duplicate_plan(
    workflow_uuid: UUID | str, plan_uuid: UUID | str, *, actor: Actor, name: str = "",
    options: Mapping[str, Any] | None = None, key: str = "",
) -> ItnPlan:  # fmt: skip
    """Copy parameters, limits and overrides of a plan; the results are planned anew.

    Parameters
    ----------
    options : parameters of the copy that differ ("what if the buffer were 15 %"), as for
        `make_plan`.

    The copy is an open draft whatever the original is, and uses the original's run and population
    list. Locks: the workflow. Writes: ItnPlan, WardAllocation, WardOverride, a ledger line
    `plan_nets`. Idempotent by: the key. Raises as `make_plan`; NOT_REPLANNABLE.
    """
    workflow = tpr_api.locked_workflow(workflow_uuid)
    if again := plan_of_key(workflow, key, "plan_nets"):
        return again
    original = plan_of(workflow, plan_uuid)
    if original.run is None:
        raise Conflict("NOT_REPLANNABLE", "This plan was made from a table; it has no run to use.")
    found = run_wards(original.run, original.population_source)
    parameters = changed_parameters(original, options or {}, found)
    result = plan_wards(found.wards, parameters, rate_is_tpr=True)
    copy = store_plan(
        result,
        PlanOrigin(
            owner=original.owner, name=free_name(workflow, name.strip() or _copy_name(original)),
            fingerprint=plan_fingerprint(original.run, found.source, result.parameters),
            workflow_id=workflow.pk, run_id=original.run_id, population_source=found.source,
            duplicate_of=original,
        ),
    )  # fmt: skip
    WardOverride.objects.bulk_create(
        WardOverride(
            plan=copy, ward_code=kept.ward_code, state=kept.state, lga=kept.lga,
            ward_name=kept.ward_name, units_before=kept.units_before, units=kept.units,
            target=kept.target, above_target=kept.above_target, reason=kept.reason,
            actor=kept.actor, actor_name=kept.actor_name, signed_as=kept.signed_as,
        )
        for kept in original.overrides.filter(released_at__isnull=True)
    )  # fmt: skip
    tpr_api.record(
        workflow, command="plan_nets", actor=actor, key=key,
        payload={"slots": copy.parameters, "facts": {}, "plan": str(copy.pk),
                 "duplicate_of": str(original.pk), "run": str(copy.run_id),
                 "available": copy.available, "allocated": copy.allocated,
                 "remaining": copy.remaining},
    )  # fmt: skip
    return copy


def _copy_name(original: ItnPlan) -> str:
    taken = set(ItnPlan.objects.filter(workflow=original.workflow).values_list("name", flat=True))
    base = original.name[:100]
    number = 2
    while f"{base}, copy {number - 1}" in taken:
        number += 1
    return f"{base}, copy {number - 1}"


def archive_plan(
    workflow: UUID | str, plan: UUID | str, *, actor: Actor, revision: int | None = None,
    key: str = "",
) -> ItnPlan:  # fmt: skip
    """Put a plan away; it is listed apart and deleted after 90 days. A locked plan stays."""

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        found.archived_at = timezone.now()
        return {"said": f"kept for {ARCHIVE_DAYS} days"}

    return change_plan(
        workflow,
        plan,
        kind=PlanEventKind.ARCHIVED,
        act=act,
        actor=actor,
        revision=revision,
        key=key,
    )


def restore_plan(workflow: UUID | str, plan: UUID | str, *, actor: Actor, key: str = "") -> ItnPlan:
    """Bring an archived plan back. Raises Conflict PLAN_NOT_ARCHIVED."""

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        if found.archived_at is None:
            raise Conflict("PLAN_NOT_ARCHIVED", f"'{found.name}' is not in the archive.")
        found.archived_at = None
        return {}

    return change_plan(
        workflow, plan, kind=PlanEventKind.RESTORED, act=act, actor=actor, revision=None, key=key,
        needs_open=False,
    )  # fmt: skip
