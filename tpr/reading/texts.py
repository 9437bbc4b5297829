"""Text columns: one per field, copies of a header coalesced (inputs.md section 6.4, rule 2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from chatmrpt.common.names import tidy
from tpr.domain import fields, questions
from tpr.domain.mapping import FieldMap
from tpr.domain.questions import Answers, Choice, Question
from tpr.reading.columnar import Coded, Mask
from tpr.reading.issue_log import IssueLog


def text_columns(
    columns: dict[int, Coded], mapping: FieldMap, first_row: int, answers: Answers, log: IssueLog
) -> dict[str, Coded]:
    """Return one column per text field.

    Parameters
    ----------
    columns : position to coded column.
    first_row : 1-based row of the sheet of row 0.

    Returns
    -------
    dict of field to column
        Copies that are equal or blank are coalesced and listed; copies with different texts are
        asked about.
    """
    result: dict[str, Coded] = {}
    for name in fields.TEXTS:
        positions = mapping.used.get(name, ())
        if not positions:
            continue
        column = columns[positions[0]]
        for position in positions[1:]:
            column = _one(name, column, columns[position], positions, mapping, first_row,
                          answers, log)  # fmt: skip
        result[name] = column
    return result


def _one(
    name: str,
    first: Coded,
    second: Coded,
    positions: tuple[int, ...],
    mapping: FieldMap,
    first_row: int,
    answers: Answers,
    log: IssueLog,
) -> Coded:
    header = mapping.columns[positions[0]].header
    rows = np.flatnonzero(_differ(first, second))
    action = "the copies are equal or one is blank: one kept"
    answer: str | None = "first"
    if rows.size:
        row = int(rows[0])
        answer = answers.ask(
            Question(
                questions.copies_code(positions[0] + 1),
                f"In {rows.size:,} rows the copies of '{header}' hold different texts, such as "
                f"'{tidy(first.cell(row))}' and '{tidy(second.cell(row))}' in row "
                f"{row + first_row:,}. Keep the first, or keep the second?",
                (Choice("first", "Keep the first"), Choice("second", "Keep the second")),
                None,
                {
                    "header": header,
                    "rows": int(rows.size),
                    "examples": [int(r) + first_row for r in rows[:5]],
                },
            )
        )
        action = f"{rows.size:,} rows differ: the {answer or 'first'} was kept"
    log.add(
        "DUPLICATE_HEADER_COMBINED",
        column=header,
        value=f"{len(positions)} columns of {fields.words(name)}",
        action=action,
        count=len(positions),
    )
    return _coalesce(second, first) if answer == "second" else _coalesce(first, second)


def _coalesce(first: Coded, second: Coded) -> Coded:
    """Fill blanks of the first copy from the second."""
    blank = first.where(lambda value: _folded(value) == "")
    codes = np.where(blank, second.codes + len(first.values), first.codes).astype(np.int32)
    return Coded(codes, [*first.values, *second.values])


def _differ(first: Coded, second: Coded) -> Mask:
    """Rows in which both copies are filled and their texts differ."""
    number: dict[str, int] = {"": 0}
    ids = [
        np.array([number.setdefault(_folded(v), len(number)) for v in copy.values], dtype=np.int64)
        for copy in (first, second)
    ]
    left, right = ids[0][first.codes], ids[1][second.codes]
    differs: Mask = (left != right) & (left != 0) & (right != 0)
    return differs


def _folded(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(value).casefold()
