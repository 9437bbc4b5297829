"""The Risk tab: what is sure first, the head of the ranking, and the form of the next run."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from analysis import api as analysis_api
from analysis.models import AnalysisRun, VariableUse, WardScore
from chatmrpt.chat.selectors.run_page import CLASS_WORDS, changed_words, ranked_row, sure
from chatmrpt.chat.words import count, percent
from chatmrpt.common.errors import NotFound
from chatmrpt.common.language import Words, say
from tpr.models import Workflow

CONTRIBUTIONS_SHOWN = 3
ROWS_SHOWN = 30


def risk_tab(
    workflow: Workflow, params: Mapping[str, str], *, everything: bool = False
) -> dict[str, Any]:
    """Return the run that the page speaks of, its ranking, its variables, and the request form.

    `everything` gives all rows, as the printed report needs them; the tab shows the first ones.
    """
    run = (
        analysis_api.run_with_uuid(_uuid(params["run"]), workflow)
        if params.get("run")
        else analysis_api.shown_run(workflow)
    )
    scores = analysis_api.scores(run) if run and run.status == "done" else []
    uses = analysis_api.variable_uses(run) if run else []
    shown = scores if everything else scores[:ROWS_SHOWN]
    n = len(scores)
    return {
        "run": _run(run) if run else None,
        "rows": [_row(run, s, n, uses) for s in shown] if run else [],
        "more": n - len(shown),
        "sure": sure(scores) if run and run.profile == "sound" else [],
        "effect": _effect(workflow, run) if run and run.status == "done" else None,
        "variables": uses,
        "form": _form(workflow, run, uses),
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(
            "NOT_FOUND", say("This analysis run does not exist, or it is not yours.")
        ) from error


def _run(run: AnalysisRun) -> dict[str, Any]:
    state = analysis_api.staleness(run)
    return {
        "uuid": run.uuid, "status": run.status, "profile": run.profile, "progress": run.progress,
        "stale": state.stale, "stale_because": list(state.reasons), "notes": run.notes,
        "error": run.error_message if run.status == "failed" else "", "seed": run.seed,
        "next": what_now(run), "attempts": run.attempts,
        "draws": run.draws, "wards": run.n_wards, "finished_at": run.finished_at,
        "fingerprint": run.fingerprint[:12], "sound": run.profile == "sound",
    }  # fmt: skip


WHAT_NOW = Words(
    {
        "NO_TESTS": "Change the facility level, the age group or the months: say 'change level'.",
        "NO_WARDS": "Ask an administrator to load the ward list of this state (load_wards).",
        "TOO_FEW_WARDS": "A ranking needs two wards with a place on the list.",
        "TOO_FEW_VARIABLES": "Choose more variables below, or the sound profile.",
        "NO_DATA": "Choose other variables below.",
        "NO_VARIATION": "Choose another level or age group: every ward has the same positivity.",
        "PERCENTILES_COINCIDE": "Choose 'plain min-max' below.",
        "internal": "Request it again below; if it fails again, send the reference to your administrator.",
    }
)


def what_now(run: AnalysisRun) -> str:
    """Return what a person can do about a run that failed."""
    if run.status != "failed":
        return ""
    return WHAT_NOW.get(
        run.error_code, "Change what the message names, and request it again below."
    )


def _row(run: AnalysisRun, s: WardScore, n: int, uses: list[VariableUse]) -> dict[str, Any]:
    labels = {use.name: use.label for use in uses}
    return {
        **ranked_row(run, s, n), "code": s.ward_code, "category": CLASS_WORDS[s.category],
        "p_share": f"{s.p_top:.2f}" if s.p_top is not None else "", "tpr": percent(s.tpr),
        "tested": count(s.tested or 0),
        "contributions": contributions(s.variables, labels), "flags": s.flags,
    }  # fmt: skip


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


def _effect(workflow: Workflow, run: AnalysisRun) -> dict[str, Any] | None:
    """Return what the last change of the choices did to the ranking; None for a first run."""
    before = analysis_api.run_before(workflow, run)
    if before is None:
        return None
    found = analysis_api.compare(before, run)
    return {
        "changed": changed_words(before, run), "entering": len(found.entering),
        "names": ", ".join(found.entering[:5]), "beyond": found.beyond,
        "spearman": f"{found.spearman:.2f}" if found.spearman is not None else "",
    }  # fmt: skip


def _form(workflow: Workflow, run: AnalysisRun | None, uses: list[VariableUse]) -> dict[str, Any]:
    """Return the choices of the next run, filled with those of the run that is shown."""
    weights = run.parameters.get("weights") if run else None
    typed = weights if isinstance(weights, dict) else {}
    chosen = {u.name for u in uses if u.status in ("used", "zero_weight", "refused")}
    malaria = next((u.name for u in uses if u.is_indicator), "tpr")
    directions = {u.name: u.direction for u in uses}
    rows = []
    for v in analysis_api.offered_variables(workflow):
        direction = directions.get(v.name, v.direction)
        rows.append(
            {
                "name": v.name, "label": v.label, "unit": v.unit, "available": v.available,
                "reason": v.reason, "origin": ", ".join(p for p in (v.source, v.year) if p),
                "chosen": v.available and (v.name in chosen if run else v.chosen),
                "direction": direction, "undecided": direction not in ("direct", "inverse"),
                "weight": _number(typed.get(v.name, 1.0)),
            }
        )  # fmt: skip
    current = {"profile": run.profile if run else "sound",
               "normalisation": run.normalisation if run else "winsor"}  # fmt: skip
    return {
        "profiles": [
            {"value": "sound", "label": say("Sound"), "hint": "recommended",
             "current": current["profile"] == "sound"},
            {"value": "legacy", "label": say("Legacy"), "hint": say("repeats the published rule"),
             "current": current["profile"] == "legacy"},
        ],
        "normalisations": [
            {"value": value, "label": label, "current": value == current["normalisation"]}
            for value, label in (("winsor", say("2nd to 98th percentile (recommended)")),
                                 ("minmax", say("plain min-max")), ("rank", "ranks"))
        ],
        "weighting": "groups" if weights == "groups" else "typed" if typed else "equal",
        "malaria": {"name": malaria, "weight": _number(typed.get(malaria, 1.0))},
        "variables": rows, "seed": run.seed if run else 1, "draws": run.draws if run else 1000,
    }  # fmt: skip


def _number(value: float) -> str:
    return f"{value:g}"
