"""Two plans of a workflow next to each other; nothing is written."""

from typing import Any

from itn.domain.comparison import Comparison, Scenario, ScenarioRow, compare
from itn.domain.parameter_words import limit_shown
from itn.models import ItnPlan
from itn.selectors import cost_of
from itn.services.overrides import identity_of

HIDDEN = ("fixed", "lga_minimum", "lga_maximum")


def compare_plans(first: ItnPlan, second: ItnPlan) -> Comparison:
    """Return what differs from the first plan to the second, by sums and by ward."""
    return compare(scenario_of(first), scenario_of(second))


def scenario_of(plan: ItnPlan) -> Scenario:
    totals, equity = plan.totals, plan.equity
    lgas = [item["coverage"] for item in equity["lga_coverage"] if item["coverage"] is not None]
    source = plan.population_source
    basis: dict[str, Any] = {
        "run": None if plan.run is None else f"run {str(plan.run_id)[:8]}",
        "population": None if source is None else f"{source.name} ({source.year})",
        "ward_list": None if source is None else source.list.name,
        **{name: value for name, value in plan.parameters.items() if name not in HIDDEN},
        **{name.replace("lga_", "LGA "): _quotas(plan.parameters.get(name)) for name in HIDDEN[1:]},
        "fixed_wards": len(plan.parameters.get("fixed", [])),
    }
    return Scenario(
        name=plan.name,
        basis=basis,
        sums={
            "available": plan.available, "allocated": plan.allocated, "remaining": plan.remaining,
            "need": totals["need_nets"], "people_covered": totals["people_covered"],
            "wards_served": totals["wards_served"],
            "people_without_nets": equity["people_without_nets"],
            "mean_coverage": equity["mean_coverage_by_population"],
            "gini": equity["gini_by_population"],
            "worst_lga_coverage": min(lgas) if lgas else None,
            "burden_covered": equity["share_of_burden_covered"], "cost": cost_of(plan),
        },
        rows={
            identity_of(row): ScenarioRow(
                row.nets, row.reason, row.reason_text, row.rank, row.people_covered or 0
            )
            for row in plan.rows.all()
        },
    )  # fmt: skip


def _quotas(stored: Any) -> str:
    return "; ".join(f"{lga} {limit_shown(bales)}" for _, lga, bales in stored or []) or "none"
