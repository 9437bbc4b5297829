"""Where the states lie, to notice a layer whose axes are swapped or whose wards lie elsewhere.

West, south, east, north in degrees, measured on public LGA boundaries and rounded outward to 0.1.
"""

from typing import Any, Final

import numpy as np
import shapely

EXTENTS: Final = {
    "Abia": (7.1, 4.8, 8.0, 6.1), "Adamawa": (11.5, 7.7, 13.7, 11.0),
    "Akwa Ibom": (7.4, 4.4, 8.4, 5.5), "Anambra": (6.6, 5.7, 7.4, 6.7),
    "Bauchi": (8.8, 9.5, 10.9, 12.5), "Bayelsa": (5.4, 4.3, 6.7, 5.4),
    "Benue": (7.5, 6.5, 9.9, 8.1), "Borno": (11.6, 10.0, 14.6, 13.7),
    "Cross River": (7.9, 4.7, 9.4, 6.9), "Delta": (5.0, 5.0, 6.8, 6.5),
    "Ebonyi": (7.5, 5.7, 8.4, 6.8), "Edo": (5.1, 5.9, 6.7, 7.5), "Ekiti": (4.9, 7.2, 5.8, 8.1),
    "Enugu": (6.9, 5.9, 7.9, 7.2), "Federal Capital Territory": (6.7, 8.4, 7.6, 9.3),
    "Gombe": (10.6, 9.6, 11.9, 11.3), "Imo": (6.6, 5.2, 7.4, 6.0),
    "Jigawa": (8.1, 11.0, 10.6, 13.0), "Kaduna": (6.2, 9.0, 8.8, 11.5),
    "Kano": (7.7, 10.5, 9.3, 12.6), "Katsina": (6.9, 11.1, 9.0, 13.3),
    "Kebbi": (3.6, 10.1, 6.0, 13.2), "Kogi": (5.3, 6.5, 7.9, 8.6),
    "Kwara": (2.8, 7.9, 6.1, 10.1), "Lagos": (2.7, 6.4, 4.3, 6.8),
    "Nasarawa": (7.0, 7.8, 9.5, 9.3), "Niger": (3.9, 8.3, 7.4, 11.3),
    "Ogun": (2.7, 6.3, 4.6, 8.0), "Ondo": (4.4, 5.9, 6.0, 7.8), "Osun": (4.0, 7.0, 5.1, 8.1),
    "Oyo": (2.8, 7.1, 4.6, 9.2), "Plateau": (8.5, 8.4, 10.5, 10.3),
    "Rivers": (6.4, 4.3, 7.6, 5.6), "Sokoto": (4.1, 11.6, 6.7, 13.9),
    "Taraba": (9.2, 6.5, 12.0, 9.6), "Yobe": (9.7, 10.6, 12.4, 13.3),
    "Zamfara": (5.0, 11.1, 7.2, 13.2),
}  # fmt: skip
SLACK: Final = 0.3


def _inside(points: np.ndarray, state: str) -> np.ndarray:
    west, south, east, north = EXTENTS[state]
    x, y = points[:, 0], points[:, 1]
    return (
        (x >= west - SLACK) & (x <= east + SLACK) & (y >= south - SLACK) & (y <= north + SLACK)
    )  # fmt: skip


def standing(shapes: np.ndarray, states: list[str]) -> dict[str, tuple[int, int, int]]:
    """Return per known state: wards with a shape, those inside the state's extent, and those that
    would be inside with longitude and latitude swapped."""
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    middles = shapely.get_coordinates(shapely.centroid(shapes[there]))
    named = [state for state, shown in zip(states, there, strict=True) if shown]
    found: dict[str, tuple[int, int, int]] = {}
    for state in sorted(set(named) & set(EXTENTS)):
        points = middles[np.array([name == state for name in named])]
        found[state] = (
            len(points), int(_inside(points, state).sum()),
            int(_inside(points[:, ::-1], state).sum()),
        )  # fmt: skip
    return found


def swapped(stand: dict[str, tuple[int, int, int]]) -> bool:
    """Whether most wards lie in their states only when the axes change places."""
    wards = sum(n for n, _, _ in stand.values())
    inside = sum(n for _, n, _ in stand.values())
    turned = sum(n for _, _, n in stand.values())
    return wards > 0 and 2 * turned > wards and 2 * inside < turned


def elsewhere(stand: dict[str, tuple[int, int, int]]) -> list[str]:
    """Return a sentence for each state more than half of whose wards lie outside of it."""
    return [
        f"{wards - inside} of {wards} wards of {state} do not lie in {state}: is the state right?"
        for state, (wards, inside, _turned) in stand.items()
        if 2 * inside < wards
    ]


def turn(shapes: np.ndarray) -> Any:
    """Return the shapes with longitude and latitude changed."""
    return shapely.transform(shapes, lambda points: points[:, ::-1])
