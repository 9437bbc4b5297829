"""A person answers what the reader was unsure of; the same bytes are read again with the answer."""

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict
from tpr import locks
from tpr.domain.stages import Facts, Refusal, advance
from tpr.models import Upload, Workflow, WorkflowEvent
from tpr.services.accept_upload import requeue, settings_hash
from tpr.services.ledger import record
from tpr.services.read_upload import tell_workflow


def answer_review(
    workflow: Workflow, *, code: str, answer: str, actor: Actor, key: str = ""
) -> WorkflowEvent:
    """Store the answer with the upload and read it again.

    Locks: the caller holds the workflow's lock; here the upload's. Writes: Upload, ledger.
    Raises Conflict NOT_ASKED when the reader asked no such question or offers no such answer.
    """
    if workflow.upload is None:
        raise Conflict("NOT_ASKED", "There is no file here that the reader asks about.")
    upload = locks.upload(workflow.upload.pk)
    question = next((q for q in upload.questions if q["code"] == code), None)
    if question is None or answer not in [choice["value"] for choice in question["choices"]]:
        raise Conflict(
            "NOT_ASKED", "The reader did not ask that, or does not offer that answer.",
            {"code": code, "answer": answer},
        )  # fmt: skip
    before = workflow.stage
    move = advance(workflow.position, "answer_review", {}, Facts())
    if isinstance(move, Refusal):
        raise Conflict("NOT_HERE", "The file is not waiting for an answer.", {"stage": before})
    assume = {**upload.settings.get("assume", {}), code: answer}
    reading = {**upload.settings, "assume": assume}
    mark = settings_hash(reading)
    twin = (
        Upload.objects.filter(owner=upload.owner, sha256=upload.sha256, settings_hash=mark)
        .exclude(pk=upload.pk)
        .first()
    )
    workflow.position = move.position
    if twin is not None:
        workflow.upload = twin
    event = record(
        workflow, command="answer_review", actor=actor, key=key, stage_from=before,
        payload={"slots": {"code": code, "answer": answer}, "facts": {},
                 "upload": str(workflow.upload.pk)},
    )  # fmt: skip
    if twin is not None:
        if twin.status in ("ready", "review", "rejected"):
            tell_workflow(workflow, twin)
        return event
    upload.settings, upload.settings_hash = reading, mark
    requeue(upload)
    return event
