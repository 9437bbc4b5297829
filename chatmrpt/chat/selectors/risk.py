"""The Risk tab."""

from collections.abc import Mapping
from typing import Any

from analysis import api as analysis_api
from analysis.models import AnalysisRun
from chatmrpt.chat.words import count, percent
from tpr.models import Workflow

CONTRIBUTIONS_SHOWN = 3


def risk_tab(workflow: Workflow, params: Mapping[str, str]) -> dict[str, Any]:
    """Return the run that the page speaks of, its ranking, its variables, and the request form."""
    run = (
        analysis_api.run_with_uuid(params["run"], workflow)
        if params.get("run")
        else analysis_api.shown_run(workflow)
    )
    return {
        "run": _run(run) if run else None,
        "rows": _rows(run) if run and run.status == "done" else [],
        "variables": analysis_api.variable_uses(run) if run else [],
        "form": {
            "profiles": [
                {"value": "sound", "label": "Sound", "hint": "recommended"},
                {"value": "legacy", "label": "Legacy", "hint": "repeats the published rule"},
            ],
            "variables": analysis_api.offered_variables(workflow),
        },
    }


def _run(run: AnalysisRun) -> dict[str, Any]:
    state = analysis_api.staleness(run)
    return {
        "uuid": run.uuid, "status": run.status, "profile": run.profile, "progress": run.progress,
        "stale": state.stale, "stale_because": list(state.reasons), "notes": run.notes,
        "error": run.error_message if run.status == "failed" else "", "seed": run.seed,
        "draws": run.draws, "wards": run.n_wards, "finished_at": run.finished_at,
        "fingerprint": run.fingerprint[:12],
    }  # fmt: skip


def _rows(run: AnalysisRun) -> list[dict[str, Any]]:
    labels = {use.name: use.label for use in analysis_api.variable_uses(run)}
    return [
        {
            "rank": s.rank, "ward": s.ward_name, "lga": s.lga, "code": s.ward_code,
            "score": f"{s.score:.3f}", "category": s.category, "tpr": percent(s.tpr),
            "tested": count(s.tested or 0),
            "interval": f"{s.rank_low} to {s.rank_high}" if s.rank_low else "",
            "p_top": f"{s.p_top:.2f}" if s.p_top is not None else "",
            "contributions": contributions(s.variables, labels), "flags": s.flags,
        }
        for s in analysis_api.scores(run)
    ]  # fmt: skip


def contributions(variables: Mapping[str, Any], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the largest contributions of a ward, strongest first."""
    found = [
        {"label": labels.get(name, name), "value": facts["contribution"]}
        for name, facts in variables.items()
        if facts.get("contribution") is not None
    ]
    found.sort(key=lambda c: -abs(c["value"]))
    return [
        {"label": c["label"], "value": f"{c['value']:+.3f}"} for c in found[:CONTRIBUTIONS_SHOWN]
    ]
