"""Reading a ward list: GeoJSON, GeoPackage or zipped shapefile, in the conditions of wards.md §9."""

import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyproj import CRS, Geod, Transformer

from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.names import clean_lga, lga_key, repair_mojibake, tidy, ward_key
from chatmrpt.common.states import canonical_state, state_by_code
from tpr.boundaries.fields import Fields, find_fields

WGS84 = CRS.from_epsg(4326)
FRAME = (2.0, 4.0, 15.0, 14.0)
"""Degrees that hold Nigeria: west, south, east, north (wards.md §9)."""
AREA_CHANGE = 0.01
GEOD = Geod(ellps="WGS84")


@dataclass(slots=True)
class ListedWard:
    """A ward as read, with its geometry in EPSG:4326 (None: in the list, not on the map)."""

    code: str
    name: str
    key: str
    lga: str
    lga_key: str
    state: str
    urban: str
    shape: Any


@dataclass(slots=True)
class WardFile:
    """What a file held, and what was assumed and repaired on the way."""

    wards: list[ListedWard]
    said: list[str] = field(default_factory=list)


def read_ward_file(
    path: Path, *, chosen: Mapping[str, str | None] | None = None, state: str | None = None,
    lga_names: Mapping[str, str] | None = None,
) -> WardFile:  # fmt: skip
    """Read every ward of a file.

    Parameters
    ----------
    chosen : column names picked by the person: code, name, lga, state.
    state : the state of a file that has no state column.
    lga_names : LGA code → name, for lists that carry only codes.

    Raises
    ------
    DomainError : NO_FILE, UNREADABLE_LAYER, NO_CODE_COLUMN, NO_NAME_COLUMN, COLUMN_MISSING,
        UNKNOWN_CRS, OUTSIDE_NIGERIA, DUPLICATE_WARD_CODE, NO_STATE.
    """
    if not path.is_file():
        raise InvalidInput("NO_FILE", f"There is no file {path}.", {"file": str(path)})
    said: list[str] = []
    table, shapes, crs = _layer(path, said)
    shapes = _to_degrees(shapes, crs, said)
    shapes = _repaired(shapes, said)
    fields = find_fields(list(table), {k: v for k, v in (chosen or {}).items() if v})
    wards = _wards(table, shapes, fields, state, lga_names or {}, said)
    _refuse_duplicates(wards)
    return WardFile(wards, said)


def _layer(path: Path, said: list[str]) -> tuple[dict[str, list[Any]], np.ndarray, str | None]:
    source: Any = path
    if zipfile.is_zipfile(path):
        source = _inside_zip(path, said)
    elif path.suffix.casefold() in (".json", ".geojson"):
        source = _joined_collections(path, said) or path
    try:
        meta, _, wkb, columns = pyogrio.raw.read(source)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise DomainError(
            "UNREADABLE_LAYER",
            f"{path.name} could not be read as a ward list ({error}). Send GeoJSON, GeoPackage or "
            "a zip with .shp, .shx, .dbf and .prj.",
            {"file": path.name},
        ) from error
    if wkb is None:
        raise DomainError(
            "UNREADABLE_LAYER",
            f"{path.name} is a table without shapes, so it is no ward list. Send GeoJSON, "
            "GeoPackage or a zip with .shp, .shx, .dbf and .prj.",
            {"file": path.name},
        )
    table = {
        name: [_cell(value) for value in column]
        for name, column in zip(meta["fields"], columns, strict=True)
    }
    shapes = shapely.from_wkb(np.array([b if b is not None else None for b in wkb], dtype=object))
    return table, shapely.force_2d(shapes), meta["crs"]


def _inside_zip(path: Path, said: list[str]) -> str:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    layers = [n for n in names if n.casefold().endswith((".shp", ".gpkg", ".geojson", ".json"))
              and "__MACOSX" not in n]  # fmt: skip
    if len(layers) != 1:
        raise DomainError(
            "UNREADABLE_LAYER",
            f"The archive holds {len(layers)} layers ({', '.join(layers) or 'none'}); one is needed.",
            {"layers": layers},
        )
    inner = layers[0]
    if inner.casefold().endswith(".shp"):
        stem = inner[:-4].casefold()
        missing = [e for e in (".shx", ".dbf") if not any(n.casefold() == stem + e for n in names)]
        if missing:
            raise DomainError(
                "UNREADABLE_LAYER",
                f"The shapefile in the archive lacks its {' and '.join(missing)} part.",
                {"missing": missing},
            )
    said.append(f"Read {inner} from the archive.")
    return f"/vsizip/{path.resolve()}/{inner}"


def _joined_collections(path: Path, said: list[str]) -> bytes | None:
    """Join a JSON array of FeatureCollections, which is not GeoJSON but does arrive."""
    with path.open("rb") as file:
        if not file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
            return None
    try:
        parts = json.loads(path.read_text(encoding="utf-8-sig"))
        features = [feature for part in parts for feature in part["features"]]
    except (ValueError, TypeError, KeyError) as error:
        raise DomainError(
            "UNREADABLE_LAYER",
            f"{path.name} begins as a list, but not of GeoJSON collections. Export it as GeoJSON, "
            "GeoPackage or a zipped shapefile.",
            {"file": path.name},
        ) from error
    said.append(f"The file is a list of {len(parts)} collections; they were joined.")
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _cell(value: Any) -> str:
    """Return a cell as text; codes read as numbers keep no `.0`."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return tidy(repair_mojibake(str(value)))


def _to_degrees(shapes: np.ndarray, crs: str | None, said: list[str]) -> np.ndarray:
    west, south, east, north = shapely.total_bounds(shapes)
    if crs is None:
        if not (FRAME[0] <= west and east <= FRAME[2] and FRAME[1] <= south and north <= FRAME[3]):
            raise DomainError(
                "UNKNOWN_CRS",
                "The layer names no coordinate system (.prj is missing) and its coordinates "
                f"({west:.2f} to {east:.2f}, {south:.2f} to {north:.2f}) are not degrees inside "
                "Nigeria. Export it again with its coordinate system.",
                {"bounds": [west, south, east, north]},
            )
        said.append(
            "The layer names no coordinate system; its coordinates fit Nigeria in degrees, so "
            "EPSG:4326 was assumed."
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


def _wards(
    table: dict[str, list[str]], shapes: np.ndarray, fields: Fields, state: str | None,
    lga_names: Mapping[str, str], said: list[str],
) -> list[ListedWard]:  # fmt: skip
    rows = len(shapes)

    def column(name: str | None) -> list[str]:
        return table[name] if name else [""] * rows

    lgas, lga_codes = column(fields.lga), column(fields.lga_code)
    if fields.lga is None:
        lgas = [lga_names.get(code, code) for code in lga_codes]
        unnamed = sum(code not in lga_names for code in lga_codes)
        if unnamed:
            said.append(
                "The list has no LGA name"
                + (", only a code; the code stands for the LGA. " if fields.lga_code else ". ")
                + "Wards can be joined by code; by name only once --lga-names gives the names."
            )
    wards = []
    unknown: Counter[str] = Counter()
    states = column(fields.state)
    codes = column(fields.state_code)
    for i in range(rows):
        named = _state(states[i], codes[i], state, unknown)
        lga = clean_lga(lgas[i])
        wards.append(
            ListedWard(
                code=table[fields.code][i], name=table[fields.name][i],
                key=ward_key(table[fields.name][i], lga=lga), lga=lga, lga_key=lga_key(lga),
                state=named, urban=column(fields.urban)[i] if fields.urban else "", shape=shapes[i],
            )
        )  # fmt: skip
    for text, number in unknown.items():
        said.append(f"'{text}' is not the name of a state; {number} wards keep it as written.")
    return wards


def _state(text: str, code: str, given: str | None, unknown: Counter[str]) -> str:
    if given:
        return canonical_state(given) or given
    if text and (name := canonical_state(text)):
        return name
    for part in (text, code):
        if part and (found := state_by_code(part)):
            return found.name
    if text or code:
        unknown[text or code] += 1
        return text or code
    raise InvalidInput("NO_STATE", "The list has no state column. Name the state with --state.", {})


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
