"""CSV that Excel opens rightly: UTF-8 with BOM, CRLF, and no cell that runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BOM = "\ufeff"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def printable(value: str) -> str:
    """Return the text without the control characters that XML, and so no workbook or SVG, holds."""
    return NOT_XML.sub("", value)


def safe_text(value: str) -> str:
    """Prefix text that a spreadsheet would run as a formula with an apostrophe."""
    value = printable(value)
    return "'" + value if value.startswith(FORMULA_STARTS) else value


def number(value: float | int | None) -> str:
    """Format with full precision (shortest text that reads back the same); empty when null."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(float(value))


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, list | tuple):
        return safe_text(";".join(str(item) for item in value))
    return safe_text(str(value))


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, bom: bool = True) -> str:
    """Return the rows as CSV text with exactly `columns`, in that order."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
    return (BOM if bom else "") + buffer.getvalue()
