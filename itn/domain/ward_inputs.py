"""What a person adds per ward: nets that are there already, a buffer of its own (nets.md §1)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.exports import FORMULA_STARTS
from itn.domain.numbers import parse_count, parse_decimal
from itn.domain.wards import WardInput

WardKey = tuple[str, str, str, str]
Rows = Sequence[Mapping[str, Any]]
REASON_LEAST = 10
NAMED = 10
"""Rows that a message names."""


@dataclass(frozen=True, slots=True)
class WardBuffer:
    """A buffer of one ward in per cent, 0 to 30, and why it differs."""

    percent: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class ExistingNets:
    """Nets that wards still have, by ward, with source and year; taken off the need."""

    nets: Mapping[WardKey, int] = field(default_factory=dict)
    source: str = ""
    year: int | None = None

    @property
    def text(self) -> str:
        """What is stored with the parameters: sums, source, and a digest of the rows."""
        return (
            f"{sum(self.nets.values()):,} nets in {len(self.nets):,} wards "
            f"({self.source}, {self.year}) #{digest(self.nets.items())}"
        )


def buffers_text(buffers: Mapping[WardKey, WardBuffer]) -> str:
    """Return what is stored with the parameters for buffers of single wards."""
    rows = ((ward, (str(b.percent), b.reason)) for ward, b in buffers.items())
    return f"{len(buffers):,} ward{'' if len(buffers) == 1 else 's'} #{digest(rows)}"


def digest(rows: Iterable[tuple[Any, Any]]) -> str:
    """Return eight characters that change with any row and not with their order."""
    text = "\n".join(sorted(repr((list(key), value)) for key, value in rows))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def existing_nets_from(
    rows: Rows, wards: Iterable[WardInput], *, source: object, year: object
) -> ExistingNets:
    """Read nets that are there already: `ward_code` or `lga` and `ward`, and `nets`.

    Raises
    ------
    InvalidInput : `EXISTING_NETS_SOURCE`, `COLUMNS_MISSING`, `INVALID_NUMBER`, `WARDS_NOT_FOUND`,
        `WARD_TWICE`. Nothing is taken over in part.
    """
    name = " ".join(str(source or "").split())[:120]
    when = str(year or "").strip()
    if not name or not when.isdecimal() or not 1990 <= int(when[:5]) <= 2100:
        raise InvalidInput(
            "EXISTING_NETS_SOURCE",
            "Nets that are there already need a source and the year of the count (1990 to 2100): "
            "both are printed with the plan.",
            {"source": name, "year": when[:10]},
        )
    found = _by_ward(rows, wards, "nets")
    return ExistingNets(
        {ward: parse_count(row["nets"], what=f"nets in line {number}")
         for ward, (number, row) in found.items()},
        name, int(when),
    )  # fmt: skip


def ward_buffers_from(rows: Rows, wards: Iterable[WardInput]) -> dict[WardKey, WardBuffer]:
    """Read buffers of single wards: `ward_code` or `lga` and `ward`, `buffer` (%), `reason`.

    Raises
    ------
    InvalidInput : `COLUMNS_MISSING`, `INVALID_NUMBER`, `BUFFER_REASON`, `WARDS_NOT_FOUND`,
        `WARD_TWICE`; the range is checked with the other parameters.
    """
    buffers = {}
    for ward, (number, row) in _by_ward(rows, wards, "buffer").items():
        reason = " ".join(_text(row.get("reason")).split())
        if len(reason) < REASON_LEAST:
            raise InvalidInput(
                "BUFFER_REASON",
                f"Line {number}: say in at least {REASON_LEAST} characters why {ward[3]} has a "
                "buffer of its own, for example 'new settlement at the river'.",
                {"line": number, "ward": ward[3]},
            )
        percent = parse_decimal(row["buffer"], what=f"buffer in line {number}")
        buffers[ward] = WardBuffer(percent, reason[:300])
    return buffers


def _by_ward(
    rows: Rows, wards: Iterable[WardInput], value: str
) -> dict[WardKey, tuple[int, Mapping[str, Any]]]:
    """Return (line, row) by ward for the rows in which `value` is filled."""
    listed = list(wards)
    by_code = {ward.code.casefold(): ward.identity for ward in listed if ward.code}
    by_name: dict[tuple[str, str], list[WardKey]] = {}
    for ward in listed:
        by_name.setdefault((ward.lga.casefold(), ward.ward.casefold()), []).append(ward.identity)
    plain = [{str(k).strip().casefold(): v for k, v in row.items()} for row in rows]
    names = {name for row in plain for name in row}
    if value not in names or not ({"ward_code"} <= names or {"lga", "ward"} <= names):
        raise InvalidInput(
            "COLUMNS_MISSING",
            f"The list needs the columns ward_code (or lga and ward) and {value}; it has: "
            f"{', '.join(sorted(names)) or 'none'}.",
            {"found": sorted(names)},
        )
    found: dict[WardKey, tuple[int, Mapping[str, Any]]] = {}
    unknown = []
    for number, row in enumerate(plain, 2):
        if not _text(row.get(value)):
            continue
        code = _text(row.get("ward_code")).casefold()
        name = (_text(row.get("lga")).casefold(), _text(row.get("ward")).casefold())
        state = _text(row.get("state")).casefold()
        named = [key for key in by_name.get(name, []) if state in ("", key[1].casefold())]
        key = by_code.get(code) if code else (named[0] if len(named) == 1 else None)
        if key is None:
            what = (
                _text(row.get("ward_code")) or f"{_text(row.get('ward'))} ({_text(row.get('lga'))})"
            )
            unknown.append(f"line {number}: {what[:120]}")
            continue
        if key in found:
            raise InvalidInput(
                "WARD_TWICE", f"Line {number}: {key[3]} ({key[2]}) stands in the list twice.",
                {"line": number, "ward": key[3]},
            )  # fmt: skip
        found[key] = (number, row)
    if unknown:
        raise InvalidInput(
            "WARDS_NOT_FOUND",
            f"{len(unknown):,} lines name no ward of this plan, or several: "
            f"{'; '.join(unknown[:NAMED])}. Nothing was taken over. Use the ward codes of the "
            "allocation, or the names as they stand there.",
            {"lines": unknown[:100]},
        )
    return found


def _text(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text = str(value if value is not None else "").strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text
