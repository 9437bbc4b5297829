"""Starting: a file or the sample becomes an upload and a workflow."""

from collections.abc import Iterable
from typing import Protocol

from django.db import transaction

from chatmrpt.chat.services.conversation import check_key
from chatmrpt.chat.services.transcript import write
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound
from tpr.models import SampleFile, Upload, Workflow
from tpr.services.accept_upload import accept_upload
from tpr.services.workflow import start_workflow as start

SAMPLE_WORKBOOK = "nmep_workbook.xlsx"


class UploadedFile(Protocol):
    name: str
    size: int

    def chunks(self) -> Iterable[bytes]: ...


def start_workflow(
    *, actor: Actor, file: UploadedFile | None = None, sample: bool = False, key: str = ""
) -> Workflow:
    """Store the file and start a workflow on it.

    Idempotent by: (owner, key): the second request gets the first workflow. The same bytes give
    the same upload, in a new workflow when the key is new.
    """
    check_key(key)
    with transaction.atomic():
        if key and (first := Workflow.objects.filter(owner=actor.owner, start_key=key).first()):
            return first
        upload = _sample(actor) if sample else _store(actor, file)
        workflow = start(upload=upload, actor=actor, key=key, name=upload.original_name)
        if not workflow.events.exclude(command__in=["receive_file", "file_read", "file_unsure",
                                                    "file_refused"]).exists():  # fmt: skip
            event = workflow.events.get(sequence=1)
            said = "The sample state" if sample else upload.original_name
            write_first(workflow, said, event)
        return workflow


def write_first(workflow: Workflow, said: str, event: object) -> None:
    from chatmrpt.chat.models import Message

    if not Message.objects.filter(workflow=workflow, who="person").exists():
        write(workflow, "person", said, event=event, command="receive_file")  # type: ignore[arg-type]


def _store(actor: Actor, file: UploadedFile | None) -> Upload:
    if file is None:
        raise InvalidInput(
            "NO_FILE", "No file arrived. Choose the exported workbook, or try the sample state."
        )
    return accept_upload(owner=actor.owner, name=file.name, chunks=file.chunks(), size=file.size)


def _sample(actor: Actor) -> Upload:
    row = SampleFile.objects.filter(name=SAMPLE_WORKBOOK).first()
    if row is None:
        raise Conflict(
            "NO_SAMPLE",
            "The sample is not loaded in this installation. An administrator loads it with "
            "'scripts/manage load_sample'.",
        )
    content = bytes(row.content)
    return accept_upload(
        owner=actor.owner, name=f"sample_{SAMPLE_WORKBOOK}", chunks=[content], size=len(content),
        is_sample=True,
    )  # fmt: skip


def _may_use(workflow: Workflow, owner: str) -> bool:
    return workflow.owner == owner or workflow.grants.filter(holder=owner).exists()


def open_workflow(owner: str, uuid: object) -> Workflow:
    """Return a workflow that this owner may use. Raises NotFound for absent and for others'."""
    workflow = (
        Workflow.objects.select_related("upload", "upload__reading", "ward_list")
        .filter(pk=uuid)
        .first()
    )
    if workflow is not None and owner and _may_use(workflow, owner):
        return workflow
    raise _not_yours()


def check_access(owner: str, uuid: object) -> None:
    """Raise NotFound as `open_workflow` does, without loading the file's facts."""
    workflow = Workflow.objects.only("owner").filter(pk=uuid).first()
    if workflow is None or not owner or not _may_use(workflow, owner):
        raise _not_yours()


def _not_yours() -> NotFound:
    return NotFound(
        "NOT_FOUND",
        "This workflow does not exist, or it belongs to somebody else. With its resume code you "
        "can open it from the start page.",
    )
