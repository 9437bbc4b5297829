"""How far a ward's TPR moves without a doubtful value: the order of the telephone calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tpr.domain.quality.records import METHODS, PAIRS, PAIRS_OF, Report, Touch

PairKey = tuple[str, str]
"""(method, age group); of a denominator that is no test: ("opd", "") or ("fever", age group)."""

Sums = tuple[float, ...]
"""(denominator, numerator); of `method_max` those of RDT, then those of microscopy."""

SUMMED: Final = ("facility_max", "rdt", "microscopy", "pooled", "dominant")
"""Definitions that add tests and positives of single reports."""
RATIOS: Final = ("opd", "fever")
"""Positives per out-patient and per person with fever: not positivity."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Which tests the TPR counts: age groups, level (None = all facilities), definition, and what
    becomes of pairs with positives above tests (`exclude`, `keep`, `cap`).

    `untested`: the file has no tested column, so its positives stand as reported (ratios only).
    """

    ages: tuple[str, ...] = ("u5", "o5", "pw")
    level: str | None = None
    definition: str = "facility_max"
    exceeding: str = "exclude"
    untested: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A place's TPR as reported and without the doubtful values, percent; None = no tests.

    `tested` is the denominator of the definition. `points` is the distance. Without other tests in
    the place the whole rate rests on the values and the distance is the rate itself. `weight` =
    points × tested / 100: positives at stake.
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
) -> Sums:
    """Return what a report adds to the TPR: (denominator, numerator), or both methods' in turn.

    Incomplete pairs add nothing; pairs with positives above tests are treated as the basis says,
    those in `keep` as reported. A doubtful denominator takes its positives with it.
    """
    if basis.definition == "method_max":
        rdt = counted(report, replace(basis, definition="rdt"), without=without, keep=keep)
        mic = counted(report, replace(basis, definition="microscopy"), without=without, keep=keep)
        return (*rdt, *mic)
    if basis.definition == "opd" and ("opd", "") in without:
        return 0.0, 0.0
    tested = positive = fever = 0.0
    for age in basis.ages:
        if basis.definition == "fever":
            if ("fever", age) in without:
                continue
            fever += getattr(report, f"fever_{age}") or 0.0
        found = _pairs(report, basis, age, without, keep)
        if found:
            t, p = _joined(found, basis.definition)
            tested += t
            positive += p
    if basis.definition == "opd":
        return report.opd or 0.0, positive
    return (fever if basis.definition == "fever" else tested), positive


def _pairs(
    report: Report, basis: Basis, age: str, without: Collection[PairKey], keep: Collection[PairKey]
) -> list[tuple[float, float]]:
    """The complete pairs of one age group, treated as the basis says."""
    alone = basis.definition if basis.definition in METHODS else ""
    found: list[tuple[float, float]] = []
    for pair in PAIRS_OF[age]:
        t, p = report.at(pair.tested), report.at(pair.positive)
        if (alone and pair.method != alone) or (pair.method, age) in without:
            continue
        if p is None or (t is None and not basis.untested):
            continue
        if t is not None and p > t and (pair.method, age) not in keep:
            if basis.exceeding == "exclude":
                continue
            p = t if basis.exceeding == "cap" else p
        found.append((t or 0.0, p))
    return found


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


def total_of(sums: Sequence[float]) -> tuple[float, float]:
    """Return (denominator, numerator): of two methods those of the higher rate, RDT at a tie."""
    rdt, mic = (sums[0], sums[1]), (sums[-2], sums[-1])
    if len(sums) == 2 or not mic[0]:
        return rdt
    return mic if not rdt[0] or mic[1] * rdt[0] > rdt[1] * mic[0] else rdt


class Counted:
    """What each report of a state adds to the TPR: computed once, summed for any place."""

    def __init__(self, reports: Iterable[Report], basis: Basis) -> None:
        self.basis = basis
        self.reports = {report.id: report for report in reports}
        self.each = {key: counted(report, basis) for key, report in self.reports.items()}
        self._tests = (
            {key: sums[0] for key, sums in self.each.items()}
            if basis.definition in SUMMED
            else None
        )

    def sums(self, reports: Iterable[Report]) -> Sums:
        """Add up what the reports of one place add to the TPR."""
        found = [0.0] * (4 if self.basis.definition == "method_max" else 2)
        for report in reports:
            for side, value in enumerate(self.each[report.id]):
                found[side] += value
        return tuple(found)

    def total(self, reports: Iterable[Report]) -> tuple[float, float]:
        """Return (denominator, numerator) of the reports of one place."""
        return total_of(self.sums(reports))

    def tests(self, reports: Iterable[Report]) -> float:
        """Return the tests of the reports of one place, whatever the definition divides by."""
        if self._tests is None:
            plain = replace(self.basis, definition="facility_max")
            self._tests = {k: counted(r, plain)[0] for k, r in self.reports.items()}
        return sum(self._tests[report.id] for report in reports)

    def move(self, whole: Sums, touches: Iterable[Touch]) -> Move:
        """Compare a place's TPR with the touched pairs as reported and without them.

        Parameters
        ----------
        whole : of the place, from `sums`.
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
            for side in range(len(base)):
                as_reported[side] += kept[side] - base[side]
                left[side] += rest[side] - base[side]
        before, after = _rate(as_reported), _rate(left)
        if before is None:
            points = 0.0
        else:
            points = before if after is None else abs(before - after)
        tested = total_of(as_reported)[0]
        return Move(tested, before, after, points, points * tested / 100)


def _exceeds(report: Report, keys: Collection[PairKey]) -> bool:
    return any(
        (report.at(p.positive) or 0) > (report.at(p.tested) or 0)
        for p in PAIRS if (p.method, p.age) in keys
    )  # fmt: skip


def _rate(sums: Sequence[float]) -> float | None:
    tested, positive = total_of(sums)
    return 100 * positive / tested if tested > 0 else None
