"""A person answers what the reader was unsure of; the same bytes are read again with the answers."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict
from tpr import locks
from tpr.domain.stages import Facts, Refusal, advance
from tpr.models import ConfirmedAnswer, Upload, Workflow, WorkflowEvent
from tpr.selectors.review import header_hash
from tpr.services.accept_upload import requeue, settings_hash
from tpr.services.ledger import record
from tpr.services.read_upload import tell_workflow


def answer_review(
    workflow: Workflow, *, answers: Mapping[str, str], actor: Actor, key: str = ""
) -> WorkflowEvent:
    """Store the answers with the upload, remember them for this header, and read again.

    Locks: the caller holds the workflow's lock; here the upload's. Writes: Upload,
    ConfirmedAnswer, ledger. Raises Conflict NOT_ASKED when the reader asked no such question or
    offers no such answer.
    """
    if workflow.upload is None or not answers:
        raise Conflict("NOT_ASKED", "There is no file here that the reader asks about.")
    upload = locks.upload(workflow.upload.pk)
    _check(upload, answers)
    before = workflow.stage
    move = advance(workflow.position, "answer_review", {}, Facts())
    if isinstance(move, Refusal):
        raise Conflict("NOT_HERE", "The file is not waiting for an answer.", {"stage": before})
    _remember(upload, answers)
    reading = {**upload.settings, "assume": {**upload.settings.get("assume", {}), **answers}}
    mark = settings_hash(reading)
    twin = (
        Upload.objects.filter(owner=upload.owner, sha256=upload.sha256, settings_hash=mark)
        .exclude(pk=upload.pk)
        .first()
    )
    workflow.position = move.position
    if twin is not None:
        workflow.upload = twin
    payload: dict[str, Any] = {
        "slots": {"answers": dict(answers)}, "facts": {}, "upload": str(workflow.upload.pk)
    }  # fmt: skip
    event = record(
        workflow, command="answer_review", actor=actor, key=key, stage_from=before, payload=payload
    )
    if twin is not None:
        if twin.status in ("ready", "review", "rejected"):
            tell_workflow(workflow, twin)
        return event
    upload.settings, upload.settings_hash = reading, mark
    requeue(upload)
    return event


def _check(upload: Upload, answers: Mapping[str, str]) -> None:
    asked = {q["code"]: [str(c["value"]) for c in q["choices"]] for q in upload.questions}
    for code, answer in answers.items():
        if answer not in asked.get(code, []):
            raise Conflict(
                "NOT_ASKED",
                "The reader did not ask that, or does not offer that answer.",
                {"code": code, "answer": answer},
            )


def _remember(upload: Upload, answers: Mapping[str, str]) -> None:
    mark = header_hash(upload)
    for code, answer in answers.items():
        ConfirmedAnswer.objects.update_or_create(
            owner=upload.owner, header_hash=mark, code=code, defaults={"answer": answer}
        )
