"""The files of a plan: allocation.csv and plan.json (contracts.md §3)."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from chatmrpt.common.exports import csv_text
from chatmrpt.common.workbooks import xlsx_bytes
from itn.domain.edited_plan import TEMPLATE_COLUMNS
from itn.models import ItnPlan, WardAllocation
from itn.selectors import rows_of

ALLOCATION_COLUMNS = (
    "ward_code", "state", "lga", "ward", "rank", "population", "need", "nets", "bales",
    "loose_nets", "people_covered", "coverage", "tier", "status", "reason",
)  # fmt: skip


def plain(value: Decimal | None) -> int | float | None:
    """Return a decimal as a number for output: whole numbers whole, others to 12+ digits."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def allocation_rows(plan: ItnPlan) -> Iterator[dict[str, Any]]:
    """Yield one row per ward with the columns of the contract; `coverage` is a share, 0 to 1."""
    for row in rows_of(plan):
        yield _csv_row(row)


def _csv_row(row: WardAllocation) -> dict[str, Any]:
    return {
        "ward_code": row.ward_code,
        "state": row.state,
        "lga": row.lga,
        "ward": row.ward_name,
        "rank": row.rank,
        "population": plain(row.population),
        "need": row.need,
        "nets": row.nets,
        "bales": row.bales,
        "loose_nets": row.loose_nets,
        "people_covered": row.people_covered,
        "coverage": plain(row.coverage),
        "tier": row.tier,
        "status": row.status,
        "reason": row.reason,
    }


def allocation_csv(plan: ItnPlan) -> str:
    """Return allocation.csv: UTF-8 with BOM, no cell runs as a formula."""
    return csv_text(ALLOCATION_COLUMNS, allocation_rows(plan))


def template_csv(plan: ItnPlan) -> str:
    """Return the allocation for editing: `units` (bales) and `reason` are filled in and sent back."""
    single = plan.parameters["bale"] == 1
    return csv_text(
        TEMPLATE_COLUMNS,
        (
            {
                "ward_code": row.ward_code, "state": row.state, "lga": row.lga,
                "ward": row.ward_name, "target": row.need if single else row.target_bales,
                "planned": row.nets if single else row.bales,
                "units": row.nets if single else row.bales, "reason": "",
            }
            for row in rows_of(plan)
        ),
    )  # fmt: skip


def allocation_xlsx(plan: ItnPlan) -> bytes:
    """Return the plan as a workbook: wards with reason, what was decided and its totals."""
    facts = plan_facts(plan)
    wards = [
        {**row, "sentence": told["sentence"]}
        for row, told in zip(allocation_rows(plan), facts["wards"], strict=True)
    ]
    about = [
        {"what": f"{part}: {name}" if part else name, "value": value}
        for part, values in (
            ("", {k: v for k, v in facts.items() if not isinstance(v, dict | list)}),
            ("parameter", plan.parameters), ("total", plan.totals),
        )
        for name, value in values.items() if not isinstance(value, dict | list)
    ]  # fmt: skip
    return xlsx_bytes([
        ("wards", (*ALLOCATION_COLUMNS, "sentence"), wards), ("plan", ("what", "value"), about),
    ])  # fmt: skip


def plan_facts(plan: ItnPlan) -> dict[str, Any]:
    """Return what plan.json holds: parameters, sums, equity, checks, and a sentence per ward."""
    source = plan.population_source
    return {
        "plan": str(plan.uuid),
        "name": plan.name,
        "status": plan.status,
        "locked": plan.is_locked,
        "created_at": plan.created_at.isoformat(),
        "fingerprint": plan.fingerprint,
        "workflow": None if plan.workflow_id is None else str(plan.workflow_id),
        "run": None if plan.run_id is None else str(plan.run_id),
        "population_source": None if source is None else source.name,
        "population_year": None if source is None else source.year,
        "ward_list": None if source is None else source.list.name,
        "strategy": plan.strategy,
        "parameters": plan.parameters,
        "bale_size": plan.bale_size,
        "stock": plan.stock,
        "reserve": plan.reserve,
        "unfunded": plan.unfunded,
        "available": plan.available,
        "allocated": plan.allocated,
        "remaining": plan.remaining,
        "totals": plan.totals,
        "equity": plan.equity,
        "checks": plan.checks,
        "notes": plan.notes,
        "wards": [
            {
                "ward_code": row.ward_code,
                "state": row.state,
                "lga": row.lga,
                "ward": row.ward_name,
                "target_bales": row.target_bales,
                "nets": row.nets,
                "phase": row.phase or None,
                "reason": row.reason,
                "sentence": row.reason_text,
            }
            for row in rows_of(plan)
        ],
    }


def plan_json(plan: ItnPlan) -> str:
    """Return plan.json as text."""
    return json.dumps(plan_facts(plan), ensure_ascii=False, indent=1)
