"""Writing the transcript."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.dispatch import receiver
from django.utils.timezone import localtime

from chatmrpt.chat.models import Message
from chatmrpt.chat.replies.moves import after_job
from chatmrpt.chat.replies.reply import Reply
from tpr.models import Workflow, WorkflowEvent
from tpr.signals import recorded


def write(
    workflow: Workflow,
    who: str,
    text: str,
    *,
    event: WorkflowEvent | None = None,
    command: str = "",
    slots: dict[str, Any] | None = None,
    parts: dict[str, Any] | None = None,
) -> Message:
    """Append a message. The caller holds the workflow's lock, so the sequence has no gap."""
    return Message.objects.create(
        workflow=workflow, sequence=_last(workflow) + 1, who=who, text=text, command=command,
        slots=slots or {}, parts=parts or {}, event=event,
    )  # fmt: skip


def _last(workflow: Workflow) -> int:
    found = Message.objects.filter(workflow=workflow).aggregate(last=Max("sequence"))["last"]
    return int(found or 0)


def _parts(reply: Reply) -> dict[str, Any]:
    return {"lead": reply.lead, "heard": reply.heard, "figures": reply.figures,
            "links": reply.links}  # fmt: skip


def write_reply(workflow: Workflow, reply: Reply, *, event: WorkflowEvent | None) -> Message:
    return write(workflow, "system", reply.text, event=event, parts=_parts(reply))


def write_turn(
    workflow: Workflow, said: str, command: str, slots: dict[str, Any], reply: Reply, *,
    event: WorkflowEvent | None,
) -> None:  # fmt: skip
    """Append what a person said and what was answered, in one statement, as `write` does."""
    last = _last(workflow)
    Message.objects.bulk_create([
        Message(workflow=workflow, sequence=last + 1, who="person", text=said, command=command,
                slots=slots, event=event),
        Message(workflow=workflow, sequence=last + 2, who="system", text=reply.text,
                parts=_parts(reply), event=event),
    ])  # fmt: skip


@receiver(recorded, dispatch_uid="chat_says_what_jobs_did")
def say_what_a_job_did(sender: Any, event: WorkflowEvent, **kwargs: Any) -> None:
    """What a job did, and a file that arrived, becomes a message in the same transaction."""
    if event.command == "receive_file" and event.payload.get("said"):
        write(event.workflow, "person", event.payload["said"], event=event, command="receive_file")
        if "known_since" in event.payload:
            write(event.workflow, "system", _known(event.payload), event=event)
        return
    if event.channel != "job":
        return
    reply = after_job(event.workflow, event.command, event.payload)
    if reply is not None:
        write_reply(event.workflow, reply, event=event)


def _known(payload: dict[str, Any]) -> str:
    at = localtime(datetime.fromisoformat(payload["known_since"]))
    return (
        f"These are byte for byte the bytes you sent on {at.day} {at:%b %Y, %H:%M} as "
        f"{payload['known_as']}. That upload is used again; nothing is stored twice."
    )
