"""Why a ward stands where it stands, in sentences filled from rows. No language model.

Source: `domain/risk.md` section 12; guide texts of `domain/uncertainty.md` section 10.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.models import AnalysisRun, VariableUse, WardScore
from analysis.selectors.runs import variable_uses
from chatmrpt.common.errors import NotFound

CLASS_WORDS = {"High": "upper third", "Medium": "middle third", "Low": "lower third"}
FILLED = {
    "neighbours": "the mean of its neighbours",
    "lga": "the mean of its LGA",
    "state": "the mean of the state",
    "lga_prior": "what is usual in its LGA",
    "column_mean": "the mean of all wards",
    "no_observation": "0, because no ward has a value",
}
_MARKS = {
    "no_tests": "No test was reported here. The positivity is unknown, not zero; the ranking uses "
    "what is usual in the LGA, with a wide margin.",
    "too_few_tests": "Few independent tests stand behind the positivity, so the ward is in no firm "
    "class.",
    "positive_exceeds_tested": "More positives than tests were reported. For the ranking the "
    "positives are taken as the tests.",
    "mostly_imputed": "More than half of its variables were filled in, so its class is not firm.",
    "tied": "Another ward has the same score; the order between them is by positivity, then code.",
}


@dataclass(frozen=True, slots=True)
class Driver:
    """A variable's part in the score of one ward, with the value beside the state's middle."""

    name: str
    label: str
    value: float | None
    unit: str
    median: float | None
    contribution: float
    filled: str
    origin: str
    change: float | None
    left_out: int | None
    indicator: bool

    @property
    def raises(self) -> bool:
        return self.contribution > 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the card of a ward says, in the order in which it is read."""

    score: WardScore
    sentences: tuple[str, ...]
    marks: tuple[str, ...]
    drivers: tuple[Driver, ...]
    change_to: str
    gap: float | None
    above: WardScore | None
    below: WardScore | None
    ladder: tuple[tuple[int, float], ...]


def ward_score(run: AnalysisRun, score_id: int) -> WardScore:
    """Return one ward of a run. Raises NotFound."""
    found = WardScore.objects.filter(run=run, pk=score_id).first()
    if found is None:
        raise NotFound("NOT_FOUND", "This ward is not in this analysis.")
    return found


def explain(run: AnalysisRun, score: WardScore) -> Explanation:
    """Explain one ward of a finished run from its rows."""
    around = {s.rank: s for s in WardScore.objects.filter(
        run=run, rank__in=[score.rank - 1, score.rank + 1])}  # fmt: skip
    drivers = _drivers(run, score, variable_uses(run))
    change = score.card.get("change") or {}
    ladder = tuple((int(k), p) for k, p in score.card.get("ladder", {}).items())
    return Explanation(
        score=score,
        sentences=tuple(_sentences(run, score, drivers, around)),
        marks=tuple(_MARKS[flag] for flag in score.flags if flag in _MARKS),
        drivers=drivers,
        change_to=change.get("to", ""),
        gap=change.get("gap"),
        above=around.get(score.rank - 1),
        below=around.get(score.rank + 1),
        ladder=tuple(sorted(ladder)),
    )


def _drivers(run: AnalysisRun, score: WardScore, uses: list[VariableUse]) -> tuple[Driver, ...]:
    medians = run.card.get("medians", {})
    change = (score.card.get("change") or {}).get("variables", {})
    shifts = score.card.get("left_out", {})
    found = []
    for use in uses:
        detail = score.variables.get(use.name)
        if use.status != "used" or not detail or detail.get("contribution") is None:
            continue
        found.append(
            Driver(
                name=use.name,
                label=use.label,
                value=detail.get("value"),
                unit=use.unit,
                median=medians.get(use.name),
                contribution=detail["contribution"],
                filled=FILLED.get(detail.get("imputed", ""), detail.get("imputed", "")),
                origin=", ".join(part for part in (use.source, use.year) if part),
                change=change.get(use.name),
                left_out=shifts.get(use.name),
                indicator=use.is_indicator,
            )
        )
    return tuple(sorted(found, key=lambda d: -abs(d.contribution)))


def _sentences(
    run: AnalysisRun, score: WardScore, drivers: tuple[Driver, ...], around: dict[int, WardScore]
) -> list[str]:
    n = run.n_wards or 0
    lines = [
        f"Place {score.rank} of {n:,}, {CLASS_WORDS[score.category]} of this ranking "
        "(risk rank 1 = highest risk)."
    ]
    if score.rank_low is not None and run.profile == "sound":
        lines.append(
            "If the data had fallen slightly differently it could have been anywhere from "
            f"{score.rank_low} to {score.rank_high}."
        )
    if score.p_high is not None:
        lines.append(
            f"In {100 * score.p_high:.0f} of 100 plausible rankings it is in the upper third; its "
            f"class is {_firmness(score.stability)}."
        )
    up = [d.label for d in drivers if d.raises][:3]
    down = [d.label for d in drivers if not d.raises][:1]
    if up:
        lines.append(f"Raised most by {_join(up)}.")
    if down:
        lines.append(f"Lowered most by {down[0]}.")
    high_on = score.card.get("high_on")
    if high_on is not None and drivers:
        lines.append(
            f"It lies above the upper quartile of risk on {high_on} of {len(drivers)} variables."
        )
    if score.tpr is not None and score.tested:
        line = (
            f"Raw positivity {score.tpr:.1f} %, {score.positive:,.0f} of {score.tested:,.0f} tests"
        )
        if score.tpr_shrunk is not None and score.pull is not None:
            line += (
                f"; for comparing wards {score.tpr_shrunk:.1f} %, {100 * score.pull:.0f} % of it "
                "from the LGA"
            )
        lines.append(line + ".")
    tried = score.card.get("tried")
    if tried:
        line = (
            f"Under every other choice that was tried it stood between {tried['lowest']} and "
            f"{tried['highest']}"
        )
        if tried.get("by"):
            word = "down" if tried["places"] > 0 else "up"
            line += f"; most by '{tried['by']}', {abs(tried['places'])} places {word}"
        lines.append(line + ".")
        counted = run.card.get("facts", {}).get("alternatives_counted", 0)
        if counted > 1:
            top = run.parameters.get("top")
            lines.append(
                f"Among the first {top} in {tried['inside']} of {counted} reasonable ways to count "
                "positivity."
            )
    limits = score.card.get("limits")
    if limits:
        lines.append(
            f"Against the limits 5, 15 and 30 % of TPR: {limits['class']}; the chance that it is "
            f"above 30 % is {100 * limits['above'][-1]:.0f} %."
        )
    for place, word in ((score.rank - 1, "above"), (score.rank + 1, "below")):
        if place in around:
            other = around[place]
            gap = abs(other.score - score.score)
            lines.append(
                f"Next {word} it: {other.ward_name} ({other.lga}), {gap:.3f} apart in score."
            )
    return lines


def _firmness(stability: str) -> str:
    if stability.startswith("firm"):
        return "firm"
    return "not assessed: nothing of its own is known" if stability == "not assessed" else (
        "not firm: decide with local knowledge and write down why"
    )  # fmt: skip


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
