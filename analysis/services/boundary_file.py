"""Polygons of a `--boundaries` file for the wards of a table. Imports pyogrio: commands only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyogrio

from analysis.domain.ward_table import place_columns, text
from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.names import lga_key, ward_key


def polygons_for(
    path: Path, wards: Sequence[tuple[str, str, str]]
) -> tuple[list[bytes | None], int]:
    """Return the WKB of each ward (code, LGA, name) and how many were found.

    Joined by code when both sides have one, else by LGA and name key, else by a name key that is
    unique on both sides. Only neighbourhood is read from the shapes, so no projection is needed.

    Raises
    ------
    InvalidInput
        ``FILE_MISSING``, ``BOUNDARIES_UNREADABLE`` or ``NO_WARD_COLUMN``.
    """
    if not path.is_file():
        raise InvalidInput("FILE_MISSING", f"There is no file {path}.", {"file": str(path)})
    source = f"/vsizip/{path}" if path.suffix.lower() == ".zip" else str(path)
    try:
        meta, _, shapes, fields = pyogrio.raw.read(source)
    except pyogrio.errors.DataSourceError as error:
        raise InvalidInput(
            "BOUNDARIES_UNREADABLE",
            f"{path.name} cannot be read as ward boundaries (GeoJSON, zipped shapefile or "
            f"GeoPackage): {error}",
            {"file": path.name},
        ) from error
    names = list(meta["fields"])
    places = place_columns(names)

    def column(name: str | None) -> list[str]:
        return [text(v) for v in fields[names.index(name)]] if name else [""] * len(shapes)

    codes, lgas, titles = column(places.code), column(places.lga), column(places.ward)
    by_code = {c.casefold(): i for i, c in enumerate(codes) if c}
    keys = [(lga_key(g), ward_key(w)) for g, w in zip(lgas, titles, strict=True)]
    by_key = {k: i for i, k in enumerate(keys) if k[0] and k[1]}
    times = Counter(k[1] for k in keys)
    by_name = {k[1]: i for i, k in enumerate(keys) if k[1] and times[k[1]] == 1}
    asked = Counter(ward_key(name) for _, _, name in wards)
    found: list[bytes | None] = []
    for code, lga, name in wards:
        key = ward_key(name)
        i = by_code.get(code.casefold()) if code else None
        if i is None and not (code and by_code):
            i = by_key.get((lga_key(lga), key))
            if i is None and asked[key] == 1 and not (lga and by_key):
                i = by_name.get(key)
        found.append(bytes(shapes[i]) if i is not None and shapes[i] is not None else None)
    return found, sum(f is not None for f in found)
