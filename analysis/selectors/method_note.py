"""The note under a ranking that says how it was made: written from the run's rows, always."""

from __future__ import annotations

from analysis.models import AnalysisRun, VariableUse
from analysis.selectors.runs import variable_uses

_NORMALISATION = {
    "winsor": "each variable is brought to 0 to 1 between its 2nd and 98th percentile",
    "minmax": "each variable is brought to 0 to 1 between its least and greatest value",
    "rank": "each variable is replaced by its rank, brought to 0 to 1",
}


def method_note(run: AnalysisRun) -> list[str]:
    """Return the paragraphs of the method note of a finished run."""
    uses = variable_uses(run)
    used = [u for u in uses if u.status == "used"]
    lines = [_subject(run), _variables(run, used)]
    lines += _left_out([u for u in uses if u.status != "used"])
    lines += _gaps(used)
    lines += _sound(run) if run.profile == "sound" else _legacy(run)
    lines.append(
        "The ranking is a priority index, not an estimate of incidence: positivity is counted "
        "among those tested. Need for nets and population are no part of the score."
    )
    lines.append(
        f"Algorithm {run.algorithm}, registry {run.registry_version}, fingerprint "
        f"{run.fingerprint[:12]}: the same inputs give the same rows."
    )
    return lines


def _subject(run: AnalysisRun) -> str:
    card = run.card
    source, listed = card.get("source", {}), card.get("ward_list")
    out = len(card.get("wards_out", []))
    what = f"{run.n_wards or 0:,} wards ranked"
    if listed:
        what += f" on the ward list {listed['name']}"
    if source.get("state"):
        what += (
            f", {source['state']}, level {source['level']}, age group {source['age_group']}, "
            f"definition {source['definition']}"
        )
    return what + (f"; {out:,} of the file not ranked, because not on the list." if out else ".")


def _variables(run: AnalysisRun, used: list[VariableUse]) -> str:
    parts = []
    for u in used:
        arrow = "higher is worse" if u.direction == "direct" else "higher is better"
        weight = f", weight {u.weight:.3f}" if u.weight is not None else ""
        parts.append(f"{u.label} ({arrow}{weight})")
    return f"In the score: {'; '.join(parts)}."


def _left_out(others: list[VariableUse]) -> list[str]:
    if not others:
        return []
    parts = [f"{u.label}: {u.reason.rstrip('.')}" for u in others]
    return [f"Left out: {'; '.join(parts)}."]


def _gaps(used: list[VariableUse]) -> list[str]:
    filled = [f"{u.label} {u.n_imputed}" for u in used if u.n_imputed]
    rejected = [f"{u.label} {u.n_rejected}" for u in used if u.n_rejected]
    lines = []
    if filled:
        lines.append(
            f"Values filled in (from neighbours, else the LGA, else the state): {', '.join(filled)}"
            ". Each is marked in the table and the files."
        )
    if rejected:
        lines.append(f"Values outside the plausible range, not used: {', '.join(rejected)}.")
    return lines


def _sound(run: AnalysisRun) -> list[str]:
    draws = f"{run.draws:,}"
    return [
        "The positivity of each ward is shrunk towards its LGA by the number of independent tests "
        f"behind it; {_NORMALISATION[run.normalisation]}; the score is their weighted mean.",
        f"Rank intervals are the 5th and 95th of 100 over {draws} draws (generator PCG64, seed "
        f"{run.seed}) of the positivity, of filled values and of the weights. They know about "
        "chance in testing, gaps that were filled and the choice of weights. They do not know who "
        "never came to be tested, or facilities that report wrongly.",
        "Firm wards keep their third in at least 80 of 100 draws; decide the others with local "
        "knowledge and write down why.",
    ]


def _legacy(run: AnalysisRun) -> list[str]:
    models = run.card.get("facts", {}).get("models", "all")
    return [
        f"The published rule: the median over {models} means of variable subsets. The box of a ward "
        "is the range of its ranks over these subsets; it is not a sampling error."
    ]
