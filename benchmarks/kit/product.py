"""The product inside a benchmark, and how times are taken."""

import os
import statistics
import sys
import time
from collections.abc import Callable

import django
from django.db import connection


def start() -> None:
    """Set Django up on the database that `scripts/bench` gave."""
    if not os.environ.get("DATABASE_URL"):
        sys.exit("Run this by scripts/bench: it needs a database that may be filled.")
    django.setup()


def median_ms(work: Callable[[], object], *, rounds: int = 7) -> float:
    """Median wall time of `work` in ms; the first, cold call does not count."""
    work()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def say(text: str) -> None:
    """Words for the person who waits; the figures go to stdout."""
    print(text, file=sys.stderr, flush=True)


def queries_of(work: Callable[[], object]) -> list[str]:
    """Return the SQL that `work` sends."""
    found: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return found
