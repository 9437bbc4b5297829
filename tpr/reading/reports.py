"""One row per facility and period: duplicates settled, pairs checked (inputs.md 6.6 and 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tpr.domain import fields
from tpr.domain.copies import Counts
from tpr.domain.duplicates import FULLER, IDENTICAL, MERGED, keep_one
from tpr.domain.mapping import FieldMap
from tpr.domain.pair_columns import check_pair
from tpr.reading.columnar import Mask
from tpr.reading.counting import Locate
from tpr.reading.issue_log import IssueLog

_CODES = {
    IDENTICAL: ("DUPLICATE_IDENTICAL", "one kept"),
    MERGED: ("DUPLICATE_MERGED", "merged into row {row}"),
    FULLER: ("DUPLICATE_CONFLICT", "row {row} kept: more filled test cells, or the first"),
}


def settle_duplicates(
    key: npt.NDArray[np.int64],
    counts: dict[str, Counts],
    used: Mask,
    locate: Locate,
    log: IssueLog,
) -> Mask:
    """Keep one row per facility-period.

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
    for start, end in zip(starts, ends, strict=True):
        if end - start < 2:
            continue
        group = order[start:end]
        figures = [
            tuple(None if np.isnan(v := counts[name][row]) else float(v) for name in names)
            for row in group
        ]
        result = keep_one(figures, tests)
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
