"""Opening a layer: GeoJSON, GeoPackage, shapefile in or out of a zip, a list of records."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.names import repair_mojibake, tidy

Layer = tuple[dict[str, list[str]], np.ndarray, str | None]
KINDS = (".shp", ".gpkg", ".geojson", ".json")
LATITUDE, LONGITUDE = ("latitude", "lat", "y"), ("longitude", "lon", "long", "lng", "x")


def read_layer(path: Path, said: list[str], wanted: str | None = None) -> Layer:
    """Return the columns as text, the shapes (None where missing) and the coordinate system.

    Parameters
    ----------
    wanted : name of the layer when the file holds several.
    """
    source: Any = path
    if zipfile.is_zipfile(path):
        source = _inside_zip(path, said, wanted)
    elif path.suffix.casefold() in (".json", ".geojson"):
        source = _from_list(path, said) or path
    try:
        layer = _which_layer(source, path, wanted)
        meta, _, wkb, columns = _read(source, layer, said)
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


def _which_layer(source: Any, path: Path, wanted: str | None) -> str | None:
    """Return the layer to read; None when there is one. Raises InvalidInput SEVERAL_LAYERS."""
    found = [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
    if len(found) < 2:
        return None
    if wanted in found:
        return wanted
    raise InvalidInput(
        "SEVERAL_LAYERS",
        f"{path.name} holds {len(found)} layers: {', '.join(found[:20])}. Name the one with the "
        "wards with --layer.",
        {"layers": found},
    )


def _read(source: Any, layer: str | None, said: list[str]) -> Any:
    """Read a layer; text of a shapefile that names no encoding is UTF-8, else Windows-1252."""
    if not str(source).casefold().endswith(".shp") or _has_cpg(str(source)):
        return pyogrio.raw.read(source, layer=layer)
    try:
        return pyogrio.raw.read(source, layer=layer, encoding="utf-8")
    except UnicodeDecodeError:
        said.append(
            "The text is not UTF-8 and no .cpg names its encoding; Windows-1252 was assumed."
        )
        return pyogrio.raw.read(source, layer=layer, encoding="cp1252")


def _has_cpg(source: str) -> bool:
    if not source.startswith("/vsizip/"):
        return any(
            p.suffix.casefold() == ".cpg"
            for p in Path(source).parent.glob(f"{Path(source).stem}.*")
        )
    archive, _, inner = source.removeprefix("/vsizip/").partition(".zip/")
    with zipfile.ZipFile(f"{archive}.zip") as opened:
        return any(n.casefold() == f"{inner[:-4]}.cpg".casefold() for n in opened.namelist())


def _inside_zip(path: Path, said: list[str], wanted: str | None) -> str:
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if "__MACOSX" not in n]
    layers = [n for n in names if n.casefold().endswith(KINDS)]
    if wanted:
        layers = [n for n in layers if wanted in (n, Path(n).name, Path(n).stem)] or layers
    if not layers and (parts := [n for n in names if n.casefold().endswith((".dbf", ".shx"))]):
        raise DomainError(
            "UNREADABLE_LAYER",
            f"The shapefile in the archive lacks its .shp part (it holds {', '.join(parts[:4])}). "
            "Send .shp, .shx, .dbf and .prj together.",
            {"missing": [".shp"]},
        )
    if len(layers) > 1:
        raise InvalidInput(
            "SEVERAL_LAYERS",
            f"The archive holds {len(layers)} layers: {', '.join(layers[:20])}. Name the one with "
            "the wards with --layer.",
            {"layers": layers},
        )
    if not layers:
        raise DomainError(
            "UNREADABLE_LAYER", "The archive holds no layer. Send .shp, .shx, .dbf and .prj in "
            "one zip, or GeoJSON, or GeoPackage.", {"files": names[:20]},
        )  # fmt: skip
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


def _from_list(path: Path, said: list[str]) -> bytes | None:
    """Read a JSON array, which is not GeoJSON but does arrive: of FeatureCollections, or of plain
    records with a latitude and a longitude."""
    with path.open("rb") as file:
        if not file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
            return None
    try:
        parts = json.loads(path.read_text(encoding="utf-8-sig"))
        if _are_records(parts):
            return _from_records(parts, said)
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


def _are_records(parts: Any) -> bool:
    return (
        isinstance(parts, list) and bool(parts)
        and all(isinstance(p, dict) and "features" not in p for p in parts)
        and any(str(key).casefold() in LATITUDE for key in parts[0])
    )  # fmt: skip


def _from_records(parts: list[dict[str, Any]], said: list[str]) -> bytes:
    names = {str(key).casefold(): key for key in parts[0]}
    lat = next(names[n] for n in LATITUDE if n in names)
    lon = next((names[n] for n in LONGITUDE if n in names), None)
    features = []
    for part in parts:
        try:
            point = [float(part[lon]), float(part[lat])] if lon else None
        except (KeyError, TypeError, ValueError):
            point = None
        features.append({
            "type": "Feature", "properties": {k: part.get(k) for k in names.values()},
            "geometry": {"type": "Point", "coordinates": point} if point else None,
        })  # fmt: skip
    said.append(f"The file is a list of {len(parts)} records; they were read as points.")
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _cell(value: Any) -> str:
    """Return a cell as text; codes read as numbers keep no `.0`."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return tidy(repair_mojibake(str(value)))
