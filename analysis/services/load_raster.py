"""Load a covariate from a GeoTIFF: its mean in each ward, by fractional cell area."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from analysis import locks
from analysis.domain.layers import name_and_date
from analysis.domain.variables import VariableSpec, bind
from analysis.models import CovariateValue
from analysis.rasters.guard import LayerRequest, summarise_raster
from analysis.selectors.covariates import registry
from analysis.services.covariate_table import Description, conversion, direction_of
from analysis.services.load_covariates import hint_for
from analysis.services.supersede import direction_for, new_covariate, supersede
from chatmrpt.common.errors import DomainError
from tpr.api import boundary_list, current_lists, ward_geometries, wards_of
from tpr.models import BoundaryList


@dataclass(frozen=True, slots=True)
class LayerLoad:
    """What one ward list received from a layer: `loaded`, `unchanged` or `refused`."""

    ward_list: BoundaryList
    name: str
    code: str
    direction: str
    status: str
    reason: str = ""
    wards: int = 0
    observed: int = 0
    coarse: int = 0
    rejected_cells: float = 0.0


def load_raster(
    path: Path,
    *,
    name: str = "",
    unit: str = "",
    direction: str = "",
    year: str = "",
    source: str = "",
    licence: str = "",
    crs: str = "",
    band: int | None = None,
    list_name: str = "",
    is_sample: bool = False,
) -> list[LayerLoad]:
    """Summarise a GeoTIFF for every current ward list it lies under, and store the values.

    The file is read in a child process with limits. Locks: the current covariate of the name.
    Writes: Covariate, CovariateValue. Idempotent by: file digest, name, unit and direction.

    Parameters
    ----------
    name : of the variable; without it the file's name, a date at its end becoming the year
    unit : ``percent`` for a share divides by 100
    crs : of a file that carries none; never assumed
    list_name : one ward list; without it every current list, those elsewhere left out

    Raises
    ------
    DomainError
        ``NO_WARD_LIST``, ``NO_POLYGONS``, ``LAYER_REFUSED`` with the reason when no list could
        use the layer, and the refusals of `analysis.rasters`.
    """
    stem, date = name_and_date(path.stem)
    said = Description(
        name or path.stem, unit, direction_of(direction), year or date, source, is_sample
    )
    specs = registry()
    spec = bind(said.name, specs) or (bind(stem, specs) if not name else None)
    factor, how = conversion(unit, spec)
    lists, shapes = _shapes(list_name)
    found = summarise_raster(
        path,
        [[by_ward.get(pk) for pk in by_ward] for by_ward in shapes],
        LayerRequest(
            name=said.name,
            unit=spec.unit if spec else unit,
            factor=factor,
            minimum=spec.plausible_min if spec else None,
            maximum=spec.plausible_max if spec else None,
            band=band,
            crs=crs,
        ),
    )
    layer = {**found["layer"], "licence": licence}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    loads = []
    for row, by_ward, values in zip(lists, shapes, found["lists"], strict=True):
        if refused := values.get("refused"):
            if refused["code"] == "LAYER_ELSEWHERE" and len(lists) > 1:
                continue
            loads.append(_refused(row, said, spec, f"{row.name}: {refused['message']}"))
        else:
            how_made = _how_made(path.name, layer, how)
            loads.append(
                _store(row, list(by_ward), values, said, spec, layer, how_made, path.name, digest)
            )
    if not any(load.status != "refused" for load in loads):
        raise DomainError(
            "LAYER_REFUSED",
            " ".join(load.reason for load in loads)
            or f"{path.name} lies under no ward of the loaded lists.",
            {"file": path.name, "layer": layer},
        )
    return [
        replace(load, reason=hint_for(load.name, specs))
        if load.status == "loaded" and load.direction == "undecided"
        else load
        for load in loads
    ]


def _shapes(list_name: str) -> tuple[list[BoundaryList], list[dict[int, bytes]]]:
    lists = [boundary_list(list_name)] if list_name else current_lists()
    if not lists:
        raise DomainError(
            "NO_WARD_LIST",
            "No ward list is loaded, so there are no wards to summarise the layer for. Load one "
            "first: load_wards FILE --name LIST.",
        )
    known = [(row, ward_geometries(row)) for row in lists]
    with_shapes = [(row, shapes) for row, shapes in known if shapes]
    if not with_shapes:
        raise DomainError(
            "NO_POLYGONS",
            f"{', '.join(row.name for row in lists)}: no ward has a polygon, so no cell belongs "
            "to a ward.",
        )
    return [row for row, _ in with_shapes], [shapes for _, shapes in with_shapes]


def _how_made(file_name: str, layer: dict[str, Any], how: str) -> str:
    cell = " × ".join(f"{size:.4g}" for size in layer["cell"])
    words = (
        f"mean over raster {file_name} band {layer['band']} by fractional cell area, "
        f"{layer['crs']}, cells {cell}{how}"
    )
    return words[:300]


def _refused(
    row: BoundaryList, said: Description, spec: VariableSpec | None, reason: str
) -> LayerLoad:
    return LayerLoad(
        row, said.name, spec.code if spec else "", direction_for(said, spec), "refused", reason
    )


@transaction.atomic
def _store(
    row: BoundaryList,
    ward_ids: list[int],
    values: dict[str, Any],
    said: Description,
    spec: VariableSpec | None,
    layer: dict[str, Any],
    how_made: str,
    file_name: str,
    digest: str,
) -> LayerLoad:
    current = locks.current_covariates(row.pk, [said.name])
    total = len(wards_of(row))
    cells = [
        CovariateValue(ward_id=pk, value=value, coverage=min(share, 1.0), coarse_cell=coarse)
        for pk, value, share, coarse in zip(
            ward_ids, values["value"], values["coverage"], values["coarse_cell"], strict=True
        )
        if value is not None
    ]
    new = new_covariate(row, said.name, said, spec, how_made, file_name, digest)
    new.layer = {**layer, "share_rejected": values["share_rejected"]}
    coarse = sum(cell.coarse_cell for cell in cells)
    new.counts = {
        "wards": total,
        "observed": len(cells),
        "missing": total - len(cells),
        "rejected": 0,
        "conflicts": 0,
        "coarse_cell": coarse,
    }
    stored = supersede(current[0] if current else None, new, cells)
    return LayerLoad(
        row,
        said.name,
        new.code,
        new.direction,
        "loaded" if stored else "unchanged",
        "",
        total,
        len(cells),
        coarse,
        values["share_rejected"],
    )
