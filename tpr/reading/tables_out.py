"""Writing ``facilities.tsv`` and ``reports.tsv`` in PostgreSQL's COPY text format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from tpr.domain.copies import Counts
from tpr.domain.periods import Period
from tpr.reading.formats import REPORT_COUNTS, UNDATED
from tpr.reading.units import Unit

NULL: Final = r"\N"
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\0": ""})


def write_facilities(path: Path, units: Iterable[tuple[int, Unit]]) -> None:
    """Write one line per facility; unknown ward is an empty ward and an empty key."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for ordinal, unit in units:
            cells = (
                *(str(ordinal), unit.state, unit.lga, unit.lga_key, unit.ward_raw, unit.ward),
                *(unit.ward_key, unit.name, unit.level, unit.level_source, unit.ownership),
                unit.ward_code,
            )
            line = "\t".join(NULL if c is None else c.translate(_ESCAPES) for c in cells)
            file.write(line + "\n")


def write_reports(
    path: Path,
    rows: npt.NDArray[np.intp],
    facility: npt.NDArray[np.intp],
    period: npt.NDArray[np.intp],
    periods: Sequence[Period],
    counts: dict[str, Counts],
    first_row: int,
) -> None:
    """Write one line per facility and period.

    Parameters
    ----------
    rows : array (n_kept,), rows to write, in order.
    facility, period : arrays (n_rows,), ordinal and position in `periods` (-1 is none, written
        as a null start and 0 months).
    counts : field to array (n_rows,); NaN is written as null, absent fields too.
    first_row : 1-based row of the sheet of row 0.
    """
    starts = np.array([*(p.start.isoformat() for p in periods), NULL], dtype=object)
    months = np.array([*(str(p.months) for p in periods), UNDATED], dtype=object)
    columns = [
        list(map(str, facility[rows].tolist())),
        starts[period[rows]].tolist(),
        months[period[rows]].tolist(),
    ]
    nothing = [NULL] * len(rows)
    for name in REPORT_COUNTS:
        columns.append(_texts(counts[name][rows]) if name in counts else nothing)
    columns.append(list(map(str, (rows + first_row).tolist())))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in map("\t".join, zip(*columns, strict=True)):
            file.write(line)
            file.write("\n")


def _texts(values: Counts) -> list[str]:
    """Decimal text per value, made once per distinct value."""
    distinct, codes = np.unique(values, return_inverse=True)
    texts = [_text(value) for value in distinct.tolist()]
    return list(map(texts.__getitem__, codes.tolist()))


def _text(value: float) -> str:
    if value != value:
        return NULL
    return str(int(value)) if value == int(value) else repr(value)
