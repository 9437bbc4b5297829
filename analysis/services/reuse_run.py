"""The same inputs give the same run: a live one is joined, a finished one is shown."""

from __future__ import annotations

from django.utils import timezone

from analysis.models import AnalysisRun
from chatmrpt.common.errors import Conflict
from chatmrpt.common.jobs import LIVE
from tpr.models import Workflow


def reusable_run(workflow: Workflow | None, mark: str) -> AnalysisRun | None:
    """Return the live or finished run with this fingerprint; None when a new one is needed.

    A run that is being cancelled is not joined: one whose worker is gone is ended here, one whose
    worker has still to notice must end first, because two live runs of one fingerprint are refused.

    Raises
    ------
    Conflict
        ``RUN_STOPPING``.
    """
    rows = AnalysisRun.objects.filter(workflow=workflow, fingerprint=mark)
    live = rows.filter(status__in=LIVE).first()
    if live is not None and live.cancel_requested:
        now = timezone.now()
        ended = rows.filter(pk=live.pk, status="running", lease_until__lt=now).update(
            status="cancelled", finished_at=now, lease_until=None
        )
        if not ended:
            raise Conflict(
                "RUN_STOPPING",
                "The same run is just being cancelled. Ask again in a few seconds.",
                {"run": str(live.pk)},
            )
        live = None
    return live or rows.filter(status="done").order_by("-finished_at").first()
