"""Display geometry: simplified once with shared borders kept, as paths in an integer grid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

WIDTH = 1000
DETAIL = 1.1
"""Tolerance of the simplification in grid units."""
MARGIN = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """Placement of degrees in the grid; longitudes are narrowed by the mid-latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: int
    height: int

    def place(self, points: np.ndarray) -> np.ndarray:
        x = (points[:, 0] - self.west) * self.squeeze * self.scale + MARGIN
        y = (self.north - points[:, 1]) * self.scale + MARGIN
        return np.column_stack([x, y])


def frame_of(shapes: np.ndarray) -> Frame:
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * squeeze, north - south)
    return Frame(
        west, north, scale, squeeze,
        round((east - west) * squeeze * scale + 2 * MARGIN),
        round((north - south) * scale + 2 * MARGIN),
    )  # fmt: skip


def path_of(shape: Any) -> str:
    """Return an SVG path with relative integer steps; rings that vanish in the grid are left out."""
    parts = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.rint(shapely.get_coordinates(ring)).astype(int)
            steps = np.diff(points, axis=0)
            steps = steps[np.any(steps != 0, axis=1)][:-1]
            if len(steps) < 2:
                continue
            x, y = points[0]
            moves = "".join(f"{dx}{dy:+d}".replace("+", " ") if dx < 0 else f" {dx}{dy:+d}".replace(
                "+", " ") for dx, dy in steps)  # fmt: skip
            parts.append(f"M{x} {y}l{moves.strip()}z")
    return "".join(parts)


def display_paths(shapes: list[Any], lgas: list[str]) -> tuple[list[str | None], dict[str, Any]]:
    """Return a path per ward (None without geometry) and the frame with the LGA borders.

    The borders that wards share stay shared: the whole state is simplified as one coverage.
    """
    there = [i for i, shape in enumerate(shapes) if shape is not None]
    if not there:
        return [None] * len(shapes), {}
    array = np.array([shapes[i] for i in there], dtype=object)
    frame = frame_of(array)
    placed = shapely.transform(array, frame.place)
    simple = shapely.coverage_simplify(placed, DETAIL)
    paths: list[str | None] = [None] * len(shapes)
    for index, shape in zip(there, simple, strict=True):
        paths[index] = path_of(shape) or None
    groups: dict[str, list[Any]] = {}
    for index, shape in zip(there, simple, strict=True):
        groups.setdefault(lgas[index], []).append(shape)
    borders = []
    for lga in sorted(groups):
        outline = shapely.union_all(shapely.buffer(groups[lga], 0.05))
        point = shapely.point_on_surface(outline)
        borders.append(
            {"lga": lga, "d": path_of(outline), "x": round(point.x), "y": round(point.y)}
        )
    return paths, {"width": frame.width, "height": frame.height, "lgas": borders}
