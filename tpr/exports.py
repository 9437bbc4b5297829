"""The files of a TPR run (contracts §3), the same from the web and from the command."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Sum

from chatmrpt.common.exports import csv_text
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


def ward_tpr_csv(result: TprResult) -> str:
    return csv_text(WARD_COLUMNS, ward_tpr_rows(result))


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
