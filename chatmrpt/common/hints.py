"""Sending hints to Celery: after the commit, and never an error to the person when Redis is away."""

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def send_hint(task: str, pk: Any) -> bool:
    """Send one message now. False (and a log line) when the broker cannot be reached."""
    try:
        current_app.send_task(task, args=[str(pk)], ignore_result=True)
    except Exception as error:  # kombu raises a family of transport errors; the row waits
        logger.warning("hint not sent task=%s job=%s error=%s", task, pk, type(error).__name__)
        return False
    return True


def hint_on_commit(task: str, pk: Any) -> None:
    """Send the hint when the surrounding transaction commits; the sweeper repeats lost ones."""
    transaction.on_commit(partial(send_hint, task, pk), robust=True)
