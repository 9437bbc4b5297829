"""Count cells: every form in which a number arrives (domain/inputs.md section 5.2).

Blank is not zero: a cell without a number is None, whatever the reason, and the reason is named.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final, NamedTuple

from chatmrpt.common.names import tidy

# Larger than any facility-month and any programme total; keeps a typing slip out of the sums.
LARGEST_COUNT: Final = 1e9

_BLANK: Final = frozenset({"", "-", "--", ".", "n/a", "na", "n.a", "n.a.", "–", "—"})
_ERRORS: Final = frozenset(
    {"#ref!", "#n/a", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#getting_data"}
)
_PLAIN: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d+)?")


class Count(NamedTuple):
    """A count cell as read.

    Attributes
    ----------
    value : float, >= 0, or None when the cell holds no usable number.
    problem : issue code (see `tpr.domain.issues`), or None when there is nothing to say.
    """

    value: float | None
    problem: str | None


BLANK: Final = Count(None, None)


def read_count(cell: object) -> Count:
    """Read one count cell.

    Parameters
    ----------
    cell : number, text, date or None, as the sheet reader gives it.

    Returns
    -------
    Count
        ``1,250``, ``1 250``, ``'20``, ``10.0`` are numbers; ``-``, ``.``, ``N/A`` and blank are
        blank without a remark; text, dates, spreadsheet errors and negative numbers are blank
        with one; a fraction is kept as written with one.

    Examples
    --------
    >>> read_count("1,250")
    Count(value=1250.0, problem=None)
    >>> read_count(-3)
    Count(value=None, problem='NEGATIVE_COUNT')
    """
    if cell is None:
        return BLANK
    if isinstance(cell, bool):
        return Count(None, "TEXT_IN_COUNT")
    if isinstance(cell, int | float):
        return _judge(float(cell))
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return Count(None, "TEXT_IN_COUNT")
    text = tidy(cell).lstrip("'").strip()
    folded = text.casefold()
    if folded in _BLANK:
        return BLANK
    if folded in _ERRORS:
        return Count(None, "ERROR_IN_COUNT")
    if _PLAIN.fullmatch(text):
        return _judge(float(text))
    if _GROUPED.fullmatch(text):
        return _judge(float(text.replace(",", "").replace(" ", "")))
    return Count(None, "TEXT_IN_COUNT")


def is_count(cell: object) -> bool:
    """Say whether a non-blank cell holds a usable count."""
    return read_count(cell).value is not None


def is_blank(cell: object) -> bool:
    """Say whether a cell is blank or one of the blank signs."""
    return read_count(cell) == BLANK


def _judge(number: float) -> Count:
    if math.isnan(number):
        return BLANK
    if number < 0:
        return Count(None, "NEGATIVE_COUNT")
    if number > LARGEST_COUNT:
        return Count(None, "HUGE_COUNT")
    if number != int(number):
        return Count(number, "FRACTION_COUNT")
    return Count(number + 0.0, None)
