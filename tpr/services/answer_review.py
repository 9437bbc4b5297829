"""A person answers what the reader was unsure of; the same bytes are read again with the answers."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict
from tpr import locks
from tpr.domain.stages import Facts, Refusal, advance
from tpr.models import ConfirmedAnswer, Upload, Workflow, WorkflowEvent
from tpr.selectors.review import header_hash
from tpr.selectors.states import only_definition
from tpr.services.accept_upload import copy_with, requeue, settings_hash
from tpr.services.ledger import record
from tpr.services.read_upload import tell_workflow


def answer_review(
    workflow: Workflow, *, answers: Mapping[str, str], actor: Actor, key: str = ""
) -> WorkflowEvent:
    """Store the answers with the upload, remember them for this header, and read again.

    Where the answers are the recommended ones and the file was read with them already, it goes on
    at once. Locks: the caller holds the workflow's lock; here the upload's. Writes: Upload,
    ConfirmedAnswer, ledger. Raises Conflict NOT_ASKED when the reader asked no such question or
    offers no such answer.
    """
    if workflow.upload is None or not answers:
        raise Conflict("NOT_ASKED", "There is no file here that the reader asks about.")
    upload = locks.upload(workflow.upload.pk)
    _check(upload, answers)
    before = workflow.stage
    states = sorted((upload.counts or {}).get("by_state", {})) if _stands(upload, answers) else []
    facts = Facts(states=states, definition=only_definition(upload) if states else None)
    move = advance(workflow.position, "answer_review", {}, facts)
    if isinstance(move, Refusal):
        raise Conflict("NOT_HERE", "The file is not waiting for an answer.", {"stage": before})
    _remember(upload, answers)
    if states:
        _settle(upload)
        workflow.position = move.position
        return record(
            workflow, command="answer_review", actor=actor, key=key, stage_from=before,
            payload={
                "slots": {"answers": dict(answers)}, "upload": str(upload.pk),
                "facts": {"states": states, "definition": facts.definition},
            },
        )  # fmt: skip
    reading = {**upload.settings, "assume": {**upload.settings.get("assume", {}), **answers}}
    mark = settings_hash(reading)
    twin = (
        Upload.objects.filter(owner=upload.owner, sha256=upload.sha256, settings_hash=mark)
        .exclude(pk=upload.pk)
        .first()
    )
    workflow.position = move.position
    if twin is None and upload.status == "ready":
        # Another workflow accepted the figures as read and uses them: this one reads its own.
        twin = copy_with(upload, reading, mark)
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


def take_recommended(workflow: Workflow) -> dict[str, str]:
    """Accept the recommended answers of a file that was read with them; returns code to answer.

    Locks: the caller holds the workflow's lock; here the upload's. Writes: Upload.
    """
    assert workflow.upload is not None
    upload = locks.upload(workflow.upload.pk)
    taken = {str(q["code"]): str(q["recommended"]) for q in upload.questions}
    _settle(upload)
    workflow.upload = upload
    return taken


def _stands(upload: Upload, answers: Mapping[str, str]) -> bool:
    """Say whether what was read already is what these answers would read."""
    return bool((upload.counts or {}).get("by_state")) and all(
        answers.get(q["code"], q["recommended"]) == q["recommended"] for q in upload.questions
    )


def _settle(upload: Upload) -> None:
    """The questions stay with the row: another workflow on it may still show them."""
    if upload.status == "review":
        upload.status = "ready"
        upload.save(update_fields=["status"])


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
