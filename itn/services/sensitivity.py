"""The same plan with one thing changed, over and over: how much each choice matters."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chatmrpt.common.errors import DomainError
from itn.contracts import SensitivityLine
from itn.domain.need import RATIOS
from itn.domain.result import PlanResult
from itn.domain.strategies import STRATEGIES
from itn.models import ItnPlan
from itn.services.overrides import identity_of
from itn.services.what_if import Replanner

STOCKS = (-20, -10, 10, 20)
BUFFERS = (0, 5, 10, 15)


def sensitivity_of(plan: ItnPlan) -> list[SensitivityLine]:
    """Return this plan and its neighbours; empty for a plan from a table, whose wards are not kept.

    The other strategies are taken without fixed wards and LGA limits, which not all of them know.
    """
    if plan.run is None:
        return []
    again = Replanner(plan)
    served = {identity_of(row) for row in plan.rows.all() if row.nets}
    return [_line(again, served, *variant) for variant in _variants(again)]


def _variants(again: Replanner) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    now = again.parameters
    money: Mapping[str, Any] = {"budget": None, "cost_per_net": None}
    yield "This plan", "", {}
    for percent in STOCKS:
        stock = now.stock + now.stock * percent // 100
        yield "Nets in stock", f"{stock:,} ({percent:+d} %)", {**money, "stock": stock}
    for buffer in BUFFERS:
        if now.buffer_percent != buffer:
            yield "Buffer", f"{buffer} %", {"buffer_percent": Decimal(buffer)}
    for ratio in RATIOS.values():
        if now.persons_per_net != ratio.persons_per_net:
            yield (
                "Persons per net", str(ratio.persons_per_net),
                {"persons_per_net": ratio.persons_per_net, "households": None},
            )  # fmt: skip
    plain: Mapping[str, Any] = {"fixed": {}, "lga_minimum": {}, "lga_maximum": {}}
    for item in STRATEGIES.values():
        if item.available and item.id != now.strategy:
            yield "Strategy", item.label, {**plain, "strategy": item.id}


def _line(
    again: Replanner, served: set[tuple[str, str, str, str]], what: str, value: str,
    changes: Mapping[str, Any],
) -> SensitivityLine:  # fmt: skip
    try:
        result = again.with_(**changes)
    except DomainError as refusal:
        return SensitivityLine(what, value, problem=refusal.message)
    now = {row.ward.identity for row in result.rows if row.nets}
    people = sum(row.people_covered or 0 for row in result.rows)
    return SensitivityLine(
        what, value, need=sum(row.need or 0 for row in result.rows), allocated=result.allocated,
        served=len(now), people=people, coverage=_coverage(result, people),
        gained=len(now - served), lost=len(served - now),
    )  # fmt: skip


def _coverage(result: PlanResult, people: int) -> float | None:
    whole = sum(
        (Fraction(row.ward.population) for row in result.rows if row.ward.population is not None),
        Fraction(0),
    )
    return float(people / whole) if whole else None
