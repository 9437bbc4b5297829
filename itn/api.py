"""The only door into the second floor, beside foreign keys."""

from itn.contracts import PlanChoice
from itn.domain.request import OPTIONS as PLAN_OPTIONS
from itn.exports import allocation_csv, plan_facts, plan_json
from itn.selectors import (
    latest_plan,
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
    "PlanChoice",
    "allocation_csv",
    "latest_plan",
    "make_plan",
    "make_plan_for_run",
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
