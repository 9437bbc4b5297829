"""The page of what a plan counts with: need, projection, nets that are there, limits, costs."""

import uuid as ids
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from itn import api as itn_api
from itn.models import ItnPlan
from tpr.models import Workflow

EMPTY_LINES = 2
"""Cost lines left free at the end of the form."""
LIMIT_WORDS = {"lga_minimum": "lga_min", "lga_maximum": "lga_max"}


def inputs_page(
    workflow: Workflow, plan: ItnPlan, params: Mapping[str, str], typed: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the context of `chat/plan_inputs.html`; what was typed and refused is shown again."""
    given = plan.parameters
    rows = list(plan.ward_inputs.all())
    now = {
        **{name: given.get(name) or "" for name in SHOWN},
        **{
            short: "\n".join(
                f"{lga} = {itn_api.limit_shown(bales)}" for _, lga, bales in given.get(name) or []
            )
            for name, short in LIMIT_WORDS.items()
        },
    }
    now |= {name: f"{Decimal(now[name]):,f}" for name in ("budget", "exchange_rate") if now[name]}
    suggested = params.get("costs") == "suggested"
    return {
        "workflow": workflow, "plan": plan, "base": f"/workflows/{workflow.pk}/plans/{plan.pk}/",
        "key": ids.uuid4().hex,
        "now": {**now, **{name: typed[name] for name in now if name in typed}},
        "is_open": plan.archived_at is None and plan.status in ("draft", "returned"),
        "existing": [row for row in rows if row.existing_nets is not None],
        "existing_sum": sum(row.existing_nets or 0 for row in rows),
        "buffers": [row for row in rows if row.buffer_percent is not None],
        "source": plan.population_source, "notes": plan.notes,
        "by_ratio": [
            (ratio, nets, ratio == given["persons_per_net"])
            for ratio, nets in itn_api.needs_by_ratio(plan)
        ],
        "lines": _typed_lines(typed) or _lines(plan, suggested=suggested),
        "kinds": KINDS, "suggested": suggested, "seed_source": f"{itn_api.SEED_SOURCE}, {itn_api.SEED_YEAR}",
        "seed_rate": itn_api.SEED_RATE, "cost": itn_api.costs_of(plan),
    }  # fmt: skip


SHOWN = (
    "household_shares", "household_cap", "growth", "growth_source", "target_year", "budget",
    "currency", "exchange_rate", "reserve", "floor", "cap", "ratio_reason",
)  # fmt: skip
KINDS = (
    ("per_net", "per net"), ("per_bale", "per bale"), ("per_ward_served", "per ward served"),
    ("fixed", "fixed"),
)  # fmt: skip


def _lines(plan: ItnPlan, *, suggested: bool) -> list[dict[str, Any]]:
    if suggested:
        found = [
            {"name": c.name, "kind": c.kind.value, "unit_cost": f"{c.unit_cost:f}",
             "currency": c.currency, "source": c.source, "date": c.date}
            for c in itn_api.COST_SEED
        ]  # fmt: skip
    else:
        found = [
            {"name": c.name, "kind": c.kind, "unit_cost": f"{c.unit_cost.normalize():f}",
             "currency": c.currency, "source": c.source, "date": c.date}
            for c in plan.cost_lines.all()
        ]  # fmt: skip
    return _numbered(found)


def _typed_lines(typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "cost_name_1" not in typed:
        return []
    parts = ("name", "kind", "unit_cost", "currency", "source", "date")
    found = [
        {part: typed.get(f"cost_{part}_{number}", "") for part in parts}
        for number in range(1, 21)
        if typed.get(f"cost_name_{number}") or typed.get(f"cost_unit_cost_{number}")
    ]
    return _numbered(found)


def _numbered(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    blank: dict[str, Any] = {"kind": "per_net"}
    return [
        {**line, "number": number}
        for number, line in enumerate([*lines, *[blank] * EMPTY_LINES][:20], 1)
    ]
