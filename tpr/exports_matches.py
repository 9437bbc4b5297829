"""Remembered ward decisions as a file, so that a programme can keep and hand on its knowledge."""

from typing import Any

from chatmrpt.common.exports import csv_text
from tpr.models import BoundaryList, WardAlias
from tpr.selectors.decisions import aliases_for

ALIAS_COLUMNS = (
    "state", "lga", "name_in_data", "decision", "ward_code", "ward", "ward_list", "decided_by",
    "decided_at", "note", "reused",
)  # fmt: skip


def alias_csv(owner: str, ward_list: BoundaryList | None, state: str) -> str:
    rows = aliases_for(owner, ward_list, state) if ward_list else []
    return csv_text(ALIAS_COLUMNS, [_row(row, ward_list) for row in rows])


def alias_rows(owner: str, ward_list: BoundaryList) -> list[dict[str, Any]]:
    """Return every live decision of one owner about one list, all states."""
    rows = WardAlias.objects.filter(
        owner=owner, list=ward_list, withdrawn_at__isnull=True
    ).select_related("ward")
    return [_row(row, ward_list) for row in rows]


def _row(row: WardAlias, ward_list: BoundaryList | None) -> dict[str, Any]:
    return {
        "state": row.state, "lga": row.lga, "name_in_data": row.name, "decision": row.kind,
        "ward_code": row.ward.code if row.ward else "", "ward": row.ward.name if row.ward else "",
        "ward_list": ward_list.name if ward_list else "",
        "decided_by": row.decided_by_name or row.decided_by.partition(":")[0],
        "decided_at": row.decided_at.isoformat(), "note": row.note, "reused": row.reused,
    }  # fmt: skip
