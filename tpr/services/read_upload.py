"""Read an upload: bytes → guarded child process → rows, in one transaction (architecture §5)."""

import json
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings as config
from django.db import transaction
from django.utils import timezone

from chatmrpt.common.actors import job_actor, this_process
from chatmrpt.common.errors import DomainError
from chatmrpt.common.jobs import Claim, LeaseLost, claimed
from chatmrpt.conf.celery import TIME_LIMIT_SECONDS
from tpr import locks
from tpr.byte_store import contents
from tpr.domain.stages import Facts, Move, Stage, advance
from tpr.models import Facility, Upload, UploadIssue, UploadReading
from tpr.models.dataset import JOINED
from tpr.reading.guard import read_in_child
from tpr.selectors.known_places import known_places
from tpr.selectors.states import only_definition, state_counts
from tpr.services.copy_rows import copy_rows
from tpr.services.join_uploads import hint_datasets_of, join, members_pending, outcome_of
from tpr.services.ledger import record

WAITING = (Stage.READING_UPLOAD, Stage.REVIEW_UPLOAD)
"""Stages at which a workflow is told what became of its file."""

FOLDER = "chatmrpt-read-"
ISSUE_FIELDS = (
    "code", "severity", "sheet", "row", "column", "facility", "ward", "period", "value", "action",
    "count",
)  # fmt: skip


def read_upload(upload_id: Any) -> None:
    """Do the reading job of one upload, if it is there to be claimed.

    Writes: Facility, FacilityReport, UploadIssue, Upload, and the stage of the workflows that wait
    for it, all in the finishing transaction; before that only progress. Idempotent by: the claim.
    """
    if members_pending(upload_id):
        return  # a data set: the last of its files to be read sends the hint again
    with claimed(UploadReading, upload_id, worker=this_process()) as claim:
        if claim is not None:
            _read(claim, upload_id)
    settle(upload_id)


def _read(claim: Claim[UploadReading], upload_id: Any) -> None:
    Upload.objects.filter(pk=upload_id, status="queued").update(status="reading")
    upload = Upload.objects.get(pk=upload_id)
    if upload.kind == JOINED:
        claim.progress(0, 0, "joining the files")
        with claim.finish():
            if members_pending(upload_id):  # one of them was sent back to be read meanwhile
                raise LeaseLost
            outcome = outcome_of(upload)
            _store(upload, outcome, None, 0.0)
        return
    _remove_abandoned()
    with tempfile.TemporaryDirectory(prefix=FOLDER) as folder:
        result, seconds = _run_child(claim, upload, Path(folder))
        with claim.finish():
            _store(upload, result, Path(folder) / "out", seconds)


def _remove_abandoned() -> None:
    """Remove the folders of readings whose worker was killed: they hold the file itself."""
    before = time.time() - 2 * TIME_LIMIT_SECONDS
    for path in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError):  # another worker was faster, or it is another user's
            if path.stat().st_mtime < before:
                shutil.rmtree(path)


@transaction.atomic
def settle(upload_id: Any) -> bool:
    """Say it where people look when a reading has failed for good or was cancelled.

    Writes: Upload, the stage and ledger of the workflows that wait. Idempotent: does nothing when
    the upload already knows. The sweeper calls it too, for workers that died before they could.
    """
    upload, waiting = locks.upload_and_workflows(upload_id)
    job = UploadReading.objects.filter(pk=upload_id, status__in=["failed", "cancelled"]).first()
    if job is None or upload.status not in ("queued", "reading"):
        return False
    upload.status = "rejected"
    upload.error_code = job.error_code or "READING_CANCELLED"
    upload.error_message = job.error_message or (
        "The reading was cancelled. The file is kept; upload it again to read it."
    )
    upload.error_facts = {"reference": job.error_reference} if job.error_reference else {}
    upload.save()
    for workflow in waiting:
        if workflow.stage in WAITING:
            tell_workflow(workflow, upload)
    return True


def unsettled() -> list[Any]:
    """Return uploads whose reading has ended without the upload knowing it."""
    return list(
        UploadReading.objects.filter(
            status__in=["failed", "cancelled"], upload__status__in=["queued", "reading"]
        ).values_list("pk", flat=True)
    )


def _run_child(
    claim: Claim[UploadReading], upload: Upload, folder: Path
) -> tuple[dict[str, Any], float]:
    started = time.monotonic()
    source, out = folder / "upload", folder / "out"
    out.mkdir()
    with source.open("wb") as file:
        for content in contents(upload):
            file.write(content)
    settings = {
        "assume": upload.settings.get("assume", {}),
        "attended": not upload.settings.get("unattended", False),
        "mapping": upload.settings.get("mapping"),
        "original_name": upload.original_name,
        "today": timezone.localdate().isoformat(),
        "limits": {},
        "places": known_places(),
    }
    claim.progress(0, 0, "opening the file")

    def on_progress(step: str, done: int, total: int) -> None:
        claim.progress(done, total, step)

    try:
        result = read_in_child(
            source, out, settings, on_progress=on_progress, niceness=config.READING_NICE
        )
    except DomainError as error:
        result = {"status": "rejected", "error": error.as_dict()["error"]}
    return result, time.monotonic() - started


def _store(upload: Upload, result: dict[str, Any], out: Path | None, seconds: float) -> None:
    """Write the outcome. Runs inside the finishing transaction."""
    upload, waiting = locks.upload_and_workflows(upload.pk)
    Facility.objects.filter(upload=upload).delete()
    UploadIssue.objects.filter(upload=upload).delete()
    if out is None:
        result = {**result, "kind": upload.kind}
    for name in ("kind", "layout", "sheet", "columns", "questions", "reader_version"):
        setattr(upload, name, result.get(name) or Upload._meta.get_field(name).get_default())
    upload.header_row = result.get("header_row")
    upload.timings = {**result.get("timings", {}), "child_seconds": round(seconds, 3)}
    upload.read_at = timezone.now()
    if out is not None:
        _copy_issues(upload, out / "issues.jsonl")
    started = time.monotonic()
    status = result["status"]
    if status == "rejected":
        error = result["error"]
        upload.status, upload.error_code = "rejected", error["code"]
        upload.error_message, upload.error_facts = error["message"], error.get("facts", {})
    elif status == "review":
        upload.status = "review"
        upload.counts = result.get("counts")
        if out is not None and result.get("provisional"):
            # The recommended answers are read already: who accepts them does not wait again.
            copy_rows(upload, out)
            upload.counts = {**result["counts"], "by_state": state_counts(upload.pk)}
    else:
        if out is None:
            counts = join(upload, result)
        else:
            copy_rows(upload, out)
            counts = result["counts"]
        upload.status = "ready"
        upload.counts = {**counts, "by_state": state_counts(upload.pk)}
    upload.timings["store_seconds"] = round(time.monotonic() - started, 3)
    upload.save()
    hint_datasets_of(upload)
    for workflow in waiting:
        if workflow.stage in WAITING:
            tell_workflow(workflow, upload)


def tell_workflow(workflow: Any, upload: Upload) -> None:
    """Move a workflow that waits for this upload on, with a ledger line of the job."""
    command = {"ready": "file_read", "review": "file_unsure", "rejected": "file_refused"}[
        upload.status
    ]
    by_state = (upload.counts or {}).get("by_state", {})
    facts = Facts(states=sorted(by_state), definition=only_definition(upload))
    move = advance(workflow.position, command, {}, facts)
    if not isinstance(move, Move):
        raise RuntimeError(f"{command} refused at {workflow.stage}")
    before = workflow.stage
    workflow.position = move.position
    record(
        workflow,
        command=command,
        payload={"slots": {}, "facts": {"states": list(facts.states),
                                        "definition": facts.definition},
                 "upload": str(upload.pk), "error_code": upload.error_code},
        actor=job_actor("reader"),
        stage_from=before,
        decided=False,
    )  # fmt: skip


def _copy_issues(upload: Upload, path: Path) -> None:
    if not path.exists():
        return
    rows = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            issue = json.loads(line)
            values = {name: issue.get(name) for name in ISSUE_FIELDS}
            rows.append(UploadIssue(upload=upload, **{
                name: _fit(name, value) for name, value in values.items()
            }))  # fmt: skip
    UploadIssue.objects.bulk_create(rows, batch_size=1000)


def _fit(name: str, value: Any) -> Any:
    if name == "row":
        return value
    if name == "count":
        return value if value is not None else 1
    text = "" if value is None else str(value)
    limit = UploadIssue._meta.get_field(name).max_length
    return text[:limit] if limit else text[:2000]
