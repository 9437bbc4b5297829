"""Persons per net from the shares of households by size (nets.md §1.2).

The household *average* alone is never an input: odd households waste half a net, and only the
distribution tells how many there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from chatmrpt.common.errors import InvalidInput
from itn.domain.exact import Exact, as_decimal, exact, total

TOLERANCE = Fraction(1, 1000)
BANDS: tuple[tuple[str, int, Fraction], ...] = (
    ("1-2", 1, Fraction(3, 2)),
    ("3-4", 2, Fraction(7, 2)),
    ("5+", 3, Fraction(11, 2)),
)


@dataclass(frozen=True, slots=True)
class HouseholdNeed:
    """Nets and persons of the average household; `normalised` if shares did not add up to 1."""

    nets_per_household: Fraction
    persons_per_household: Fraction
    normalised: bool

    @property
    def persons_per_net(self) -> Fraction:
        return self.persons_per_household / self.nets_per_household


def _normalised(shares: list[Fraction]) -> tuple[list[Fraction], bool]:
    whole = total(shares)
    if any(share < 0 for share in shares) or abs(whole - 1) > TOLERANCE:
        raise InvalidInput(
            "SHARES_NOT_ONE",
            f"The household shares add up to {as_decimal(whole, 6)}; they must add up to 1 and "
            "none may be negative.",
            {"sum": str(whole)},
        )
    return [share / whole for share in shares], whole != 1


def from_bands(shares: tuple[Exact, Exact, Exact]) -> HouseholdNeed:
    """Return the need of the bands 1-2, 3-4 and 5+ (1, 2 and 3 nets)."""
    parts, changed = _normalised([exact(share) for share in shares])
    nets = total(part * band[1] for part, band in zip(parts, BANDS, strict=True))
    people = total(part * band[2] for part, band in zip(parts, BANDS, strict=True))
    return HouseholdNeed(nets, people, changed)


def from_sizes(shares_by_size: Mapping[int, Exact], cap: int | None = None) -> HouseholdNeed:
    """Return the need from shares by household size, ceil(h / 2) nets each, at most `cap`."""
    sizes = sorted(shares_by_size)
    parts, changed = _normalised([exact(shares_by_size[size]) for size in sizes])
    nets = total(
        part * min(-(-size // 2), cap if cap is not None else size)
        for part, size in zip(parts, sizes, strict=True)
    )
    people = total(part * size for part, size in zip(parts, sizes, strict=True))
    return HouseholdNeed(nets, people, changed)


def people_reached(need: HouseholdNeed, nets: int, population: int) -> tuple[int, int, Fraction]:
    """Return households served, people served and the share of the population (0 to 1)."""
    households = int(nets / need.nets_per_household)
    people = int(households * need.persons_per_household)
    return households, people, Fraction(people, population) if population else Fraction(0)
