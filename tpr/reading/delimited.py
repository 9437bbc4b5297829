"""Text tables: encoding and delimiter by content (domain/inputs.md section 6.2)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from tpr.domain.verdict import Refused, refuse_wide_pivot
from tpr.reading.limits import Limits

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLED: Final = 50
_SHOWN_COLUMNS: Final = 20_000  # a hostile header is not searched further
_SEP_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

csv.field_size_limit(1 << 28)  # a hostile 1 MB cell is cut later, not a crash


class TextTable:
    """A delimited text, read again for each pass; it is its own only sheet."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.name = name
        self.hidden = False
        self._text, self.encoding, self.had_nul = decode(path.read_bytes())
        found = _SEP_LINE.match(self._text)
        self.delimiter = found[1] if found else find_delimiter(self._text)
        self.rows = self._text.count("\n") + 1
        widest = max(islice(self.iterate(), _SAMPLED), key=len, default=[])
        width = self.columns = len(widest)
        if width > limits.columns:
            refuse_wide_pivot(widest[:_SHOWN_COLUMNS])
        if width > limits.columns or self.rows > limits.rows:
            raise Refused(
                "TOO_MANY_CELLS",
                f"The table has {width:,} columns and about {self.rows:,} rows; at most "
                f"{limits.columns:,} columns and {limits.rows:,} rows are read. "
                "Please send one state per file, with the columns of the standard export.",
                {"rows": self.rows, "columns": width},
            )

    def iterate(self) -> Iterator[list[str]]:
        return csv.reader(io.StringIO(self._text, newline=""), delimiter=self.delimiter)

    def sheet_count(self) -> int:
        return 1

    def load(self, index: int) -> TextTable:
        return self


def decode(data: bytes) -> tuple[str, str, bool]:
    """Return text, encoding and whether NUL characters were removed.

    Order: byte-order mark, strict UTF-8, UTF-16 by its zero bytes, Windows-1252, Latin-1.
    """
    text, encoding = _decode(data)
    had_nul = "\0" in text
    return (text.replace("\0", "") if had_nul else text), encoding, had_nul


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    zeros_odd, zeros_even = data[1:4096:2].count(0), data[0:4096:2].count(0)
    if max(zeros_odd, zeros_even) > 0.8 * min(len(data), 4096) / 2:
        encoding = "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
        return data.decode(encoding, errors="replace"), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def find_delimiter(text: str) -> str:
    """Return the delimiter that splits the first lines into most, and equally many, fields."""
    head = "".join(islice(io.StringIO(text, newline=""), _SAMPLED))
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [
            len(row)
            for row in islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), 50)
            if row
        ]
        if not widths:
            continue
        usual = max(set(widths), key=widths.count)
        score = (usual - 1) * widths.count(usual) / len(widths)
        if score > best_score:
            best, best_score = delimiter, score
    return best
