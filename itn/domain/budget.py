"""What a plan costs and the largest plan that a budget buys (nets.md §7), in exact decimals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from chatmrpt.common.errors import DomainError
from itn.domain.exact import exact, half_up, number_text, total


class CostKind(StrEnum):
    """What a cost line is multiplied with."""

    PER_NET = "per_net"
    PER_BALE = "per_bale"
    PER_WARD_SERVED = "per_ward_served"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the budget, in one currency, with its source."""

    name: str
    kind: CostKind
    unit_cost: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a plan hands out."""

    nets: int
    bales: int
    wards_served: int

    def of(self, kind: CostKind) -> int:
        return {
            CostKind.PER_NET: self.nets,
            CostKind.PER_BALE: self.bales,
            CostKind.PER_WARD_SERVED: self.wards_served,
            CostKind.FIXED: 1,
        }[kind]


def cost(lines: Sequence[CostLine], quantities: Quantities) -> Fraction:
    """Return the exact cost; round it once, on the total, with `money`."""
    return total(exact(line.unit_cost) * quantities.of(line.kind) for line in lines)


def money(amount: Fraction) -> Decimal:
    """Round half up to two decimals."""
    return half_up(amount, 2)


def calculation(line: CostLine, quantities: Quantities) -> str:
    """Return the line's arithmetic, for example "6,550 nets x 5,584.97"."""
    word = {
        CostKind.PER_NET: "nets",
        CostKind.PER_BALE: "bales",
        CostKind.PER_WARD_SERVED: "wards served",
    }.get(line.kind)
    unit_cost = number_text(line.unit_cost)
    return f"{quantities.of(line.kind):,} {word} x {unit_cost}" if word else unit_cost


def affordable_bales(lines: Sequence[CostLine], cap: Decimal, bale: int) -> int:
    """Return floor((cap - fixed) / (bale x per net + per bale)) for lines without per-ward costs.

    Raises
    ------
    DomainError : `FIXED_COSTS_EXCEED_CAP`.
    """
    if any(line.kind is CostKind.PER_WARD_SERVED and line.unit_cost for line in lines):
        raise ValueError("per-ward costs depend on the plan: use largest_affordable")
    fixed = cost([line for line in lines if line.kind is CostKind.FIXED], Quantities(0, 0, 0))
    left = exact(cap) - fixed
    if left < 0:
        raise DomainError(
            "FIXED_COSTS_EXCEED_CAP",
            f"The fixed costs alone, {money(fixed):,}, exceed the cap of {cap:,}. "
            "Raise the cap or remove fixed lines.",
            {"fixed": str(money(fixed)), "cap": str(cap)},
        )
    per_bale = cost(
        [line for line in lines if line.kind is not CostKind.FIXED], Quantities(bale, 1, 0)
    )
    if per_bale <= 0:
        raise DomainError(
            "COST_MISSING",
            "No cost per net or per bale is given, so the cap bounds nothing.",
            {"cap": str(cap)},
        )
    return int(left // per_bale)


def largest_affordable(
    lines: Sequence[CostLine],
    cap: Decimal,
    most_bales: int,
    quantities_of: Callable[[int], Quantities],
) -> int:
    """Return the largest number of bales whose plan costs at most `cap`.

    Parameters
    ----------
    quantities_of : plans with that many bales and says what is handed out.

    Bisection finds a place; the cost need not be monotone (largest remainders), so the numbers
    above it are then tried one by one downwards over the span in which costs can still turn.
    """
    limit = exact(cap)

    def fits(bales: int) -> bool:
        return cost(lines, quantities_of(bales)) <= limit

    if fits(most_bales):
        return most_bales
    low, high = -1, most_bales
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    if low < 0:
        raise DomainError(
            "FIXED_COSTS_EXCEED_CAP",
            f"Even an empty plan costs more than the cap of {cap:,}.",
            {"cap": str(cap)},
        )
    per_bale = total(
        exact(line.unit_cost) for line in lines if line.kind is CostKind.PER_BALE
    ) + total(exact(line.unit_cost) for line in lines if line.kind is CostKind.PER_NET)
    per_ward = total(
        exact(line.unit_cost) for line in lines if line.kind is CostKind.PER_WARD_SERVED
    )
    span = int(per_ward // per_bale) + 1 if per_bale else most_bales
    for bales in range(min(most_bales, low + span), low, -1):
        if fits(bales):
            return bales
    return low
