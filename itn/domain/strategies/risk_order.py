"""Highest risk first (nets.md §4.2): in rank order, x = min(what is missing, what is left)."""

from collections.abc import Mapping, Sequence

from itn.domain.strategies.candidate import Candidate
from itn.domain.wards import LgaKey


def fill(
    wards: Sequence[Candidate], start: Sequence[int], units: int, room: Mapping[LgaKey, int]
) -> list[int]:
    """Serve wards in rank order; at most one ward is left partial where no LGA has a maximum."""
    given = list(start)
    left = units
    lga_room = dict(room)
    for index, ward in enumerate(wards):
        if left == 0:
            break
        more = min(ward.cap - given[index], left, lga_room.get(ward.lga, left))
        if more <= 0:
            continue
        given[index] += more
        left -= more
        if ward.lga in lga_room:
            lga_room[ward.lga] -= more
    return given
