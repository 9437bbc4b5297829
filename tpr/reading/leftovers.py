"""Rows that are left out, and remarks on names; each is listed (inputs.md sections 6.5 and 10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np

from chatmrpt.common import names
from chatmrpt.common.names import tidy
from chatmrpt.common.states import state_by_name
from tpr.domain.aliases import fold
from tpr.domain.mapping import FieldMap
from tpr.reading.columnar import Coded, Mask
from tpr.reading.counting import Locate
from tpr.reading.issue_log import IssueLog
from tpr.reading.places import looks_like_formula
from tpr.reading.units import GIVEN, INFERRED, MISSING, Places, Unit

_HEADER_SHARE: Final = 0.8
_ACTIONS: Final = {
    "GRAND_TOTAL_LEFT_OUT": "left out",
    "SUBTOTAL_LEFT_OUT": "left out; the facility rows are used",
    "STORE_LEFT_OUT": "left out",
    "STATE_UNKNOWN": "left out",
}


def leave_out(
    places: Places,
    columns: Mapping[int, Coded],
    mapping: FieldMap,
    filled: Mask,
    locate: Locate,
    log: IssueLog,
) -> Mask:
    """Return the rows that are reports; every other row is listed with its reason."""
    used = filled.copy()
    headers = _repeated_headers(columns, mapping, filled)
    for row in np.flatnonzero(headers):
        log.add("REPEATED_HEADER_LEFT_OUT", row=locate(int(row)).row, action="left out")
    used &= ~headers
    for code, action in _ACTIONS.items():
        flags = np.array([unit.out == code for unit in places.units], dtype=bool)
        if not flags.any():
            continue
        rows = np.flatnonzero(flags[places.of_row] & used)
        listed = rows[: log.room(code)]
        for row in listed:
            where = locate(int(row))
            log.add(code, row=where.row, facility=where.facility, ward=where.ward, action=action)
        log.add_unlisted(code, len(rows) - len(listed))
        used[rows] = False
    return used


def _repeated_headers(columns: Mapping[int, Coded], mapping: FieldMap, filled: Mask) -> Mask:
    """Rows of which at least 80 % of the cells equal the header of their column."""
    equal = np.zeros(len(filled), dtype=np.int32)
    for position, column in columns.items():
        header = fold(mapping.columns[position].header)
        same = np.array([isinstance(v, str) and fold(v) == header for v in column.values])
        same = same[column.codes] if len(column.values) else same
        if same.any():
            equal += same
    return equal >= _HEADER_SHARE * max(len(columns), 1)


def name_remarks(
    places: Places,
    texts: Mapping[str, Coded],
    units: list[Unit],
    kept: Mask,
    locate: Locate,
    log: IssueLog,
) -> None:
    """Remark on prefixes, formulas, unknown wards, missing LGAs, levels, two ward names."""
    in_use = np.bincount(places.of_row[kept], minlength=len(places.units))
    _prefixes(places, texts, in_use, log)
    for unit, first, rows in zip(places.units, places.first, in_use, strict=True):
        if not rows:
            continue
        if looks_like_formula(unit.name):
            log.add("FORMULA_LIKE_TEXT", row=locate(int(first)).row, facility=unit.name,
                    ward=unit.ward, value=unit.name, action="kept as text",
                    count=int(rows))  # fmt: skip
    _totals(places, in_use, log)
    _levels(places, texts, units, in_use, locate, log)
    _two_names(places, texts, in_use, locate, log)


def _prefixes(
    places: Places, texts: Mapping[str, Coded], in_use: np.ndarray, log: IssueLog
) -> None:
    stripped = 0
    example = ""
    for unit, first, rows in zip(places.units, places.first, in_use, strict=True):
        if not rows or unit.prefix is None:
            continue
        raw = tidy(texts["ward"].cell(int(first)))
        if names.strip_prefix(raw, unit.prefix) != raw:
            stripped += int(rows)
            example = example or f"{raw} → {unit.ward}"
        if unit.name.startswith(unit.prefix) and unit.name[2:3].isalpha():
            written = tidy(texts["facility"].cell(int(first))) if "facility" in texts else ""
            if written[:2].casefold() == unit.prefix and written[2:3] == " ":
                log.add("GLUED_PREFIX", facility=unit.name, ward=unit.ward, value=written,
                        action=f"kept as '{unit.name}'", count=int(rows))  # fmt: skip
    if stripped:
        log.add("PREFIX_STRIPPED", count=stripped, value=example, action="prefix removed")


def _totals(places: Places, in_use: np.ndarray, log: IssueLog) -> None:
    unknown = no_lga = no_name = 0
    for unit, rows in zip(places.units, in_use, strict=True):
        unknown += int(rows) * (not unit.ward_key)
        no_lga += int(rows) * (not unit.lga)
        no_name += int(rows) * (not unit.name)
    total = max(int(in_use.sum()), 1)
    for code, rows, action in (
        ("UNKNOWN_WARD", unknown, "counted for the LGA and the state only"),
        ("LGA_MISSING", no_lga, "read without LGA"),
        ("ROWS_WITHOUT_FACILITY", no_name, "read as one unit per ward"),
    ):
        if rows:
            log.add(code, count=rows, value=f"{rows:,} rows ({100 * rows / total:.1f} %)",
                    action=action)  # fmt: skip


def _levels(
    places: Places,
    texts: Mapping[str, Coded],
    units: list[Unit],
    in_use: np.ndarray,
    locate: Locate,
    log: IssueLog,
) -> None:
    if "level" in texts:
        unknown: dict[str, list[int]] = {}
        blank = 0
        for i, unit in enumerate(places.units):
            if in_use[i] and unit.level_source != GIVEN:
                written = tidy(texts["level"].cell(int(places.first[i])))
                if written:
                    unknown.setdefault(written, []).append(i)
                else:
                    blank += 1
        for written, members in unknown.items():
            first = int(places.first[members[0]])
            log.add("LEVEL_UNKNOWN", row=locate(first).row, column="level", value=written,
                    action=f"{len(members):,} facilities count only under all",
                    count=len(members))  # fmt: skip
        if blank:
            log.add("LEVEL_MISSING", count=blank, action="count only under all")
        return
    sources = Counter(unit.level_source for unit in units)
    low = Counter(unit.confidence for unit in units)
    if sources[INFERRED]:
        log.add("LEVEL_INFERRED", count=sources[INFERRED],
                value=", ".join(f"{low[c]:,} {c}" for c in ("high", "medium", "low")),
                action="read from the facility name; 'all' is the safe choice")  # fmt: skip
    if sources[MISSING]:
        log.add("LEVEL_MISSING", count=sources[MISSING], action="count only under all")


def _two_names(
    places: Places,
    texts: Mapping[str, Coded],
    in_use: np.ndarray,
    locate: Locate,
    log: IssueLog,
) -> None:
    """Layout C: where somebody's earlier match and the original ward name disagree."""
    if "ward_original" not in texts:
        return
    seen: set[tuple[str, str, str]] = set()
    for unit, first, rows in zip(places.units, places.first, in_use, strict=True):
        pair = (unit.lga_key, unit.ward, unit.ward_raw)
        if not rows or pair in seen:
            continue
        seen.add(pair)
        original = names.clean_ward(unit.ward_raw, unit.prefix or _state_prefix(unit))
        if names.ward_key(original, lga=unit.lga or None) != unit.ward_key:
            log.add("WARD_NAMES_DIFFER", row=locate(int(first)).row, ward=unit.ward,
                    value=unit.ward_raw, action=f"'{unit.ward}' is used")  # fmt: skip


def _state_prefix(unit: Unit) -> str | None:
    state = state_by_name(unit.state)
    found = unit.ward_raw[:2].casefold()
    return found if state is not None and found in state.prefixes else None
