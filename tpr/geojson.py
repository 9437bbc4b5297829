"""WKB polygons to GeoJSON coordinates, in plain Python: the web imports no geometry library."""

import struct
from typing import Any

from tpr.exports import ward_tpr_rows
from tpr.models import TprResult, Ward

POLYGON, MULTIPOLYGON = 3, 6
DECIMALS = 6


class _Reader:
    def __init__(self, wkb: bytes) -> None:
        self.wkb, self.at = wkb, 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self.wkb, self.at)
        self.at += struct.calcsize(form)
        return values

    def header(self) -> tuple[str, int]:
        order = "<" if self.take("B")[0] == 1 else ">"
        return order, self.take(order + "I")[0] & 0xFF

    def rings(self, order: str) -> list[list[list[float]]]:
        rings = []
        for _ in range(self.take(order + "I")[0]):
            count = self.take(order + "I")[0]
            flat = self.take(f"{order}{2 * count}d")
            rings.append([
                [round(x, DECIMALS), round(y, DECIMALS)]
                for x, y in zip(flat[::2], flat[1::2], strict=True)
            ])  # fmt: skip
        return rings


def geometry_of(wkb: bytes) -> dict[str, Any]:
    """Return a GeoJSON geometry of a two-dimensional polygon or multipolygon."""
    reader = _Reader(wkb)
    order, kind = reader.header()
    if kind == POLYGON:
        return {"type": "Polygon", "coordinates": reader.rings(order)}
    if kind != MULTIPOLYGON:
        raise ValueError(f"WKB type {kind} is not a polygon")
    parts = []
    for _ in range(reader.take(order + "I")[0]):
        part_order, _kind = reader.header()
        parts.append(reader.rings(part_order))
    return {"type": "MultiPolygon", "coordinates": parts}


def ward_tpr_geojson(result: TprResult) -> dict[str, Any]:
    """Return a FeatureCollection: one feature per row of `ward_tpr.csv`; null geometry off the map."""
    shapes: dict[str, bytes] = {}
    if result.ward_list is not None:
        wards = Ward.objects.filter(list=result.ward_list, state=result.state)
        shapes = {
            code: bytes(wkb)
            for code, wkb in wards.filter(geometry__isnull=False).values_list("code", "geometry")
        }
    features = []
    for row in ward_tpr_rows(result):
        wkb = shapes.get(row["ward_code"])
        features.append({
            "type": "Feature",
            "geometry": geometry_of(wkb) if wkb else None,
            "properties": row,
        })  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
