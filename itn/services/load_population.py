"""Loading a ward population list: read the table, join it to ward lists, keep what was left out.

Imported by commands and tests only: reading tables brings pandas in.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.tables import read_table
from itn.domain.exact import half_up
from itn.domain.plausibility import PlanLine, population_checks
from itn.domain.population_join import PopulationJoin, join_population
from itn.domain.population_table import (
    PopulationColumns,
    PopulationRow,
    RejectedRow,
    population_columns,
    population_rows,
)
from itn.models import PopulationSource, WardPopulation
from tpr import api as tpr_api
from tpr.domain.matching import ListWard
from tpr.models import BoundaryList

LISTED = 200


@dataclass(frozen=True, slots=True)
class ListLoad:
    """What one ward list received."""

    source: PopulationSource
    wards: int
    total: Decimal
    join: PopulationJoin


@dataclass(frozen=True, slots=True)
class PopulationLoad:
    """What was read and where it went."""

    columns: PopulationColumns
    rows: int
    rejected: tuple[RejectedRow, ...]
    lists: tuple[ListLoad, ...]


def load_population(
    path: Path,
    *,
    source: str,
    year: int,
    list_name: str | None = None,
    fields: Mapping[str, str | None] | None = None,
) -> PopulationLoad:
    """Load ward populations from CSV or XLSX.

    Parameters
    ----------
    source : the name under which plans choose it.
    year : the year the figures stand for, 1950 to 2100.
    list_name : one ward list; without it, every current list that the file joins to.
    fields : column names chosen by the person (`code`, `state`, `lga`, `ward`, `persons`).

    Writes: PopulationSource, WardPopulation; a current source of the same name on the same list is
    superseded and kept for the plans that used it. Idempotent by: nothing; loading again makes a
    new source with the same figures.

    Raises
    ------
    DomainError : `NO_SOURCE_NAME`, `YEAR_OUT_OF_RANGE`, `NO_WARD_LIST`, `NOTHING_JOINED`, and
        those of `population_columns`.
    """
    if not source.strip():
        raise InvalidInput("NO_SOURCE_NAME", "Name the population source: --source NAME.")
    if not 1950 <= year <= 2100:
        raise InvalidInput(
            "YEAR_OUT_OF_RANGE", f"The year {year} is outside 1950 to 2100.", {"year": year}
        )
    table = read_table(path)
    columns = population_columns(table.columns, year, dict(fields or {}))
    rows, rejected = population_rows(table.rows, columns)
    joins = _joins(rows, list_name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    loads = []
    with transaction.atomic():
        for ward_list, wards, join in joins:
            stored = _store(ward_list, join, source.strip(), year, path.name, digest, wards)
            loads.append(ListLoad(stored, len(wards), _sum(join), join))
    return PopulationLoad(columns, len(table.rows), tuple(rejected), tuple(loads))


def _joins(
    rows: Sequence[PopulationRow], list_name: str | None
) -> list[tuple[BoundaryList, list[ListWard], PopulationJoin]]:
    lists = [tpr_api.boundary_list(list_name)] if list_name else tpr_api.current_lists()
    if not lists:
        raise DomainError(
            "NO_WARD_LIST",
            "No ward list is loaded, so populations have no wards to join to. "
            "Load one first: load_wards FILE --name LIST.",
        )
    joins = []
    for ward_list in lists:
        wards = [
            ListWard(row.id, row.code, row.state, row.lga, row.name)
            for row in tpr_api.wards_of(ward_list)
        ]
        join = join_population(rows, wards)
        if join.persons:
            joins.append((ward_list, wards, join))
    if not joins:
        names = ", ".join(row.name for row in lists)
        first = rows[0].label if rows else "no row with a figure"
        raise DomainError(
            "NOTHING_JOINED",
            f"None of the {len(rows):,} rows joins to a ward of {names} (first row: {first}). "
            "Check that the codes, or state, LGA and ward names, belong to this list.",
            {"lists": [row.name for row in lists], "rows": len(rows)},
        )
    return joins


def _store(
    ward_list: BoundaryList,
    join: PopulationJoin,
    name: str,
    year: int,
    file_name: str,
    digest: str,
    wards: Sequence[ListWard],
) -> PopulationSource:
    PopulationSource.objects.filter(name=name, list=ward_list, superseded_at__isnull=True).update(
        superseded_at=timezone.now()
    )
    source = PopulationSource.objects.create(
        name=name,
        year=year,
        list=ward_list,
        file_name=file_name,
        file_hash=digest,
        is_sample=ward_list.is_sample,
        notes=_notes(join, wards),
    )
    WardPopulation.objects.bulk_create(
        [
            WardPopulation(source=source, ward_id=ward_id, persons=persons)
            for ward_id, persons in join.persons.items()
        ],
        batch_size=2000,
    )
    return source


def _sum(join: PopulationJoin) -> Decimal:
    return half_up(sum((Fraction(persons) for persons in join.persons.values()), Fraction(0)))


def _notes(join: PopulationJoin, wards: Sequence[ListWard]) -> dict[str, Any]:
    checks = population_checks(
        [
            PlanLine(f"{ward.name} ({ward.lga})", join.persons[ward.id], None)
            for ward in wards
            if ward.id in join.persons
        ]
    )
    return {
        "wards": len(wards),
        "joined": len(join.persons),
        "joined_by_code": join.by_code,
        "joined_by_name": join.by_name,
        "persons": str(_sum(join)),
        "zero": sum(persons == 0 for persons in join.persons.values()),
        "other_states": join.other_states,
        "repeated": join.repeated,
        "missing": _listed([f"{ward.code} {ward.name}, {ward.lga}" for ward in join.missing]),
        "unmatched": _listed([f"row {row.number}: {row.label}" for row in join.unmatched]),
        "conflicts": _listed([f"row {row.number}: {row.label}" for row in join.conflicts]),
        "checks": [
            {"id": check.id, "level": check.level, "count": check.count,
             "places": list(check.places), "sentence": check.sentence}
            for check in checks
        ],
    }  # fmt: skip


def _listed(texts: Sequence[str]) -> dict[str, Any]:
    return {"count": len(texts), "first": list(texts[:LISTED])}
