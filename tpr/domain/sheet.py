"""Which sheet holds the data, and in which row its headers stand (domain/inputs.md section 8)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from chatmrpt.common.names import tidy
from tpr.domain import fields
from tpr.domain.columns import UNSURE, by_header

SEARCHED_ROWS: Final = 25
_PREFERRED_NAMES: Final = ("raw", "data", "sheet1")
_CLOSE: Final = 0.9
# A second header line counts only when it makes more of the columns readable.
_JOIN_GAIN: Final = 1.0


class Header(NamedTuple):
    """The header of a sheet.

    Attributes
    ----------
    row : 0-based index of the (lower) header row.
    lines : 1, or 2 when the line above completes it.
    score : sum of the column scores.
    names : the headers, joined when they stand in two lines.
    """

    row: int
    lines: int
    score: float
    names: tuple[str, ...]


class SheetHead(NamedTuple):
    """What is known of a sheet before it is read: name, rows, and its first rows."""

    name: str
    hidden: bool
    data_rows: int
    header: Header | None

    @property
    def score(self) -> float:
        if self.header is None or self.data_rows < 1:
            return 0.0
        return self.header.score * math.log(1 + self.data_rows)


def find_header(rows: Sequence[Sequence[object]]) -> Header | None:
    """Find the header row among the first 25 rows.

    Parameters
    ----------
    rows : the first rows of the sheet, cells as read.

    Returns
    -------
    Header or None
        The row with the highest sum of column scores, the upper one of equals; None when no row
        has a single recognisable header.
    """
    best: Header | None = None
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        names = tuple(_text(cell) for cell in row)
        score = _score(names)
        if score >= UNSURE and (best is None or score > best.score):
            best = Header(index, 1, score, names)
    if best is not None and best.row > 0:
        return _with_line_above(best, rows[best.row - 1])
    if best is not None and best.row + 1 < len(rows):
        return _with_line_below(best, rows[best.row + 1])
    return best


def choose_sheet(heads: Sequence[SheetHead]) -> list[int]:
    """Return the indexes of the sheets that may hold the data, the best first.

    More than one means that the scores do not decide; names break exact ties in the order raw,
    data, Sheet1.
    """
    ranked = sorted(
        range(len(heads)), key=lambda i: (-heads[i].score, _name_rank(heads[i].name), i)
    )
    if not ranked or heads[ranked[0]].score <= 0:
        return []
    first = heads[ranked[0]]
    close = [
        i
        for i in ranked[1:]
        if heads[i].score >= _CLOSE * first.score
        and _name_rank(heads[i].name) == _name_rank(first.name)
    ]
    return [ranked[0], *close]


def _name_rank(name: str) -> int:
    folded = tidy(name).casefold()
    return _PREFERRED_NAMES.index(folded) if folded in _PREFERRED_NAMES else len(_PREFERRED_NAMES)


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _score(names: Sequence[str]) -> float:
    total = 0.0
    for name in names:
        # A long text is a title or a remark, never a header.
        if name and len(name) <= 200:
            field, score, _ = by_header(name)
            if field is not None and field not in (fields.IGNORED, fields.RATIO):
                total += max(score, 0.0)
    return round(total, 6)


def _join(upper: Sequence[object], lower: Sequence[str]) -> tuple[str, ...]:
    """Join two header lines; a merged upper cell reaches to the next filled one."""
    names, last = [], ""
    for i, low in enumerate(lower):
        above = _text(upper[i]) if i < len(upper) else ""
        last = above or last
        names.append(f"{last} {low}".strip() if low else above)
    return tuple(names)


def _with_line_above(header: Header, upper: Sequence[object]) -> Header:
    names = _join(upper, header.names)
    score = _score(names)
    if score >= header.score + _JOIN_GAIN:
        return Header(header.row, 2, score, names)
    return header


def _with_line_below(header: Header, lower: Sequence[object]) -> Header:
    if not all(isinstance(cell, str) or cell is None for cell in lower):
        return header
    texts = tuple(_text(cell) for cell in lower)
    names = tuple(
        joined if not top or by_header(joined)[1] > by_header(top)[1] else top
        for joined, top in zip(
            _join(header.names, texts + ("",) * (len(header.names) - len(texts))),
            header.names,
            strict=False,
        )
    )
    score = _score(names)
    if score >= header.score + _JOIN_GAIN:
        return Header(header.row + 1, 2, score, names)
    return header
