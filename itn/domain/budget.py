"""What a plan costs and the largest plan that a budget buys (nets.md §7), in exact decimals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from chatmrpt.common.errors import DomainError
from itn.domain.exact import exact, half_up, number_text, total

SPAN = 200
"""Numbers of bales tried one by one above the place that bisection found."""


class CostKind(StrEnum):
    """What a cost line is multiplied with."""

    PER_NET = "per_net"
    PER_BALE = "per_bale"
    PER_WARD_SERVED = "per_ward_served"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the budget with its source; `rate` turns its currency into the plan's."""

    name: str
    kind: CostKind
    unit_cost: Decimal
    source: str = ""
    currency: str = ""
    date: str = ""
    rate: Decimal = Decimal(1)


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
    return total(
        exact(line.unit_cost) * exact(line.rate) * quantities.of(line.kind) for line in lines
    )


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
    if line.rate != 1:
        unit_cost += f" {line.currency} x {number_text(line.rate)}"
    return f"{quantities.of(line.kind):,} {word} x {unit_cost}" if word else unit_cost


def affordable_bales(lines: Sequence[CostLine], cap: Decimal, bale: int) -> int:
    """Return floor((cap - fixed) / (bale x per net + per bale)) for lines without per-ward costs.

    Raises
    ------
    DomainError : `FIXED_COSTS_EXCEED_CAP`.
    """
    if any(line.kind is CostKind.PER_WARD_SERVED and line.unit_cost for line in lines):
        raise ValueError("per-ward costs depend on the plan: use largest_affordable")
    left = exact(cap) - _fixed_within(lines, cap)
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


def _fixed_within(lines: Sequence[CostLine], cap: Decimal) -> Fraction:
    """Return the fixed costs, or refuse a cap that does not even pay them."""
    fixed = cost([line for line in lines if line.kind is CostKind.FIXED], Quantities(0, 0, 0))
    if fixed > exact(cap):
        raise DomainError(
            "FIXED_COSTS_EXCEED_CAP",
            f"The fixed costs alone, {money(fixed):,}, exceed the cap of {cap:,}. "
            "Raise the cap or remove fixed lines.",
            {"fixed": str(money(fixed)), "cap": str(cap)},
        )
    return fixed


def largest_affordable(
    lines: Sequence[CostLine],
    cap: Decimal,
    most_bales: int,
    quantities_of: Callable[[int], Quantities],
    *,
    bale: int = 1,
    wards: int | None = None,
) -> int:
    """Return the largest number of bales whose plan costs at most `cap`.

    Parameters
    ----------
    quantities_of : plans with that many bales and says what is handed out.
    bale : nets in a bale; 1 where it is not known.
    wards : how many can be served at most; between all of them and none the answer lies, so that
        few plans are tried.

    Bisection finds a place; the cost need not be monotone (largest remainders), so the numbers
    above it are then tried one by one downwards over the span in which costs can still turn, at
    most `SPAN` of them.

    Raises
    ------
    DomainError : `FIXED_COSTS_EXCEED_CAP`.
    """
    limit = exact(cap)
    left = limit - _fixed_within(lines, cap)
    per_bale = cost([line for line in lines if line.kind in PER_QUANTITY], Quantities(bale, 1, 0))
    per_ward = cost(
        [line for line in lines if line.kind is CostKind.PER_WARD_SERVED], Quantities(0, 0, 1)
    )

    def fits(bales: int) -> bool:
        return cost(lines, quantities_of(bales)) <= limit

    if fits(most_bales):
        return most_bales
    low, high = -1, most_bales
    if wards is not None and per_bale:
        low = max(low, min(high - 1, int((left - per_ward * wards) // per_bale)))
        high = max(low + 1, min(high, int(left // per_bale) + 1))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    low = max(low, 0)
    span = min(SPAN, int(per_ward // per_bale) + 1 if per_bale else SPAN)
    for bales in range(min(most_bales, low + span), low, -1):
        if fits(bales):
            return bales
    return low


PER_QUANTITY = (CostKind.PER_NET, CostKind.PER_BALE)
