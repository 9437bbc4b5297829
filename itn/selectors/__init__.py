"""Reading plans, populations and costs."""

from itn.selectors.inputs import (
    PlanCost,
    cost_of,
    costs_of,
    needs_by_ratio,
    parameters_of_plan,
)
from itn.selectors.plans import (
    is_current,
    latest_plan,
    left_out_unchecked,
    plan_of,
    plan_state,
    plan_summary,
    plan_with,
    plans_of,
    rows_of,
    stale_reasons,
    strategy_choices,
)
from itn.selectors.populations import (
    current_population_sources,
    nets_needed,
    population_by_code,
    population_sources,
    populations_side_by_side,
)

__all__ = [
    "PlanCost",
    "cost_of",
    "costs_of",
    "current_population_sources",
    "is_current",
    "latest_plan",
    "left_out_unchecked",
    "needs_by_ratio",
    "nets_needed",
    "parameters_of_plan",
    "plan_of",
    "plan_state",
    "plan_summary",
    "plan_with",
    "plans_of",
    "population_by_code",
    "population_sources",
    "populations_side_by_side",
    "rows_of",
    "stale_reasons",
    "strategy_choices",
]
