"""How large a file may be (domain/inputs.md section 9); settings may lower or raise each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one file.

    Parameters
    ----------
    expanded_bytes : sum of all parts of an xlsx or zip, uncompressed.
    ratio : uncompressed over compressed bytes; tested from `ratio_from_bytes` on.
    entries : parts of an xlsx or zip.
    rows, columns, sheets : of a workbook or table.
    cells : rows x columns of a sheet's real extent; the reader reserves memory for each.
    cell_text : characters kept of a text.
    listed : remarks kept per code.
    """

    expanded_bytes: int = 1 << 30
    ratio: int = 200
    ratio_from_bytes: int = 16 << 20
    entries: int = 2000
    rows: int = 1_048_576
    columns: int = 300
    sheets: int = 30
    cells: int = 30_000_000
    cell_text: int = 2000
    listed: int = 1000

    @classmethod
    def from_settings(cls, given: Mapping[str, Any] | None) -> Limits:
        """Return the defaults with the given numbers in their place; unknown names are errors."""
        return cls(**{name: int(value) for name, value in (given or {}).items()})


NAMES = tuple(field.name for field in fields(Limits))
