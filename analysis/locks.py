"""Row locks of this floor, in one place. Order: workflow (tpr), then run, then covariates."""

from typing import Any

from analysis.models import AnalysisRun, Covariate
from chatmrpt.common.errors import NotFound


def run(pk: Any) -> AnalysisRun:
    """Lock one run until the end of the transaction. Raises NotFound."""
    row = AnalysisRun.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound("NOT_FOUND", "This analysis run does not exist, or it is not yours.")
    return row


def current_covariates(list_id: int, names: list[str]) -> list[Covariate]:
    """Lock the current covariates of a list with these names, in the order of their ids."""
    return list(
        Covariate.objects.select_for_update(of=("self",))
        .filter(ward_list_id=list_id, name__in=names, superseded_at__isnull=True)
        .order_by("pk")
    )
