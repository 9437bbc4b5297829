"""Load covariates from a table: every numeric column a variable, joined to ward lists."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction

from analysis import locks
from analysis.domain.variables import VariableSpec, bind, suggestions
from analysis.domain.ward_table import (
    NumberColumn,
    Row,
    number_columns,
    place_columns,
    text,
)
from analysis.models import Covariate, CovariateValue
from analysis.selectors.covariates import registry
from analysis.services.covariate_table import (
    SHARES,
    Description,
    columns_to_load,
    conversion,
    direction_of,
    is_outside,
    known_state_of,
)
from analysis.services.join_wards import Joined, join_wards
from analysis.services.supersede import direction_for, new_covariate, supersede
from chatmrpt.common.errors import DomainError
from chatmrpt.common.tables import read_table
from tpr.api import boundary_list, current_lists
from tpr.models import BoundaryList


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
        ``NO_WARD_COLUMN``, ``NO_NUMERIC_COLUMN``, ``COLUMN_MISSING``,
        ``ONE_VARIABLE_ONLY``, ``UNKNOWN_DIRECTION``, ``UNKNOWN_STATE``, ``NO_WARD_LIST``,
        ``NOTHING_JOINED``, ``NOTHING_LOADED``.
    """
    known_state = known_state_of(state)
    table = read_table(path)
    places = place_columns(table.columns)
    columns = number_columns(table.columns, table.rows, places)
    said = Description(name, unit, direction_of(direction), year, source, is_sample)
    offered, skipped = columns_to_load(columns, said)
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
        replace(r, reason=hint_for(r.name, specs))
        if r.status == "loaded" and not r.code and r.direction == "undecided"
        else r
        for r in results
    ]
    results.extend(
        VariableLoad(n, "", "undecided", "skipped", reason) for n, reason in skipped.items()
    )
    return CovariateLoad(ward_list, joined, tuple(results), tuple(unmatched))


def hint_for(name: str, specs: Sequence[VariableSpec]) -> str:
    """Return how a variable without a direction can enter a score."""
    near = suggestions(name, specs)
    return (
        "not in the registry: it enters a score only with a direction "
        f"(--name {name} --direction + or -)"
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
    factor, how = conversion(said.unit, spec)
    how_made = f"table {file_name}, column {column.name}{how}"
    values, missing, rejected, conflicts = _values(column, joined, spec, factor)
    found = VariableLoad(
        name, spec.code if spec else "", direction_for(said, spec), "loaded", "", len(values),
        missing, rejected,
    )  # fmt: skip
    if not values:
        return replace(found, status="refused", reason=_nothing_left(name, rejected, spec, column))
    new = new_covariate(ward_list, name, said, spec, how_made, file_name, digest)
    new.counts = {
        "wards": joined.wards,
        "observed": len(values),
        "missing": missing,
        "rejected": rejected,
        "conflicts": conflicts,
    }
    stored = supersede(
        current, new, [CovariateValue(ward_id=pk, value=v) for pk, v in values.items()]
    )
    return found if stored else replace(found, status="unchanged")


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
        if is_outside(value, spec):
            rejected += 1
        elif ward_id in values and values[ward_id] != value:
            contradicting.add(ward_id)
        else:
            values[ward_id] = value
    for ward_id in contradicting:
        del values[ward_id]
    return values, missing, rejected, len(contradicting)


def _nothing_left(name: str, rejected: int, spec: VariableSpec | None, column: NumberColumn) -> str:
    if not rejected or spec is None:
        return f"{name} has no value for a ward of this list."
    example = next(v for v in column.values if v is not None)
    hint = " Add --unit percent if they are per cent." if spec.unit.startswith(SHARES) else ""
    return (
        f"All {rejected} values of {name} lie outside the plausible range "
        f"{spec.plausible_min:g} to {spec.plausible_max:g} ({spec.unit}), for example "
        f"{example:g}.{hint}"
    )
