"""Reporting periods: every written form, and the Excel date trap (domain/inputs.md section 5.4).

A period is a start date and a length in months (1, 3 or 12). A valid period code always wins over
a period name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from chatmrpt.common.names import tidy

EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2099
_SERIAL_ZERO: Final = dt.date(1899, 12, 30)
_MONTH_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTHS: Final = {
    spelling: number
    for number, name in enumerate(_MONTH_NAMES, start=1)
    for spelling in (name, name[:3], *(("sept",) if number == 9 else ()))
}
_MONTH_WORD: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NAME_YEAR: Final = re.compile(rf"({_MONTH_WORD})\.?[\s\-/,_']*(\d{{4}}|\d{{2}})")
_YEAR_NAME: Final = re.compile(rf"(\d{{4}})[\s\-/,_]*({_MONTH_WORD})\.?")
_DAY_NAME_YEAR: Final = re.compile(rf"(\d{{1,2}})[\s\-/]+({_MONTH_WORD})\.?[\s\-/,]+(\d{{4}})")
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t][\d:.]+z?)?")
_YEAR_MONTH: Final = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-/. ](\d{4})")
_DAY_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ t][\d:.]+z?)?")
_QUARTER: Final = re.compile(r"(\d{4})[\s\-_]*q([1-4])|q([1-4])[\s\-_]*(\d{4})")
_WEEK: Final = re.compile(r"\d{4}[\s\-_]*w(?:eek)?[\s\-_]*\d{1,2}|w(?:eek)?[\s\-_]*\d{1,2}.*\d{4}")
_DIGITS: Final = re.compile(r"\d+(?:\.0*)?")


class Period(NamedTuple):
    """A reporting period: first day, and length in months (1, 3 or 12)."""

    start: dt.date
    months: int

    @property
    def label(self) -> str:
        """``2024-01``, ``2024-Q1`` or ``2024``."""
        if self.months == 12:
            return f"{self.start.year}"
        if self.months == 3:
            return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        return f"{self.start.year}-{self.start.month:02d}"


def month(year: int, number: int) -> Period | None:
    """Return the month, or None when year or month is not plausible."""
    if EARLIEST_YEAR <= year <= LATEST_YEAR and 1 <= number <= 12:
        return Period(dt.date(year, number, 1), 1)
    return None


def year(number: int) -> Period | None:
    """Return the whole year, or None when it is not plausible."""
    if EARLIEST_YEAR <= number <= LATEST_YEAR:
        return Period(dt.date(number, 1, 1), 12)
    return None


def is_weekly(cell: object) -> bool:
    """Say whether the cell is a weekly code such as ``2024W05``; those are refused."""
    return bool(_WEEK.fullmatch(tidy(cell).casefold()))


def read_date(cell: object) -> dt.date | None:
    """Return the calendar date that a cell holds, or None when it holds none.

    True dates, ISO text and Excel serials (45292 is 1 January 2024) are dates; ``Jan 2024`` and
    ``202401`` are not.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = tidy(cell).casefold()
    found = _ISO.fullmatch(text)
    if found:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found:
        return _date(int(found[3]), int(found[2]), int(found[1]))
    found = _DAY_NAME_YEAR.fullmatch(text)
    if found:
        return _date(int(found[3]), _MONTHS[found[2]], int(found[1]))
    if _DIGITS.fullmatch(text) and len(text.split(".")[0]) == 5:
        serial = _SERIAL_ZERO + dt.timedelta(days=int(float(text)))
        return serial if EARLIEST_YEAR <= serial.year <= LATEST_YEAR else None
    return None


def read_period(cell: object) -> Period | None:
    """Read a period name or a period code, in any accepted form.

    Parameters
    ----------
    cell : ``January 2024``, ``Jan 2024``, ``Jan-24``, ``202401``, ``20240101``, ``2024-01``, an
        ISO date, a true date, an Excel serial, ``2024``, ``2024.0``, ``2024Q1``.

    Returns
    -------
    Period or None
        None for anything else, also for weekly codes (`is_weekly`) and years before 2000.
    """
    day = read_date(cell)
    if day is not None:
        return month(day.year, day.month)
    text = tidy(cell).casefold()
    if _DIGITS.fullmatch(text):
        return _from_digits(text.split(".")[0])
    found = _NAME_YEAR.fullmatch(text)
    if found:
        return month(_full_year(found[2]), _MONTHS[found[1]])
    found = _YEAR_NAME.fullmatch(text)
    if found:
        return month(int(found[1]), _MONTHS[found[2]])
    found = _QUARTER.fullmatch(text)
    if found:
        number, quarter = int(found[1] or found[4]), int(found[2] or found[3])
        first = month(number, 3 * quarter - 2)
        return Period(first.start, 3) if first else None
    found = _YEAR_MONTH.fullmatch(text)
    if found:
        return month(int(found[1]), int(found[2]))
    found = _MONTH_YEAR.fullmatch(text)
    if found:
        return month(int(found[2]), int(found[1]))
    return None


def read_month_number(cell: object) -> int | None:
    """Return 1 to 12 for a month alone (``January``, ``1``), or None."""
    text = tidy(cell).casefold().rstrip(".")
    if text in _MONTHS:
        return _MONTHS[text]
    if _DIGITS.fullmatch(text):
        number = int(float(text))
        return number if 1 <= number <= 12 else None
    return None


def trapped_year(days: Iterable[dt.date], today: dt.date) -> int | None:
    """Return the year hidden in the day of the month, when a column fell into the date trap.

    ``Jan-24`` typed into a sheet and opened in 2025 becomes 24 January 2025. The column shows it
    when all dates share day and year, months vary, and 20dd is a plausible data year that differs
    from the year of the cells.

    Parameters
    ----------
    days : the distinct dates of the column.
    today : the present day; a later year is not plausible.

    Returns
    -------
    int or None
        The proposed year; it must be confirmed by a person, since there is no code to prove it.
    """
    found = set(days)
    if len({(d.year, d.day) for d in found}) != 1 or len({d.month for d in found}) < 2:
        return None
    day = next(iter(found))
    proposed = 2000 + day.day
    return proposed if proposed <= today.year and proposed != day.year else None


def _from_digits(digits: str) -> Period | None:
    if len(digits) == 4:
        return year(int(digits))
    if len(digits) == 6:
        return month(int(digits[:4]), int(digits[4:]))
    if len(digits) == 8:
        day = _date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return month(day.year, day.month) if day else None
    return None


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year_: int, month_: int, day: int) -> dt.date | None:
    try:
        return dt.date(year_, month_, day)
    except ValueError:
        return None


def month_after(last: dt.date | None) -> dt.date | None:
    """Return the first day after the last month used; None = no end."""
    if last is None:
        return None
    return dt.date(last.year + last.month // 12, last.month % 12 + 1, 1)
