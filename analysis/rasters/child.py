"""The child process that summarises one raster: ``python -m analysis.rasters.child SETTINGS``.

No Django, no database, no network. The exit code is 0 whenever ``result.json`` was written, and
only then: a refusal is a result too. The parent (`guard`) sets the limits.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path
from typing import Any

# Before GDAL is loaded: no neighbouring file, no network, one thread, a small cache.
os.environ |= {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_SKIP": "VRT,WMS,WCS,HTTP,GTI",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "GDAL_NUM_THREADS": "1", "GDAL_CACHEMAX": "64",
    "GDAL_PAM_ENABLED": "NO", "PROJ_NETWORK": "OFF",
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Summarise the raster and write the result; returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m analysis.rasters.child SETTINGS.json\n")
        return 2
    from chatmrpt.common.errors import DomainError

    settings_path = Path(arguments[0])
    settings = json.loads(settings_path.read_text(encoding="utf-8"))
    try:
        result = _summarise(settings, settings_path.parent)
    except DomainError as error:
        result = {"refused": {"code": error.code, "message": error.message, "facts": error.facts}}
    # Written under another name first: a half-written result must never look like one.
    draft = settings_path.with_name("result.json.part")
    draft.write_text(json.dumps(result), encoding="utf-8")
    draft.replace(settings_path.with_name("result.json"))
    return 0


def _summarise(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    from rasterio.errors import RasterioIOError

    from analysis.domain.layers import ward_values
    from analysis.rasters.zones import Band, open_band, zones_of
    from chatmrpt.common.errors import DomainError, InvalidInput

    data, system, number, layer = open_band(settings["path"], settings["band"], settings["crs"])
    limits = (settings["minimum"], settings["maximum"])
    band = Band(data, number, settings["factor"], limits)
    lists = []
    for file in settings["shapes"]:
        shapes = read_shapes(folder / file)
        try:
            zones = zones_of(band, system, shapes, settings["statistic"])
        except RasterioIOError as error:
            raise InvalidInput(
                "RASTER_UNREADABLE",
                "The file begins like a GeoTIFF, but its cells cannot be read: it is damaged or "
                "was cut off. Fetch it again.",
                {},
            ) from error
        try:
            found = ward_values(
                zones, name=settings["name"], unit=settings["unit"],
                minimum=limits[0], maximum=limits[1],
            )  # fmt: skip
        except DomainError as error:  # of this list; another may lie under the layer
            lists.append(
                {"refused": {"code": error.code, "message": error.message, "facts": error.facts}}
            )
            continue
        lists.append(
            {
                "value": [None if v != v else v for v in found.value.tolist()],
                "coverage": found.coverage.tolist(),
                "coarse_cell": found.coarse_cell.tolist(),
                "share_rejected": found.share_rejected,
            }
        )
    return {"layer": layer, "lists": lists}


def write_shapes(path: Path, shapes: list[bytes | None]) -> None:
    """Write polygons as length and bytes; a length of 0 is a ward without polygon."""
    with path.open("wb") as file:
        for wkb in shapes:
            file.write(struct.pack("<I", len(wkb or b"")))
            file.write(wkb or b"")


def read_shapes(path: Path) -> list[bytes | None]:
    """Read what `write_shapes` wrote."""
    content, shapes, at = path.read_bytes(), [], 0
    while at < len(content):
        (length,) = struct.unpack_from("<I", content, at)
        at += 4
        shapes.append(content[at : at + length] or None)
        at += length
    return shapes


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
