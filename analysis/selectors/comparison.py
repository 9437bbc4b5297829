"""Two finished runs of one workflow side by side: what another choice changed. Plain Python.

Source: `domain/risk.md` section 17: rank correlation, overlap, and the wards that moved farther
than the larger of their two rank intervals. No absolute-rank rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.models import AnalysisRun, WardScore
from analysis.selectors.runs import scores
from tpr.models import Workflow

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Moved:
    """A ward that both runs ranked; `beyond` = farther than both intervals explain."""

    ward: str
    lga: str
    before: int
    after: int
    beyond: bool

    @property
    def places(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two rankings agree over the wards of both.

    Parameters
    ----------
    spearman : None for fewer than two common wards
    entering, leaving : wards that enter or leave the upper third
    beyond : how many wards moved farther than the larger of their two rank intervals
    moved : wards that moved, farthest first, at most `MOST_SHOWN`
    """

    wards: int
    spearman: float | None
    kendall: float | None
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    beyond: int
    moved: tuple[Moved, ...]


def other_runs(run: AnalysisRun) -> list[AnalysisRun]:
    """Return the other finished runs of the workflow, newest first."""
    if run.workflow_id is None:
        return []
    return list(
        AnalysisRun.objects.filter(workflow=run.workflow_id, status="done")
        .exclude(pk=run.pk)
        .order_by("-finished_at")[:20]
    )


def run_before(workflow: Workflow, run: AnalysisRun) -> AnalysisRun | None:
    """Return the finished run of the same result that ended last before this one."""
    return (
        AnalysisRun.objects.filter(
            workflow=workflow, result=run.result_id, status="done", finished_at__lt=run.finished_at
        )
        .order_by("-finished_at")
        .first()
    )


def compare(before: AnalysisRun, after: AnalysisRun) -> Comparison:
    """Compare the wards that both runs ranked, by place among these wards."""
    first = {s.ward_key: s for s in scores(before)}
    pairs = [(first[s.ward_key], s) for s in scores(after) if s.ward_key in first]
    old = _places([a.rank for a, _ in pairs])
    new = _places([b.rank for _, b in pairs])
    third = len(pairs) // 3
    moved = [
        Moved(b.ward_name, b.lga, old[i], new[i], abs(new[i] - old[i]) > max(_width(a), _width(b)))
        for i, (a, b) in enumerate(pairs)
    ]
    names = [f"{b.ward_name} ({b.lga})" for _, b in pairs]
    return Comparison(
        wards=len(pairs),
        spearman=_spearman(old, new),
        kendall=_kendall(old, new),
        entering=tuple(n for n, o, w in zip(names, old, new, strict=True) if w <= third < o),
        leaving=tuple(n for n, o, w in zip(names, old, new, strict=True) if o <= third < w),
        beyond=sum(m.beyond for m in moved),
        moved=tuple(
            sorted((m for m in moved if m.places), key=lambda m: (-abs(m.places), m.after))
        )[:MOST_SHOWN],
    )


def _width(score: WardScore) -> int:
    if score.rank_low is None or score.rank_high is None:
        return 0
    return score.rank_high - score.rank_low


def _places(ranks: list[int]) -> list[int]:
    order = sorted(range(len(ranks)), key=lambda i: ranks[i])
    out = [0] * len(ranks)
    for place, i in enumerate(order, 1):
        out[i] = place
    return out


def _spearman(a: list[int], b: list[int]) -> float | None:
    n = len(a)
    if n < 2:
        return None
    return 1 - 6 * sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / (n * (n * n - 1))


def _kendall(a: list[int], b: list[int]) -> float | None:
    """Return Kendall's tau of two permutations by counting inversions while merging."""
    n = len(a)
    if n < 2:
        return None
    row = [y for _, y in sorted(zip(a, b, strict=True))]

    def inversions(values: list[int]) -> tuple[int, list[int]]:
        if len(values) < 2:
            return 0, values
        middle = len(values) // 2
        left_count, left = inversions(values[:middle])
        right_count, right = inversions(values[middle:])
        count, merged, i = left_count + right_count, [], 0
        for value in right:
            while i < len(left) and left[i] < value:
                merged.append(left[i])
                i += 1
            count += len(left) - i
            merged.append(value)
        return count, merged + left[i:]

    return 1 - 4 * inversions(row)[0] / (n * (n - 1))
