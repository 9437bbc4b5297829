"""Optimal one-to-one assignment of a sparse set of scored pairs, without numpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

# Above this size a component is assigned greedily: the exact method grows with the cube.
LARGEST_EXACT: Final = 60


def assign(scores: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """Pair rows with columns so that the sum of scores is largest.

    Parameters
    ----------
    scores
        Score of each possible pair (row, column), greater than 0; absent pairs are impossible.

    Returns
    -------
    dict
        Row → column; each column at most once. Rows without a free column are absent. Ties are
        broken by the smaller row and column, so the result does not depend on the input order.
    """
    result: dict[int, int] = {}
    for rows, columns in _components(scores):
        if max(len(rows), len(columns)) > LARGEST_EXACT:
            result.update(_greedy(scores, set(rows)))
        else:
            result.update(_exact(scores, rows, columns))
    return result


def _components(scores: Mapping[tuple[int, int], float]) -> list[tuple[list[int], list[int]]]:
    """Connected groups of rows and columns: pairs of different groups never compete."""
    columns_of: dict[int, list[int]] = defaultdict(list)
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(scores):
        columns_of[row].append(column)
        rows_of[column].append(row)
    seen: set[int] = set()
    components = []
    for start in sorted(columns_of):
        if start in seen:
            continue
        rows, columns, queue = {start}, set[int](), [start]
        while queue:
            for column in columns_of[queue.pop()]:
                if column not in columns:
                    columns.add(column)
                    new = [row for row in rows_of[column] if row not in rows]
                    rows.update(new)
                    queue.extend(new)
        seen |= rows
        components.append((sorted(rows), sorted(columns)))
    return components


def _greedy(scores: Mapping[tuple[int, int], float], rows: set[int]) -> dict[int, int]:
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for (row, column), _score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if row in rows and row not in chosen and column not in taken:
            chosen[row] = column
            taken.add(column)
    return chosen


def _exact(
    scores: Mapping[tuple[int, int], float], rows: list[int], columns: list[int]
) -> dict[int, int]:
    """Hungarian method with potentials on the square, zero-filled cost matrix."""
    size = max(len(rows), len(columns))
    cost = [[0.0] * (size + 1) for _ in range(size + 1)]
    for i, row in enumerate(rows, start=1):
        for j, column in enumerate(columns, start=1):
            cost[i][j] = -scores.get((row, column), 0.0)
    u, v = [0.0] * (size + 1), [0.0] * (size + 1)
    row_of, way = [0] * (size + 1), [0] * (size + 1)
    for i in range(1, size + 1):
        row_of[0], here = i, 0
        least, used = [float("inf")] * (size + 1), [False] * (size + 1)
        while row_of[here]:
            used[here] = True
            current, delta, following = row_of[here], float("inf"), 0
            for j in range(1, size + 1):
                if used[j]:
                    continue
                reduced = cost[current][j] - u[current] - v[j]
                if reduced < least[j]:
                    least[j], way[j] = reduced, here
                if least[j] < delta:
                    delta, following = least[j], j
            for j in range(size + 1):
                if used[j]:
                    u[row_of[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            here = following
        while here:
            row_of[here] = row_of[way[here]]
            here = way[here]
    pairs = ((row_of[j], j) for j in range(1, len(columns) + 1) if 0 < row_of[j] <= len(rows))
    return {
        rows[i - 1]: columns[j - 1] for i, j in pairs if (rows[i - 1], columns[j - 1]) in scores
    }
