"""The original's rule, exactly, in single nets (nets.md §4.1).

Rural wards first in rank order, then urban ones. If a whole need does not fit into what is left,
that ward gets the rest and everything stops. Tier 2 is walked only if tier 1 was served completely.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from itn.domain.exact import Exact, exact, half_up
from itn.domain.need import LEGACY_PERSONS_PER_NET

PHASES = {1: "Rural Priority", 2: "Urban Surplus"}


@dataclass(frozen=True, slots=True)
class TwoTierWard:
    """A ward with a need in nets (>= 0) and a known urban share; wards come in rank order."""

    need: int
    urban_percentage: Decimal


@dataclass(frozen=True, slots=True)
class TwoTierResult:
    """Nets and tier per ward, and the index of the ward at which the nets ended (None: all served).

    `walked_urban` is False when the nets ended among the rural wards.
    """

    nets: list[int]
    tiers: list[int]
    stopped_at: int | None
    walked_urban: bool


def tier_of(urban_percentage: Exact, threshold: Exact) -> int:
    """Return 1 for wards below the threshold, 2 for the others; a threshold of 0 is taken as 0."""
    return 1 if exact(urban_percentage) < exact(threshold) else 2


def allocate(wards: Sequence[TwoTierWard], nets: int, threshold: Exact) -> TwoTierResult:
    """Walk tier 1, then tier 2, and stop for good at the first need that does not fit."""
    tiers = [tier_of(ward.urban_percentage, threshold) for ward in wards]
    given = [0] * len(wards)
    left = nets
    walk = [i for i, tier in enumerate(tiers) if tier == 1]
    urban = [i for i, tier in enumerate(tiers) if tier == 2]
    rural_places = len(walk)
    for place, index in enumerate(walk + urban):
        given[index] = min(wards[index].need, left)
        left -= given[index]
        if given[index] < wards[index].need:
            return TwoTierResult(given, tiers, index, walked_urban=place >= rural_places)
    return TwoTierResult(given, tiers, None, walked_urban=True)


def phase(tier: int, nets: int, need: int) -> str | None:
    """Return the original's phase label, or None for a ward without nets."""
    if nets == 0:
        return None
    return f"{PHASES[tier]} ({'Full' if nets >= need else 'Partial'})"


def coverage_percent(nets: int, population: Exact) -> Decimal:
    """Return 100 * nets * 1.8 / population with one decimal; 0 without people."""
    people = exact(population)
    if people == 0:
        return Decimal("0.0")
    return half_up(100 * nets * LEGACY_PERSONS_PER_NET / people, 1)


def covered_population(nets: int) -> int:
    """Return the integer part of nets * 1.8."""
    return int(nets * LEGACY_PERSONS_PER_NET)
