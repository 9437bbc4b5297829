"""Turn a ward table (`analysis_run --wards`) into the stored inputs of a run without workflow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.domain.selection import Offer
from analysis.domain.variables import MALARIA_CODE, VariableSpec, bind
from analysis.domain.ward_table import (
    Columns,
    NumberColumn,
    PlaceColumns,
    Row,
    is_people,
    number_columns,
    place_columns,
    text,
)
from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.tables import read_table

_PERCENT = ("percent", "%")


@dataclass(frozen=True, slots=True)
class WardsFile:
    """A ward table as read.

    Parameters
    ----------
    wards : per row the place, its counts, population and urban share
    offers : variable columns beside the malaria indicator; `key` is the position in `columns`
    indicator : name, definition and values, or None
    notes : what the person should know about the reading
    """

    file_name: str
    sha256: str
    wards: list[dict[str, Any]]
    columns: list[NumberColumn]
    offers: list[Offer]
    undeclared: frozenset[str]
    indicator: dict[str, Any] | None
    notes: list[dict[str, Any]]


def read_wards_file(
    path: Path, *, profile: str, specs: tuple[VariableSpec, ...], tpr_unit: str = ""
) -> WardsFile:
    """Read one row per ward.

    Parameters
    ----------
    tpr_unit : "percent" or "share": answers what the numbers of a positivity column are

    Raises
    ------
    DomainError
        ``FILE_MISSING``, ``NO_WARD_COLUMN``, ``NO_WARDS``, ``DUPLICATE_WARD``, ``REVIEW_NEEDED``,
        ``INVALID_COUNT``.
    """
    if not path.is_file():
        raise InvalidInput("FILE_MISSING", f"There is no file {path}.", {"file": str(path)})
    table = read_table(path)
    places = place_columns(table.columns)
    rows = [r for r in table.rows if any(text(r.get(c)) for c in places.all)]
    columns = number_columns(table.columns, rows, places)
    if not rows:
        raise InvalidInput("NO_WARDS", f"{path.name} has no row with a ward.", {"file": path.name})
    notes: list[dict[str, Any]] = []
    for name, why in columns.skipped.items():
        if why not in ("text", "empty"):
            notes.append(_note("column_skipped", f"Column {name} is not used: {why}.", column=name))
    indicator, taken = _indicator(columns, profile, specs, tpr_unit, notes)
    wards = _wards(rows, places, columns, indicator)
    kept = [c for c in columns.numbers if c.name not in taken and not is_people(c.name)]
    offers = []
    for key, column in enumerate(kept):
        spec = bind(column.name, specs)
        offers.append(
            Offer(
                key, column.name, spec.code if spec else "",
                spec.direction if spec else "undecided",
            )
        )  # fmt: skip
    # A second positivity column, and the urban share, are offered but not used unless named.
    apart = frozenset(
        o.name for o in offers
        if (o.code == MALARIA_CODE and indicator is not None) or o.code == "urban_percentage"
    )  # fmt: skip
    if indicator is not None:
        first = next(iter(taken))
        names = [c.name for c in columns.numbers]
        before = names[: names.index(first)]
        indicator["position"] = sum(1 for c in kept if c.name in before and c.name not in apart)
    return WardsFile(
        file_name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        wards=wards,
        columns=kept,
        offers=offers,
        undeclared=apart,
        indicator=indicator,
        notes=notes,
    )


def _note(code: str, message: str, **facts: Any) -> dict[str, Any]:
    return {"code": code, "message": message, "facts": facts}


def _indicator(
    columns: Columns,
    profile: str,
    specs: tuple[VariableSpec, ...],
    tpr_unit: str,
    notes: list[dict[str, Any]],
) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return the malaria indicator and the columns it was made of, counts preferred."""
    for name, why in columns.skipped.items():
        if name.casefold() in ("tested", "positive", "tpr"):
            raise InvalidInput(
                "INVALID_COUNT",
                f"Column {name} cannot be used: {why}. Write numbers, and leave a cell empty where "
                "nothing was reported.",
                {"column": name},
            )
    tested, positive = columns.number("tested"), columns.number("positive")
    if tested is not None and positive is not None:
        _check_counts(tested, positive)
        pairs = list(zip(tested.values, positive.values, strict=True))
        return (
            {
                "name": "tpr",
                "definition": "given",
                "tested": [t if p is not None else None for t, p in pairs],
                "positive": [p if t is not None else None for t, p in pairs],
            },
            (tested.name, positive.name),
        )
    column = columns.number("tpr") or next(
        (c for c in columns.numbers
         if (spec := bind(c.name, specs)) is not None and spec.code == MALARIA_CODE),
        None,
    )  # fmt: skip
    if column is None:
        return None, ()
    share = _share(column, tpr_unit, notes)
    return {"name": column.name, "definition": "given", "share": share}, (column.name,)


def _check_counts(tested: NumberColumn, positive: NumberColumn) -> None:
    for column in (tested, positive):
        for i, value in enumerate(column.values):
            if value is not None and value < 0:
                raise InvalidInput(
                    "INVALID_COUNT",
                    f"{column.name} is {value:g} in row {i + 2}. A count is 0 or more.",
                    {"column": column.name, "row": i + 2, "value": value},
                )


def _share(column: NumberColumn, tpr_unit: str, notes: list[dict[str, Any]]) -> list[float | None]:
    known = [v for v in column.values if v is not None]
    largest = max(known)
    if tpr_unit:
        percent = tpr_unit in _PERCENT
    elif column.name.casefold() == "tpr":
        percent = True
        if largest <= 1:
            notes.append(
                _note(
                    "tpr_at_most_one_percent",
                    "The column tpr is read in per cent and no ward is above 1 %. If these are "
                    "shares, say --tpr-unit share.",
                )
            )
    elif largest <= 1:
        percent = False
    else:
        # contracts §2: used as given, said so. The scale changes no rank, only the words.
        percent = True
    words = "per cent" if percent else "a share"
    notes.append(_note("tpr_unit", f"{column.name} is read as {words}.", column=column.name))
    factor = 0.01 if percent else 1.0
    return [None if v is None else v * factor for v in column.values]


def _wards(
    rows: list[Row], places: PlaceColumns, columns: Columns, indicator: dict[str, Any] | None
) -> list[dict[str, Any]]:
    population = next((c for c in columns.numbers if is_people(c.name)), None)
    urban = columns.number("urban_percentage", "urbanPercentage", "urban_percent")
    wards: list[dict[str, Any]] = []
    seen: dict[tuple[str, ...], int] = {}
    for i, row in enumerate(rows):
        code = text(row.get(places.code)) if places.code else ""
        place = tuple(
            text(row.get(c)) if c else "" for c in (places.state, places.lga, places.ward)
        )
        key = (code,) if code else place
        if key in seen:
            raise InvalidInput(
                "DUPLICATE_WARD",
                f"Rows {seen[key] + 2} and {i + 2} are the same ward "
                f"({', '.join(p for p in key if p)}). One row per ward is needed; tell wards of "
                "one name apart by lga or ward_code.",
                {"rows": [seen[key] + 2, i + 2]},
            )
        seen[key] = i
        wards.append(
            {
                "code": code,
                "state": place[0],
                "lga": place[1],
                "ward": place[2] or code,
                "tested": indicator["tested"][i] if indicator and "tested" in indicator else None,
                "positive": indicator["positive"][i]
                if indicator and "positive" in indicator
                else None,
                "population": population.values[i] if population else None,
                "urban_percentage": urban.values[i] if urban else None,
            }
        )
    return wards
