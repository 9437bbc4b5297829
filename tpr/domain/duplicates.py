"""Two rows for one facility and period (domain/inputs.md section 6.6). Never summed silently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

IDENTICAL: Final = "identical"
MERGED: Final = "merged"
FULLER: Final = "fuller"
FIRST: Final = "first"
LAST: Final = "last"
WAYS: Final = (FULLER, FIRST, LAST)
"""Which of rows with different figures stays."""

Cells = tuple[float | None, ...]


class Kept(NamedTuple):
    """What remains of the rows of one facility-period.

    Attributes
    ----------
    row : position of the row that stays.
    cells : its figures; for ``merged`` those of all rows together.
    how : ``identical``, ``merged``, or for different figures the way that was taken.
    """

    row: int
    cells: Cells
    how: str


def keep_one(rows: Sequence[Cells], tests: int, way: str = FULLER) -> Kept:
    """Decide which figures of a facility-period count.

    Parameters
    ----------
    rows : figures of each row, in the order of the file; None is blank.
    tests : the first `tests` figures are the test cells.
    way : one of `WAYS`; only rows with different figures are decided by it.

    Returns
    -------
    Kept
        Equal rows: the first. No cell filled twice: all of them together. Otherwise by `way`; the
        fuller row is the one with more filled test cells, the first of equals.
    """
    first_of: dict[Cells, int] = {}
    for i, row in enumerate(rows):
        first_of.setdefault(row, i)
    distinct = list(first_of.values())
    if len(distinct) == 1:
        return Kept(0, rows[0], IDENTICAL)
    columns = list(zip(*(rows[i] for i in distinct), strict=True))
    if all(sum(value is not None for value in column) <= 1 for column in columns):
        cells = tuple(next((v for v in column if v is not None), None) for column in columns)
        return Kept(distinct[0], cells, MERGED)
    if way != FULLER:
        stays = distinct[0 if way == FIRST else -1]
        return Kept(stays, rows[stays], way)
    best = max(distinct, key=lambda i: sum(value is not None for value in rows[i][:tests]))
    return Kept(best, rows[best], FULLER)
