"""The call list: which facility to telephone about which month, the most influential first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.influence import Counted, Move
from tpr.domain.quality.records import Facility, Flag, Report


@dataclass(frozen=True, slots=True)
class Call:
    """One call: a facility, a month (None: the whole file), its flags and what hangs on them."""

    facility: Facility
    start: date | None
    flags: tuple[Flag, ...]
    move: Move

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask, each question once."""
        return tuple(dict.fromkeys(CHECKS[flag.check].ask for flag in self.flags))

    @property
    def values(self) -> tuple[str, ...]:
        """The figures as reported that are doubted, with their column."""
        return tuple(
            dict.fromkeys(f"{f.column} {f.value:g}" if f.column else f"{f.value:g}"
                          for f in self.flags)
        )  # fmt: skip


def call_list(
    flags: Iterable[Flag],
    facilities: Mapping[int, Facility],
    reports: Sequence[Report],
    counted: Counted,
) -> list[Call]:
    """Join the flags of a facility and month, and order by influence on the ward's TPR.

    Ties go by LGA, ward, facility and month, so that two prints agree.
    """
    level = counted.basis.level
    of_place: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        facility = facilities[report.facility_id]
        if level in (None, facility.level):
            of_place.setdefault(facility.place, []).append(report)
    wholes = {place: counted.sums(mine) for place, mine in of_place.items()}
    nothing = counted.sums(())
    joined: dict[tuple[int, date | None], list[Flag]] = {}
    for flag in flags:
        if flag.facility_id is not None:
            joined.setdefault((flag.facility_id, flag.start), []).append(flag)
    calls = []
    for (facility_id, start), mine_flags in joined.items():
        facility = facilities[facility_id]
        inside = level in (None, facility.level)
        touches = {touch for flag in mine_flags for touch in flag.touches} if inside else set()
        whole = wholes.get(facility.place, nothing)
        calls.append(Call(facility, start, tuple(mine_flags), counted.move(whole, touches)))
    return sorted(calls, key=_order)


def _order(call: Call) -> tuple[object, ...]:
    place = call.facility
    return (-call.move.weight, place.lga, place.ward, place.name, call.start or date.min, place.id)
