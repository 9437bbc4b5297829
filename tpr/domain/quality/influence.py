"""How far a ward's TPR moves without a doubtful value: the order of the telephone calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from tpr.domain.quality.records import METHODS, PAIRS, PAIRS_OF, Report, Touch

PairKey = tuple[str, str]
"""(method, age group)."""

DEFINITIONS: Final = ("facility_max", "rdt", "microscopy", "pooled", "dominant")
"""Definitions whose influence can be told; for others the calls follow `facility_max`."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Which tests the TPR counts: age groups, level (None = all facilities), definition, and what
    becomes of pairs with positives above tests (`exclude`, `keep`, `cap`)."""

    ages: tuple[str, ...] = ("u5", "o5", "pw")
    level: str | None = None
    definition: str = "facility_max"
    exceeding: str = "exclude"


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

    Incomplete pairs add nothing; pairs with positives above tests are treated as the basis says,
    those in `keep` as reported.
    """
    tested = positive = 0.0
    alone = basis.definition if basis.definition in METHODS else ""
    for age in basis.ages:
        found: list[tuple[float, float]] = []
        for pair in PAIRS_OF[age]:
            t, p = report[pair.tested], report[pair.positive]
            if t is None or p is None or (alone and pair.method != alone):
                continue
            if (pair.method, age) in without:
                continue
            if p > t and (pair.method, age) not in keep:  # type: ignore[operator]
                if basis.exceeding == "exclude":
                    continue
                p = t if basis.exceeding == "cap" else p
            found.append((t, p))  # type: ignore[arg-type]
        if found:
            t, p = _joined(found, basis.definition)
            tested += t
            positive += p
    return tested, positive


def _joined(found: list[tuple[float, float]], definition: str) -> tuple[float, float]:
    """Join the methods of one age group, RDT first; the larger of each unless told otherwise."""
    if len(found) == 1:
        return found[0]
    (t_rdt, p_rdt), (t_mic, p_mic) = found
    if definition == "pooled":
        return t_rdt + t_mic, p_rdt + p_mic
    if definition == "dominant":
        return (t_rdt, p_rdt) if t_rdt >= t_mic else (t_mic, p_mic)
    return max(t_rdt, t_mic), max(p_rdt, p_mic)


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
