"""Every row lock of this floor, in one place and one order: workflow, then upload."""

from typing import Any
from uuid import UUID

from django.db import connection

from chatmrpt.common.errors import NotFound
from tpr.models import Upload, Workflow

WAIT_SECONDS = 5


def _wait_a_little() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a row lock needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")


def workflow(uuid: UUID | str) -> Workflow:
    """Lock one workflow until the end of the transaction. Raises NotFound."""
    _wait_a_little()
    row = (
        Workflow.objects.select_for_update(of=("self",))
        .select_related("upload", "ward_list")
        .filter(pk=uuid)
        .first()
    )
    if row is None:
        raise NotFound("NOT_FOUND", "This workflow does not exist, or it is not yours.")
    return row


def workflows_of_upload(upload_id: Any) -> list[Workflow]:
    """Lock the workflows that wait for an upload, in the order of their ids."""
    _wait_a_little()
    return list(
        Workflow.objects.select_for_update(of=("self",)).filter(upload_id=upload_id).order_by("pk")
    )


def upload_and_workflows(upload_id: Any) -> tuple[Upload, list[Workflow]]:
    """Lock the workflows of an upload, then the upload, then the workflows once more: one that was
    started in between has seen the upload as it was, and must be told like the others.
    """
    workflows_of_upload(upload_id)
    found = upload(upload_id)
    return found, workflows_of_upload(upload_id)


def upload(pk: Any) -> Upload:
    _wait_a_little()
    row = Upload.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound("NOT_FOUND", "This upload does not exist, or it is not yours.")
    return row
