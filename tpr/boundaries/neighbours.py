"""Queen neighbours of wards: polygons that share at least one point.

`intersects`, not `touches`, so that tiny overlaps count (risk.md section 5). Imports shapely: only
workers and commands may import this module.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely


def queen_neighbours(geometries: Sequence[bytes | None]) -> tuple[tuple[int, ...], ...]:
    """Return for each ward the ascending positions of its neighbours.

    Parameters
    ----------
    geometries : WKB of each ward; None = no polygon, no neighbour
    """
    known = [i for i, wkb in enumerate(geometries) if wkb]
    near: list[list[int]] = [[] for _ in geometries]
    if known:
        shapes = shapely.from_wkb([bytes(geometries[i] or b"") for i in known])
        tree = shapely.STRtree(shapes)
        left, right = tree.query(shapes, predicate="intersects")
        positions = np.array(known)
        for a, b in zip(positions[left].tolist(), positions[right].tolist(), strict=True):
            if a != b:
                near[a].append(b)
    return tuple(tuple(sorted(found)) for found in near)
