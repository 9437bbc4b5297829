"""The real extent of a worksheet, found while its XML streams by.

The declared ``<dimension>`` is not believed. The fast pass reads the references of cells; where a
sheet is written in an unusual way, or the fast extent is too large, an exact pass with expat
decides, in which empty (only formatted) cells do not count, as they do not for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple
from xml.parsers import expat

_REFERENCE: Final = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_CELL_STARTS: Final = (b"<c ", b"<c>", b"<c/", b"<c\t", b"<c\r", b"<c\n")
_FORMULA: Final = re.compile(rb"<f[ />]")
_REFERENCE_TEXT: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


class Extent(NamedTuple):
    """Last filled row and column (1-based) and the number of cells."""

    rows: int
    columns: int
    cells: int


class SheetExtent:
    """Collects the extent of one worksheet from chunks of its XML."""

    def __init__(self) -> None:
        self.formulas = 0
        self.doubtful = False
        self._rest = b""
        self._columns: set[bytes] = set()
        self._row = 0
        self._cells = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk; what stands after its last ``>`` waits for the next one."""
        data = self._rest + chunk
        cut = data.rfind(b">") + 1
        data, self._rest = data[:cut], data[cut:]
        if len(self._rest) > 1 << 22:
            self.doubtful, self._rest = True, b""
        found = _REFERENCE.findall(data)
        if len(found) != sum(map(data.count, _CELL_STARTS)):
            self.doubtful = True
        if found:
            columns, rows = zip(*found, strict=True)
            self._columns.update(columns)
            largest = max(map(int, set(rows)))
            self._row = max(self._row, largest)
        self._cells += len(found)
        self.formulas += len(_FORMULA.findall(data)) if b"<f" in data else 0

    def extent(self) -> Extent:
        """Return the extent of the fast pass."""
        width = max((_column_number(c.decode()) for c in self._columns), default=0)
        return Extent(self._row, width, self._cells)

    def exact(self, chunks: Iterator[bytes]) -> Extent:
        """Return the extent of filled cells by a full parse.

        A sheet that is not well-formed gives what was found before the fault; the workbook reader
        then says that it is damaged.
        """
        counter = _CellCounter()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = counter.start
        # A damaged sheet is reported by the workbook reader in its own words.
        with suppress(expat.ExpatError):
            for chunk in chunks:
                parser.Parse(chunk)
        return Extent(counter.last_row, counter.last_column, counter.cells)


class _CellCounter:
    """Follows rows and cells, with or without references, as the specification numbers them."""

    def __init__(self) -> None:
        self.last_row = self.last_column = self.cells = 0
        self._row = self._column = 0
        self._pending = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdigit() and len(given) < 9 else self._row + 1
            self._column = 0
        elif tag == "c":
            found = _REFERENCE_TEXT.fullmatch(attributes.get("r", ""))
            if found:
                self._column = _column_number(found[1].upper())
                self._row = int(found[2])
            else:
                self._column += 1
            self._pending = True
        elif tag in ("v", "is", "f") and self._pending:
            self._pending = False
            self.cells += 1
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
