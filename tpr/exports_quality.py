"""The files of the quality report: every flag down to sheet, row and column, and the call list."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from chatmrpt.common.exports import csv_text, safe_text
from tpr.domain.quality.calls import Call
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.completeness import DENOMINATORS
from tpr.domain.quality.records import Facility, Flag
from tpr.domain.quality.register import Joined
from tpr.domain.quality.revision import Revision
from tpr.exports_sources import cell_of, files_behind
from tpr.models import CallAnswer, QualityThreshold, Upload
from tpr.selectors.calls import CallKey, key_of
from tpr.selectors.quality_report import QualityReport, flag_place

Answers = Mapping[CallKey, list[CallAnswer]]
"""What the calls found, the latest first."""

QUALITY_COLUMNS = (
    "check", "rule", "state", "lga", "ward", "facility", "period", "file", "sheet", "row", "column",
    "header", "cell", "value", "threshold", "why", "ask",
)  # fmt: skip
CALL_COLUMNS = (
    "order", "state", "lga", "ward", "facility", "period", "value", "why", "ask", "ward_tests",
    "ward_tpr", "ward_tpr_without", "points", "influence", "rows", "called_on", "called_by",
    "outcome", "answer",
)  # fmt: skip
COMPLETENESS_COLUMNS = (
    "column", "by", "group", "period", "denominator", "present", "expected", "percent", "band",
)  # fmt: skip
REGISTER_COLUMNS = (
    "state", "lga", "ward", "facility", "level_in_register", "in_register", "in_file",
    "level_in_file", "ward_in_file",
)  # fmt: skip
REVISION_COLUMNS = ("kind", "lga", "ward", "facility", "period", "column", "before", "after")
LIMIT_COLUMNS = ("code", "label", "value", "unit", "in_use", "source")


def quality_rows(upload: Upload, report: QualityReport) -> Iterator[dict[str, Any]]:
    """One row per flag, in the order of the checks."""
    files = files_behind(upload)
    file_of = {(r.facility_id, r.start, r.row): r.source_file for r in report.data.reports}
    order = {code: n for n, code in enumerate(CHECKS)}
    for flag in sorted(report.flags, key=lambda f: order[f.check]):
        place = flag_place(flag, report.data)
        source = None
        if flag.row and flag.facility_id is not None:
            source = files[file_of.get((flag.facility_id, flag.start, flag.row))]
        yield {
            "check": flag.check, "rule": CHECKS[flag.check].rule, "state": report.state, **place,
            "period": period_of(flag), "file": source.name if source else "",
            "sheet": source.sheet if source else "", "row": flag.row, "column": flag.column,
            "header": source.headers.get(flag.column, "") if source else "",
            "cell": cell_of(source.cells, flag.column, flag.row) if source else "",
            "value": flag.value,
            "threshold": flag.threshold, "ask": CHECKS[flag.check].ask,
        }  # fmt: skip


def call_rows(report: QualityReport, answers: Answers) -> Iterator[dict[str, Any]]:
    """One row per facility and month, the most influential first, with the latest answer.

    `answer` of a call that was not made is left to be written. Calls whose flag is gone stay, at
    the end and without an order.
    """
    left = dict(answers)
    for number, call in enumerate(report.calls, 1):
        told = left.pop(key_of(call.facility, call.start), [])
        yield {"order": number, "state": report.state, **call_row(call, report),
               **_answer(told[0] if told else None)}  # fmt: skip
    for told in left.values():
        last = told[0]
        yield {
            "order": None, "state": report.state, "lga": last.lga, "ward": last.ward,
            "facility": last.facility, "why": "no flag any more",
            "period": f"{last.period_start:%Y-%m}" if last.period_start else "", **_answer(last),
        }  # fmt: skip


def _answer(told: CallAnswer | None) -> dict[str, Any]:
    if told is None:
        return {"answer": ""}
    return {"called_on": told.called_on.isoformat(), "called_by": told.called_by,
            "outcome": told.outcome, "answer": told.found}  # fmt: skip


def call_row(call: Call, report: QualityReport) -> dict[str, Any]:
    return {
        "lga": call.facility.lga, "ward": call.facility.ward, "facility": call.facility.name,
        "period": f"{call.start:%Y-%m}" if call.start else "",
        "value": "; ".join(call.values),
        "why": "; ".join(reasons(call, report)),
        "ask": " ".join(call.questions), "ward_tests": call.move.tested,
        "ward_tpr": call.move.before, "ward_tpr_without": call.move.after,
        "points": call.move.points, "influence": call.move.weight,
        "rows": sorted({f.row for f in call.flags if f.row}),
    }  # fmt: skip


def reasons(call: Call, report: QualityReport) -> list[str]:
    """Return each remark once: the column, what is suspicious, and the limit it passed."""
    found = []
    for flag in call.flags:
        column = f"{flag.column.replace('_', ' ')}: " if flag.column else ""
        limits = CHECKS[flag.check].limits
        limit = f" (limit {flag.threshold:g})" if limits else ""
        found.append(f"{column}{flag_place(flag, report.data)['why']}{limit}")
    return list(dict.fromkeys(found))


def completeness_rows(report: QualityReport) -> Iterator[dict[str, Any]]:
    """Every table: first of any test count, then of each column."""
    tables = [("any test", by, shares) for by, shares in report.by.items()]
    tables += [
        (column.column, by, column.shares)
        for by in report.shares.column_groups for column in report.shares.columns(by)
    ]  # fmt: skip
    for column, by, shares in tables:
        for share in shares:
            group, period = share.group  # type: ignore[misc]
            yield {
                "column": column, "by": by, "group": " / ".join(group) if isinstance(group, tuple) else group,
                "period": period, "denominator": DENOMINATORS[share.denominator],
                "present": share.present, "expected": share.expected, "percent": share.percent,
                "band": share.band,
            }  # fmt: skip


def period_of(flag: Flag) -> str:
    return f"{flag.start:%Y-%m}" if flag.start else ""


def quality_csv(upload: Upload, report: QualityReport) -> str:
    return csv_text(QUALITY_COLUMNS, quality_rows(upload, report))


def call_list_csv(report: QualityReport, answers: Answers) -> str:
    return csv_text(CALL_COLUMNS, call_rows(report, answers))


def register_csv(report: QualityReport) -> str:
    """Return the facilities of the file and of the register beside each other."""
    joined = report.joined or Joined([], [], [])
    pairs: list[tuple[Facility | None, Facility | None]] = [*joined.both]
    pairs += [(None, listed) for listed in joined.only_register]
    pairs += [(facility, None) for facility in joined.only_file]
    return csv_text(REGISTER_COLUMNS, (_register_row(report, *pair) for pair in pairs))


def _register_row(
    report: QualityReport, mine: Facility | None, listed: Facility | None
) -> dict[str, Any]:
    known = listed or mine
    assert known is not None
    return {
        "state": report.state, "lga": known.lga, "ward": known.ward, "facility": known.name,
        "level_in_register": listed.level if listed else None,
        "level_in_file": mine.level if mine else None,
        "ward_in_file": mine.ward if mine else "",
        "in_register": "yes" if listed else "no", "in_file": "yes" if mine else "no",
    }  # fmt: skip


def revision_csv(found: Revision) -> str:
    """Return every difference, one row per cell that changed."""
    return csv_text(REVISION_COLUMNS, _revision_rows(found))


def _revision_rows(found: Revision) -> Iterator[dict[str, Any]]:
    for d in found.differences:
        place = {
            "kind": d.kind, "lga": d.facility.lga, "ward": d.facility.ward,
            "facility": d.facility.name, "period": f"{d.start:%Y-%m}" if d.start else "",
        }  # fmt: skip
        for column, before, after in d.cells or [("", None, None)]:
            yield {**place, "column": column, "before": before, "after": after}


def quality_xlsx(upload: Upload, report: QualityReport, answers: Answers) -> bytes:
    """Return the report as a workbook: calls, flags, completeness, limits."""
    from openpyxl import Workbook  # heavy: loaded for this file only

    book = Workbook(write_only=True)
    limits = QualityThreshold.objects.values(*LIMIT_COLUMNS)
    for title, columns, rows in (
        ("calls", CALL_COLUMNS, call_rows(report, answers)),
        ("flags", QUALITY_COLUMNS, quality_rows(upload, report)),
        ("completeness", COMPLETENESS_COLUMNS, completeness_rows(report)),
        ("limits", LIMIT_COLUMNS, limits),
    ):
        sheet = book.create_sheet(title)
        sheet.append(list(columns))
        for row in rows:
            sheet.append([_cell(row.get(column)) for column in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list):
        return safe_text(";".join(str(item) for item in value))
    return safe_text(str(value))
