"""Write a scoring as rows: ward scores, variable uses, notes and the run card."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from analysis.domain.frames import Outcome, VariableResult, wards_in_words
from analysis.domain.suitability import suitability
from analysis.models import AnalysisRun, RankDraws, VariableUse, WardScore
from analysis.services.run_inputs import Place, RunInputs

_BATCH = 1000
MOST_RANKS = 4_000_000
"""Ranks kept of a run: 1,000 draws of 4,000 wards, or 425 of 9,400."""


def store_outcome(
    run: AnalysisRun, inputs: RunInputs, outcome: Outcome, timings: dict[str, float]
) -> None:
    """Write the rows of a finished scoring and set the run's card.

    The caller holds the claim's transaction and sets `done`. Writes: WardScore, RankDraws,
    VariableUse.
    """
    WardScore.objects.bulk_create(
        [_score(run, place, i, outcome) for i, place in enumerate(inputs.places)],
        batch_size=_BATCH,
    )
    missing = run.parameters.get("not_available", [])
    VariableUse.objects.bulk_create(
        [
            *(
                _use(run, position, v, inputs.covariate_of.get(v.name))
                for position, v in enumerate(outcome.variables)
            ),
            *(_not_available(run, len(outcome.variables) + k, v) for k, v in enumerate(missing)),
        ]
    )
    _store_draws(run, outcome)
    run.n_wards = len(inputs.places)
    run.notes = _notes(run, inputs, outcome)
    run.card = _card(run, inputs, outcome, timings)
    run.progress_total = 100


def _store_draws(run: AnalysisRun, outcome: Outcome) -> None:
    if outcome.drawn is None:
        return
    drawn = outcome.drawn[:, np.argsort(outcome.rank)]
    kept = drawn[: max(1, MOST_RANKS // drawn.shape[1])]
    RankDraws.objects.create(
        run=run, draws=kept.shape[0], wards=kept.shape[1],
        content=zlib.compress(kept.astype("<u2").tobytes(), 6),
    )  # fmt: skip


def _score(run: AnalysisRun, place: Place, i: int, o: Outcome) -> WardScore:
    shrunk = o.indicator
    return WardScore(
        run=run,
        ward_id=place.ward_id,
        ward_key=place.key,
        ward_code=place.code,
        state=place.state,
        lga=place.lga,
        ward_name=place.ward,
        score=float(o.score[i]),
        rank=int(o.rank[i]),
        rank_shared=int(o.rank_shared[i]),
        category=o.category[i],
        rank_low=_int(o.rank_low, i),
        rank_median=_float(o.rank_median, i),
        rank_high=_int(o.rank_high, i),
        rank_mean=_float(o.rank_mean, i),
        p_top=_probability(o.p_top, i),
        p_high=_probability(o.p_high, i),
        p_medium=_probability(o.p_medium, i),
        p_low=_probability(o.p_low, i),
        stability=o.stability[i],
        tested=place.tested,
        positive=place.positive,
        tpr=_percent(_raw(o), i),
        tpr_shrunk=_percent(shrunk.shrunk if shrunk else None, i),
        shrunk_low=_percent(shrunk.low if shrunk else None, i),
        shrunk_high=_percent(shrunk.high if shrunk else None, i),
        pull=_float(shrunk.pull if shrunk else None, i),
        deff=_float(shrunk.deff if shrunk else None, i),
        n_eff=_float(shrunk.effective_tests if shrunk else None, i),
        population=place.population,
        urban_percentage=place.urban_percentage,
        flags=list(o.flags[i]),
        variables={v.name: _detail(v, i) for v in o.variables if v.norm is not None},
        card=o.cards[i] if o.cards else {},
    )


def _raw(o: Outcome) -> Any:
    """Return the raw share; in `legacy` the indicator's observed values."""
    if o.indicator is not None:
        return o.indicator.raw
    for v in o.variables:
        if v.is_indicator and v.used is not None:
            return np.where(np.array([bool(m) for m in v.imputed]), np.nan, v.used)
    return None


def _detail(v: VariableResult, i: int) -> dict[str, Any]:
    detail: dict[str, Any] = {"value": _float(v.used, i), "norm": _float(v.norm, i)}
    if v.contribution is not None:
        detail["contribution"] = _float(v.contribution, i)
    if v.imputed and v.imputed[i]:
        detail["imputed"] = v.imputed[i]
        if v.imputed_neighbours is not None and v.imputed_neighbours[i]:
            detail["neighbours"] = int(v.imputed_neighbours[i])
        if v.spread is not None:
            detail["spread"] = _float(v.spread, i)
    return detail


def _use(
    run: AnalysisRun, position: int, v: VariableResult, covariate_id: int | None
) -> VariableUse:
    return VariableUse(
        run=run,
        covariate_id=covariate_id,
        position=position,
        name=v.name,
        code=v.code,
        label=v.label,
        unit=v.unit,
        direction=v.direction,
        status=v.status,
        reason_code=v.reason_code,
        reason=v.reason,
        is_indicator=v.is_indicator,
        weight=v.weight,
        n_observed=v.n_observed,
        n_missing=v.n_missing,
        n_rejected=v.n_rejected,
        n_imputed=v.n_imputed,
        lower=v.bounds[0] if v.bounds else None,
        upper=v.bounds[1] if v.bounds else None,
        source=v.source,
        year=v.year,
        how_made=v.how_made,
    )


def _not_available(run: AnalysisRun, position: int, v: dict[str, str]) -> VariableUse:
    return VariableUse(
        run=run,
        position=position,
        name=v["code"],
        code=v["code"],
        label=v["label"],
        unit=v["unit"],
        direction=v["direction"],
        status="not_available",
        reason_code="not_loaded",
        reason=f"{v['label']} is proposed for this zone, but no such data are loaded for the "
        "ward list of this workflow.",
    )


def _notes(run: AnalysisRun, inputs: RunInputs, outcome: Outcome) -> list[dict[str, Any]]:
    notes = [{"code": n.code, "message": n.message, "facts": n.facts} for n in outcome.notes]
    notes.extend(run.parameters.get("notes", []))
    reasons: dict[str, int] = {}
    for ward in inputs.out:
        reasons[ward["reason"]] = reasons.get(ward["reason"], 0) + 1
    words = {
        "unmatched": "on no ward of the list",
        "unknown_ward": "without a ward name",
    }
    for reason, count in sorted(reasons.items()):
        notes.append(
            {
                "code": f"out_{reason}",
                "message": f"Not ranked: {wards_in_words(count)} of the file {words[reason]}.",
                "facts": {"count": count},
            }
        )
    return notes


def _card(
    run: AnalysisRun, inputs: RunInputs, outcome: Outcome, timings: dict[str, float]
) -> dict[str, Any]:
    """Return the run card (risk.md section 16)."""
    result, ward_list = run.result, run.ward_list
    source: dict[str, Any] = {}
    if result is not None:
        upload = result.workflow.upload
        source = {
            "workflow": str(result.workflow_id),
            "result": result.number,
            "upload_sha256": upload.sha256 if upload else None,
            "state": result.state,
            "level": result.level,
            "age_group": result.age_group,
            "definition": result.definition,
            "exceeding": result.exceeding,
            "period_start": result.period_start.isoformat() if result.period_start else None,
            "period_end": result.period_end.isoformat() if result.period_end else None,
        }
    elif run.inputs is not None:
        source = {"file": run.inputs["file"], "file_sha256": run.inputs["sha256"]}
    return {
        "run": str(run.uuid),
        "release": settings.RELEASE,
        "algorithm": run.algorithm,
        "profile": run.profile,
        "registry_version": run.registry_version,
        "ward_list": {
            "name": ward_list.name,
            "year": ward_list.year,
            "file_sha256": ward_list.file_hash,
        }
        if ward_list
        else None,
        "source": source,
        "normalisation": run.normalisation if run.profile == "sound" else "legacy",
        "weights": {v.name: v.weight for v in outcome.variables if v.weight is not None},
        "medians": {
            v.name: float(np.median(v.used)) for v in outcome.variables if v.used is not None
        },
        "facts": {k: v for k, v in outcome.facts.items() if k not in _LISTS},
        "alternatives": _alternatives(inputs, outcome),
        "components": outcome.facts.get("components"),
        "tests": _tests(outcome),
        "seed": run.seed,
        "draws": run.draws if run.profile == "sound" else 0,
        "fingerprint": run.fingerprint,
        "wards_in": len(inputs.places),
        "wards_out": list(inputs.out),
        "imputed": {v.name: v.n_imputed for v in outcome.variables if v.n_imputed},
        "owner": run.owner,
        "started_at": run.started_at.isoformat() if run.started_at else None,
        "finished_at": timezone.now().isoformat(),
        "timings": {name: round(seconds, 4) for name, seconds in timings.items()},
    }


_LISTS = ("alternatives", "components")


def _alternatives(inputs: RunInputs, outcome: Outcome) -> list[dict[str, Any]]:
    """Return the sensitivity table with the ward that moves most named."""
    rows = []
    for row in outcome.facts.get("alternatives", []):
        row = dict(row)
        if (i := row.pop("largest_ward", None)) is not None:
            row["largest_ward"] = f"{inputs.places[i].ward} ({inputs.places[i].lga})"
        rows.append(row)
    return rows


def _tests(outcome: Outcome) -> dict[str, Any]:
    """Return KMO and Bartlett's test over the used variables, or why they are not defined."""
    used = [v for v in outcome.variables if v.status == "used" and v.used is not None]
    columns = [v for v in used if v.used is not None and np.ptp(v.used) > 0]
    if not columns:
        return {"kmo": None, "bartlett": None, "suitable": False, "reason": "No variable varies."}
    found = suitability(np.column_stack([v.used for v in columns]))
    return {
        "kmo": found.kmo,
        "kmo_per_variable": dict(
            zip([v.name for v in columns], found.kmo_per_variable, strict=False)
        ),
        "bartlett": None
        if found.chi2 is None
        else {"chi2": found.chi2, "df": found.df, "p": found.p},
        "suitable": found.suitable,
        "reason": found.reason,
    }


def _float(values: Sequence[Any] | Any, i: int) -> float | None:
    if values is None:
        return None
    value = float(values[i])
    return None if np.isnan(value) else value


def _percent(values: Any, i: int) -> float | None:
    value = _float(values, i)
    return None if value is None else 100.0 * value


def _int(values: Any, i: int) -> int | None:
    return None if values is None else int(values[i])


def _probability(values: Any, i: int) -> float | None:
    value = _float(values, i)
    return None if value is None else min(max(value, 0.0), 1.0)
