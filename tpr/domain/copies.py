"""Equal headers: which figures the copies give together (domain/inputs.md section 6.4).

Arrays, since a national file has 338,000 rows; imported by the reading child only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]

RULES: Final = {
    3: "no row has a value in two copies: combined",
    4: "rows with two values are always equal: one kept",
    5: "at most one of two values is not zero: added",
    6: "rows have two different values",
}
_PERIODS_DIFFER: Final = 0.80


class Combined(NamedTuple):
    """Copies of one header, combined.

    Attributes
    ----------
    values : array (n_rows,); NaN where all copies are blank. Under rule 6 without a decision the
        values are those of rule "add".
    rule : 3, 4, 5 or 6.
    conflicts : array of row numbers with two different non-zero values; empty unless rule 6.
    different_rows : share of filled rows filled in one copy only.
    """

    values: Counts
    rule: int
    conflicts: npt.NDArray[np.intp]
    different_rows: float

    @property
    def recommended(self) -> str | None:
        return "add" if self.different_rows >= _PERIODS_DIFFER else None


def combine_counts(copies: Sequence[Counts], decision: str | None = None) -> Combined:
    """Combine the count columns that carry one header.

    Parameters
    ----------
    copies : two or more arrays (n_rows,), persons, >= 0; NaN is blank.
    decision : ``add``, ``first`` or ``second`` for rule 6; None asks.

    Returns
    -------
    Combined
        Blank only where all copies are blank. The row count never changes.
    """
    table = np.vstack(copies)
    filled = ~np.isnan(table)
    number = filled.sum(axis=0)
    zeroed = np.where(filled, table, 0.0)
    total = np.where(number > 0, zeroed.sum(axis=0), np.nan)
    any_filled = int((number > 0).sum())
    different = float((number == 1).sum() / any_filled) if any_filled else 1.0
    none = np.array([], dtype=np.intp)
    twice = number > 1
    if not twice.any():
        return Combined(total, 3, none, different)
    largest = np.where(filled, table, -np.inf).max(axis=0)
    smallest = np.where(filled, table, np.inf).min(axis=0)
    if bool((largest[twice] == smallest[twice]).all()):
        return Combined(np.where(number > 0, largest, np.nan), 4, none, different)
    non_zero = (zeroed != 0).sum(axis=0)
    conflicts = np.flatnonzero(non_zero > 1)
    if conflicts.size == 0:
        return Combined(total, 5, none, different)
    values = total
    if decision in ("first", "second"):
        ordered = table if decision == "first" else table[::-1]
        values = ordered[0].copy()
        for row in ordered[1:]:
            values = np.where(np.isnan(values), row, values)
    return Combined(values, 6, conflicts, different)
