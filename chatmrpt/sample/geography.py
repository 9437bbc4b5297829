"""Wards with shared borders inside an invented outline."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import shapely
from numpy.random import Generator
from shapely.geometry import MultiPoint, Polygon

from chatmrpt.sample.names import place_names

CENTRE = (9.2, 10.6)  # degrees; inside Nigeria's frame, so that every coordinate check is exercised
RADIUS = 0.9
LGAS = 9
WARDS = 104


@dataclass(frozen=True)
class SampleWard:
    """A ward of the list, and how the facility file spells its name."""

    code: str
    name: str
    name_in_file: str
    lga: str
    shape: Polygon
    x: float
    y: float
    urban: float


def _bend(points: np.ndarray) -> np.ndarray:
    """Move every point by a smooth field, so that straight borders look grown and stay shared."""
    x, y = points[:, 0], points[:, 1]
    dx = 0.022 * np.sin(19 * y + 3 * x) + 0.012 * np.sin(47 * x + 31 * y)
    dy = 0.022 * np.cos(17 * x - 5 * y) + 0.012 * np.sin(41 * y - 23 * x)
    return np.column_stack([x + dx, y + dy])


def _outline(rng: Generator) -> Polygon:
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    waves = sum(
        a * np.sin(k * angles + p)
        for k, a, p in zip(
            (2, 3, 5, 7), (0.16, 0.10, 0.06, 0.04), rng.uniform(0, 6.28, 4), strict=True
        )
    )
    radius = RADIUS * (1 + waves)
    return Polygon(
        np.column_stack([
            CENTRE[0] + radius * np.cos(angles), CENTRE[1] + 0.8 * radius * np.sin(angles)
        ])
    )  # fmt: skip


def _spread(rng: Generator, outline: Polygon, count: int) -> np.ndarray:
    """Return points that keep a distance from each other (best of 12 candidates each time)."""
    left, low, right, top = outline.bounds
    points: list[tuple[float, float]] = []
    while len(points) < count:
        candidates = rng.uniform((left, low), (right, top), (12, 2))
        inside = [c for c in candidates if shapely.contains_xy(outline, *c)]
        if not inside:
            continue
        if points:
            known = np.array(points)
            best = max(inside, key=lambda c: float(np.min(np.hypot(*(known - c).T))))
        else:
            best = inside[0]
        points.append((float(best[0]), float(best[1])))
    return np.array(points)


def make_wards(rng: Generator) -> list[SampleWard]:
    """Return the wards of the sample state, ordered by code."""
    outline = _outline(rng)
    points = _spread(rng, outline, WARDS)
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=outline, ordered=True)
    seeds = _spread(rng, outline, LGAS)
    lga_of = np.argmin(
        np.hypot(points[:, None, 0] - seeds[None, :, 0], points[:, None, 1] - seeds[None, :, 1]),
        axis=1,
    )
    names = place_names(rng)
    lga_names = list(islice(names, LGAS))
    city = seeds[0]
    wards = []
    for number, (cell, point) in enumerate(zip(cells.geoms, points, strict=True)):
        shape = shapely.intersection(cell, outline)
        shape = shapely.transform(shapely.segmentize(shape, 0.015), _bend)
        distance = float(np.hypot(*(point - city)))
        urban = float(np.clip(100 * np.exp(-((distance / 0.22) ** 2)) + rng.normal(0, 2), 0, 100))
        name, in_file = _spelling(next(names), number)
        wards.append(
            SampleWard(
                code=f"SP{lga_of[number] + 1:02}{number + 1:03}", name=name, name_in_file=in_file,
                lga=lga_names[lga_of[number]], shape=shape, x=float(point[0]), y=float(point[1]),
                urban=urban,
            )
        )  # fmt: skip
    return sorted(wards, key=lambda ward: ward.code)


def _spelling(name: str, number: int) -> tuple[str, str]:
    """Return (name in the list, name in the file): some differ as they do in real files."""
    if number % 17 == 3:
        return f"{name} 2", f"{name} II"
    if number % 17 == 7:
        return f"{name} Gari", f"{name}-Gari"
    if number % 37 == 11:
        return name, f"{name}wa"  # not equal by any rule: stays unmatched, never guessed
    return name, name
