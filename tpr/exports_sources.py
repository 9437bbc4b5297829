"""From a ward's figure back to the cells it stands on: `sources.csv`.

One row per facility-period and age group of the result, with the cells as reported, what of them
was counted and by which rule. The counted columns of a ward add up to its row in `ward_tpr.csv`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from chatmrpt.common.exports import csv_text
from tpr.domain.quality.influence import SUMMED, Basis, counted
from tpr.domain.quality.records import PAIRS_OF, Facility, Report
from tpr.models import TprResult, Upload
from tpr.models.dataset import JOINED
from tpr.selectors.decisions import places_in
from tpr.selectors.quality_report import state_data

SOURCE_COLUMNS = (
    "state", "lga", "ward", "facility", "level", "period", "age_group", "file", "sheet", "row", "cells",
    "tested_rdt", "positive_rdt", "tested_microscopy", "positive_microscopy", "counted_tested",
    "counted_positive", "rule",
)  # fmt: skip

JOIN_RULES = {
    "facility_max": "larger of RDT and microscopy, tested and positive each",
    "pooled": "RDT and microscopy added",
    "dominant": "the method with more tests",
    "rdt": "RDT only",
    "microscopy": "microscopy only",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file as people know it: its name and sheet, and the spreadsheet column of each field."""

    name: str
    sheet: str
    cells: dict[str, str]
    headers: dict[str, str]


def files_behind(upload: Upload) -> dict[int | None, Source]:
    """Return position in the data set → file; None → a file by itself."""
    if upload.kind != JOINED:
        return {None: _source(upload)}
    members = upload.members.select_related("member").order_by("position")
    found: dict[int | None, Source] = {m.position: _source(m.member) for m in members}
    # Rows joined by an earlier release do not know their file; nothing is said that is not known.
    return {**found, None: Source(upload.original_name, "", {}, {})}


def _source(upload: Upload) -> Source:
    cells = cell_names(upload)
    headers = {c["field"]: c["header"] for c in upload.columns if c.get("field") in cells}
    return Source(upload.original_name, upload.sheet or "", cells, headers)


def cell_names(upload: Upload) -> dict[str, str]:
    """Return field → spreadsheet columns of one file (`H`, `H+Q` where copies were combined)."""
    found: dict[str, list[str]] = {}
    for column in upload.columns:
        if column.get("field") and column.get("position") is not None:
            found.setdefault(column["field"], []).append(letters(column["position"]))
    return {name: "+".join(columns) for name, columns in found.items()}


def letters(position: int) -> str:
    """Return the spreadsheet name of a column counted from 1: 1 → A, 26 → Z, 27 → AA."""
    name = ""
    number = position
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_of(columns: dict[str, str], field: str, row: int | None) -> str:
    """Return `H12`, or `H12+Q12`; empty where the place is not one row of one sheet."""
    if not row or field not in columns:
        return ""
    return "+".join(f"{column}{row}" for column in columns[field].split("+"))


INSIDE_LONGER = "inside a longer report of the same facility: not added again"


def sources_csv(result: TprResult, *, lga: str = "", ward: str = "") -> str:
    """Return the file, for all wards or those of one LGA or name as the file spells them."""
    return csv_text(SOURCE_COLUMNS, _rows(result, lga, ward))


def _rows(result: TprResult, lga: str, ward: str) -> Iterator[dict[str, Any]]:
    upload = result.workflow.upload
    assert upload is not None
    data = state_data(upload, result.state, (result.period_start, result.period_end))
    files = files_behind(upload)
    ages = ("u5", "o5", "pw") if result.age_group == "all" else (result.age_group,)
    place_of = places_in(result).keys
    places = {place_of[pk] for pk, f in data.facilities.items()
              if lga in ("", f.lga) and ward in ("", f.ward)}  # fmt: skip
    longer = _longer(result, data.reports) if result.totals.get("inside_longer") else {}
    for report in data.reports:
        facility = data.facilities[report.facility_id]
        if place_of[report.facility_id] not in places or result.level not in (
            "all",
            facility.level,
        ):
            continue
        for age in ages:
            if any(report.at(place) is not None for p in PAIRS_OF[age] for place in p[2:]):  # type: ignore[arg-type]
                row = _row(result, files[report.source_file], facility, report, age)
                if _lies_inside(report, longer.get(report.facility_id, ())):
                    row |= {"counted_tested": None, "counted_positive": None,
                            "rule": INSIDE_LONGER}  # fmt: skip
                yield row


def _span(report: Report) -> tuple[int, int]:
    assert report.start is not None
    first = report.start.year * 12 + report.start.month - 1
    return first, first + max(report.months, 1)


def _longer(result: TprResult, reports: Iterable[Report]) -> dict[int, list[tuple[int, int]]]:
    """Return facility → months (first, one past the last) of its reports longer than a month."""
    found: dict[int, list[tuple[int, int]]] = {}
    for report in reports:
        tested = any(report.at(p.tested) is not None for age in PAIRS_OF for p in PAIRS_OF[age])
        if report.start is not None and report.months > 1 and tested:
            found.setdefault(report.facility_id, []).append(_span(report))
    return found


def _lies_inside(report: Report, longer: Iterable[tuple[int, int]]) -> bool:
    if report.start is None or not longer:
        return False
    first, end = _span(report)
    return any(a <= first and end <= b and b - a > end - first for a, b in longer)


def _row(
    result: TprResult, source: Source, facility: Facility, report: Report, age: str,
) -> dict[str, Any]:  # fmt: skip
    basis = Basis((age,), None, result.definition, result.exceeding)
    known = result.definition in SUMMED
    tested, positive = counted(report, basis) if known else (None, None)
    cells = {
        f"{role}_{method}": getattr(report, f"{role}_{method}_{age}")
        for method in ("rdt", "microscopy")
        for role in ("tested", "positive")
    }
    return {
        "state": result.state, "lga": facility.lga, "ward": facility.ward,
        "facility": facility.name, "level": facility.level,
        "period": f"{report.start:%Y-%m}" if report.start else "", "age_group": age,
        "file": source.name, "sheet": source.sheet, "row": report.row,
        "cells": [cell for name, value in cells.items() if value is not None
                  and (cell := cell_of(source.cells, f"{name}_{age}", report.row))],
        **cells, "counted_tested": tested, "counted_positive": positive,
        "rule": _rule(report, age, result),
    }  # fmt: skip


def _rule(report: Report, age: str, result: TprResult) -> str:
    if result.definition not in SUMMED:
        return "this definition is not a sum of single reports; see the methods"
    words, complete = [], []
    for pair in PAIRS_OF[age]:
        tested, positive = report.at(pair.tested), report.at(pair.positive)
        name = "RDT" if pair.method == "rdt" else "microscopy"
        if tested is None and positive is None:
            continue
        if tested is None or positive is None:
            words.append(f"{name}: {'tested' if tested is None else 'positive'} blank, not counted")
            continue
        if positive > tested:
            treatment = {"exclude": "left out", "keep": "kept as reported",
                         "cap": "cut to the tests"}[result.exceeding]  # fmt: skip
            words.append(f"{name}: positives above tests, {treatment}")
            if result.exceeding == "exclude":
                continue
        complete.append(name)
    if len(complete) == 2 or (complete and result.definition in ("rdt", "microscopy")):
        words.append(JOIN_RULES[result.definition])
    elif complete:
        words.append(f"{complete[0]} as reported")
    return "; ".join(words)
