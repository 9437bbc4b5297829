"""What a plan was made with beside run and population list, and what it costs."""

from dataclasses import dataclass
from decimal import Decimal

from itn.domain.budget import CostKind, CostLine, Quantities, calculation, cost, money
from itn.domain.need import RATIOS
from itn.domain.parameters import PlanParameters
from itn.domain.request import parameters_of
from itn.domain.ward_inputs import ExistingNets, WardBuffer
from itn.models import ItnPlan


def parameters_of_plan(plan: ItnPlan) -> PlanParameters:
    """Return the parameters of a plan with its cost lines and the figures of single wards."""
    rows = list(plan.ward_inputs.all())
    counted = [row for row in rows if row.existing_nets is not None]
    existing = None
    if counted:
        existing = ExistingNets(
            {row.identity: row.existing_nets or 0 for row in counted},
            counted[0].existing_source, counted[0].existing_year,
        )  # fmt: skip
    buffers = {
        row.identity: WardBuffer(Decimal(f"{row.buffer_percent.normalize():f}"), row.buffer_reason)
        for row in rows
        if row.buffer_percent is not None
    }
    costs = []
    if plan.parameters.get("costs"):
        costs = [
            {"name": line.name, "kind": line.kind, "unit_cost": f"{line.unit_cost:f}",
             "currency": line.currency, "source": line.source, "date": line.date}
            for line in plan.cost_lines.all()
        ]  # fmt: skip
    return parameters_of(plan.parameters, costs=costs, existing=existing, ward_buffers=buffers)


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What a plan costs: (name, calculation, amount, source, date) by line, and the sum.

    Amounts in the plan's currency (empty where none was named), two decimals, rounded half up once.
    """

    lines: tuple[tuple[str, str, Decimal, str, str], ...]
    total: Decimal
    budget: Decimal | None
    currency: str = ""
    exchange_rate: str = ""

    @property
    def left(self) -> Decimal | None:
        """What the budget has left, None without a budget."""
        return None if self.budget is None else self.budget - self.total


def needs_by_ratio(plan: ItnPlan) -> list[tuple[str, int]]:
    """Return (persons per net, nets needed) for each published ratio, the default first."""
    stored = plan.totals["need_by_ratio"]  # jsonb keeps no order
    names = [str(ratio.persons_per_net) for ratio in RATIOS.values()]
    return [(name, stored[name]) for name in names if name in stored]


def costs_of(plan: ItnPlan) -> PlanCost | None:
    """Return the cost of a plan line by line; None where no cost was given (nets.md §7)."""
    lines = [
        CostLine(
            row.name,
            CostKind(row.kind),
            row.unit_cost,
            row.source,
            row.currency,
            row.date,
            row.rate,
        )
        for row in plan.cost_lines.all()
    ]
    if not lines:
        return None
    handed_out = Quantities(
        plan.allocated, -(-plan.allocated // plan.bale_size), plan.totals["wards_served"]
    )
    given = plan.parameters
    budget = given.get("budget")
    return PlanCost(
        tuple(
            (line.name, calculation(line, handed_out), money(cost([line], handed_out)), line.source,
             line.date)
            for line in lines
        ),
        money(cost(lines, handed_out)),
        None if budget is None else Decimal(budget),
        given.get("currency") or "",
        given.get("exchange_rate") or "",
    )  # fmt: skip


def cost_of(plan: ItnPlan) -> Decimal | None:
    """Return what the plan costs in all; None where no cost was given."""
    found = costs_of(plan)
    return None if found is None else found.total
