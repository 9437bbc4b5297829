"""What the health pages report, part by part. Only the database decides whether we can serve."""

import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis.exceptions import RedisError

from analysis.models import AnalysisRun
from chatmrpt.common.cache import redis_round_trip
from chatmrpt.common.heartbeats import ALIVE_WITHIN
from chatmrpt.models import Heartbeat
from tpr.models import BatchItem, UploadReading

JOBS = (UploadReading, AnalysisRun, BatchItem)
OLD_AFTER_SECONDS = 120


def database() -> dict[str, Any]:
    started = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        pending = MigrationExecutor(connection).migration_plan(
            MigrationExecutor(connection).loader.graph.leaf_nodes()
        )
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}
    return {
        "ok": True, "milliseconds": round(1000 * (time.monotonic() - started), 1),
        "migrations_pending": len(pending),
    }  # fmt: skip


def redis() -> dict[str, Any]:
    lost = "cached map geometry and menu figures; they are computed again from the database"
    if not settings.REDIS_URL:
        return {"ok": False, "reachable": False, "error": "not configured", "lost_without": lost}
    started = time.monotonic()
    try:
        redis_round_trip()
    except (RedisError, OSError) as error:
        return {
            "ok": False,
            "reachable": False,
            "error": type(error).__name__,
            "lost_without": lost,
        }
    return {
        "ok": True, "reachable": True, "lost_without": lost,
        "milliseconds": round(1000 * (time.monotonic() - started), 2),
    }  # fmt: skip


def workers() -> dict[str, Any]:
    now = timezone.now()
    rows = {row.name: row.seen_at for row in Heartbeat.objects.all()}
    alive = {name: seen for name, seen in rows.items() if seen >= now - ALIVE_WITHIN}

    def ages(prefix: str) -> dict[str, int]:
        return {
            name.removeprefix("worker:"): int((now - seen).total_seconds())
            for name, seen in alive.items() if name.startswith(prefix)
        }  # fmt: skip

    found = ages("worker:")
    return {"ok": bool(found), "seconds_since_seen": found, "sweeper": bool(ages("sweeper"))}


def jobs() -> dict[str, Any]:
    now = timezone.now()
    waiting: list[datetime] = []
    expired = running = 0
    for model in JOBS:
        waiting += model.objects.filter(status="queued").values_list("queued_at", flat=True)
        expired += model.objects.filter(status="running", lease_until__lt=now).count()
        running += model.objects.filter(status="running").count()
    oldest = int((now - min(waiting)).total_seconds()) if waiting else 0
    return {
        "ok": oldest < OLD_AFTER_SECONDS and not expired, "queued": len(waiting),
        "running": running, "oldest_queued_seconds": oldest, "expired_leases": expired,
    }  # fmt: skip
