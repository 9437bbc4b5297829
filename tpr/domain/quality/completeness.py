"""Values present ÷ values expected, with the denominator always named (inputs.md section 7)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tpr.domain.quality.thresholds import Limits

DENOMINATORS: Final = {
    "rows": "rows present in the file",
    "ever": "facilities that ever reported × periods in the file",
    "register": "facilities of the register × periods in the file",
    "year": "facilities that ever reported, once per year",
}
GOOD, ACCEPTABLE, LOW, NOT_USABLE = "good", "acceptable", "low", "not usable for comparison"

Slot = tuple[int, date]
"""A facility and the first day of a period."""


@dataclass(frozen=True, slots=True)
class Share:
    """Completeness of one group. `percent` is None when nothing was expected; above 100 stays."""

    group: Hashable
    denominator: str
    present: int
    expected: int
    percent: float | None
    band: str | None


def band(percent: float, limits: Limits) -> str:
    """Return the word for a share: 90 good, 75 acceptable, 50 low, below that not usable."""
    if percent >= limits["completeness_good"]:
        return GOOD
    if percent >= limits["completeness_acceptable"]:
        return ACCEPTABLE
    return LOW if percent >= limits["completeness_low"] else NOT_USABLE


def completeness(
    *,
    present: Collection[Slot],
    rows: Collection[Slot],
    ever: Collection[int],
    denominator: str,
    limits: Limits,
    of_facility: Callable[[int], Hashable] = lambda _: "",
    of_period: Callable[[date], Hashable] = lambda _: "",
    register: Mapping[Hashable, int] | None = None,
    starts: Collection[date] | None = None,
) -> list[Share]:
    """Return completeness by group; a group is (of_facility, of_period).

    Parameters
    ----------
    present : facility-periods with a value of the indicator.
    rows : all facility-periods of the file.
    ever : facilities with a value of any test column in any period.
    denominator : key of `DENOMINATORS`.
    register : facilities of the register per `of_facility` group; needed for `register` only.
        Facilities of the file that the register lacks still count as present: above 100 % stays.
    starts : the periods of `rows`, when the caller has them: many tables are made of the same rows.

    Raises
    ------
    ValueError : `register` is asked for and none is given.
    """
    have: dict[Hashable, int] = {}
    if denominator == "year":
        present = {(facility, date(start.year, 1, 1)) for facility, start in present}
    for facility, start in present:
        group = (of_facility(facility), of_period(start))
        have[group] = have.get(group, 0) + 1
    if starts is None:
        starts = {start for _, start in rows}
    expected = _expected(rows, ever, denominator, of_facility, of_period, register, starts)
    return [
        _share(group, denominator, have.get(group, 0), expected.get(group, 0), limits)
        for group in sorted({*have, *expected}, key=str)
    ]


def _expected(
    rows: Collection[Slot],
    ever: Collection[int],
    denominator: str,
    of_facility: Callable[[int], Hashable],
    of_period: Callable[[date], Hashable],
    register: Mapping[Hashable, int] | None,
    starts: Collection[date],
) -> dict[Hashable, int]:
    if denominator == "rows":
        found: dict[Hashable, int] = {}
        for facility, start in rows:
            group = (of_facility(facility), of_period(start))
            found[group] = found.get(group, 0) + 1
        return found
    if denominator == "year":
        starts = {date(start.year, 1, 1) for start in starts}
    if denominator == "register":
        if register is None:
            raise ValueError("Completeness against a register needs a register.")
        facilities = dict(register)
    else:
        facilities = _tally(of_facility(facility) for facility in ever)
    periods = _tally(of_period(start) for start in starts)
    return {(f, p): n * m for f, n in facilities.items() for p, m in periods.items()}


def _tally(groups: Iterable[Hashable]) -> dict[Hashable, int]:
    found: dict[Hashable, int] = {}
    for group in groups:
        found[group] = found.get(group, 0) + 1
    return found


def _share(group: Hashable, denominator: str, present: int, expected: int, limits: Limits) -> Share:
    percent = 100 * present / expected if expected else None
    return Share(
        group, denominator, present, expected, percent,
        None if percent is None else band(percent, limits),
    )  # fmt: skip


def consistently_reporting(
    present: Iterable[Slot], periods: Collection[date]
) -> tuple[int, int, float | None]:
    """Return (facilities with a value in every period, with a value in any, percent of these)."""
    months: dict[int, set[date]] = {}
    for facility, start in present:
        months.setdefault(facility, set()).add(start)
    always = sum(len(mine) == len(set(periods)) for mine in months.values())
    return always, len(months), 100 * always / len(months) if months else None
