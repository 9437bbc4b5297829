"""Reading a ward list: GeoJSON, GeoPackage or zipped shapefile, in the conditions of wards.md §9."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer

from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.names import clean_lga, lga_key, ward_key
from chatmrpt.common.states import canonical_state, state_by_code
from tpr.boundaries.checks import ListedWard, made_codes, overlaps, same_names
from tpr.boundaries.extents import elsewhere, standing, swapped, turn
from tpr.boundaries.fields import Fields, find_fields, personal_columns
from tpr.boundaries.layers import read_layer

WGS84 = CRS.from_epsg(4326)
FRAME = (2.0, 4.0, 15.0, 14.0)
"""Degrees that hold Nigeria: west, south, east, north (wards.md §9)."""
AREA_CHANGE = 0.01
GEOD = Geod(ellps="WGS84")


@dataclass(slots=True)
class WardFile:
    """What a file held, and what was assumed and repaired on the way."""

    wards: list[ListedWard]
    said: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """What the person said about a file beforehand: the answers to what would be asked.

    Parameters
    ----------
    columns : column names: code, name, lga, state.
    state : the state of a file that has no state column.
    lga_names : LGA code → name, for lists that carry only codes.
    crs : coordinate system of a file that names none, such as ``EPSG:4326``.
    layer : which of several layers.
    swap_axes : latitude stands before longitude.
    make_codes : the file has no ward code; make one of state, LGA and name.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    state: str | None = None
    lga_names: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    layer: str | None = None
    swap_axes: bool = False
    make_codes: bool = False


NOTHING = Told()


def read_ward_file(path: Path, told: Told = NOTHING) -> WardFile:
    """Read every ward of a file.

    Raises
    ------
    DomainError : NO_FILE, UNREADABLE_LAYER, SEVERAL_LAYERS, NO_CODE_COLUMN, NO_NAME_COLUMN,
        COLUMN_MISSING, UNKNOWN_CRS, AXES_SWAPPED, OUTSIDE_NIGERIA, OTHER_COUNTRY,
        DUPLICATE_WARD_CODE, BLANK_WARD_CODE, NO_STATE.
    """
    if not path.is_file():
        raise InvalidInput("NO_FILE", f"There is no file {path}.", {"file": str(path)})
    said: list[str] = []
    table, shapes, crs = read_layer(path, said, told.layer)
    chosen = {k: v for k, v in told.columns.items() if v}
    fields = find_fields(list(table), chosen, need_code=not told.make_codes)
    said += personal_columns(list(table))
    states = _states(table, fields, len(shapes), told.state, said)
    shapes = _straight(shapes, crs or told.crs, states, told, said)
    shapes = _to_degrees(shapes, crs, told.crs, said)
    shapes = _repaired(shapes, said)
    said += elsewhere(standing(shapes, states))
    wards = _wards(table, shapes, fields, states, told, said)
    _refuse_duplicates(wards)
    said += same_names(wards)
    said += overlaps(wards)
    return WardFile(wards, said)


def _straight(
    shapes: np.ndarray, crs: str | None, states: list[str], told: Told, said: list[str]
) -> np.ndarray:
    """Put longitude before latitude when told so; ask when it looks swapped."""
    if told.swap_axes:
        said.append("Latitude and longitude changed places, as told.")
        return turn(shapes)
    if crs is not None and not CRS.from_user_input(crs).is_geographic:
        return shapes
    if swapped(standing(shapes, states)):
        raise DomainError(
            "AXES_SWAPPED",
            "The wards lie in their states only when latitude and longitude change places: the "
            "file seems to give latitude first. If so, load it again with --swap-axes.",
            {"bounds": [float(b) for b in shapely.total_bounds(shapes)]},
        )
    return shapes


def _to_degrees(
    shapes: np.ndarray, crs: str | None, given: str | None, said: list[str]
) -> np.ndarray:
    west, south, east, north = shapely.total_bounds(shapes)
    if np.isnan(west):
        return shapes
    if crs is None and given is not None:
        crs = given
        said.append(f"The layer names no coordinate system; {given} was used, as told.")
    if crs is None:
        if not (FRAME[0] <= west and east <= FRAME[2] and FRAME[1] <= south and north <= FRAME[3]):
            raise DomainError(
                "UNKNOWN_CRS",
                "The layer names no coordinate system (.prj is missing) and its coordinates "
                f"({west:.2f} to {east:.2f}, {south:.2f} to {north:.2f}) are not degrees inside "
                "Nigeria. Export it again with its coordinate system, or name it with --crs, for "
                "example --crs EPSG:32632.",
                {"bounds": [west, south, east, north]},
            )
        said.append(
            "The layer names no coordinate system; its coordinates fit Nigeria in degrees, so "
            "EPSG:4326 was assumed. If that is wrong, load it again with --crs and --replace."
        )
        return shapes
    found = CRS.from_user_input(crs)
    if not found.equals(WGS84, ignore_axis_order=True):
        move = Transformer.from_crs(found, WGS84, always_xy=True)
        shapes = shapely.transform(
            shapes, lambda points: np.column_stack(move.transform(points[:, 0], points[:, 1]))
        )
        said.append(f"Coordinates were transformed from {found.to_string()} to EPSG:4326.")
        west, south, east, north = shapely.total_bounds(shapes)
    if west > FRAME[2] or east < FRAME[0] or south > FRAME[3] or north < FRAME[1]:
        raise DomainError(
            "OUTSIDE_NIGERIA",
            f"The wards lie at {west:.2f} to {east:.2f} E, {south:.2f} to {north:.2f} N, which is "
            "outside Nigeria. Is this the right file, and are the axes in the right order?",
            {"bounds": [west, south, east, north]},
        )
    return shapes


def _repaired(shapes: np.ndarray, said: list[str]) -> np.ndarray:
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if missing.any():
        said.append(f"{int(missing.sum())} wards have no geometry: in the list, not on the map.")
    polygons = np.isin(shapely.get_type_id(shapes), (3, 6))
    if (~polygons & ~missing).any():
        said.append("The layer holds points or lines; it serves as a list of wards without a map.")
    result = np.where(polygons, shapes, None)
    invalid = polygons & ~shapely.is_valid(shapes)
    for index in np.flatnonzero(invalid):
        fixed = shapely.make_valid(result[index])
        parts = [g for g in shapely.get_parts(fixed) if g.geom_type in ("Polygon", "MultiPolygon")]
        fixed = shapely.union_all(parts)
        before, after = result[index].area, fixed.area
        change = abs(after - before) / before if before else 1.0
        note = f"; its area changed by {100 * change:.1f} %" if change > AREA_CHANGE else ""
        said.append(f"The geometry of row {index + 1} was invalid and was repaired{note}.")
        result[index] = fixed
    return result


def _states(
    table: dict[str, list[str]], fields: Fields, rows: int, given: str | None, said: list[str]
) -> list[str]:
    """Return the canonical state of each row, and say what was read into another spelling."""
    if given:
        return [canonical_state(given) or given] * rows
    texts = table[fields.state] if fields.state else [""] * rows
    codes = table[fields.state_code] if fields.state_code else [""] * rows
    unknown: Counter[str] = Counter()
    read: Counter[tuple[str, str]] = Counter()
    states = []
    for text, code in zip(texts, codes, strict=True):
        name = _state(text, code, unknown)
        if text and text.casefold() != name.casefold() and state_by_code(text) is None:
            read[text, name] += 1
        states.append(name)
    for (text, name), number in sorted(read.items()):
        said.append(f"The state '{text}' was read as {name} ({number} wards).")
    for text, number in sorted(unknown.items()):
        said.append(f"'{text}' is not the name of a state; {number} wards keep it as written.")
    if rows and sum(unknown.values()) == rows and len(unknown) > 1:
        raise DomainError(
            "OTHER_COUNTRY",
            f"None of the {len(unknown)} states named in the file is a state of Nigeria "
            f"({', '.join(sorted(unknown)[:5])}). Is this the ward list of another country?",
            {"states": sorted(unknown)[:50]},
        )
    return states


def _state(text: str, code: str, unknown: Counter[str]) -> str:
    if text and (name := canonical_state(text)):
        return name
    for part in (text, code):
        if part and (found := state_by_code(part)):
            return found.name
    if text or code:
        unknown[text or code] += 1
        return text or code
    raise InvalidInput("NO_STATE", "The list has no state column. Name the state with --state.", {})


def _wards(
    table: dict[str, list[str]], shapes: np.ndarray, fields: Fields, states: list[str],
    told: Told, said: list[str],
) -> list[ListedWard]:  # fmt: skip
    rows = len(shapes)

    def column(name: str | None) -> list[str]:
        return table[name] if name else [""] * rows

    lgas = column(fields.lga)
    if fields.lga is None:
        codes = column(fields.lga_code)
        lgas = [told.lga_names.get(code, code) for code in codes]
        if any(code not in told.lga_names for code in codes):
            said.append(
                "The list has no LGA name"
                + (", only a code; the code stands for the LGA. " if fields.lga_code else ". ")
                + "Wards can be joined by code; by name only once --lga-names gives the names."
            )
    names, urban = column(fields.name), column(fields.urban)
    lgas = [clean_lga(text) for text in lgas]
    codes = column(fields.code) if fields.code else made_codes(states, lgas, names, said)
    return [
        ListedWard(
            code=codes[i], name=names[i], key=ward_key(names[i], lga=lgas[i]), lga=lgas[i],
            lga_key=lga_key(lgas[i]), state=states[i], urban=urban[i], shape=shapes[i],
        )
        for i in range(rows)
    ]  # fmt: skip


def _refuse_duplicates(wards: list[ListedWard]) -> None:
    blank = sum(not ward.code for ward in wards)
    if blank:
        raise DomainError(
            "BLANK_WARD_CODE", f"{blank} wards have no code; a ward is known by its code.",
            {"blank": blank},
        )  # fmt: skip
    twice = sorted(code for code, n in Counter(w.code for w in wards).items() if n > 1)
    if twice:
        raise DomainError(
            "DUPLICATE_WARD_CODE",
            f"{len(twice)} ward codes stand more than once ({', '.join(twice[:10])}). Each ward "
            "needs its own code; please correct the file.",
            {"codes": twice[:200]},
        )


def area_km2(shape: Any) -> float | None:
    """Return the area on the ellipsoid; never measured in a web projection."""
    return abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6 if shape is not None else None
