"""Reading runs. "Is the analysis complete?" has its one answer here: `latest_done_run`."""

from __future__ import annotations

import sys
import zlib
from array import array
from typing import Any
from uuid import UUID

from analysis.contracts import RankedWard, Staleness
from analysis.models import AnalysisRun, Covariate, RankDraws, VariableUse, WardScore
from analysis.selectors.covariates import registry, registry_version
from chatmrpt.common.errors import NotFound
from chatmrpt.common.jobs import LIVE
from chatmrpt.common.once import once
from tpr.api import current_result
from tpr.models import TprResult, Workflow

_CHOICES = {
    "state": "state",
    "level": "facility level",
    "age_group": "age group",
    "definition": "definition",
    "exceeding": "rule for more positives than tests",
    "period_start": "first month",
    "period_end": "last month",
}


def run_with_uuid(uuid: UUID | str, workflow: Workflow | None = None) -> AnalysisRun:
    """Return one run, of this workflow when one is given. Raises NotFound."""
    rows = AnalysisRun.objects.select_related("workflow", "result", "ward_list").filter(pk=uuid)
    if workflow is not None:
        rows = rows.filter(workflow=workflow)
    row = rows.first()
    if row is None:
        raise NotFound("NOT_FOUND", "This analysis run does not exist, or it is not yours.")
    return row


@once
def latest_done_run(result: TprResult | None, profile: str | None = None) -> AnalysisRun | None:
    """Return the newest finished run of a result; None = the analysis is not complete."""
    if result is None:
        return None
    rows = AnalysisRun.objects.filter(result=result, status="done")
    if profile:
        rows = rows.filter(profile=profile)
    return rows.order_by("-finished_at").first()


def live_run(workflow: Workflow) -> AnalysisRun | None:
    """Return the newest queued or running run of a workflow."""
    return (
        AnalysisRun.objects.filter(workflow=workflow, status__in=LIVE)
        .order_by("-queued_at")
        .first()
    )


@once
def shown_run(workflow: Workflow) -> AnalysisRun | None:
    """Return the run a page speaks of: the live one, else the finished one of the current result,
    else the newest of any status."""
    newest = AnalysisRun.objects.filter(workflow=workflow).order_by("-queued_at").first()
    if newest is None or newest.status in LIVE:
        return newest
    return live_run(workflow) or latest_done_run(current_result(workflow)) or newest


@once
def run_state(workflow: Workflow) -> dict[str, Any] | None:
    """Return the `analysis` part of the workflow's state (contracts §4)."""
    run = shown_run(workflow)
    if run is None:
        return None
    state = staleness(run)
    return {
        "status": run.status,
        "run": str(run.uuid),
        "progress": run.progress,
        "stale": state.stale,
        "stale_because": list(state.reasons),
        "profile": run.profile,
        "wards": run.n_wards,
        "error": {"code": run.error_code, "message": run.error_message}
        if run.error_code and run.status == "failed"
        else None,
    }


def scores(run: AnalysisRun) -> list[WardScore]:
    """Return the ward rows of a run by rank."""
    return list(WardScore.objects.filter(run=run).order_by("rank"))


def variable_uses(run: AnalysisRun) -> list[VariableUse]:
    """Return every offered variable of a run with its status, in list order."""
    return list(VariableUse.objects.filter(run=run).order_by("position"))


def ranked_wards(run: AnalysisRun) -> list[RankedWard]:
    """Return the ranking as plain values, by rank."""
    return [
        RankedWard(
            ward_id=row.ward_id, ward_code=row.ward_code, state=row.state, lga=row.lga,
            ward=row.ward_name, rank=row.rank, score=row.score, category=row.category,
            rank_low=row.rank_low, rank_high=row.rank_high, rank_median=row.rank_median,
            p_top=row.p_top, p_high=row.p_high, stability=row.stability, tested=row.tested,
            positive=row.positive, tpr=row.tpr, tpr_shrunk=row.tpr_shrunk,
            population=row.population, urban_percentage=row.urban_percentage,
            flags=tuple(row.flags), rank_shared=row.rank_shared,
        )
        for row in scores(run)
    ]  # fmt: skip


def staleness(run: AnalysisRun) -> Staleness:
    """Say whether a finished run still answers, and what changed if not.

    Stale when its result is not the workflow's current one, when its ward list was replaced, or
    when covariates of that list were loaded after the request, or the registry was changed.
    """
    if run.status != "done" or run.workflow is None:
        return Staleness(stale=False)
    reasons: list[str] = []
    facts: dict[str, Any] = {}
    current = current_result(run.workflow)
    if current is None or current.pk != run.result_id:
        reasons.append(_what_changed(run, current))
        facts["result"] = run.result.number if run.result else None
    if run.ward_list is not None and run.ward_list.superseded_at is not None:
        reasons.append(f"The ward list {run.ward_list.name} was replaced.")
    newer = list(
        Covariate.objects.filter(
            ward_list_id=run.ward_list_id,
            superseded_at__isnull=True,
            loaded_at__gt=run.queued_at,
        )
        .order_by("name")
        .values_list("name", flat=True)
    )
    if run.ward_list_id is not None and newer:
        reasons.append(f"Newer covariates were loaded: {', '.join(newer)}.")
        facts["covariates"] = newer
    if run.registry_version != registry_version(registry()):
        reasons.append("The variable registry was changed.")
    return Staleness(stale=bool(reasons), reasons=tuple(reasons), facts=facts)


def _what_changed(run: AnalysisRun, current: TprResult | None) -> str:
    if current is None or run.result is None:
        return "The selections of the workflow are being changed."
    changed = [
        words for name, words in _CHOICES.items()
        if getattr(current, name) != getattr(run.result, name)
    ]  # fmt: skip
    if not changed:
        return "The test positivity was computed again on newer input."
    return f"It was made with another {', '.join(changed)}."


def drawn_ranks(run: AnalysisRun) -> list[array[int]] | None:
    """Return the ranks of each draw, wards in the order of the final rank; None where none exist."""
    stored = RankDraws.objects.filter(run=run).first()
    if stored is None:
        return None
    flat = array("H")
    flat.frombytes(zlib.decompress(bytes(stored.content)))
    if sys.byteorder == "big":
        flat.byteswap()
    return [flat[at : at + stored.wards] for at in range(0, len(flat), stored.wards)]
