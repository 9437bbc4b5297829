"""See a run through to its end: by a running worker if there is one, else here, by one claim."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from analysis import queue
from analysis.models import AnalysisRun
from analysis.services.execute_run import execute_run
from chatmrpt.common.errors import DomainError
from chatmrpt.common.heartbeats import worker_is_running
from chatmrpt.common.jobs import TERMINAL

PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.25


def await_run(
    run_id: Any,
    *,
    patience: float = PATIENCE_SECONDS,
    on_progress: Callable[[AnalysisRun], None] | None = None,
) -> AnalysisRun:
    """Return the finished run.

    A worker that shows signs of life gets `patience` seconds to claim it; then this process claims
    the run itself, so that a command never waits for a busy or silent worker.

    Raises
    ------
    DomainError
        The code and words of a run that failed or was cancelled.
    """
    waits = worker_is_running() and queue.execute_run_now(run_id)
    until = time.monotonic() + (patience if waits else 0.0)
    while True:
        run = AnalysisRun.objects.select_related("result", "ward_list").get(pk=run_id)
        if run.status in TERMINAL:
            break
        if on_progress is not None:
            on_progress(run)
        if time.monotonic() >= until and execute_run(run_id):
            continue
        time.sleep(POLL_SECONDS)
    if run.status == "failed" and run.error_code != "internal":
        raise DomainError(run.error_code, run.error_message, run.error_facts)
    if run.status == "failed":
        raise RuntimeError(f"run {run.pk} failed, reference {run.error_reference}")
    if run.status == "cancelled":
        raise DomainError("RUN_CANCELLED", "The run was cancelled.", {"run": str(run.pk)})
    return run
