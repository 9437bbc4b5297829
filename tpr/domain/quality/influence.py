"""How far a ward's TPR moves without a doubtful value: the order of the telephone calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from tpr.domain.quality.records import METHODS, PAIRS, PAIRS_OF, Report, Touch

PairKey = tuple[str, str]
"""(method, age group)."""

DEFINITIONS: Final = ("facility_max", "rdt", "microscopy", "pooled")
"""Definitions whose influence can be told; for others the calls follow `facility_max`."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Which tests the TPR counts: age groups, levels (None = all facilities) and definition."""

    ages: tuple[str, ...] = ("u5", "o5", "pw")
    level: str | None = None
    definition: str = "facility_max"


@dataclass(frozen=True, slots=True)
class Move:
    """A place's TPR as reported and without the doubtful values, percent; None = no tests.

    `points` is the distance. Without other tests in the place the whole rate rests on the values
    and the distance is the rate itself. `weight` = points × tests / 100: positives at stake.
    """

    tested: float
    before: float | None
    after: float | None
    points: float
    weight: float


def counted(
    report: Report,
    basis: Basis,
    *,
    without: Collection[PairKey] = (),
    keep: Collection[PairKey] = (),
) -> tuple[float, float]:
    """Return (tested, positive) that a report adds to the TPR.

    Incomplete pairs add nothing; pairs with positives above tests are excluded unless kept.
    """
    tested = positive = 0.0
    alone = basis.definition if basis.definition in METHODS else ""
    for age in basis.ages:
        most_tested = most_positive = added_tested = added_positive = 0.0
        for pair in PAIRS_OF[age]:
            t, p = report[pair.tested], report[pair.positive]
            if t is None or p is None or (alone and pair.method != alone):
                continue
            if (p > t and (pair.method, age) not in keep) or (pair.method, age) in without:  # type: ignore[operator]
                continue
            added_tested += t  # type: ignore[operator]
            added_positive += p  # type: ignore[operator]
            most_tested = max(most_tested, t)  # type: ignore[assignment]
            most_positive = max(most_positive, p)  # type: ignore[assignment]
        pooled = basis.definition == "pooled"
        tested += added_tested if pooled else most_tested
        positive += added_positive if pooled else most_positive
    return tested, positive


class Counted:
    """What each report of a state adds to the TPR: computed once, summed for any place."""

    def __init__(self, reports: Iterable[Report], basis: Basis) -> None:
        self.basis = basis
        self.reports = {report.id: report for report in reports}
        self.each = {key: counted(report, basis) for key, report in self.reports.items()}

    def total(self, reports: Iterable[Report]) -> tuple[float, float]:
        """Return (tested, positive) of the reports of one place."""
        tested = positive = 0.0
        for report in reports:
            t, p = self.each[report.id]
            tested += t
            positive += p
        return tested, positive

    def move(self, whole: tuple[float, float], touches: Iterable[Touch]) -> Move:
        """Compare a place's TPR with the touched pairs as reported and without them.

        Parameters
        ----------
        whole : (tested, positive) of the place, from `total`.
        touches : pairs of reports of that place.
        """
        pairs: dict[int, set[PairKey]] = {}
        for report_id, method, age in touches:
            pairs.setdefault(report_id, set()).add((method, age))
        as_reported, left = list(whole), list(whole)
        for report_id, keys in pairs.items():
            report, base = self.reports[report_id], self.each[report_id]
            kept = counted(report, self.basis, keep=keys) if _exceeds(report, keys) else base
            rest = counted(report, self.basis, without=keys)
            for side in (0, 1):
                as_reported[side] += kept[side] - base[side]
                left[side] += rest[side] - base[side]
        before, after = _rate(as_reported), _rate(left)
        if before is None:
            points = 0.0
        else:
            points = before if after is None else abs(before - after)
        tested = as_reported[0]
        return Move(tested, before, after, points, points * tested / 100)


def _exceeds(report: Report, keys: Collection[PairKey]) -> bool:
    return any(
        (report.at(p.positive) or 0) > (report.at(p.tested) or 0)
        for p in PAIRS if (p.method, p.age) in keys
    )  # fmt: skip


def _rate(sums: list[float]) -> float | None:
    tested, positive = sums
    return 100 * positive / tested if tested > 0 else None
