"""The nets that a budget buys, by the plan that would be made of them (nets.md §7)."""

from collections.abc import Callable, Sequence

from chatmrpt.common.errors import DomainError
from itn.domain.bale_plan import prepare, share_units
from itn.domain.budget import CostKind, Quantities, affordable_bales, largest_affordable
from itn.domain.parameters import PlanParameters
from itn.domain.strategies.deprioritise import Selection
from itn.domain.two_tier_plan import nets_by_ward
from itn.domain.wards import WardInput


def affordable_nets(
    listed: Sequence[WardInput],
    parameters: PlanParameters,
    most: int,
    selection: Selection | None = None,
) -> int:
    """Return the nets that the budget buys, at most `most`; `most` without a budget.

    With a cost per bale the budget buys whole bales; with a cost per net alone, single nets. With a
    cost per ward served it buys the largest plan, found by planning again and again.

    Raises
    ------
    DomainError : `FIXED_COSTS_EXCEED_CAP`, `COST_MISSING`.
    """
    if parameters.budget is None or not parameters.lines:
        return most
    lines = parameters.lines
    if any(line.kind is CostKind.PER_WARD_SERVED and line.unit_cost for line in lines):
        unit = parameters.unit
        whole = unit == parameters.packing
        units = largest_affordable(
            lines, parameters.budget, most // unit, _hand_out(listed, parameters, selection),
            bale=unit if whole else 1, wards=len(listed) if whole else None,
        )  # fmt: skip
        return most if units == most // unit else units * unit
    by_bale = any(line.kind is CostKind.PER_BALE and line.unit_cost for line in lines)
    size = parameters.packing if by_bale else 1
    return min(most, affordable_bales(lines, parameters.budget, size) * size)


def _hand_out(
    listed: Sequence[WardInput], parameters: PlanParameters, selection: Selection | None
) -> Callable[[int], Quantities]:
    """Return what a plan of so many units hands out; the wards are prepared once."""
    unit, packing = parameters.unit, parameters.packing
    if parameters.strategy == "legacy_two_tier":

        def given_of(units: int) -> Sequence[int]:
            return nets_by_ward(listed, parameters, units)

    else:
        sorted_out, targets, candidates = prepare(listed, parameters, selection)

        def given_of(units: int) -> Sequence[int]:
            return share_units(candidates, targets, parameters, units, sorted_out).given

    def quantities(units: int) -> Quantities:
        try:
            given = given_of(units)
        except DomainError:  # fewer than its floors and fixed wards: said when it is planned
            return Quantities(units * unit, -(-units * unit // packing), 0)
        nets = sum(given) * unit
        return Quantities(nets, -(-nets // packing), sum(value > 0 for value in given))

    return quantities
