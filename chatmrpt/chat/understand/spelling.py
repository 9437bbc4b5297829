"""Distance between words, for misspelt options only."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str, limit: int = 3) -> int:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours).

    Returns ``limit + 1`` as soon as the distance is known to be larger than ``limit``.
    """
    if left == right:
        return 0
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if older and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1] if row[-1] <= limit else limit + 1


def is_swap(typed: str, word: str) -> bool:
    """Two neighbouring letters changed places, nothing else (``bakc`` for ``back``)."""
    return len(typed) == len(word) and sorted(typed) == sorted(word) and distance(typed, word) == 1


def nearest(typed: str, words: Iterable[str]) -> list[tuple[int, str]]:
    """All words within distance 3, nearest first; ties in alphabetical order."""
    found = [(distance(typed, word), word) for word in words]
    return sorted(pair for pair in found if pair[0] <= 3)
