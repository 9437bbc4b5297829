"""A sheet as coded columns: each distinct cell once, and a code per row.

A national file has 7 million cells but few distinct ones, so every rule runs once per distinct
value, never once per cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tpr.reading.sources import Row, Sheet

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
_CHUNK = 20_000


class Coded(NamedTuple):
    """One column.

    Attributes
    ----------
    codes : array (n_rows,), positions in `values`.
    values : distinct cells in order of first appearance, as the sheet reader gave them.
    """

    codes: Codes
    values: list[Any]

    def where(self, test: Callable[[Any], bool]) -> Mask:
        """Return the rows whose cell passes the test."""
        return np.array([test(value) for value in self.values], dtype=bool)[self.codes]

    def cell(self, row: int) -> Any:
        return self.values[self.codes[row]]


def load(
    sheet: Sheet,
    skip: int,
    positions: Sequence[int],
    report: Callable[[int], None],
) -> tuple[dict[int, Coded], int]:
    """Read the wanted columns of a sheet.

    Parameters
    ----------
    sheet : where to read.
    skip : rows before the first data row.
    positions : 0-based columns to keep.
    report : called with the number of rows read so far.

    Returns
    -------
    (dict of position to Coded, int)
        The columns, and the number of rows read.
    """
    tables: dict[int, defaultdict[Any, int]] = {}
    parts: dict[int, list[Codes]] = {position: [] for position in positions}
    for position in positions:
        table: defaultdict[Any, int] = defaultdict()
        table.default_factory = table.__len__
        tables[position] = table
    rows = islice(sheet.iterate(), skip, None)
    total = 0
    for chunk in _chunks(rows):
        columns = list(zip_longest(*chunk, fillvalue=""))
        for position in positions:
            if position < len(columns):
                codes = list(map(tables[position].__getitem__, columns[position]))
            else:
                codes = [tables[position][""]] * len(chunk)
            parts[position].append(np.array(codes, dtype=np.int32))
        total += len(chunk)
        report(total)
    empty = np.array([], dtype=np.int32)
    return {
        position: Coded(
            np.concatenate(parts[position]) if parts[position] else empty,
            list(tables[position]),
        )
        for position in positions
    }, total


def distinct(columns: Sequence[Codes]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the first row of every distinct combination, and the combination of each row.

    Combinations are numbered in order of first appearance.
    """
    key = columns[0].astype(np.int64)
    for codes in columns[1:]:
        # Renumbered after each step, so that the product never overflows.
        _, key = np.unique(key, return_inverse=True)
        key = key.astype(np.int64) * (int(codes.max(initial=0)) + 1) + codes
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse]


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
