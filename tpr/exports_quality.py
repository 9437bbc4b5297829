"""The files of the quality report: every flag down to sheet, row and column, and the call list."""

import io
from collections.abc import Iterator
from typing import Any

from chatmrpt.common.exports import csv_text, safe_text
from tpr.domain.quality.calls import Call
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.completeness import DENOMINATORS
from tpr.domain.quality.records import Flag
from tpr.exports_sources import cell_names, cell_of
from tpr.models import QualityThreshold, Upload
from tpr.selectors.quality_report import QualityReport, flag_place

QUALITY_COLUMNS = (
    "check", "rule", "state", "lga", "ward", "facility", "period", "sheet", "row", "column",
    "header", "cell", "value", "threshold", "why", "ask",
)  # fmt: skip
CALL_COLUMNS = (
    "order", "state", "lga", "ward", "facility", "period", "value", "why", "ask", "ward_tests",
    "ward_tpr", "ward_tpr_without", "points", "influence", "rows", "answer",
)  # fmt: skip
COMPLETENESS_COLUMNS = (
    "by", "group", "period", "denominator", "present", "expected", "percent", "band",
)  # fmt: skip
LIMIT_COLUMNS = ("code", "label", "value", "unit", "in_use", "source")


def quality_rows(upload: Upload, report: QualityReport) -> Iterator[dict[str, Any]]:
    """One row per flag, in the order of the checks."""
    columns = cell_names(upload)
    headers = {c["field"]: c["header"] for c in upload.columns if c.get("field") in columns}
    order = {code: n for n, code in enumerate(CHECKS)}
    for flag in sorted(report.flags, key=lambda f: order[f.check]):
        place = flag_place(flag, report.data)
        yield {
            "check": flag.check, "rule": CHECKS[flag.check].rule, "state": report.state, **place,
            "period": period_of(flag), "sheet": upload.sheet if flag.row else "", "row": flag.row,
            "column": flag.column, "header": headers.get(flag.column, ""),
            "cell": cell_of(columns, flag.column, flag.row), "value": flag.value,
            "threshold": flag.threshold, "ask": CHECKS[flag.check].ask,
        }  # fmt: skip


def call_rows(report: QualityReport) -> Iterator[dict[str, Any]]:
    """One row per facility and month, the most influential first; `answer` is left to be written."""
    for number, call in enumerate(report.calls, 1):
        yield {"order": number, "state": report.state, **call_row(call, report), "answer": ""}


def call_row(call: Call, report: QualityReport) -> dict[str, Any]:
    return {
        "lga": call.facility.lga, "ward": call.facility.ward, "facility": call.facility.name,
        "period": f"{call.start:%Y-%m}" if call.start else "",
        "value": "; ".join(call.values),
        "why": "; ".join(dict.fromkeys(flag_place(f, report.data)["why"] for f in call.flags)),
        "ask": " ".join(call.questions), "ward_tests": call.move.tested,
        "ward_tpr": call.move.before, "ward_tpr_without": call.move.after,
        "points": call.move.points, "influence": call.move.weight,
        "rows": sorted({f.row for f in call.flags if f.row}),
    }  # fmt: skip


def completeness_rows(report: QualityReport) -> Iterator[dict[str, Any]]:
    for by, shares in report.by.items():
        for share in shares:
            group, period = share.group  # type: ignore[misc]
            yield {
                "by": by, "group": " / ".join(group) if isinstance(group, tuple) else group,
                "period": period, "denominator": DENOMINATORS[share.denominator],
                "present": share.present, "expected": share.expected, "percent": share.percent,
                "band": share.band,
            }  # fmt: skip


def period_of(flag: Flag) -> str:
    return f"{flag.start:%Y-%m}" if flag.start else ""


def quality_csv(upload: Upload, report: QualityReport) -> str:
    return csv_text(QUALITY_COLUMNS, quality_rows(upload, report))


def call_list_csv(report: QualityReport) -> str:
    return csv_text(CALL_COLUMNS, call_rows(report))


def quality_xlsx(upload: Upload, report: QualityReport) -> bytes:
    """Return the report as a workbook: calls, flags, completeness, limits."""
    from openpyxl import Workbook  # heavy: loaded for this file only

    book = Workbook(write_only=True)
    limits = QualityThreshold.objects.values(*LIMIT_COLUMNS)
    for title, columns, rows in (
        ("calls", CALL_COLUMNS, call_rows(report)),
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
        return ";".join(str(item) for item in value)
    return safe_text(str(value))
