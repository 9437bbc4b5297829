"""Writing the ledger: one line for each command, in the transaction that carries it out."""

from typing import Any

from django.db.models import Max

from chatmrpt.common.actors import Actor
from tpr.models import Workflow, WorkflowEvent
from tpr.signals import recorded


def record(
    workflow: Workflow,
    *,
    command: str,
    payload: dict[str, Any],
    actor: Actor,
    key: str = "",
    stage_from: str | None = None,
    decided: bool = True,
) -> WorkflowEvent:
    """Append a line and raise the version.

    Locks: the caller holds `locks.workflow`. Writes: WorkflowEvent, Workflow.version.
    Idempotent by: the unique (workflow, key); look a key up first with `line_with_key`.

    Parameters
    ----------
    decided : False for lines that no person decided (a finished job, a question); the version
        stays.
    """
    if decided:
        workflow.version += 1
    workflow.save()
    last = workflow.events.aggregate(last=Max("sequence"))["last"] or 0
    event = WorkflowEvent.objects.create(
        workflow=workflow,
        sequence=last + 1,
        command=command,
        payload=payload,
        stage_from=stage_from or workflow.stage,
        stage_to=workflow.stage,
        version=workflow.version,
        channel=actor.channel,
        actor=actor.owner,
        actor_name=actor.name,
        idempotency_key=key or None,
        request_id=actor.request_id,
        served_by=actor.served_by,
    )
    recorded.send(sender=WorkflowEvent, event=event)
    return event


def line_with_key(workflow: Workflow, key: str) -> WorkflowEvent | None:
    """Return the line that this idempotency key wrote before, if any."""
    if not key:
        return None
    return workflow.events.filter(idempotency_key=key).order_by("sequence").first()
