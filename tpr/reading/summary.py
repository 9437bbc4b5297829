"""What one reading amounts to: ``result.json`` (counts, columns, questions, timings)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from chatmrpt.common.errors import DomainError
from chatmrpt.common.names import tidy
from tpr.domain import fields, reading_words
from tpr.domain.copies import Counts
from tpr.domain.mapping import FieldMap
from tpr.domain.rows import equals_column_sums
from tpr.reading.columnar import Mask
from tpr.reading.counting import Locate
from tpr.reading.issue_log import IssueLog
from tpr.reading.timing import Timing
from tpr.reading.units import INFERRED, Places, Unit

if TYPE_CHECKING:
    from tpr.reading.reader import Reading

_SAMPLE_LENGTH: Final = 60
_FACILITY_TABLE: Final = {"ward", "hfname"}
_YEARLY: Final = {"state", "lga", "ward", "facilityname", "opd"}


def drop_total_at_end(counts: dict[str, Counts], used: Mask, locate: Locate, log: IssueLog) -> Mask:
    """Leave out a last row whose every count equals the column sum of the rows above."""
    rows = np.flatnonzero(used)
    if len(rows) < 2 or not counts:
        return used
    last, above = int(rows[-1]), rows[:-1]
    figures = [None if np.isnan(v := c[last]) else float(v) for c in counts.values()]
    sums = [float(np.nansum(c[above])) for c in counts.values()]
    if not equals_column_sums(figures, sums, len(above)):
        return used
    log.add("GRAND_TOTAL_LEFT_OUT", row=locate(last).row,
            action="left out: every count is the sum of its column")  # fmt: skip
    used = used.copy()
    used[last] = False
    for values in counts.values():
        values[last] = np.nan
    return used


def count(
    places: Places,
    timing: Timing,
    counts: dict[str, Counts],
    used: Mask,
    kept: Mask,
    facility: Any,
    units: list[Unit],
    filled: Mask,
    pairs: dict[str, int],
) -> dict[str, Any]:
    """Count what was read: rows, places, periods, tests, what is uncertain."""
    in_use = np.bincount(places.of_row[kept], minlength=len(places.units))
    present = sorted({int(p) for p in np.unique(timing.of_row[kept]) if p >= 0})
    known = [timing.periods[p] for p in present]
    tested = [counts[n] for n in fields.TEST_FIELDS if n in counts and n.startswith("tested")]
    any_test = np.zeros(len(kept), dtype=bool)
    for values in tested:
        any_test |= values > 0
    inferred = Counter(u.confidence for u in units if u.level_source == INFERRED)
    states = Counter[str]()
    unknown = uncertain = 0
    for unit, rows in zip(places.units, in_use.tolist(), strict=True):
        if rows:
            states[unit.state] += rows
            unknown += rows * (not unit.ward_key)
            uncertain += rows * (unit.level is None or unit.confidence == "low")
    return {
        "rows_read": int(filled.sum()),
        "rows_used": int(kept.sum()),
        "states": len(states),
        "state_names": sorted(states),
        "rows_by_state": dict(sorted(states.items())),
        "lgas": len({(u.state, u.lga_key) for u in units if u.lga_key}),
        "wards": len({(u.state, u.lga_key, u.ward_key) for u in units if u.ward_key}),
        "facilities": len(units),
        "periods": len(known),
        "first_period": known[0].label if known else None,
        "last_period": known[-1].label if known else None,
        "granularity": timing.granularity,
        "tests": _sum(counts, "tested", kept),
        "positives": _sum(counts, "positive", kept),
        "rows_with_tests": int((any_test & kept).sum()),
        "rows_with_rdt": _rows_with(counts, "rdt", kept),
        "rows_with_microscopy": _rows_with(counts, "microscopy", kept),
        "unknown_ward_rows": unknown,
        "facilities_by_level": dict(Counter(u.level or "unknown" for u in units)),
        "level_sources": dict(Counter(u.level_source for u in units)),
        "inferred_confidence": dict(inferred),
        "uncertain_level_rows": uncertain,
        "level_unknown_facilities": sum(u.level is None for u in units),
        "filled_cells": {
            name: int((~np.isnan(values) & kept).sum()) for name, values in counts.items()
        },
        **pairs,
    }


def _rows_with(counts: dict[str, Counts], method: str, kept: Mask) -> int:
    """Rows with a tested or positive figure of the method, also 0."""
    filled = np.zeros(len(kept), dtype=bool)
    for name in fields.TEST_FIELDS:
        if f"_{method}_" in name and name in counts:
            filled |= ~np.isnan(counts[name])
    return int((filled & kept).sum())


def _sum(counts: dict[str, Counts], role: str, kept: Mask) -> int:
    return round(
        sum(
            float(np.nansum(values[kept]))
            for name, values in counts.items()
            if name.startswith(f"{role}_")
        )
    )


def result(
    reading: Reading, status: str, error: DomainError | None, version: str
) -> dict[str, Any]:
    """Return the content of ``result.json``."""
    layout = reading.layout
    columns = layout.mapping.columns if layout else []
    counts = reading.counts
    said = reading_words.sentences(reading.log.remarks(), reading.log.counts, counts)
    if counts:
        counts = {**counts, "said": said}
        if status == "ok" or reading.answers.provisional:
            counts["closing"] = reading_words.closing(counts, reading.log.counts)
    return {
        "status": status,
        "error": None
        if error is None
        else {"code": error.code, "message": error.message, "facts": error.facts},
        "container": reading.kind or None,
        "kind": layout.kind if layout else None,
        "layout": layout_letter(layout.mapping) if layout else None,
        "sheet": layout.sheet.name if layout else None,
        "header_row": layout.header.row + 1 if layout else None,
        "columns": [
            {
                "header": c.header.replace("\0", ""),
                "position": c.position,
                "field": c.field,
                "score": c.score,
                "reason": c.reason,
                "samples": [s[:_SAMPLE_LENGTH].replace("\0", "") for s in c.samples],
            }
            for c in columns
        ],
        "reader_version": version,
        "counts": counts,
        "said": said,
        "issue_counts": dict(reading.log.counts),
        "questions": [question.as_dict() for question in reading.answers.open],
        "provisional": status == "review" and bool(counts) and reading.answers.provisional,
        "timings": reading.timings,
    }


def layout_letter(mapping: FieldMap) -> str:
    """Return the layout of inputs.md section 4 that the headers resemble, or ``other``."""
    headers = {tidy(c.header).casefold().replace(" ", "") for c in mapping.columns}
    if {"orgunitlevel4", "orgunitlevel5"} <= headers:
        return "B"
    if "wardname" in headers and {"healthfacility", "facilitylevel"} <= headers:
        return "C"
    if "healthfaccility" in headers:
        return "A"
    if {"organisationunit0me", "period0me"} & headers:
        return "D"
    if headers >= _FACILITY_TABLE and not {"state", "periodname", "periodcode"} & headers:
        return "F"
    if "organisationunitname.1" in headers or headers >= _YEARLY:
        return "E"
    return "other"
