"""From raw period columns to a period per row (domain/inputs.md section 5.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from chatmrpt.common.names import tidy
from tpr.domain import periods, questions
from tpr.domain.periods import Period
from tpr.domain.questions import Answers, Choice, Question
from tpr.reading.columnar import Coded, Mask, distinct
from tpr.reading.issue_log import IssueLog

_COLUMNS = ("period_name", "period_code", "period_month", "period_year")
_SIZES = {1: "month", 3: "quarter", 12: "year"}


class Timing(NamedTuple):
    """Periods of a file.

    Attributes
    ----------
    periods : distinct periods, in order of time; empty when the file has none.
    of_row : array (n_rows,), position in `periods`, or -1.
    out : issue code per row that cannot be used, by code.
    granularity : ``month``, ``quarter``, ``year`` or None.
    """

    periods: list[Period]
    of_row: npt.NDArray[np.intp]
    out: dict[str, Mask]
    granularity: str | None


def read_periods(
    columns: Mapping[str, Coded],
    n_rows: int,
    considered: Mask,
    today: dt.date,
    answers: Answers,
    log: IssueLog,
) -> Timing:
    """Decide the period of every row.

    Parameters
    ----------
    columns : field to coded column.
    considered : array (n_rows,), rows that are reports; only they are remarked on.
    today : the present day; later periods are not used.
    """
    present = [name for name in _COLUMNS if name in columns]
    if not present:
        log.add("PERIOD_MISSING", count=int(considered.sum()), action="read as one period")
        return Timing([], np.full(n_rows, -1), {}, None)
    first, of_row = distinct([columns[name].codes for name in present])
    used = np.bincount(of_row[considered], minlength=len(first)) > 0
    cells = [{name: columns[name].cell(row) for name in present} for row in first]
    decided = _decide(cells, used, today, answers, log)
    sizes = sorted({p.months for p, u in zip(decided, used, strict=True) if p and u})
    kept_size = _one_size(sizes, decided, of_row, considered, answers)
    known = sorted({p for p in decided if p is not None})
    place = {period: i for i, period in enumerate(known)}
    index = np.array([place[p] if p is not None else -1 for p in decided], dtype=np.intp)
    weekly = np.array([_is_weekly(cell) for cell in cells], dtype=bool)
    late = np.array([p is not None and p.start > today for p in decided], dtype=bool)
    other = np.array(
        [p is not None and kept_size is not None and p.months != kept_size for p in decided],
        dtype=bool,
    )
    unread = np.array([p is None for p in decided], dtype=bool) & ~weekly
    reasons = {
        "PERIOD_WEEKLY": weekly,
        "PERIOD_UNREADABLE": unread,
        "PERIOD_FUTURE": late,
        "PERIOD_MIXED": other & ~late,
    }
    out = {code: flags[of_row] for code, flags in reasons.items() if flags.any()}
    size = kept_size if kept_size is not None else (sizes[0] if sizes else None)
    if size == 12:
        log.add("PERIODS_ANNUAL", count=int(considered.sum()), action="read as whole years")
    return Timing(known, index[of_row], out, _SIZES.get(size) if size else None)


def _decide(
    cells: list[dict[str, Any]],
    used: npt.NDArray[np.bool_],
    today: dt.date,
    answers: Answers,
    log: IssueLog,
) -> list[Period | None]:
    by_code = [_from_code(cell) for cell in cells]
    by_name = [_from_name(cell) for cell in cells]
    without_code = [i for i, p in enumerate(by_code) if p is None and used[i]]
    days = [periods.read_date(cells[i].get("period_name")) for i in without_code]
    shift: int | None = None
    if without_code and all(day is not None for day in days):
        shift = periods.trapped_year([day for day in days if day is not None], today)
    if shift is not None:
        shift = _ask_trap(shift, str(days[0]), answers, log)
    differing = 0
    example = ""
    result: list[Period | None] = []
    for code, name, cell in zip(by_code, by_name, cells, strict=True):
        if code is not None:
            if name is not None and name != code:
                differing += 1
                example = example or f"{tidy(cell.get('period_name'))} / {code.label}"
            result.append(code)
        elif name is not None and shift is not None:
            result.append(periods.month(shift, name.start.month))
        else:
            result.append(name)
    if differing:
        log.add(
            "PERIOD_CODE_USED",
            count=differing,
            column="periodname",
            value=example,
            action="the period code was used",
        )
    return result


def _from_code(cell: dict[str, Any]) -> Period | None:
    if "period_code" in cell:
        return periods.read_period(cell["period_code"])
    year = periods.read_period(cell.get("period_year"))
    if year is None or year.months != 12:
        return year
    month = periods.read_month_number(cell.get("period_month"))
    return periods.month(year.start.year, month) if month is not None else year


def _from_name(cell: dict[str, Any]) -> Period | None:
    return periods.read_period(cell.get("period_name", cell.get("period_month")))


def _is_weekly(cell: dict[str, Any]) -> bool:
    return any(periods.is_weekly(value) for value in cell.values())


def _ask_trap(year: int, example: str, answers: Answers, log: IssueLog) -> int | None:
    question = Question(
        questions.DATE_TRAP,
        f"All dates look like {example}. A spreadsheet may have turned 'Jan-{year % 100:02d}' into "
        f"a day of another year. Do the figures belong to {year}?",
        (
            Choice("decode", f"Yes: the month of the date, in {year}"),
            Choice("as_written", "No: take the dates as written"),
        ),
        "decode",
        {"example": example, "year": year},
    )
    if answers.ask(question) != "decode":
        return None
    log.add("DATE_TRAP_DECIDED", value=example, action=f"read as months of {year}")
    return year


def _one_size(
    sizes: list[int],
    decided: list[Period | None],
    of_row: npt.NDArray[np.intp],
    considered: Mask,
    answers: Answers,
) -> int | None:
    """Return the length to keep when a file mixes months, quarters and years."""
    if len(sizes) < 2:
        return None
    rows = np.bincount(of_row[considered], minlength=len(decided))
    share = {
        size: int(sum(rows[i] for i, p in enumerate(decided) if p and p.months == size))
        for size in sizes
    }
    question = Question(
        questions.PERIOD_MIXED,
        "The file mixes periods of different length: "
        + ", ".join(f"{share[size]:,} rows by {_SIZES[size]}" for size in sizes)
        + ". Adding them would count the same tests twice. Which are to be used?",
        tuple(Choice(_SIZES[size], f"Rows by {_SIZES[size]}") for size in sizes),
        None,
        {"rows": {_SIZES[size]: share[size] for size in sizes}},
    )
    answer = answers.ask(question)
    return next((size for size in sizes if _SIZES[size] == answer), None)
