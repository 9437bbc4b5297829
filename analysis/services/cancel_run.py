"""Ask a run to stop: at once when queued, at its next progress report when running."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from analysis.models import AnalysisRun
from analysis.selectors.runs import run_with_uuid
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict
from chatmrpt.common.jobs import request_cancel
from tpr.api import line_with_key, locked_workflow, record


@transaction.atomic
def cancel_run(run_uuid: UUID | str, *, actor: Actor, key: str = "") -> AnalysisRun:
    """Cancel a queued or running run.

    Locks: the workflow, when the run has one. Writes: AnalysisRun, one ledger line. Idempotent
    by: the key; a run that is being cancelled stays so.

    Raises
    ------
    DomainError
        ``RUN_ENDED`` when the run is done, failed or cancelled already; ``NOT_FOUND``.
    """
    run = run_with_uuid(run_uuid)
    workflow = locked_workflow(run.workflow_id) if run.workflow_id else None
    if workflow is not None and line_with_key(workflow, key) is not None:
        return run
    if not request_cancel(AnalysisRun, run.pk):
        raise Conflict(
            "RUN_ENDED",
            "This run has ended already, so there is nothing to cancel.",
            {"run": str(run.pk)},
        )
    if workflow is not None:
        record(
            workflow,
            command="cancel_run",
            payload={"slots": {}, "facts": {}, "run": str(run.pk)},
            actor=actor,
            key=key,
            decided=False,
        )
    run.refresh_from_db()
    return run
