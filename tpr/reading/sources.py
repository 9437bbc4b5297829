"""Sheets as rows of cells, from a workbook or a text table; one face for both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

Row = list[Any]


class Sheet(Protocol):
    """One table of a file.

    Attributes
    ----------
    name : as in the file; for a text table the original file name.
    hidden : the sheet is not shown in the workbook.
    rows : rows in all, from the first row of the sheet, blank ones included.
    columns : width.
    """

    name: str
    hidden: bool
    rows: int
    columns: int

    def iterate(self) -> Iterator[Row]:
        """Yield every row from the first of the sheet; blank cells are "" or None."""
        ...


class Source(Protocol):
    """An opened file: its sheets, loaded one at a time."""

    def sheet_count(self) -> int: ...

    def load(self, index: int) -> Sheet: ...
