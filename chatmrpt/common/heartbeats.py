"""A row per worker process, so that a page can say "no worker is running; your job waits"."""

import logging
from datetime import timedelta
from typing import Any

from celery.signals import heartbeat_sent, worker_ready, worker_shutdown
from django.apps import apps
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

logger = logging.getLogger(__name__)

ALIVE_WITHIN = timedelta(seconds=30)
WRITE_EVERY = timedelta(seconds=5)


def _rows() -> Any:
    return apps.get_model("chatmrpt", "Heartbeat")._default_manager


def beat(name: str) -> None:
    """Write the sign of life, at most every WRITE_EVERY; a database away is only logged."""
    now = timezone.now()
    try:
        close_old_connections()
        if _rows().filter(name=name, seen_at__gte=now - WRITE_EVERY).exists():
            return
        _rows().update_or_create(name=name, defaults={"seen_at": now})
    except DatabaseError as error:
        logger.warning("heartbeat not written error=%s", type(error).__name__)


def worker_is_running() -> bool:
    """True when a worker has shown a sign of life within ALIVE_WITHIN."""
    since = timezone.now() - ALIVE_WITHIN
    return bool(_rows().filter(name__startswith="worker:", seen_at__gte=since).exists())


@worker_ready.connect
def _ready(sender: Any = None, **kwargs: Any) -> None:
    beat(f"worker:{sender.hostname}")


@heartbeat_sent.connect
def _alive(sender: Any = None, **kwargs: Any) -> None:
    beat(f"worker:{sender.eventer.hostname}")


@worker_shutdown.connect
def _gone(sender: Any = None, **kwargs: Any) -> None:
    try:
        _rows().filter(name=f"worker:{sender.hostname}").delete()
    except DatabaseError as error:
        logger.warning("heartbeat not removed error=%s", type(error).__name__)
