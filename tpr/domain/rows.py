"""Rows that are no reports: totals, subtotals, stores, repeated headers (inputs.md section 6.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from chatmrpt.common.names import tidy

_TOTAL: Final = re.compile(r"(?:grand\s*|sub\s*|over\s*all\s*)?totals?|sum|national|nigeria")
_STORE: Final = re.compile(r"\b(?:cold\s*(?:chain\s*)?store|lga\s+office|state\s+ministry)\b")
_UNIT_TAIL: Final = re.compile(
    r"\s+(?:ward|lga|l\.g\.a\.?|state|local government(?: area)?|area council)$", re.IGNORECASE
)
_TOLERANCE: Final = 0.005
_FEWEST_ROWS_ABOVE: Final = 3


def is_total_word(cell: object) -> bool:
    """Say whether a text cell is total, grand total, sum or national."""
    return bool(_TOTAL.fullmatch(tidy(cell).casefold().rstrip(":")))


def is_store(*names: str) -> bool:
    """Say whether a facility or ward name is a store or an office."""
    return any(_STORE.search(tidy(name).casefold()) for name in names)


def unit_name(name: str) -> str:
    """Return a name without "Ward", "LGA" or "State" at its end, folded for comparison."""
    text = tidy(name)
    while (shorter := _UNIT_TAIL.sub("", text)) != text:
        text = shorter
    return "".join(ch for ch in text.casefold() if ch.isalnum())


def is_subtotal(facility: str, *places: str) -> bool:
    """Say whether a facility is an organisation unit: named like its ward, LGA or state.

    Parameters
    ----------
    facility : name without prefix.
    places : names of its ward, LGA and state, without prefix; empty ones are passed over.
    """
    name = unit_name(facility)
    return bool(name) and any(place and unit_name(place) == name for place in places)


def equals_column_sums(row: Sequence[float | None], sums: Sequence[float], rows_above: int) -> bool:
    """Say whether every count of a row equals the sum of its column above it (within 0.5 %).

    Parameters
    ----------
    row : counts of the row; None is blank.
    sums : column sums of all rows above; zero where nothing is filled.
    rows_above : how many rows were summed; with fewer than three no row is a total.
    """
    if rows_above < _FEWEST_ROWS_ABOVE:
        return False
    filled = [(value, total) for value, total in zip(row, sums, strict=True) if value is not None]
    if len([1 for value, _ in filled if value]) < 2:
        return False
    return all(abs(value - total) <= _TOLERANCE * max(total, 1.0) for value, total in filled)
