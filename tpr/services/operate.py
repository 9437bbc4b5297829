"""What an operator may do from the admin: read again, cancel, end. Each leaves a ledger line."""

from typing import Any

from django.db import transaction

from chatmrpt.common.actors import Actor
from chatmrpt.common.jobs import request_cancel
from tpr import locks
from tpr.domain.stages import Facts, Move, advance
from tpr.models import UploadReading
from tpr.services.accept_upload import requeue
from tpr.services.ledger import record


@transaction.atomic
def requeue_reading(upload_id: Any, *, actor: Actor) -> bool:
    """Read an upload again that is waiting, refused or failed; rows in use stay as they are.

    A `ready` upload is left alone: results point at its rows, and the same bytes give the same
    rows. One that still arrives has nothing to read. Writes: Upload, UploadReading, a ledger line
    on every workflow that waits for it.
    """
    waiting = locks.workflows_of_upload(upload_id)
    upload = locks.upload(upload_id)
    if upload.status in ("ready", "receiving"):
        return False
    requeue(upload)
    for workflow in waiting:
        if workflow.stage == "awaiting_upload":
            before = workflow.stage
            move = advance(workflow.position, "receive_file", {}, Facts())
            if not isinstance(move, Move):
                continue
            workflow.position = move.position
            record(workflow, command="receive_file", actor=actor, stage_from=before,
                   payload={"slots": {}, "facts": {}, "upload": str(upload.pk)})  # fmt: skip
    return True


@transaction.atomic
def cancel_reading(upload_id: Any, *, actor: Actor) -> bool:
    """Stop a reading. The file stays and can be read again."""
    locks.upload(upload_id)
    return request_cancel(UploadReading, upload_id)


@transaction.atomic
def end_workflow(uuid: Any, *, actor: Actor) -> bool:
    """End a workflow; it stays readable and can be resumed as a copy."""
    workflow = locks.workflow(uuid)
    before = workflow.stage
    move = advance(workflow.position, "exit", {}, Facts())
    if not isinstance(move, Move):
        return False
    workflow.position = move.position
    record(workflow, command="exit", actor=actor, stage_from=before,
           payload={"slots": {}, "facts": {}})  # fmt: skip
    return True
