"""Files that lie on this machine become uploads and workflows, as if a person had sent them."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatmrpt.common.actors import Actor, this_process
from chatmrpt.common.errors import DomainError, InvalidInput
from tpr.models import Upload
from tpr.services.accept_upload import accept_upload
from tpr.services.run_file import wait_for
from tpr.services.workflow import start_workflow

SUFFIXES = (".xlsx", ".xls", ".csv", ".txt", ".zip")
CHUNK = 1024 * 1024
SETTLED_SECONDS = 10
"""A file that has not changed for so long is taken at the first look; others at the second."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file. `status` is the upload's; `refused` with a code and words."""

    name: str
    status: str
    upload: str = ""
    workflow: str = ""
    known: bool = False
    code: str = ""
    message: str = ""

    @property
    def refused(self) -> bool:
        return bool(self.code)


@dataclass(frozen=True, slots=True)
class Mark:
    """How a file looked: enough to see that nothing was written to it since."""

    size: int
    changed: int
    done: bool = False


def chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def sha256_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    for chunk in chunks_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def take_file(path: Path, *, owner: str) -> Taken:
    """Store a file, start its workflow and wait until it is read.

    A running worker does the reading; without one, this process by the same claim. Idempotent by:
    owner and bytes: again it is the same upload and the same workflow. A refusal is an outcome,
    not an exception.
    """
    try:
        if not path.is_file():
            raise InvalidInput("FILE_NOT_FOUND", f"There is no file {path}.", {"path": str(path)})
        try:
            size = path.stat().st_size
            upload = accept_upload(owner=owner, name=path.name, chunks=chunks_of(path), size=size)
        except OSError as error:
            raise InvalidInput(
                "FILE_NOT_FOUND", f"{path} could not be read: {error.strerror}.",
                {"path": str(path)},
            ) from error  # fmt: skip
    except DomainError as error:
        return Taken(path.name, "refused", code=error.code, message=error.message)
    actor = Actor(channel="command", owner=owner, name="intake", served_by=this_process())
    workflow = start_workflow(
        upload=upload, actor=actor, key=f"intake:{upload.pk}", name=path.name, said=path.name
    )
    known = upload.known
    wait_for(upload)
    upload.refresh_from_db()
    return _outcome(path, upload, str(workflow.pk), known)


def _outcome(path: Path, upload: Upload, workflow: str, known: bool) -> Taken:
    return Taken(
        path.name, upload.status, str(upload.pk), workflow, known, upload.error_code,
        upload.error_message,
    )  # fmt: skip


def look_into(folder: Path, *, owner: str, seen: dict[Path, Mark]) -> Iterator[Taken]:
    """Take every new file of a folder; nothing in it is moved, changed or deleted.

    What was taken before is known by its digest, from rows. `seen` only saves reading files again
    that did not change since the last look; it may be lost. A file that is still being copied is
    left for the next look.

    Raises
    ------
    InvalidInput FOLDER_NOT_FOUND
    """
    if not folder.is_dir():
        raise InvalidInput("FOLDER_NOT_FOUND", f"There is no folder {folder}.")
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith((".", "~$")):
            continue
        try:
            found = path.stat()
        except OSError:  # gone between the two looks: there is nothing to take
            continue
        mark, before = Mark(found.st_size, found.st_mtime_ns), seen.get(path)
        settled = time.time() - found.st_mtime > SETTLED_SECONDS
        same = before is not None and (before.size, before.changed) == (mark.size, mark.changed)
        if not path.is_file() or (same and before is not None and before.done):
            continue
        seen[path] = mark
        if same or settled:
            yield _take_new(path, owner)
            seen[path] = Mark(mark.size, mark.changed, done=True)


def _take_new(path: Path, owner: str) -> Taken:
    try:
        digest = sha256_of_file(path)
    except OSError:
        return take_file(path, owner=owner)  # says in words why it cannot be read
    rows = Upload.objects.filter(owner=owner, sha256=digest).exclude(status="receiving")
    upload = rows.order_by("created_at").first()
    if upload is None:
        return take_file(path, owner=owner)
    wait_for(upload)
    upload.refresh_from_db()
    workflow = upload.workflows.order_by("created_at").first()
    return _outcome(path, upload, str(workflow.pk) if workflow else "", known=True)
