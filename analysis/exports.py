"""Files of a run: `ward_scores.csv`, `run.json` and the properties of a GeoJSON row.

The same from the web and from the command (contracts §3).
"""

import json
from collections.abc import Iterable
from typing import Any

from analysis.models import AnalysisRun, VariableUse, WardScore
from analysis.selectors.runs import scores, variable_uses
from chatmrpt.common.exports import csv_text
from chatmrpt.common.workbooks import xlsx_bytes

FIXED_COLUMNS = (
    "ward_code", "state", "lga", "ward", "score", "rank", "category", "rank_low", "rank_high",
    "rank_median", "p_top", "p_high", "flags", "rank_shared", "rank_mean", "p_medium", "p_low",
    "stability", "tested", "positive", "tpr", "tpr_shrunk", "shrunk_low", "shrunk_high", "pull",
    "deff", "n_eff", "population", "urban_percentage",
)  # fmt: skip


def ward_scores_rows(run: AnalysisRun) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the columns and rows of `ward_scores.csv`, by rank."""
    names = [v.name for v in variable_uses(run) if v.status in ("used", "zero_weight")]
    columns = [
        *FIXED_COLUMNS,
        *(f"norm_{n.lower()}" for n in names),
        *(f"contribution_{n.lower()}" for n in names),
        *(f"imputed_{n.lower()}" for n in names),
    ]
    return columns, [_row(score, names) for score in scores(run)]


def ward_scores_csv(run: AnalysisRun) -> str:
    """Return the text of `ward_scores.csv`: UTF-8 with BOM, formula-safe."""
    columns, rows = ward_scores_rows(run)
    return csv_text(columns, rows)


def ward_scores_xlsx(run: AnalysisRun) -> bytes:
    """Return a workbook: the wards, the variables, the other choices, and how the run was made."""
    columns, rows = ward_scores_rows(run)
    told = run_json(run)
    uses = [*told["variables"]["used"], *told["variables"]["left_out"]]
    return xlsx_bytes([
        ("wards", columns, rows),
        ("variables", list(uses[0]) if uses else ("name",), uses),
        ("other choices", OTHER_COLUMNS, told["alternatives"]),
        ("run", ("what", "value"), [{"what": k, "value": v} for k, v in _flat(told)]),
    ])  # fmt: skip


OTHER_COLUMNS = (
    "axis", "key", "label", "reason", "spearman", "kendall", "largest", "largest_ward", "entering",
    "leaving", "beyond",
)  # fmt: skip


def _flat(told: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the run card as rows; what has a sheet of its own is left to it."""
    out: list[tuple[str, Any]] = []
    for name, value in told.items():
        if name in ("variables", "alternatives"):
            continue
        if isinstance(value, dict):
            out.extend((f"{name}.{inner}", v) for inner, v in value.items())
        elif name == "notes":
            out.extend((f"note {n['code']}", n["message"]) for n in value)
        else:
            out.append((name, value))
    return [(name, json.dumps(v) if isinstance(v, dict | list) else v) for name, v in out]


def geojson_properties(run: AnalysisRun) -> dict[int, dict[str, Any]]:
    """Return ward id to the properties of its GeoJSON feature; the geometry is the ward list's."""
    return {
        score.ward_id: {
            "ward_code": score.ward_code,
            "state": score.state,
            "lga": score.lga,
            "ward": score.ward_name,
            "rank": score.rank,
            "score": score.score,
            "category": score.category,
            "rank_low": score.rank_low,
            "rank_high": score.rank_high,
            "p_top": score.p_top,
            "p_high": score.p_high,
            "stability": score.stability,
            "tpr": score.tpr,
            "flags": list(score.flags),
        }
        for score in scores(run)
        if score.ward_id is not None
    }


def _row(score: WardScore, names: Iterable[str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(score, name) for name in FIXED_COLUMNS if name not in ("ward", "flags")
    }
    row["ward"] = score.ward_name
    row["flags"] = list(score.flags)
    for name in names:
        detail = score.variables.get(name, {})
        lower = name.lower()
        row[f"norm_{lower}"] = detail.get("norm")
        row[f"contribution_{lower}"] = detail.get("contribution")
        row[f"imputed_{lower}"] = detail.get("imputed")
    return row


def run_json(run: AnalysisRun) -> dict[str, Any]:
    """Return the content of `run.json`."""
    uses = variable_uses(run)
    card = run.card
    return {
        "run": str(run.uuid),
        "status": run.status,
        "profile": run.profile,
        "variables": {
            "used": [_variable(v) for v in uses if v.status == "used"],
            "left_out": [_variable(v) for v in uses if v.status != "used"],
        },
        "weights": card.get("weights", {}),
        "normalisation": card.get("normalisation"),
        "seed": run.seed,
        "draws": card.get("draws"),
        "top": run.parameters.get("top"),
        "fingerprint": run.fingerprint,
        "tests": card.get("tests"),
        "components": card.get("components"),
        "alternatives": card.get("alternatives", []),
        "versions": {
            "release": card.get("release"),
            "algorithm": run.algorithm,
            "registry": run.registry_version,
        },
        "wards": {"in": run.n_wards, "out": card.get("wards_out", [])},
        "ward_list": card.get("ward_list"),
        "source": card.get("source"),
        "imputed": card.get("imputed", {}),
        "facts": card.get("facts", {}),
        "notes": run.notes,
        "timings": card.get("timings", {}),
        "started_at": card.get("started_at"),
        "finished_at": card.get("finished_at"),
    }


def _variable(use: VariableUse) -> dict[str, Any]:
    return {
        "name": use.name,
        "code": use.code,
        "label": use.label,
        "unit": use.unit,
        "direction": use.direction,
        "status": use.status,
        "reason_code": use.reason_code,
        "reason": use.reason,
        "weight": use.weight,
        "malaria_indicator": use.is_indicator,
        "observed": use.n_observed,
        "missing": use.n_missing,
        "rejected": use.n_rejected,
        "imputed": use.n_imputed,
        "lower": use.lower,
        "upper": use.upper,
        "source": use.source,
        "year": use.year,
        "how_made": use.how_made,
    }
