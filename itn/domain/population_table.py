"""Reading a ward population table: which column is what, and what each cell says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chatmrpt.common.errors import InvalidInput

CODE_NAMES = ("wardcode", "wardpcode", "wardid", "id", "code")
STATE_NAMES = ("state", "statename", "adm1name", "adm1en")
LGA_NAMES = ("lga", "lganame", "adm2name", "adm2en")
WARD_NAMES = ("ward", "wardname", "adm3name", "adm3en")
PERSONS_NAMES = (
    "population", "wardpopulation", "totalpopulation", "populationtotal", "persons", "pop",
    "totalpop", "poptotal", "total", "tttotal",
)  # fmt: skip
_YEARED = re.compile(r"^(?:total|ward)?pop(?:ulation)?(?P<year>(?:19|20)\d\d)$")


@dataclass(frozen=True, slots=True)
class PopulationColumns:
    """Column names of the file; None where the file has no such column."""

    persons: str
    code: str | None
    state: str | None
    lga: str | None
    ward: str | None

    @property
    def has_names(self) -> bool:
        return self.lga is not None and self.ward is not None


def _bare(column: str) -> str:
    return re.sub(r"[^a-z0-9]", "", column.casefold())


def _find(columns: Sequence[str], names: Sequence[str]) -> str | None:
    by_bare: dict[str, str] = {}
    for column in columns:
        by_bare.setdefault(_bare(column), column)
    return next((by_bare[name] for name in names if name in by_bare), None)


def population_columns(
    columns: Sequence[str], year: int, chosen: dict[str, str | None] | None = None
) -> PopulationColumns:
    """Recognise the columns of a population table by their names.

    Parameters
    ----------
    columns : header cells as written.
    year : the year asked for; it picks among columns such as `population_2020`.
    chosen : columns named by the person (`code`, `state`, `lga`, `ward`, `persons`).

    Raises
    ------
    InvalidInput : `COLUMN_MISSING`, `NO_POPULATION_COLUMN`, `NO_WARD_COLUMN`, saying what is there.
    """
    named = {what: column for what, column in (chosen or {}).items() if column}
    for what, column in named.items():
        if column not in columns:
            raise InvalidInput(
                "COLUMN_MISSING",
                f"The file has no column '{column}' for {what}. Its columns are: "
                f"{', '.join(columns)}.",
                {"column": column, "what": what, "columns": list(columns)},
            )
    persons = named.get("persons") or _find(columns, PERSONS_NAMES) or _yeared(columns, year)
    if persons is None:
        raise InvalidInput(
            "NO_POPULATION_COLUMN",
            "No population column was found (looked for population, persons, pop, total). "
            f"The columns are: {', '.join(columns)}. Name it with --population-field.",
            {"columns": list(columns)},
        )
    found = PopulationColumns(
        persons=persons,
        code=named.get("code") or _find(columns, CODE_NAMES),
        state=named.get("state") or _find(columns, STATE_NAMES),
        lga=named.get("lga") or _find(columns, LGA_NAMES),
        ward=named.get("ward") or _find(columns, WARD_NAMES),
    )
    if found.code is None and not (found.has_names and found.state):
        raise InvalidInput(
            "NO_WARD_COLUMN",
            "The rows cannot be joined to wards: neither a ward code column (wardcode, ID) nor "
            f"state, LGA and ward columns were found. The columns are: {', '.join(columns)}. "
            "Name them with --code-field, or --state-field, --lga-field and --ward-field.",
            {"columns": list(columns)},
        )
    return found


def _yeared(columns: Sequence[str], year: int) -> str | None:
    """Return the column of that year; the only one if there is just one; else None."""
    years = {match["year"]: column for column in columns if (match := _YEARED.match(_bare(column)))}
    if str(year) in years:
        return years[str(year)]
    return next(iter(years.values())) if len(years) == 1 else None


def persons_in(value: str | float | None) -> Decimal | None:
    """Return the persons of a cell: None for blank; zero is a figure.

    Raises
    ------
    ValueError : for text that is no number, and for numbers below zero.
    """
    if value is None:
        return None
    text = (repr(value) if isinstance(value, float) else str(value)).strip()
    if text.casefold() in ("", "na", "n/a", "nan", "null", "none", "-"):
        return None
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"'{text}' is not a number") from None
    if not number.is_finite() or number < 0:
        raise ValueError(f"{text} is not a number of persons")
    return number


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """One row of the file with a figure; `number` counts from 2, below the header."""

    number: int
    code: str
    state: str
    lga: str
    ward: str
    persons: Decimal

    @property
    def label(self) -> str:
        names = ", ".join(part for part in (self.ward, self.lga, self.state) if part)
        return f"{self.code} {names}".strip()


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be used, with the reason in words."""

    number: int
    label: str
    reason: str


def population_rows(
    rows: Iterable[dict[str, str | float | None]], columns: PopulationColumns
) -> tuple[list[PopulationRow], list[RejectedRow]]:
    """Split a table into rows with a figure and rows without a usable one (blank or wrong)."""
    good: list[PopulationRow] = []
    bad: list[RejectedRow] = []
    for number, cells in enumerate(rows, start=2):

        def text(column: str | None, cells: dict[str, str | float | None] = cells) -> str:
            value = cells.get(column) if column else None
            if isinstance(value, float) and value.is_integer():
                return str(int(value))
            return "" if value is None else str(value).strip()

        row = PopulationRow(
            number,
            text(columns.code),
            text(columns.state),
            text(columns.lga),
            text(columns.ward),
            Decimal(0),
        )
        try:
            persons = persons_in(cells.get(columns.persons))
        except ValueError as error:
            bad.append(RejectedRow(number, row.label, str(error)))
            continue
        if persons is None:
            bad.append(RejectedRow(number, row.label, "no figure"))
            continue
        good.append(PopulationRow(number, row.code, row.state, row.lga, row.ward, persons))
    return good, bad
