"""Starting: a file or the sample becomes an upload and a workflow."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from chatmrpt.accounts.domain.access import Act
from chatmrpt.accounts.selectors.access import open_workflow
from chatmrpt.chat.services.conversation import check_key
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound
from chatmrpt.common.language import say
from tpr.models import SampleFile, Upload, Workflow
from tpr.selectors.uploads import find_upload
from tpr.services.accept_upload import accept_upload
from tpr.services.join_uploads import join_uploads
from tpr.services.workflow import attach_upload
from tpr.services.workflow import start_workflow as start

SAMPLE_WORKBOOK = "nmep_workbook.xlsx"


class UploadedFile(Protocol):
    name: str
    size: int

    def chunks(self) -> Iterable[bytes]: ...


def start_workflow(
    *, actor: Actor, file: UploadedFile | None = None, sample: bool = False, key: str = "",
    upload: Any = None, workflow: Any = None, join: Any = None,
) -> Workflow:  # fmt: skip
    """Store the file and start a workflow on it.

    `upload` is a resumable upload of this person, whole or still arriving, instead of a file;
    `workflow` is one that awaits its file, instead of a new one; `join` is one whose files the new
    file is joined to, in a new workflow. Idempotent by: (owner, key): the
    second request gets the first workflow. The same bytes give the same upload, in a new workflow
    when the key is new.
    """
    check_key(key)
    with transaction.atomic():
        if key and (first := Workflow.objects.filter(owner=actor.owner, start_key=key).first()):
            return first
        waiting = open_workflow(actor.owner, _uuid(workflow), Act.WRITE) if workflow else None
        found = _found(actor, upload, sample, file)
        said = say("The sample state") if sample else found.original_name
        if join:
            base = open_workflow(actor.owner, _uuid(join), Act.WRITE).upload
            if base is None:
                raise Conflict(
                    "NO_FILE", say("There is no file yet to which another can be added.")
                )
            found = join_uploads([base, found], owner=actor.owner)
        if waiting is not None:
            return attach_upload(waiting.pk, found, actor=actor, key=key, said=said)
        return start(
            upload=found, actor=actor, key=key, name=found.original_name, said=said
        )  # fmt: skip


def _found(actor: Actor, upload: Any, sample: bool, file: UploadedFile | None) -> Upload:
    if upload:
        return find_upload(actor.owner, _uuid(upload))
    return _sample(actor) if sample else _store(actor, file)


def _uuid(text: Any) -> UUID:
    """Read an id of the request. Raises NotFound: what is no id leads nowhere."""
    try:
        return UUID(str(text))
    except ValueError as error:
        raise NotFound(
            "NOT_FOUND", say("'{text}' is not the id of anything here.", text=str(text)[:60])
        ) from error


def _store(actor: Actor, file: UploadedFile | None) -> Upload:
    if file is None:
        raise InvalidInput(
            "NO_FILE",
            say("No file arrived. Choose the exported workbook, or try the sample state."),
        )
    return accept_upload(owner=actor.owner, name=file.name, chunks=file.chunks(), size=file.size)


def _sample(actor: Actor) -> Upload:
    row = SampleFile.objects.filter(name=SAMPLE_WORKBOOK).first()
    if row is None:
        raise Conflict(
            "NO_SAMPLE",
            say(
                "The sample is not loaded in this installation. An administrator loads "
                "it with 'scripts/manage load_sample'."
            ),
        )
    content = bytes(row.content)
    return accept_upload(
        owner=actor.owner, name=f"sample_{SAMPLE_WORKBOOK}", chunks=[content], size=len(content),
        is_sample=True,
        # A tour is not held up: safe questions take their answers and are listed.
        reading={"unattended": True},
    )  # fmt: skip
