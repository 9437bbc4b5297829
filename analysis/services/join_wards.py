"""Join the rows of a table to the wards of a list: by code, else by state, LGA and ward name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.domain.ward_table import PlaceColumns, Row, text
from tpr.api import wards_of
from tpr.domain.matching import MATCHED, DataWard, ListWard, match
from tpr.models import BoundaryList


@dataclass(frozen=True, slots=True)
class Joined:
    """Which row belongs to which ward.

    Parameters
    ----------
    ward_of : row position to ward id
    unmatched : positions of rows that join to no ward of the list
    repeated : positions of rows that name a ward a row before them named
    """

    ward_of: dict[int, int]
    by_code: int
    by_name: int
    unmatched: tuple[int, ...]
    repeated: tuple[int, ...]
    wards: int


def join_wards(
    rows: Sequence[Row], places: PlaceColumns, ward_list: BoundaryList, *, state: str = ""
) -> Joined:
    """Join rows to wards; a code that is not on the list is never replaced by a likeness.

    Parameters
    ----------
    state : of rows without a state column
    """
    wards = wards_of(ward_list)
    by_code = {w.code.casefold(): w.id for w in wards}
    only_state = {w.state for w in wards}
    known_state = state or (next(iter(only_state)) if len(only_state) == 1 else "")
    found: dict[int, int] = {}
    named: list[tuple[int, DataWard]] = []
    unmatched: list[int] = []
    for i, row in enumerate(rows):
        code = text(row.get(places.code)) if places.code else ""
        if code:
            ward_id = by_code.get(code.casefold())
            if ward_id is None:
                unmatched.append(i)
            else:
                found[i] = ward_id
            continue
        ward = text(row.get(places.ward)) if places.ward else ""
        if not ward:
            unmatched.append(i)
            continue
        lga = text(row.get(places.lga)) if places.lga else ""
        own = text(row.get(places.state)) if places.state else ""
        named.append((i, DataWard(own or known_state, lga, ward)))
    codes = len(found)
    listed = [ListWard(w.id, w.code, w.state, w.lga, w.name) for w in wards]
    for (i, _), outcome in zip(named, match([d for _, d in named], listed), strict=True):
        if outcome.ward is not None and outcome.method in MATCHED:
            found[i] = outcome.ward.id
        else:
            unmatched.append(i)
    seen: set[int] = set()
    repeated = []
    for i in sorted(found):
        if found[i] in seen:
            repeated.append(i)
        seen.add(found[i])
    return Joined(
        ward_of=found,
        by_code=codes,
        by_name=len(found) - codes,
        unmatched=tuple(sorted(unmatched)),
        repeated=tuple(repeated),
        wards=len(wards),
    )
