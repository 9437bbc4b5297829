"""Ward tables (population, covariates, lists): CSV or Excel as rows of text and numbers.

Text stays as written: ward codes keep their leading zeros, `NA` stays `NA` (Nasarawa's code); what
is a number, and what is missing, is for the caller to decide by column. Used by commands only.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.names import repair_mojibake

Cell = str | float | None
EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns in order, and a dictionary per row; blank cells are None."""

    columns: list[str]
    rows: list[dict[str, Cell]]


def read_table(path: Path) -> Table:
    """Read a CSV (any usual encoding and delimiter) or the first sheet of an Excel workbook.

    Raises
    ------
    InvalidInput : NO_FILE, EMPTY_TABLE (no header or no rows), DUPLICATE_COLUMN, UNREADABLE_TABLE.
    """
    path = Path(path)
    if not path.is_file():
        raise InvalidInput("NO_FILE", f"There is no file {path}.", {"file": str(path)})
    content = path.read_bytes()
    cells = _excel(content, path) if content.startswith(EXCEL) else _delimited(content)
    return _table(cells, path)


def csv_table(content: bytes, name: str) -> Table:
    """Read the bytes of a CSV that a person sends through a page.

    Raises
    ------
    InvalidInput : NOT_A_TABLE for an Excel workbook; EMPTY_TABLE, DUPLICATE_COLUMN,
    UNREADABLE_TABLE.
    """
    if content.startswith(EXCEL):
        raise InvalidInput(
            "NOT_A_TABLE",
            f"{name} is an Excel workbook. In Excel choose 'Save as', 'CSV UTF-8', and send that.",
            {"file": name},
        )
    return _table(_delimited(content), Path(name))


def decode(content: bytes) -> str:
    """Decode by BOM, then strict UTF-8, then Windows-1252, then Latin-1 (inputs.md §6.2)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return repair_mojibake(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _delimited(content: bytes) -> list[list[Cell]]:
    text = decode(content).replace("\0", "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise InvalidInput(
            "UNREADABLE_TABLE", f"The file could not be read as a table: {error}."
        ) from error


def _excel(content: bytes, path: Path) -> list[list[Cell]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise InvalidInput(
            "UNREADABLE_TABLE", f"{path.name} could not be read as a workbook: {error}."
        ) from error
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return float(value)
    return str(value)


def _table(cells: list[list[Cell]], path: Path) -> Table:
    filled = [row for row in cells if any(str(cell or "").strip() for cell in row)]
    if len(filled) < 2:
        raise InvalidInput(
            "EMPTY_TABLE", f"{path.name} has no header with rows below it.", {"file": path.name}
        )
    names = [str(cell or "").strip() for cell in filled[0]]
    columns = [name for name in names if name]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise InvalidInput(
            "DUPLICATE_COLUMN",
            f"{path.name} has the column {', '.join(twice)} more than once; which one counts "
            "cannot be known. Rename or remove one.",
            {"columns": twice},
        )
    rows = []
    for row in filled[1:]:
        values = dict.fromkeys(columns)
        for name, cell in zip(names, row, strict=False):
            if name:
                values[name] = cell.strip() or None if isinstance(cell, str) else cell
        rows.append(values)
    return Table(columns, rows)
