"""From a ward's figure back to the cells it stands on: `sources.csv`.

One row per facility-period and age group of the result, with the cells as reported, what of them
was counted and by which rule. The counted columns of a ward add up to its row in `ward_tpr.csv`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from chatmrpt.common.exports import csv_text
from tpr.domain.quality.influence import SUMMED, Basis, counted
from tpr.domain.quality.records import PAIRS_OF, Facility, Report
from tpr.models import TprResult, Upload
from tpr.models.dataset import JOINED
from tpr.selectors.decisions import places_in
from tpr.selectors.quality_report import state_data

SOURCE_COLUMNS = (
    "state", "lga", "ward", "facility", "level", "period", "age_group", "sheet", "row", "cells",
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


def cell_names(upload: Upload) -> dict[str, str]:
    """Return field → spreadsheet columns (`H`, `H+Q` where copies were combined).

    Empty for joined files: their rows come from several sheets.
    """
    if upload.kind == JOINED:
        return {}
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
    data = state_data(upload, result.state)
    columns = cell_names(upload)
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
        if not _inside(result, report):
            continue
        for age in ages:
            if any(report.at(place) is not None for p in PAIRS_OF[age] for place in p[2:]):  # type: ignore[arg-type]
                row = _row(result, upload, columns, facility, report, age)
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
        if report.start is not None and report.months > 1 and tested and _inside(result, report):
            found.setdefault(report.facility_id, []).append(_span(report))
    return found


def _lies_inside(report: Report, longer: Iterable[tuple[int, int]]) -> bool:
    if report.start is None or not longer:
        return False
    first, end = _span(report)
    return any(a <= first and end <= b and b - a > end - first for a, b in longer)


def _inside(result: TprResult, report: Report) -> bool:
    """Tell whether the whole period of a report lies inside the months of the result."""
    if report.start is None:
        return result.period_start is None and result.period_end is None
    if result.period_start and report.start < result.period_start:
        return False
    if result.period_end is None:
        return True
    last = report.start.year * 12 + report.start.month - 1 + max(report.months, 1) - 1
    return last <= result.period_end.year * 12 + result.period_end.month - 1


def _row(
    result: TprResult, upload: Upload, columns: dict[str, str], facility: Facility,
    report: Report, age: str,
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
        "sheet": upload.sheet, "row": report.row,
        "cells": [cell for name, value in cells.items() if value is not None
                  and (cell := cell_of(columns, f"{name}_{age}", report.row))],
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
