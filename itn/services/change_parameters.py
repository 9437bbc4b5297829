"""Parameters of a plan that exists, changed in place or for a copy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput
from itn.domain.parameters import PlanParameters
from itn.domain.request import OPTIONS, TABLES, merged, parameters_from
from itn.domain.resolve import resolved
from itn.models import ItnPlan, PlanEventKind
from itn.selectors import parameters_of_plan
from itn.services.change_plan import change_plan, replan
from itn.services.make_plan import with_base_year
from itn.services.run_wards import RunWards, run_wards
from tpr.models import Workflow

NONE_WORD = "none"
"""Typed into a field, it takes an option away: an empty field keeps its value."""
REMOVABLE = (
    "budget", "household_shares", "household_cap", "growth", "existing_nets", "ward_buffers", "costs",
    "lga_min", "lga_max", "floor", "cost_per_net",
)  # fmt: skip
WITH = {
    "growth": ("growth", "growth_source", "base_year", "target_year"),
    "household_shares": ("household_shares", "household_cap"),
    "existing_nets": ("existing_nets", "existing_nets_source", "existing_nets_year"),
    "costs": ("costs", "currency", "exchange_rate"),
    "budget": ("budget", "cost_per_net", "cost_per_bale", "cost_fixed"),
    "cost_per_net": ("cost_per_net", "cost_per_bale", "cost_fixed", "budget"),
}


def change_parameters(
    workflow: UUID | str, plan: UUID | str, *, options: Mapping[str, Any], actor: Actor,
    revision: int | None, signed_as: str = "", comment: str = "", key: str = "",
) -> ItnPlan:  # fmt: skip
    """Change parameters of an open plan and plan it anew; wards fixed by hand stay fixed.

    Parameters
    ----------
    options : as for `make_plan`; what is absent or empty keeps its value, "none" takes away what is
        in `REMOVABLE`.

    Raises InvalidInput NOTHING_TO_CHANGE; those of `make_plan` and `change_plan`.
    """

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        if found.run is None:
            raise Conflict(
                "NOT_REPLANNABLE", "This plan was made from a table; it has no run to use."
            )
        wards = run_wards(found.run, found.population_source)
        before = dict(found.parameters)
        replan(found, changed_parameters(found, options, wards))
        changed = {
            name: [before.get(name), found.parameters.get(name)]
            for name in dict.fromkeys([*before, *found.parameters])
            if before.get(name) != found.parameters.get(name)
        }
        if not changed:
            raise InvalidInput(
                "NOTHING_TO_CHANGE",
                "The plan has these values already, so nothing was changed.",
            )
        return {"changed": changed, "said": _said(changed)}

    return change_plan(
        workflow, plan, kind=PlanEventKind.CHANGED, act=act, actor=actor, revision=revision,
        key=key, comment=comment.strip()[:2000], signed_as=" ".join(signed_as.split())[:150],
    )  # fmt: skip


def changed_parameters(
    plan: ItnPlan, options: Mapping[str, Any], found: RunWards
) -> PlanParameters:
    """Return the parameters of a plan with other values for some options, limits and tables kept."""
    now = parameters_of_plan(plan)
    stored = {name: value for name, value in plan.parameters.items() if name not in TABLES}
    if now.households is not None:
        stored.pop("persons_per_net", None)
    tables = {
        "existing_nets": now.existing, "ward_buffers": now.ward_buffers,
        "costs": [
            {"name": c.name, "kind": c.kind.value, "unit_cost": str(c.unit_cost),
             "currency": c.currency, "source": c.source, "date": c.date}
            for c in now.cost_lines
        ],
    }  # fmt: skip
    stored = {k: v for k, v in {**stored, **tables}.items() if k in OPTIONS and v}
    if not now.cost_lines:
        stored.pop("currency", None)
    given = {name: value for name, value in options.items() if value not in (None, "")}
    gone = [
        part for name in REMOVABLE if _is_none(given.get(name)) for part in WITH.get(name, (name,))
    ]
    kept = {name: value for name, value in merged(stored, given).items() if name not in gone}
    raw = with_base_year(resolved(kept, found.wards), found.source)
    return replace(
        parameters_from(raw),
        lga_minimum=raw.get("lga_min", {} if "lga_min" in gone else now.lga_minimum),
        lga_maximum=raw.get("lga_max", {} if "lga_max" in gone else now.lga_maximum),
        fixed=now.fixed,
    )


def _is_none(value: object) -> bool:
    return isinstance(value, str) and value.strip().casefold() == NONE_WORD


def _said(changed: Mapping[str, Any]) -> str:
    parts = [
        f"{name.replace('_', ' ')} {_short(before)} → {_short(after)}"
        for name, (before, after) in list(changed.items())[:4]
    ]
    more = len(changed) - len(parts)
    return "; ".join(parts) + (f" and {more} more" if more else "")


def _short(value: Any) -> str:
    if value in (None, "", []):
        return "none"
    if isinstance(value, list):
        return f"{len(value)} rows"
    return f"{value:,}" if isinstance(value, int) else str(value).partition(" #")[0][:60]
