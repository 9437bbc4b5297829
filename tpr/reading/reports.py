"""One row per facility and period: duplicates settled, pairs checked (inputs.md 6.6 and 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tpr.domain import fields
from tpr.domain.copies import Counts
from tpr.domain.duplicates import (
    FIRST,
    FULLER,
    IDENTICAL,
    LAST,
    MERGED,
    WAYS,
    Cells,
    Kept,
    keep_one,
)
from tpr.domain.mapping import FieldMap
from tpr.domain.pair_columns import check_pair
from tpr.domain.questions import DUPLICATES, Answers, Choice, Question
from tpr.reading.columnar import Mask
from tpr.reading.counting import Locate
from tpr.reading.issue_log import IssueLog

Rows = npt.NDArray[np.intp]

_CODES = {
    IDENTICAL: ("DUPLICATE_IDENTICAL", "one kept"),
    MERGED: ("DUPLICATE_MERGED", "merged into row {row}"),
    FULLER: ("DUPLICATE_CONFLICT", "row {row} kept: more filled test cells, or the first"),
    FIRST: ("DUPLICATE_CONFLICT", "row {row} kept: the first, as decided"),
    LAST: ("DUPLICATE_CONFLICT", "row {row} kept: the last, as decided"),
}
_LABELS = {
    FULLER: "Keep the row with more filled test cells (the first of equals)",
    FIRST: "Keep the row that stands first",
    LAST: "Keep the row that stands last",
}
_SHOWN = 5


def settle_duplicates(
    key: npt.NDArray[np.int64],
    counts: dict[str, Counts],
    used: Mask,
    locate: Locate,
    answers: Answers,
    log: IssueLog,
) -> Mask:
    """Keep one row per facility-period; which of rows with different figures is asked.

    Parameters
    ----------
    key : array (n_rows,), one number per facility and period.
    counts : figures per field; a merged row gets its figures in place.
    used : array (n_rows,), rows that take part.

    Returns
    -------
    array (n_rows,) of bool
        Rows that stay.
    """
    rows = np.flatnonzero(used)
    order = rows[np.argsort(key[rows], kind="stable")]
    same = key[order][1:] == key[order][:-1]
    kept = used.copy()
    if not same.any():
        return kept
    names = [name for name in fields.STORED_COUNTS if name in counts]
    tests = sum(name in fields.TEST_FIELDS for name in names)
    starts = np.flatnonzero(~np.concatenate(([False], same)))
    ends = np.append(starts[1:], len(order))
    settled: list[tuple[Rows, list[Cells], Kept]] = []
    for start, end in zip(starts, ends, strict=True):
        if end - start < 2:
            continue
        group = order[start:end]
        figures = [
            tuple(None if np.isnan(v := counts[name][row]) else float(v) for name in names)
            for row in group
        ]
        settled.append((group, figures, keep_one(figures, tests)))
    unlike = [item for item in settled if item[2].how == FULLER]
    way = _ask_way(unlike, names, locate, answers) if unlike else FULLER
    for group, figures, found in settled:
        result = keep_one(figures, tests, way) if found.how == FULLER and way != FULLER else found
        stays = int(group[result.row])
        kept[group] = False
        kept[stays] = True
        if result.how == MERGED:
            for name, value in zip(names, result.cells, strict=True):
                counts[name][stays] = np.nan if value is None else value
        code, action = _CODES[result.how]
        for row in group:
            if row != stays:
                where = locate(int(row))
                log.add(code, **where._asdict(), action=action.format(row=locate(stays).row))
    return kept


def _ask_way(
    unlike: list[tuple[Rows, list[Cells], Kept]],
    names: list[str],
    locate: Locate,
    answers: Answers,
) -> str:
    """Ask which of rows with different figures stays, with the first of them to look at."""
    answer = answers.ask(
        Question(
            DUPLICATES,
            f"{len(unlike):,} facility-month{'s' * (len(unlike) > 1)} "
            f"{'appear' if len(unlike) > 1 else 'appears'} twice with different figures. "
            "Which row counts?",
            tuple(Choice(way, _LABELS[way]) for way in WAYS),
            FULLER,
            {
                "facility_periods": len(unlike),
                "shown": [_difference(item, names, locate) for item in unlike[:_SHOWN]],
            },
            safe=True,
        )
    )
    return answer or FULLER


def _difference(item: tuple[Rows, list[Cells], Kept], names: list[str], locate: Locate) -> str:
    """``rows 12 and 40, Ajanaku PHC, Ajanaku, 2024-03: tested RDT under 5 years 30 / 15``."""
    group, figures, _ = item
    where = locate(int(group[0]))
    unlike = [
        f"{fields.words(name)} {' / '.join(_shown(np.nan if v is None else v) for v in column)}"
        for name, column in zip(names, zip(*figures, strict=True), strict=True)
        if len(set(column)) > 1
    ]
    place = ", ".join(part for part in (where.facility, where.ward, where.period) if part)
    rows = " and ".join(f"{locate(int(row)).row:,}" for row in group)
    more = f" and {len(unlike) - 3} more" if len(unlike) > 3 else ""
    return f"rows {rows}, {place}: {'; '.join(unlike[:3])}{more}"


def check_pairs(
    counts: dict[str, Counts], kept: Mask, mapping: FieldMap, locate: Locate, log: IssueLog
) -> dict[str, int]:
    """List cells whose tested and positive do not fit; nothing is changed.

    Returns
    -------
    dict
        Cells per kind of remark, with the tests and positives of exceeding cells.
    """
    totals = {"exceeding_tested": 0, "exceeding_positive": 0}
    for method in fields.METHODS:
        for group in fields.GROUPS:
            tested, positive = f"tested_{method}_{group}", f"positive_{method}_{group}"
            if tested not in counts or positive not in counts:
                continue
            t = np.where(kept, counts[tested], np.nan)
            p = np.where(kept, counts[positive], np.nan)
            found = check_pair(t, p)
            totals["exceeding_tested"] += int(np.nansum(t[found.above]))
            totals["exceeding_positive"] += int(np.nansum(p[found.above]))
            words = f"{method} {group}"
            for code, rows, action in (
                ("POSITIVE_ABOVE_TESTED", found.above, "kept; left out unless chosen otherwise"),
                ("POSITIVE_WITHOUT_TESTED", found.without_tested, "not used"),
                ("TESTED_WITHOUT_RESULT", found.without_result, "not used, not zero positives"),
            ):
                _list(code, rows, t, p, words, action, locate, log)
    return totals


def _list(
    code: str,
    rows: npt.NDArray[np.intp],
    tested: Counts,
    positive: Counts,
    column: str,
    action: str,
    locate: Locate,
    log: IssueLog,
) -> None:
    listed = rows[: log.room(code)]
    for row in listed:
        where: dict[str, Any] = locate(int(row))._asdict()
        value = f"{_shown(positive[row])} of {_shown(tested[row])}"
        log.add(code, **where, column=column, value=value, action=action)
    log.add_unlisted(code, len(rows) - len(listed))


def _shown(value: float) -> str:
    return "blank" if np.isnan(value) else f"{value:,.10g}"
