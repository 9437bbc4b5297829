"""Facilities of a file beside those of a register: which never report, which are not on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from chatmrpt.common.names import tidy
from tpr.domain.quality.records import Facility

_WORD: Final = re.compile(r"[a-z0-9]+")


def name_key(name: str) -> str:
    """Return the form in which facility names are compared: lower-case words, nothing else."""
    return " ".join(_WORD.findall(tidy(name).casefold()))


@dataclass(frozen=True, slots=True)
class Joined:
    """The two lists beside each other.

    Attributes
    ----------
    both : (facility of the file, facility of the register), each at most once.
    only_file, only_register : the rest, by LGA, ward and name.
    """

    both: list[tuple[Facility, Facility]]
    only_file: list[Facility]
    only_register: list[Facility]


def join_register(facilities: Mapping[int, Facility], register: Mapping[int, Facility]) -> Joined:
    """Join by LGA and name; within them first the same ward, then what is left in order.

    Never across LGAs and never by likeness: the list of the rest is for people.
    """
    waiting: dict[tuple[str, str], list[Facility]] = {}
    for listed in sorted(register.values(), key=_order):
        waiting.setdefault((listed.place[0], name_key(listed.name)), []).append(listed)
    both: list[tuple[Facility, Facility]] = []
    rest: list[Facility] = []
    mine = sorted(facilities.values(), key=_order)
    for facility in mine:
        same = waiting.get((facility.place[0], name_key(facility.name)), [])
        here = next((f for f in same if f.place == facility.place), None)
        if here is None:
            rest.append(facility)
        else:
            same.remove(here)
            both.append((facility, here))
    only_file: list[Facility] = []
    for facility in rest:
        same = waiting.get((facility.place[0], name_key(facility.name)), [])
        if same:
            both.append((facility, same.pop(0)))
        else:
            only_file.append(facility)
    left: Iterable[Facility] = (f for group in waiting.values() for f in group)
    return Joined(both, only_file, sorted(left, key=_order))


def _order(facility: Facility) -> tuple[str, str, str, int]:
    return facility.lga, facility.ward, facility.name, facility.id
