"""Wards that could be left out of a campaign: scenarios, candidates, and what people found there."""

from collections.abc import Mapping
from typing import Any

from analysis import api as analysis_api
from analysis.models import AnalysisRun, SettlementCheck
from chatmrpt.chat.words import count
from chatmrpt.common.language import mark, say
from itn import api as itn_api
from tpr.models import Workflow

FINDINGS = (
    ("not_checked", mark("Not checked yet")),
    ("formal", mark("Formal settlements only")),
    ("informal", mark("Informal settlements")),
    ("mixed", mark("Mixed: formal and informal")),
)
DECISIONS = (
    ("keep_in", mark("Keep in the campaign")),
    ("leave_out", mark("Leave out of the campaign")),
)
FEW = 5


def deprioritise_page(
    workflow: Workflow, run: AnalysisRun, params: Mapping[str, str]
) -> dict[str, Any]:
    """Return scenarios side by side, the candidates of the chosen one, and every check."""
    found = itn_api.deprioritisation(
        run,
        threshold=params.get("threshold"),
        target=params.get("target"),
        population_source=params.get("population", ""),
    )
    scores = {s.ward_id: s for s in analysis_api.scores(run)}
    checks = analysis_api.live_checks(workflow)
    n = run.n_wards or 0
    candidates = []
    for item in found.selection.left_out:
        score = scores.get(item.ward.ward_id)
        check = checks.get(item.ward.ward_id or 0)
        candidates.append(
            {
                "ward_id": item.ward.ward_id, "ward": item.ward.ward, "lga": item.ward.lga,
                "position": n - item.ward.rank + 1 if item.ward.rank else "",
                "rank": item.ward.rank, "score_id": score.pk if score else None,
                "urban": f"{float(item.ward.urban_percentage or 0):.0f}",
                "people": count(float(round(item.population))),
                "share": f"{100 * float(item.share):.1f}",
                "cumulative": f"{100 * float(item.cumulative_share):.1f}",
                "p_low": f"{100 * score.p_low:.0f}" if score and score.p_low is not None else "",
                "interval": f"{n - score.rank_high + 1} to {n - score.rank_low + 1}"
                if score and score.rank_low and score.rank_high and run.profile == "sound" else "",
                "check": _check(check) if check else None,
                "decided": check.decision if check else "",
            }
        )  # fmt: skip
    left = [c for c in candidates if c["decided"] == "leave_out"]
    reached = float(found.selection.left_out[-1].cumulative_share) if candidates else 0.0
    return {
        "run": run,
        "threshold": f"{found.threshold.normalize():f}",
        "target": f"{found.target.normalize():f}",
        "grid": [{"threshold": row[0].threshold, "cells": row} for row in found.grid],
        "targets": [cell.target for cell in found.grid[0]],
        "candidates": candidates,
        "total": count(float(round(found.selection.total_population))),
        "reached": found.selection.target_reached,
        "reached_percent": f"{100 * reached:.1f}",
        "left": len(left),
        "source": found.source,
        "wards": found.wards,
        "without_population": found.without_population,
        "without_urban_share": found.without_urban_share,
        "extent": [
            {
                "label": say("{level} % urban or more", level=e.level)
                if e.level is not None
                else say("share unknown"),
                "wards": e.wards,
                "people": count(float(round(e.people))),
            }
            for e in found.extent
        ],
        "findings": [(code, say(label)) for code, label in FINDINGS],
        "decisions": [(code, say(label)) for code, label in DECISIONS],
        "rural": _rural_among_lowest(run, found.threshold),
        "checks": [
            _check(c) | {"ward": c.ward.name, "lga": c.ward.lga}
            for c in analysis_api.all_checks(workflow)
        ],
    }


def _check(check: SettlementCheck) -> dict[str, Any]:
    return {
        "uuid": check.pk,
        "finding": say(dict(FINDINGS)[check.finding]),
        "decision": say(dict(DECISIONS)[check.decision]),
        "share": check.share_left_out,
        "reason": check.reason,
        "by": check.signed_by,
        "at": check.recorded_at,
        "withdrawn_at": check.withdrawn_at,
        "withdrawn_by": check.withdrawn_by,
    }


def _rural_among_lowest(run: AnalysisRun, threshold: Any) -> list[str]:
    """Return non-urban wards among the five of lowest risk: they should not be left out."""
    lowest = analysis_api.scores(run)[-FEW:]
    return [
        f"{s.ward_name} ({s.lga})" for s in lowest
        if s.urban_percentage is not None and s.urban_percentage <= float(threshold)
    ]  # fmt: skip
