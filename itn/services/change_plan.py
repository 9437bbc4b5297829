"""One way into a plan that exists: lock, refuse what is closed or old, act, write who and why."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, StaleVersion
from itn.domain.allocation import plan as plan_wards
from itn.domain.parameters import PlanParameters
from itn.models import ItnPlan, PlanEvent, PlanEventKind, PlanStatus
from itn.selectors import plan_of
from itn.services.make_plan import plan_fingerprint
from itn.services.run_wards import run_wards
from itn.services.store_plan import rewrite_plan
from tpr import api as tpr_api
from tpr.models import Workflow

OPEN = frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED})


@transaction.atomic
def change_plan(
    workflow_uuid: UUID | str,
    plan_uuid: UUID | str,
    *,
    kind: PlanEventKind,
    act: Callable[[ItnPlan, Workflow], Mapping[str, Any]],
    actor: Actor,
    revision: int | None,
    key: str = "",
    comment: str = "",
    signed_as: str = "",
    needs_open: bool = True,
) -> ItnPlan:
    """Carry out one act on a plan of a workflow.

    Parameters
    ----------
    act : changes the plan (not saved) and returns the payload of its event.
    revision : that of the page the person looked at; None where nothing depends on it (comments).
    needs_open : refuse a plan that is submitted, approved, locked or archived.

    Locks: the workflow, then the plan. Writes: ItnPlan, what `act` writes, PlanEvent, one ledger
    line `edit_plan`. Idempotent by: the key.

    Raises
    ------
    NotFound NOT_FOUND. Conflict PLAN_LOCKED, PLAN_SUBMITTED, PLAN_ARCHIVED, KEY_USED.
    StaleVersion PLAN_CHANGED with what was changed meanwhile. DomainError of `act`.
    """
    workflow = tpr_api.locked_workflow(workflow_uuid)
    if again := plan_of_key(workflow, key):
        return again
    plan = plan_of(workflow, plan_uuid, locked=True)
    if needs_open:
        refuse_closed(plan)
    if revision is not None and revision != plan.revision:
        raise _changed(plan, revision)
    payload = dict(act(plan, workflow))
    if needs_open and plan.status == PlanStatus.RETURNED:
        plan.status = PlanStatus.DRAFT
    plan.revision += 1
    plan.save()
    last = plan.events.aggregate(last=Max("sequence"))["last"] or 0
    PlanEvent.objects.create(
        plan=plan, sequence=last + 1, kind=kind, revision=plan.revision, actor=actor.owner,
        actor_name=actor.name, signed_as=signed_as, comment=comment, payload=payload,
    )  # fmt: skip
    tpr_api.record(
        workflow, command="edit_plan", actor=actor, key=key, decided=False,
        payload={"slots": {}, "facts": {}, "plan": str(plan.pk), "kind": kind.value},
    )  # fmt: skip
    return plan


def plan_of_key(workflow: Workflow, key: str, command: str = "edit_plan") -> ItnPlan | None:
    """Return the plan that this key changed (or made) before. Raises Conflict KEY_USED."""
    line = tpr_api.line_with_key(workflow, key)
    if line is None:
        return None
    if line.command != command or "plan" not in line.payload:
        raise Conflict("KEY_USED", "This idempotency key belongs to another command.", {"key": key})
    return plan_of(workflow, line.payload["plan"])


def refuse_closed(plan: ItnPlan) -> None:
    """Raise Conflict for a plan in which nothing may change now."""
    if plan.archived_at is not None:
        raise Conflict(
            "PLAN_ARCHIVED",
            f"'{plan.name}' is in the archive. Bring it back first, or duplicate it.",
            {"plan": str(plan.pk)},
        )
    if plan.is_locked:
        raise Conflict(
            "PLAN_LOCKED",
            f"'{plan.name}' is approved and locked since {plan.locked_at:%-d %B %Y}, so nothing in "
            "it changes. Duplicate it to work on a copy, or ask the approver to unlock it.",
            {"plan": str(plan.pk), "locked_at": plan.locked_at.isoformat()},  # type: ignore[union-attr]
        )
    if plan.status not in OPEN:
        raise Conflict(
            "PLAN_SUBMITTED",
            f"'{plan.name}' is submitted and waits for a decision. Return it first to change it, "
            "or duplicate it.",
            {"plan": str(plan.pk), "status": plan.status},
        )


def _changed(plan: ItnPlan, revision: int) -> StaleVersion:
    since = plan.events.filter(revision__gt=revision).order_by("-sequence").first()
    said = ""
    if since is not None:
        who = since.signed_as or since.actor_name or "somebody else"
        said = f" {who} has {since.get_kind_display().lower()} it at {since.at:%H:%M}"
        detail = since.payload.get("said")
        said += f" ({detail})." if detail else "."
    return StaleVersion(
        "PLAN_CHANGED",
        f"This plan has changed since you opened it.{said} Nothing of yours was stored: look at "
        "the plan as it is now, and decide again.",
        {"plan": str(plan.pk), "sent": revision, "revision": plan.revision},
    )


def replan(plan: ItnPlan, parameters: PlanParameters) -> None:
    """Plan again with the plan's own run and population list; the caller holds its lock.

    Raises Conflict NOT_REPLANNABLE for a plan made from a table of wards, whose file is not kept.
    """
    if plan.run is None:
        raise Conflict(
            "NOT_REPLANNABLE",
            "This plan was made from a table of wards by command; make it again from the table.",
            {"plan": str(plan.pk)},
        )
    found = run_wards(plan.run, plan.population_source)
    result = plan_wards(found.wards, parameters, rate_is_tpr=True)
    rewrite_plan(plan, result, plan_fingerprint(plan.run, found.source, result.parameters))
