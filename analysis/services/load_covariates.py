"""Load covariates from a table: every numeric column a variable, joined to ward lists."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from analysis import locks
from analysis.domain.variables import VariableSpec, bind, suggestions
from analysis.domain.ward_table import (
    Columns,
    NumberColumn,
    Row,
    is_people,
    number_columns,
    place_columns,
    text,
)
from analysis.models import Covariate, CovariateValue
from analysis.selectors.covariates import registry
from analysis.services.join_wards import Joined, join_wards
from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.states import canonical_state
from chatmrpt.common.tables import read_table
from tpr.api import boundary_list, current_lists
from tpr.models import BoundaryList

RASTERS = (".tif", ".tiff", ".geotiff", ".img", ".asc", ".nc")
_PERCENT = ("%", "percent", "per cent", "pct")
_SHARES = ("share", "fraction", "proportion")
_SIGNS = {"+": "direct", "-": "inverse", "direct": "direct", "inverse": "inverse"}


@dataclass(frozen=True, slots=True)
class VariableLoad:
    """What became of one column: `loaded`, `unchanged`, `refused` or `skipped`."""

    name: str
    code: str
    direction: str
    status: str
    reason: str = ""
    observed: int = 0
    missing: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class CovariateLoad:
    """What one ward list received."""

    ward_list: BoundaryList
    joined: Joined
    variables: tuple[VariableLoad, ...]
    unmatched_rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What the person said about the variables of the file."""

    name: str = ""
    unit: str = ""
    direction: str = ""
    year: str = ""
    source: str = ""
    is_sample: bool = False


def load_covariates(
    path: Path,
    *,
    name: str = "",
    unit: str = "",
    direction: str = "",
    year: str = "",
    source: str = "",
    list_name: str = "",
    state: str = "",
    is_sample: bool = False,
) -> list[CovariateLoad]:
    """Load every numeric column of a CSV or XLSX for every current ward list it joins to.

    Locks: the current covariates of the same names. Writes: Covariate, CovariateValue; an older
    loading of a name is superseded and kept for the runs that used it. Idempotent by: file digest,
    column, unit and direction: the same file again changes nothing.

    Parameters
    ----------
    name : one column of the file, or the variable's name when the file has one numeric column
    unit, direction : of that one variable; ``percent`` for a share divides by 100
    list_name : one ward list; without it every current list with a joined ward
    state : of the rows, when the file has no state column

    Raises
    ------
    DomainError
        ``RASTER_NOT_YET``, ``NO_WARD_COLUMN``, ``NO_NUMERIC_COLUMN``, ``COLUMN_MISSING``,
        ``ONE_VARIABLE_ONLY``, ``UNKNOWN_DIRECTION``, ``UNKNOWN_STATE``, ``NO_WARD_LIST``,
        ``NOTHING_JOINED``, ``NOTHING_LOADED``.
    """
    _refuse_rasters(path)
    known_state = _state(state)
    table = read_table(path)
    places = place_columns(table.columns)
    columns = number_columns(table.columns, table.rows, places)
    said = Description(name, unit, _direction(direction), year, source, is_sample)
    offered, skipped = _variables(columns, said)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    lists = [boundary_list(list_name)] if list_name else current_lists()
    if not lists:
        raise DomainError(
            "NO_WARD_LIST",
            "No ward list is loaded, so the rows have no wards to join to. Load one first: "
            "load_wards FILE --name LIST.",
        )
    specs = registry()
    loads = []
    for ward_list in lists:
        joined = join_wards(table.rows, places, ward_list, state=known_state)
        if joined.ward_of:
            loads.append(
                _load(ward_list, joined, offered, skipped, said, specs, path.name, digest,
                      _labels(table.rows, joined.unmatched, places.all))
            )  # fmt: skip
    if not loads:
        raise DomainError(
            "NOTHING_JOINED",
            f"None of the {len(table.rows):,} rows joins to a ward of "
            f"{', '.join(row.name for row in lists)}. Check that the codes, or state, LGA and "
            "ward names, belong to this list.",
            {"rows": len(table.rows), "lists": [row.name for row in lists]},
        )
    if not any(v.status in ("loaded", "unchanged") for load in loads for v in load.variables):
        first = next((v for load in loads for v in load.variables if v.status == "refused"), None)
        raise DomainError(
            "NOTHING_LOADED",
            f"No variable could be loaded. {first.reason if first else ''}".strip(),
            {"variables": [v.name for load in loads for v in load.variables]},
        )
    return loads


def _refuse_rasters(path: Path) -> None:
    if path.suffix.lower() in RASTERS:
        raise InvalidInput(
            "RASTER_NOT_YET",
            f"{path.name} is a raster. This version loads covariates from tables (CSV, XLSX) by "
            "ward; summarise the raster per ward first, or wait for the raster loader.",
            {"file": path.name},
        )


def _state(state: str) -> str:
    if not state:
        return ""
    found = canonical_state(state)
    if found is None:
        raise InvalidInput("UNKNOWN_STATE", f"'{state}' is not a state of Nigeria.", {})
    return found


def _direction(direction: str) -> str:
    if not direction:
        return ""
    if direction not in _SIGNS:
        raise InvalidInput(
            "UNKNOWN_DIRECTION",
            f"'{direction}' is not a direction. Say + or direct when a higher value means higher "
            "risk, - or inverse when it means lower risk.",
            {"direction": direction},
        )
    return _SIGNS[direction]


def _variables(
    columns: Columns, said: Description
) -> tuple[list[tuple[str, NumberColumn]], dict[str, str]]:
    """Return (variable name, column) of the columns to load, and why the others are skipped."""
    skipped = dict(columns.skipped)
    offered: list[tuple[str, NumberColumn]] = []
    for column in columns.numbers:
        if is_people(column.name):
            skipped[column.name] = "a count of people; load it with load_population"
        else:
            offered.append((column.name, column))
    if said.name:
        named = [c for n, c in offered if n.casefold() == said.name.casefold()]
        if not named and len(offered) == 1:
            named = [offered[0][1]]
        if not named:
            raise InvalidInput(
                "COLUMN_MISSING",
                f"The file has no numeric column '{said.name}'. Numeric columns are: "
                f"{', '.join(n for n, _ in offered) or 'none'}.",
                {"name": said.name, "columns": [n for n, _ in offered]},
            )
        skipped |= {n: "not asked for" for n, c in offered if c is not named[0]}
        offered = [(said.name, named[0])]
    if not offered:
        raise InvalidInput(
            "NO_NUMERIC_COLUMN",
            "The file has no column of numbers beside the ward. "
            + "; ".join(f"{n}: {why}" for n, why in list(skipped.items())[:8]),
            {"columns": skipped},
        )
    if (said.unit or said.direction) and len(offered) > 1:
        raise InvalidInput(
            "ONE_VARIABLE_ONLY",
            "--unit and --direction speak of one variable, and the file has "
            f"{len(offered)}: {', '.join(n for n, _ in offered)}. Add --name COLUMN.",
            {"columns": [n for n, _ in offered]},
        )
    return offered, skipped


def _labels(rows: Sequence[Row], positions: Sequence[int], columns: frozenset[str]) -> list[str]:
    return [
        f"row {i + 2}: " + ", ".join(t for c in sorted(columns) if (t := text(rows[i].get(c))))
        for i in positions
    ]


def _load(
    ward_list: BoundaryList,
    joined: Joined,
    offered: Sequence[tuple[str, NumberColumn]],
    skipped: dict[str, str],
    said: Description,
    specs: Sequence[VariableSpec],
    file_name: str,
    digest: str,
    unmatched: Sequence[str],
) -> CovariateLoad:
    results = []
    with transaction.atomic():
        current = {c.name.casefold(): c for c in
                   locks.current_covariates(ward_list.pk, [n for n, _ in offered])}  # fmt: skip
        for name, column in offered:
            results.append(
                _store(ward_list, joined, name, column, said, bind(name, specs), file_name,
                       digest, current.get(name.casefold()))
            )  # fmt: skip
    results = [
        replace(r, reason=_hint(r, specs)) if r.status == "loaded" and not r.code else r
        for r in results
    ]
    results.extend(
        VariableLoad(n, "", "undecided", "skipped", reason) for n, reason in skipped.items()
    )
    return CovariateLoad(ward_list, joined, tuple(results), tuple(unmatched))


def _hint(loaded: VariableLoad, specs: Sequence[VariableSpec]) -> str:
    if loaded.direction != "undecided":
        return ""
    near = suggestions(loaded.name, specs)
    return (
        "not in the registry: it enters a score only with a direction "
        f"(--name {loaded.name} --direction + or -)"
        + (f"; similar registered names: {', '.join(near)}" if near else "")
    )


def _store(
    ward_list: BoundaryList,
    joined: Joined,
    name: str,
    column: NumberColumn,
    said: Description,
    spec: VariableSpec | None,
    file_name: str,
    digest: str,
    current: Covariate | None,
) -> VariableLoad:
    factor, how = _conversion(said.unit, spec)
    how_made = f"table {file_name}, column {column.name}{how}"
    values, missing, rejected, conflicts = _values(column, joined, spec, factor)
    direction = said.direction or (spec.direction if spec else "undecided")
    found = VariableLoad(
        name, spec.code if spec else "", direction, "loaded", "", len(values), missing, rejected
    )
    if not values:
        return replace(found, status="refused", reason=_nothing_left(name, rejected, spec, column))
    if current is not None and (
        current.file_hash, current.how_made, current.direction, current.source, current.year,
    ) == (digest, how_made, direction, said.source, said.year):  # fmt: skip
        return replace(found, status="unchanged")
    if current is not None:
        current.superseded_at = timezone.now()
        current.save(update_fields=["superseded_at"])
    row = Covariate.objects.create(
        ward_list=ward_list,
        name=name,
        code=spec.code if spec else "",
        label=spec.label if spec else name,
        unit=spec.unit if spec else said.unit,
        direction=direction,
        source=said.source,
        year=said.year,
        how_made=how_made,
        file_name=file_name,
        file_hash=digest,
        counts={
            "wards": joined.wards,
            "observed": len(values),
            "missing": missing,
            "rejected": rejected,
            "conflicts": conflicts,
        },
        is_sample=said.is_sample or ward_list.is_sample,
    )
    CovariateValue.objects.bulk_create(
        (CovariateValue(covariate=row, ward_id=pk, value=v) for pk, v in values.items()),
        batch_size=5000,
    )
    return found


def _conversion(unit: str, spec: VariableSpec | None) -> tuple[float, str]:
    """Return the factor from the given unit to the registry's, and the words for it."""
    given = unit.strip().casefold()
    if not given or spec is None:
        return 1.0, ""
    registered = spec.unit.casefold()
    if given in _PERCENT and registered.startswith(_SHARES):
        return 0.01, ", per cent divided by 100"
    if given.startswith(_SHARES) and registered == "%":
        return 100.0, ", share multiplied by 100"
    return 1.0, f", unit given as {unit}"


def _values(
    column: NumberColumn, joined: Joined, spec: VariableSpec | None, factor: float
) -> tuple[dict[int, float], int, int, int]:
    """Return ward id to value, and counts of missing, rejected and contradicting rows."""
    values: dict[int, float] = {}
    missing = rejected = 0
    contradicting: set[int] = set()
    for i, ward_id in joined.ward_of.items():
        raw = column.values[i]
        if raw is None:
            missing += 1
            continue
        value = raw * factor
        if _outside(value, spec):
            rejected += 1
        elif ward_id in values and values[ward_id] != value:
            contradicting.add(ward_id)
        else:
            values[ward_id] = value
    for ward_id in contradicting:
        del values[ward_id]
    return values, missing, rejected, len(contradicting)


def _outside(value: float, spec: VariableSpec | None) -> bool:
    if spec is None:
        return value in (float("inf"), float("-inf"))
    low, high = spec.plausible_min, spec.plausible_max
    return (low is not None and value < low) or (high is not None and value > high)


def _nothing_left(name: str, rejected: int, spec: VariableSpec | None, column: NumberColumn) -> str:
    if not rejected or spec is None:
        return f"{name} has no value for a ward of this list."
    example = next(v for v in column.values if v is not None)
    hint = " Add --unit percent if they are per cent." if spec.unit.startswith(_SHARES) else ""
    return (
        f"All {rejected} values of {name} lie outside the plausible range "
        f"{spec.plausible_min:g} to {spec.plausible_max:g} ({spec.unit}), for example "
        f"{example:g}.{hint}"
    )
