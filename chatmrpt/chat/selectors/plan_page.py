"""What the page of a plan and the card of a ward in it show."""

import uuid as ids
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from chatmrpt.chat.selectors.nets import plan_view
from chatmrpt.chat.selectors.work_maps import WardMap, difference_map, plan_map
from chatmrpt.chat.words import count, percent
from chatmrpt.common.errors import Conflict, NotFound
from chatmrpt.common.language import Words, say
from itn import api as itn_api
from itn.models import DocumentKind, ItnPlan, PlanStatus, WardAllocation
from tpr.models import Workflow

AROUND_THE_LINE = 5
"""Wards shown on each side of the cut-line."""
STATUS_WORDS = Words({
    PlanStatus.DRAFT: "Draft", PlanStatus.SUBMITTED: "Submitted, waits for a decision",
    PlanStatus.APPROVED: "Approved and locked", PlanStatus.RETURNED: "Returned for changes",
})  # fmt: skip
EVENT_WORDS = Words({
    "renamed": "renamed it", "changed": "changed it", "fixed": "fixed wards by hand",
    "released": "let a fixed ward go", "imported": "brought an edited table back",
    "submitted": "submitted it", "approved": "approved and locked it", "returned": "returned it",
    "unlocked": "unlocked it", "commented": "remarked", "dissented": "disagrees",
    "archived": "put it away", "restored": "brought it back", "duplicated": "copied it",
})  # fmt: skip


def plan_page(workflow: Workflow, plan: ItnPlan, params: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of `chat/plan.html`. Raises NotFound for an unknown plan to compare."""
    rows = itn_api.rows_of(plan)
    view = plan_view(plan)
    for shown, row in zip(view["rows"], rows, strict=True):
        shown["place"] = row.place
    others = [other for other in itn_api.plans_of(workflow) if other.pk != plan.pk]
    against = params.get("against", "")
    return {
        "workflow": workflow, "plan": plan, "p": view, "plans_url": f"/workflows/{workflow.pk}/plans/",
        "key": ids.uuid4().hex,
        "status_words": STATUS_WORDS[PlanStatus(plan.status)],
        "is_open": plan.archived_at is None and plan.status in ("draft", "returned"),
        "parameters": itn_api.parameter_lines(plan.parameters), "margin": _margin(plan),
        "line": cut_line(rows, itn_api.chances(plan)),
        "equity": _equity(plan), "checks": plan.checks, "notes": plan.notes,
        "cost": itn_api.costs_of(plan), "by_ratio": itn_api.needs_by_ratio(plan),
        "fixed": list(plan.overrides.filter(released_at__isnull=True)),
        "places": {itn_api.identity_of(row): row.place for row in rows},
        "history": [
            {
                "at": event.at, "who": event.signed_as or event.actor_name or say("A visitor"),
                "did": EVENT_WORDS[event.kind], "comment": event.comment,
                "said": event.payload.get("said", ""),
            }
            for event in plan.events.all()
        ],
        "map": _map(plan), "others": others, "archived": itn_api.plans_of(workflow, archived=True),
        "comparison": _comparison(workflow, plan, against) if against else None,
        "strategies": _strategies(plan) if params.get("show") == "strategies" else None,
        "preview": plan.imports.filter(applied_at__isnull=True, revision=plan.revision).first(),
        "papers": [
            {"kind": kind, "label": label, "made": itn_api.document_of(plan, kind)}
            for kind, label in DocumentKind.choices
        ],
        "strategy_choices": itn_api.strategy_choices(),
        "unit": "nets" if plan.parameters["bale"] == 1 else "bales",
    }  # fmt: skip


def _map(plan: ItnPlan) -> WardMap | None:
    try:
        return plan_map(plan, links=True)
    except Conflict:  # no boundaries: the page says nothing is drawn, the list is whole
        return None


def row_at(workflow: UUID, plan: UUID, place: int) -> WardAllocation:
    row = WardAllocation.objects.filter(
        plan_id=plan, plan__workflow_id=workflow, place=place
    ).first()
    if row is None:
        raise NotFound("WARD_NOT_IN_PLAN", say("This plan has no such ward."), {"place": place})
    return row


def cut_line(
    rows: list[WardAllocation], chances: Mapping[int, float] | None = None
) -> dict[str, Any] | None:
    """Return the wards just in and just out in the order of risk; None where nothing divides."""
    ranked = sorted((r for r in rows if r.rank is not None and r.need), key=lambda r: r.rank or 0)
    served = [row for row in ranked if row.nets and row.reason != "fixed_by_override"]
    empty = [row for row in ranked if not row.nets and row.reason != "left_out_of_campaign"]
    if not served or not empty:
        return None
    known = chances or {}

    def shown(part: list[WardAllocation]) -> list[dict[str, Any]]:
        return [
            {"row": row, "chance": say("{p:.0f} of 100", p=p * 100) if p is not None else ""}
            for row in part
            for p in [known.get(row.rank or 0)]
        ]

    return {
        "inside": shown(served[-AROUND_THE_LINE:]), "outside": shown(empty[:AROUND_THE_LINE]),
        "chances": bool(known),
    }  # fmt: skip


def _margin(plan: ItnPlan) -> dict[str, Any] | None:
    if plan.run is None or plan.allocated < plan.available - plan.bale_size:
        return None  # nets are left over: more of them reach nobody
    margin = itn_api.margin_of(plan)
    return {
        "nets": count(margin.nets), "people": count(margin.people), "wards": margin.wards[:3],
        "more_wards": max(0, len(margin.wards) - 3), "any": margin.people > 0,
    }  # fmt: skip


def _equity(plan: ItnPlan) -> dict[str, Any]:
    e = plan.equity
    lgas = sorted(
        (item for item in e["lga_coverage"] if item["coverage"] is not None),
        key=lambda item: item["coverage"],
    )
    return {
        "mean": _share(e["mean_coverage_by_population"]), "gini": e["gini_by_population"],
        "worst": (lgas[0]["lga"], _share(lgas[0]["coverage"])) if lgas else None,
        "best": (lgas[-1]["lga"], _share(lgas[-1]["coverage"])) if lgas else None,
        "burden": _share(e["share_of_burden_covered"]),
        "people_without": count(e["people_without_nets"]),
        "wards_without": count(e["wards_without_nets"]),
        "urban_high": _share(e["high_risk_urban_people_without_nets"]),
        "lgas": [(item["lga"], _share(item["coverage"])) for item in lgas],
    }  # fmt: skip


def _share(value: float | None) -> str:
    return say("not known") if value is None else percent(value * 100)


def _strategies(plan: ItnPlan) -> list[dict[str, Any]]:
    return [
        {
            "label": line.label,
            "problem": line.problem,
            "own": line.id == plan.strategy,
            "people": "" if line.people is None else count(line.people),
            "burden": _share(line.burden),
            "wards_without": line.wards_without,
            "worst": f"{line.worst_lga} {_share(line.worst_coverage)}" if line.worst_lga else "",
        }
        for line in itn_api.strategies_side_by_side(plan)
    ]


def difference_svg(workflow: Workflow, plan: ItnPlan, against: str) -> str:
    """Return the picture of what changes from another plan. Raises NotFound, Conflict NO_WARD_LIST."""
    return str(difference_map(_other(workflow, against), plan, standalone=True).svg)


def _other(workflow: Workflow, against: str) -> ItnPlan:
    try:
        return itn_api.plan_of(workflow, UUID(against))
    except ValueError as error:
        raise NotFound("NOT_FOUND", say("The plan to compare with does not exist.")) from error


def _comparison(workflow: Workflow, plan: ItnPlan, against: str) -> dict[str, Any]:
    other = _other(workflow, against)
    found = itn_api.compare_plans(other, plan)
    try:
        moved = difference_map(other, plan)
    except Conflict:
        moved = None
    return {
        "map": moved, "other": other.pk,
        "first": other.name, "second": plan.name, "warnings": found.warnings,
        "parameters": found.parameters, "unchanged": found.unchanged,
        "sums": [
            (label, _amount(a, unit), _amount(b, unit), _amount(d, unit, sign=True))
            for label, unit, a, b, d in found.sums
        ],
        "groups": [
            (say("Served now, not before"), found.served_now),
            (say("Served before, not now"), found.served_no_more),
            (say("More or fewer nets"), found.changed),
        ],
    }  # fmt: skip


def _amount(value: Any, unit: str, *, sign: bool = False) -> str:
    if value is None:
        return say("not known")
    mark = "+" if sign and value > 0 else ""
    if unit == "share":
        return f"{mark}{value * 100:.1f}{' points' if sign else ' %'}"
    if unit == "number":
        return f"{mark}{value:.3f}"
    if isinstance(value, Decimal):
        return f"{mark}{value:,.2f}"
    return f"{mark}{value:,}"


def ward_page(workflow: Workflow, plan: ItnPlan, place: int) -> dict[str, Any]:
    """Return the context of `chat/plan_ward.html`."""
    case = itn_api.ward_case(plan, place)
    row = case.row
    return {
        "workflow": workflow, "plan": plan, "row": row, "case": case, "key": ids.uuid4().hex,
        "population": count(float(row.population)) if row.population is not None else None,
        "coverage": percent(float(row.coverage) * 100) if row.coverage is not None else "",
        "extra": None if case.extra_nets is None else count(case.extra_nets),
        "chance": None if case.chance is None else say("{chance:.0f} of 100", chance=case.chance * 100),
        "gap": None if row.need is None else count(max(0, row.need - row.nets)),
        "is_open": plan.archived_at is None and plan.status in ("draft", "returned"),
        "unit": "nets" if plan.parameters["bale"] == 1 else "bales",
        "single": plan.strategy == "legacy_two_tier",
    }  # fmt: skip
