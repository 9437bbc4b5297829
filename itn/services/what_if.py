"""What another stock, another strategy or another rank would do: plans that are not stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis import api as analysis_api
from chatmrpt.common.cache import recomputable
from chatmrpt.common.errors import DomainError, NotFound
from itn.domain.allocation import plan as plan_wards
from itn.domain.funding import chances_of_nets
from itn.domain.parameters import PlanParameters
from itn.domain.result import PlanResult
from itn.domain.strategies import STRATEGIES
from itn.domain.wards import WardInput
from itn.models import ItnPlan, WardAllocation, WardOverride
from itn.selectors import parameters_of_plan
from itn.services.overrides import Identity, identity_of, target_of, units_of
from itn.services.run_wards import run_wards

MARGINAL_NETS = 10_000
"""Nets of the sentence "10,000 more nets would reach ..." (nets.md §8)."""


@dataclass(frozen=True, slots=True)
class StrategyLine:
    """One strategy with the same stock; `problem` instead of figures where it cannot be used."""

    id: str
    label: str
    people: int | None = None
    burden: float | None = None
    worst_lga: str = ""
    worst_coverage: float | None = None
    wards_without: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Margin:
    """What MARGINAL_NETS more would add; `wards` are served that are not now."""

    nets: int
    allotted: int
    people: int
    wards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WardCase:
    """Why one ward gets what it gets, and what would change it (nets.md §11).

    `extra_nets`: the smallest further stock with which it is served in full, None where no stock
    does it. `edge`: the last ward of the order that was served, None where nobody was.
    `chance`: share of the ranking's draws in which it gets nets, 0 to 1; None where ranks do not decide.
    """

    row: WardAllocation
    target: int
    units: int
    score: analysis_api.RankedWard | None
    edge: WardAllocation | None
    extra_nets: int | None
    served_in: tuple[str, ...]
    fixed: WardOverride | None
    chance: float | None


class Replanner:
    """The wards of a plan, read once, planned again as often as asked."""

    def __init__(self, plan: ItnPlan) -> None:
        if plan.run is None:
            raise NotFound("NOT_REPLANNABLE", "This plan was made from a table; it has no run.")
        self.plan = plan
        self.parameters = parameters_of_plan(plan)
        self.wards: tuple[WardInput, ...] = run_wards(plan.run, plan.population_source).wards

    def with_(self, **changes: Any) -> PlanResult:
        parameters: PlanParameters = replace(self.parameters, **changes)
        return plan_wards(self.wards, parameters, rate_is_tpr=True)


def strategies_side_by_side(plan: ItnPlan) -> list[StrategyLine]:
    """Return the same stock under every strategy, without fixed wards and LGA quotas."""
    again = Replanner(plan)
    return [_line(again, item.id, item.label) for item in STRATEGIES.values() if item.available]


def _line(again: Replanner, strategy: str, label: str) -> StrategyLine:
    plain: Mapping[str, Any] = {"fixed": {}, "lga_minimum": {}, "lga_maximum": {}}
    try:
        result = again.with_(strategy=strategy, **plain)
    except DomainError as refusal:
        return StrategyLine(strategy, label, problem=refusal.message)
    equity = result.equity()
    worst = equity.worst_lga
    burden = equity.share_of_burden_covered
    return StrategyLine(
        strategy, label,
        people=sum(row.people_covered or 0 for row in result.rows),
        burden=None if burden is None else float(burden),
        worst_lga=worst[1] if worst else "",
        worst_coverage=float(equity.lga_coverage[worst]) if worst else None,
        wards_without=sum(row.nets == 0 for row in result.rows),
    )  # fmt: skip


def margin_of(plan: ItnPlan, again: Replanner | None = None) -> Margin:
    """Plan with MARGINAL_NETS more in stock and say what they add."""
    again = again or Replanner(plan)
    more = again.with_(stock=again.parameters.stock + MARGINAL_NETS, budget=None, cost_per_net=None)
    now = {identity_of(row): row for row in plan.rows.all()}
    people = sum(row.people_covered or 0 for row in more.rows)
    newly = [row for row in more.rows if row.nets and not now[row.ward.identity].nets]
    newly.sort(key=lambda row: row.ward.rank or 0)
    return Margin(
        MARGINAL_NETS, more.allocated - plan.allocated,
        people - sum(row.people_covered or 0 for row in now.values()),
        tuple(row.ward.ward for row in newly),
    )  # fmt: skip


def chances(plan: ItnPlan) -> dict[int, float]:
    """Return rank → share of the ranking's draws in which the ward gets nets.

    Empty where ranks do not decide (other strategies, floors, LGA limits) or the run has no draws.
    """
    parameters = parameters_of_plan(plan)
    decides = parameters.filling == "risk_order" and not parameters.floor
    if plan.run is None or not decides or parameters.lga_minimum or parameters.lga_maximum:
        return {}

    def read() -> dict[int, float]:
        draws = analysis_api.drawn_ranks(plan.run) if plan.run is not None else None
        if not draws:
            return {}
        rows = [r for r in plan.rows.all() if r.rank is not None and r.status in WALKED]
        wanted = [int(target_of(plan, row) * parameters.cap_percent / 100) for row in rows]
        fixed = [parameters.fixed.get(identity_of(row)) for row in rows]
        at = [(row.rank or 1) - 1 for row in rows]
        found = chances_of_nets(
            wanted, fixed, plan.available // parameters.unit,
            ([ranks[place] for place in at] for ranks in draws),
        )  # fmt: skip
        return {row.rank or 0: p for row, p in zip(rows, found or [], strict=False)}

    return recomputable(f"chances:{plan.pk}:{plan.revision}:{plan.fingerprint}", read)


WALKED = ("full", "partial", "none")


def ward_case(plan: ItnPlan, place: int) -> WardCase:
    """Return the case of the ward at this place of the plan. Raises NotFound WARD_NOT_IN_PLAN."""
    row = plan.rows.filter(place=place).first()
    if row is None:
        raise NotFound("WARD_NOT_IN_PLAN", "This plan has no such ward.", {"place": place})
    fixed = plan.overrides.filter(
        ward_code=row.ward_code, state=row.state, lga=row.lga, ward_name=row.ward_name,
        released_at__isnull=True,
    ).first()  # fmt: skip
    served = plan.rows.filter(nets__gt=0, rank__isnull=False)
    if fixed is None:
        served = served.exclude(reason="fixed_by_override")
    others = ItnPlan.objects.filter(
        workflow=plan.workflow, archived_at__isnull=True, rows__ward_code=row.ward_code,
        rows__lga=row.lga, rows__ward_name=row.ward_name, rows__nets__gt=row.nets,
    ).exclude(pk=plan.pk)  # fmt: skip
    return WardCase(
        row=row, target=target_of(plan, row), units=units_of(plan, row), score=_score(plan, row),
        edge=served.order_by("-rank").first(), extra_nets=_extra_nets(plan, row),
        served_in=tuple(others.order_by("name").values_list("name", flat=True).distinct()[:5]),
        fixed=fixed,
        chance=chances(plan).get(row.rank or 0),
    )  # fmt: skip


def _score(plan: ItnPlan, row: WardAllocation) -> analysis_api.RankedWard | None:
    if plan.run is None:
        return None
    ranked = analysis_api.ranked_wards(plan.run)
    return next((ward for ward in ranked if ward.rank == row.rank), None)


def _extra_nets(plan: ItnPlan, row: WardAllocation) -> int | None:
    """Return the least further stock that serves the ward in full, to the bale, by bisection."""
    if plan.run is None or row.need is None or row.status in ("full", "not_planned", "left_out"):
        return None
    again = Replanner(plan)
    key: Identity = identity_of(row)
    unit = again.parameters.unit

    def full(units: int) -> bool:
        result = again.with_(
            stock=again.parameters.stock + units * unit, budget=None, cost_per_net=None
        )
        found = next(other for other in result.rows if other.ward.identity == key)
        return found.status.value == "full"

    high = max(1, -(-plan.totals["need_nets"] // unit))
    if not full(high):
        return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if full(middle) else (middle, high)
    return high * unit
