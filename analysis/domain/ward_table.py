"""Reading a table of wards: which column names the ward, which columns are numbers.

Plain Python on the cells of `chatmrpt.common.tables`. Source: `domain/risk.md` section 2 (missing
marks), contracts section 2 (`load_covariates`, `analysis_run --wards`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatmrpt.common.errors import InvalidInput

Cell = str | float | int | None
Row = Mapping[str, Cell]

MISSING = frozenset({"", "-", "..", "na", "n/a", "nan", "null", "none"})

_CODE = ("wardcode", "wardpcode", "wardid")
_STATE = ("state", "statename", "adm1name", "adm1en")
_LGA = ("lga", "lganame", "adm2name", "adm2en")
_WARD = ("ward", "wardname", "adm3name", "adm3en")
_IDENTIFIERS = frozenset({
    "x", "x1", "index", "id", "fid", "objectid", "unnamed0", "unnamed", "rowid", "code",
    "lgacode", "statecode", "countrycode", "countryco", "globalid", "serial", "sn", "no",
})  # fmt: skip
_PEOPLE = frozenset({"population", "pop", "totalpopulation", "persons", "totalpop"})


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """Names of the columns that say which ward a row is; None where there is no such column."""

    code: str | None
    state: str | None
    lga: str | None
    ward: str | None

    @property
    def all(self) -> frozenset[str]:
        """Every column that names a place."""
        return frozenset(c for c in (self.code, self.state, self.lga, self.ward) if c)


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers. `values` in row order, None = missing."""

    name: str
    values: tuple[float | None, ...]

    @property
    def missing(self) -> int:
        """How many cells are empty or say that nothing is known."""
        return sum(v is None for v in self.values)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table, sorted out. `skipped` maps a column to why it is no variable."""

    numbers: tuple[NumberColumn, ...]
    skipped: dict[str, str]

    def number(self, *names: str) -> NumberColumn | None:
        """Return the number column with one of these names, capitals ignored."""
        wanted = {n.casefold() for n in names}
        return next((c for c in self.numbers if c.name.casefold() in wanted), None)


def bare(column: str) -> str:
    """Return a column name without capitals, blanks and signs."""
    return re.sub(r"[^a-z0-9]", "", column.casefold())


def place_columns(columns: Sequence[str]) -> PlaceColumns:
    """Find the columns that name the ward, by exact usual names.

    Raises
    ------
    InvalidInput
        ``NO_WARD_COLUMN`` when neither a ward code nor a ward name is there.
    """
    by_bare: dict[str, str] = {}
    for column in columns:
        by_bare.setdefault(bare(column), column)

    def find(names: Sequence[str]) -> str | None:
        return next((by_bare[n] for n in names if n in by_bare), None)

    found = PlaceColumns(code=find(_CODE), state=find(_STATE), lga=find(_LGA), ward=find(_WARD))
    if found.code is None and found.ward is None:
        raise InvalidInput(
            "NO_WARD_COLUMN",
            "No column says which ward a row is (looked for ward_code, or ward with lga and "
            f"state). The columns are: {', '.join(columns) or 'none'}.",
            {"columns": list(columns)},
        )
    return found


def number_columns(columns: Sequence[str], rows: Sequence[Row], places: PlaceColumns) -> Columns:
    """Sort columns into numbers and the rest, with a reason for each that is no variable.

    A column is a number column when every cell that is not missing is a number; one word among
    numbers is reported with its row instead of being dropped without a sound.
    """
    numbers: list[NumberColumn] = []
    skipped: dict[str, str] = {}
    for column in columns:
        if column in places.all:
            continue
        plain = bare(column)
        if plain in _IDENTIFIERS:
            skipped[column] = "an identifier, not a measurement"
            continue
        values: list[float | None] = []
        wrong: tuple[int, Cell] | None = None
        for i, row in enumerate(rows):
            value, good = number(row.get(column))
            values.append(value)
            if not good and wrong is None:
                wrong = (i, row.get(column))
        known = sum(v is not None for v in values)
        if wrong is not None:
            if known * 2 > len(values):
                skipped[column] = f"not a number in row {wrong[0] + 2}: '{wrong[1]}'"
            else:
                skipped[column] = "text"
        elif known == 0:
            skipped[column] = "empty"
        else:
            numbers.append(NumberColumn(column, tuple(values)))
    return Columns(tuple(numbers), skipped)


def is_people(column: str) -> bool:
    """Whether a column counts people: need, never part of a score."""
    return bare(column) in _PEOPLE


def number(cell: Cell) -> tuple[float | None, bool]:
    """Return the cell's number (None = missing) and whether the cell could be read.

    Example
    -------
    >>> number(" 1,234.5 "), number("NA"), number("many")
    ((1234.5, True), (None, True), (None, False))
    """
    if cell is None:
        return None, True
    if isinstance(cell, int | float):
        value = float(cell)
        return (None, True) if value != value else (value, True)
    text = cell.strip()
    if text.casefold() in MISSING:
        return None, True
    try:
        value = float(text.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text)
                      else text)  # fmt: skip
    except ValueError:
        return None, False
    return (None, True) if value != value else (value, True)


def text(cell: Cell) -> str:
    """Return a cell as text; a whole number read as 27002.0 becomes ``27002``."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        if cell != cell:
            return ""
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip()
