"""Moran's I of ward values, with its pseudo p from seeded permutations. Pure, standard library.

Source: positivity.md via workflow.md section 7 (`autocorrelation`); Moran 1950, Anselin 1995.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter, mul
from random import Random
from typing import Any

_STEP = re.compile(r"M(-?\d+) (-?\d+)l([^z]*)z")
_NUMBER = re.compile(r"-?\d+")


def corners(path: str) -> set[tuple[int, int]]:
    """Return the corner points of a display path (relative integer steps, `boundaries.simplify`)."""
    found = set()
    for x_text, y_text, steps in _STEP.findall(path):
        x, y = int(x_text), int(y_text)
        found.add((x, y))
        numbers = list(map(int, _NUMBER.findall(steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=False):
            x, y = x + dx, y + dy
            found.add((x, y))
    return found


def touching(paths: Mapping[Any, str]) -> set[tuple[Any, Any]]:
    """Return the pairs of wards whose drawn borders share a corner, each pair once."""
    at: dict[tuple[int, int], list[Any]] = {}
    for ward, path in paths.items():
        for corner in corners(path):
            at.setdefault(corner, []).append(ward)
    return {
        (a, b) if a < b else (b, a)
        for wards in at.values() for i, a in enumerate(wards) for b in wards[i + 1 :]
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moran:
    """Moran's I with weights 1 for each neighbour; `p` is two-sided, None when all values are equal.

    `islands` are wards with a value but no neighbour with one: they take no part.
    """

    index: float | None
    expected: float
    p: float | None
    wards: int
    pairs: int
    islands: int
    permutations: int


def moran(
    values: Mapping[Any, float], pairs: Iterable[tuple[Any, Any]], *, permutations: int, seed: int
) -> Moran:
    """Return Moran's I = n / S0 · ΣΣ w_ij z_i z_j / Σ z_i².

    Parameters
    ----------
    values : ward → value; pairs that hold a ward without a value are not used.
    """
    edges = sorted({(a, b) for a, b in pairs if a in values and b in values and a != b})
    members = sorted({ward for edge in edges for ward in edge})
    islands = len(values) - len(members)
    n = len(members)
    if n < 3:
        return Moran(None, 0.0, None, n, len(edges), islands, permutations)
    mean = sum(values[w] for w in members) / n
    z = [values[w] - mean for w in members]
    squares = sum(v * v for v in z)
    expected = -1 / (n - 1)
    if squares < 1e-12 * max(1.0, mean * mean):
        return Moran(None, expected, None, n, len(edges), islands, permutations)
    place = {ward: i for i, ward in enumerate(members)}
    left = _picker([place[a] for a, _ in edges])
    right = _picker([place[b] for _, b in edges])
    # Each pair counts in both directions, in the sum and in S0 = 2 · pairs.
    scale = n / (len(edges) * squares)

    def index(of: Sequence[float]) -> float:
        return float(scale * sum(map(mul, left(of), right(of))))

    found = index(z)
    random = Random(seed)
    shuffled, beyond = list(z), 0
    for _ in range(permutations):
        random.shuffle(shuffled)
        beyond += abs(index(shuffled) - expected) >= abs(found - expected)
    return Moran(found, expected, (beyond + 1) / (permutations + 1), n, len(edges), islands,
                 permutations)  # fmt: skip


def _picker(places: list[int]) -> Any:
    if len(places) == 1:
        only = places[0]
        return lambda of: (of[only],)
    return itemgetter(*places)
