"""The only door into the second floor, beside foreign keys."""

from itn.contracts import NetsNeeded, PlanChoice
from itn.domain.request import OPTIONS as PLAN_OPTIONS
from itn.exports import allocation_csv, plan_facts, plan_json
from itn.selectors import (
    latest_plan,
    nets_needed,
    plan_state,
    plan_summary,
    plan_with,
    plans_of,
    population_sources,
    rows_of,
    stale_reasons,
    strategy_choices,
)
from itn.services.make_plan import make_plan, make_plan_for_run

__all__ = [
    "PLAN_OPTIONS",
    "NetsNeeded",
    "PlanChoice",
    "allocation_csv",
    "latest_plan",
    "make_plan",
    "make_plan_for_run",
    "nets_needed",
    "plan_facts",
    "plan_json",
    "plan_state",
    "plan_summary",
    "plan_with",
    "plans_of",
    "population_sources",
    "rows_of",
    "stale_reasons",
    "strategy_choices",
]
