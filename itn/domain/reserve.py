"""Routine nets (ANC, EPI) set aside before the campaign (nets.md §1.4)."""

from dataclasses import dataclass

from itn.domain.exact import Exact, ceil, exact


@dataclass(frozen=True, slots=True)
class Reserve:
    """Nets: `wanted` = ceil(population x share), `set_aside` = what the stock allows."""

    wanted: int
    set_aside: int
    campaign: int

    @property
    def shortfall(self) -> int:
        return self.wanted - self.set_aside


def routine_reserve(stock: int, population: Exact, reserve_percent: Exact) -> Reserve:
    """Split a stock of nets into the routine reserve and the campaign.

    Recommended share: 6 % of the population per year (Koenker 2023, doi
    10.1186/s12936-023-04609-z). A shortfall is stated, never taken from elsewhere.
    """
    wanted = ceil(exact(population) * exact(reserve_percent) / 100)
    set_aside = min(stock, wanted)
    return Reserve(wanted, set_aside, stock - set_aside)
