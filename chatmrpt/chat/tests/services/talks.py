"""Conversations without a browser: a file of two states, read, and somebody who types."""

from uuid import uuid4

from chatmrpt.chat.api import Answer, choose, say, start_workflow
from chatmrpt.common.actors import Actor
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.models import Upload, Workflow
from tpr.services.read_upload import read_upload

CHAT = Actor(channel="chat", owner="visitor:a")


class MemoryFile:
    def __init__(self, content: bytes, name: str = "two_states.csv") -> None:
        self.content, self.name, self.size = content, name, len(content)

    def chunks(self) -> list[bytes]:
        return [self.content]


def started(key: str = "start", actor: Actor = CHAT) -> Workflow:
    workflow = start_workflow(actor=actor, file=MemoryFile(csv_bytes(TWO_STATES)), key=key)
    if Upload.objects.get(pk=workflow.upload_id).status == "queued":
        read_upload(workflow.upload_id)
    workflow.refresh_from_db()
    return workflow


def at_end(key: str = "start") -> Workflow:
    workflow = started(key)
    tell(workflow, "Adamawa, primary, under five")
    return now(workflow)


def now(workflow: Workflow) -> Workflow:
    return Workflow.objects.get(pk=workflow.pk)


def tell(
    workflow: Workflow, text: str, *, key: str = "", version: int | None = None,
    actor: Actor = CHAT,
) -> Answer:  # fmt: skip
    version = now(workflow).version if version is None else version
    return say(workflow.pk, text=text, version=version, key=key or uuid4().hex, actor=actor)


def press(workflow: Workflow, command: str, value: str = "", *, actor: Actor = CHAT) -> Answer:
    return choose(workflow.pk, command=command, value=value, version=now(workflow).version,
                  key=uuid4().hex, actor=actor)  # fmt: skip
