"""Who did something, and through which door."""

import os
from dataclasses import dataclass

from django.conf import settings

CHANNELS = ("form", "chat", "admin", "command", "api", "job")


def this_process() -> str:
    """Return `host:pid` of the process that answers, as shown in X-Served-By."""
    return f"{settings.HOST_NAME}:{os.getpid()}"


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of a ledger line.

    `owner` is a key such as `visitor:<uuid>`, `user:7` or `command`; `name` is for reading only.
    """

    channel: str
    owner: str
    name: str = ""
    request_id: str = ""
    served_by: str = ""

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise ValueError(f"unknown channel {self.channel!r}")


def command_actor(name: str) -> Actor:
    return Actor(channel="command", owner="command", name=name, served_by=this_process())


def job_actor(name: str) -> Actor:
    return Actor(channel="job", owner="job", name=name, served_by=this_process())
