"""The files of a TPR run (contracts §3), the same from the web and from the command."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Sum

from chatmrpt.common.exports import csv_text
from chatmrpt.common.workbooks import Sheet, xlsx_bytes
from tpr.domain.issues import ISSUE_CODES
from tpr.models import TprResult, Upload, WardTpr, Workflow
from tpr.selectors.results import ward_rows

WARD_COLUMNS = (
    "state", "lga", "ward", "ward_code", "ward_in_list", "level", "age_group", "definition",
    "exceeding", "period_start", "period_end", "facilities", "facility_periods", "tested",
    "positive", "tpr", "tpr_low", "tpr_high", "tested_rdt", "positive_rdt", "tested_microscopy",
    "positive_microscopy", "status", "flags", "deff", "n_eff", "tpr_shrunk", "shrunk_low",
    "shrunk_high", "pull",
)  # fmt: skip
UNKNOWN_WARD = "Unknown"
"""How the class of rows without a ward is called in files; never a ward of the list."""

ISSUE_COLUMNS = (
    "code", "severity", "sheet", "row", "column", "facility", "ward", "period", "value", "action",
)  # fmt: skip
LEDGER_COLUMNS = (
    "sequence", "at", "channel", "actor", "command", "payload", "stage_from", "stage_to",
    "idempotency_key", "request_id", "served_by",
)  # fmt: skip


def _month(value: date | str | None) -> str:
    if value is None:
        return ""
    return value[:7] if isinstance(value, str) else f"{value:%Y-%m}"


def periods_of(result: TprResult) -> tuple[str, str]:
    """Return the first and last month used, `YYYY-MM`; empty for an undated file."""
    upload = result.workflow.upload
    counts = (upload.counts or {}).get("by_state", {}) if upload else {}
    facts = counts.get(result.state, {})
    return (
        _month(result.period_start or facts.get("first_period")),
        _month(result.period_end or facts.get("last_period")),
    )


def _row(result: TprResult, row: WardTpr, periods: tuple[str, str]) -> dict[str, Any]:
    return {
        "state": row.state, "lga": row.lga, "ward": row.ward_name or UNKNOWN_WARD,
        "ward_code": row.ward.code if row.ward else "",
        "ward_in_list": row.ward.name if row.ward else "",
        "level": result.level, "age_group": result.age_group, "definition": result.definition,
        "exceeding": result.exceeding, "period_start": periods[0], "period_end": periods[1],
        "facilities": row.facilities, "facility_periods": row.facility_periods,
        "tested": row.tested, "positive": row.positive, "tpr": row.tpr, "tpr_low": row.tpr_low,
        "tpr_high": row.tpr_high, "tested_rdt": row.tested_rdt, "positive_rdt": row.positive_rdt,
        "tested_microscopy": row.tested_microscopy,
        "positive_microscopy": row.positive_microscopy, "status": row.status, "flags": row.flags,
        "deff": row.deff, "n_eff": row.n_eff, "tpr_shrunk": row.tpr_shrunk,
        "shrunk_low": row.shrunk_low, "shrunk_high": row.shrunk_high, "pull": row.pull,
    }  # fmt: skip


def ward_tpr_rows(result: TprResult) -> list[dict[str, Any]]:
    periods = periods_of(result)
    return [_row(result, row, periods) for row in ward_rows(result)]


def ward_tpr_csv(result: TprResult, columns: Sequence[str] = ()) -> str:
    """Return the ward table; `columns` picks some of WARD_COLUMNS, in the order of the table."""
    chosen = [name for name in WARD_COLUMNS if not columns or name in columns]
    return csv_text(chosen or WARD_COLUMNS, ward_tpr_rows(result))


MATCH_COLUMNS = ("state", "lga", "ward", "ward_code", "ward_in_list", "method", "tested", "status")
ABOUT_COLUMNS = ("what", "value")
ISSUE_KIND_COLUMNS = ("code", "severity", "sentence", "count")


def match_rows(result: TprResult) -> Iterator[dict[str, Any]]:
    """One row per ward of the file and of the list: how its name was joined."""
    for row in ward_rows(result):
        yield {
            "state": row.state, "lga": row.lga, "ward": row.ward_name or UNKNOWN_WARD,
            "ward_code": row.ward.code if row.ward else "",
            "ward_in_list": row.ward.name if row.ward else "", "method": row.match_method,
            "tested": row.tested, "status": row.status,
        }  # fmt: skip


def ward_tpr_xlsx(result: TprResult) -> bytes:
    """Return the ward table with the method and everything that was left out, sheet by sheet."""
    upload = result.workflow.upload
    kinds = []
    if upload is not None:
        for found in upload.issues.values("code", "severity").annotate(n=Sum("count")):
            sentence = ISSUE_CODES[found["code"]].sentence
            kinds.append({**found, "sentence": sentence, "count": found["n"]})
    sheets: list[Sheet] = [
        ("wards", WARD_COLUMNS, ward_tpr_rows(result)),
        ("method", ABOUT_COLUMNS, about_rows(result)),
        ("left out or noticed", ISSUE_KIND_COLUMNS, sorted(kinds, key=lambda k: k["code"])),
        ("ward names", MATCH_COLUMNS, match_rows(result)),
    ]
    return xlsx_bytes(sheets)


def about_rows(result: TprResult) -> Iterator[dict[str, Any]]:
    """What must be read with the table: file, choices, definition, totals, exclusions."""
    found = summary(result)
    t = result.totals
    facts = {
        "file": found["file"]["name"], "sha256": found["file"]["sha256"],
        "sheet": found["file"]["sheet"], "reader": found["file"]["reader_version"],
        **found["selections"], "definition": result.definition, "exceeding": result.exceeding,
        "tested": t["tested"], "positive": t["positive"], "tpr": t["tpr"], "tpr_low": t["low"],
        "tpr_high": t["high"], "pairs with more positives than tests": t["excluded"]["cells"],
        "their tests": t["excluded"]["tested"], "their positives": t["excluded"]["positive"],
        "tests without result": t["tests_without_result"],
        "positives without tests": t["positives_without_tests"],
        **{f"wards {status}": n for status, n in sorted(t["wards"].items())},
        "result": result.number, "fingerprint": result.fingerprint,
        "computed": result.computed_at.isoformat(),
    }  # fmt: skip
    for what, value in facts.items():
        yield {"what": what, "value": value}


def issues_csv(upload: Upload) -> str:
    rows = upload.issues.values(*ISSUE_COLUMNS).order_by("code", "row", "pk")
    return csv_text(ISSUE_COLUMNS, rows.iterator(chunk_size=2000))


def ledger_csv(workflow: Workflow) -> str:
    def rows() -> Iterator[dict[str, Any]]:
        from chatmrpt.common.fingerprints import canonical_json

        for event in workflow.events.order_by("sequence"):
            yield {
                "sequence": event.sequence, "at": event.at.isoformat(), "channel": event.channel,
                "actor": event.actor, "command": event.command,
                "payload": canonical_json(event.payload), "stage_from": event.stage_from,
                "stage_to": event.stage_to, "idempotency_key": event.idempotency_key or "",
                "request_id": event.request_id, "served_by": event.served_by,
            }  # fmt: skip

    return csv_text(LEDGER_COLUMNS, rows())


def summary(result: TprResult) -> dict[str, Any]:
    """Return `summary.json`: file, counts, selections, totals, statuses, issues, timings."""
    upload = result.workflow.upload
    assert upload is not None
    issues = upload.issues.values("code").annotate(n=Sum("count")).order_by("code")
    periods = periods_of(result)
    return {
        "file": {
            "name": upload.original_name, "sha256": upload.sha256, "size": upload.size,
            "kind": upload.kind, "layout": upload.layout, "sheet": upload.sheet,
            "header_row": upload.header_row, "mapping": upload.columns,
            "settings": upload.settings, "reader_version": upload.reader_version,
        },
        "workflow": str(result.workflow_id),
        "counts": upload.counts,
        "selections": {
            "state": result.state, "level": result.level, "age_group": result.age_group,
            "period_start": periods[0], "period_end": periods[1],
            "ward_list": result.ward_list.name if result.ward_list else None,
        },
        "definition": result.definition,
        "exceeding": result.exceeding,
        "totals": {
            "tested": result.totals["tested"], "positive": result.totals["positive"],
            "tpr": result.totals["tpr"], "low": result.totals["low"],
            "high": result.totals["high"], **{
                k: v for k, v in result.totals.items()
                if k not in ("tested", "positive", "tpr", "low", "high", "wards")
            },
        },
        "wards": result.totals["wards"],
        "issues": {row["code"]: row["n"] for row in issues},
        "timings": upload.timings,
        "fingerprint": result.fingerprint,
    }  # fmt: skip
