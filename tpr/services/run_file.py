"""The whole TPR of one file without a person: the rows a person would make, channel `command`."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from chatmrpt.common.actors import command_actor
from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.heartbeats import worker_is_running
from tpr import locks
from tpr.domain.refusals import refusal_sentence
from tpr.domain.stages import Refusal
from tpr.models import BoundaryList, TprResult, Upload, UploadReading, Workflow
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload
from tpr.services.workflow import apply_command, start_workflow

OWNER = "command"
CHUNK = 1024 * 1024
UNCLAIMED_SECONDS = 10
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Request:
    """The choices of one run; `state` may be None when the file holds one state."""

    state: str | None = None
    level: str = "all"
    age_group: str = "all"
    definition: str = "facility_max"
    exceeding: str = "exclude"
    period: str | None = None
    """First and last month used, `2024-01..2024-06`; None: all."""
    ward_list: BoundaryList | None = None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def intake(path: Path, *, reading: dict[str, Any] | None = None) -> Upload:
    """Store and read one file; returns a `ready` upload.

    A running worker does the reading; without one, this process does it by the same claim. Nobody
    can be asked here, so the reader takes safe defaults and lists them.

    Raises
    ------
    DomainError FILE_NOT_FOUND, the reader's code when it is refused, or REVIEW_NEEDED naming the
    `--assume CODE=CHOICE` that answers the reader's question.
    """
    if not path.is_file():
        raise InvalidInput("FILE_NOT_FOUND", f"There is no file {path}.", {"path": str(path)})
    upload = accept_upload(
        owner=OWNER, name=path.name, chunks=_chunks(path), size=path.stat().st_size,
        reading={**(reading or {}), "unattended": True},
    )  # fmt: skip
    wait_for(upload)
    upload.refresh_from_db()
    if upload.status == "rejected":
        raise DomainError(upload.error_code, upload.error_message, upload.error_facts)
    if upload.status == "review":
        raise review_needed(upload)
    if upload.status != "ready":
        job = UploadReading.objects.get(pk=upload.pk)
        raise DomainError(job.error_code or "internal", job.error_message or "Reading failed.")
    return upload


def review_needed(upload: Upload) -> DomainError:
    asked = "; ".join(
        f"{q['message']} Answer with --assume {q['code']}="
        + "|".join(str(choice["value"]) for choice in q["choices"])
        for q in upload.questions
    )
    return DomainError("REVIEW_NEEDED", asked, {"questions": upload.questions})


def wait_for(upload: Upload) -> None:
    """Wait until the reading has ended; take it over when nobody claims it."""
    started = time.monotonic()
    while True:
        job = UploadReading.objects.filter(pk=upload.pk).first()
        if job is None or not job.is_live:
            return
        unclaimed = job.status == "queued" and time.monotonic() - started > UNCLAIMED_SECONDS
        if unclaimed or (job.status == "queued" and not worker_is_running()):
            read_upload(upload.pk)
            continue
        time.sleep(POLL_SECONDS)


def state_of_file(upload: Upload, state: str | None) -> str:
    """Return the state to run; without one, the file must hold a single state."""
    from chatmrpt.common.states import canonical_state

    states = sorted((upload.counts or {}).get("by_state", {}))
    if state is None:
        if len(states) == 1:
            return states[0]
        raise DomainError(
            "STATE_REQUIRED",
            f"The file holds {len(states)} states; choose one with --state: {', '.join(states)}.",
            {"states": states},
        )
    named = state if state in states else canonical_state(state)
    if named not in states:
        raise DomainError(
            "UNKNOWN_STATE", f"'{state}' is not in this file. It has: {', '.join(states)}.",
            {"state": state, "states": states},
        )  # fmt: skip
    return str(named)


def run_file(upload: Upload, request: Request, *, key: str = "") -> TprResult:
    """Make the workflow and its result for one combination of choices.

    Writes: Workflow, ledger, TprResult, WardTpr. Idempotent by: `key`, when given.
    """
    actor = command_actor("tpr_run")
    state = state_of_file(upload, request.state)
    with transaction.atomic():
        workflow = start_workflow(upload=upload, actor=actor, key=key)
        workflow = locks.workflow(workflow.pk)
        if key and workflow.stage == "complete":
            return _current(workflow)
        settings: dict[str, str] = {}
        if (request.definition, request.exceeding) != (workflow.definition, workflow.exceeding):
            settings |= {"method": request.definition, "exceeding": request.exceeding}
        if request.period:
            settings["period"] = request.period
        if request.ward_list is not None:
            settings["list"] = request.ward_list.name
        if settings:
            _do(workflow, actor, "set", settings)
        _do(workflow, actor, "select",
            {"state": state, "level": request.level, "age": request.age_group})  # fmt: skip
        if workflow.stage == "threshold_check":
            _do(workflow, actor, "reject", {})
        return _current(workflow)


def _do(workflow: Workflow, actor: Any, command: str, slots: dict[str, Any]) -> None:
    outcome = apply_command(workflow, command=command, slots=slots, actor=actor)
    if isinstance(outcome.refusal, Refusal):
        raise DomainError(
            outcome.refusal.code.upper(),
            refusal_sentence(outcome.refusal, workflow.position),
            dict(outcome.refusal.facts),
        )


def _current(workflow: Workflow) -> TprResult:
    from tpr.selectors.results import current_result

    result = current_result(workflow)
    if result is None:
        raise RuntimeError(f"workflow {workflow.pk} ended at {workflow.stage} without a result")
    return result
