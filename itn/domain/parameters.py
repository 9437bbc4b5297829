"""The parameters of a plan: checked once, then carried as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from itn.domain.bales import DEFAULT_BALE, TargetRule
from itn.domain.budget import CostKind, CostLine
from itn.domain.cost_lines import cost_lines_text
from itn.domain.exact import as_decimal
from itn.domain.household import Households
from itn.domain.limits import LgaLimit, limit_text
from itn.domain.need import DEFAULT_PERSONS_PER_NET, Projection
from itn.domain.ward_inputs import ExistingNets, WardBuffer, WardKey, buffers_text
from itn.domain.wards import LgaKey

DEFAULT_STRATEGY = "risk_order"
DEFAULT_URBAN_THRESHOLD = Decimal(75)
DEFAULT_HOUSEHOLD_SIZE = Decimal(5)
DEFAULT_FLOOR_PERCENT = Decimal(25)
DEFAULT_TARGET_SHARE = Decimal(30)
DEFAULT_GAMMA = 2
LOOSE_DISPLAY_BALE = DEFAULT_BALE
SECOND_STRATEGIES = ("risk_order", "proportional", "floor_then_risk", "burden_weighted")


@dataclass(frozen=True, slots=True)
class PlanParameters:
    """Everything a plan depends on besides its wards.

    Parameters
    ----------
    stock : nets named by the person, >= 0.
    bale : nets per bale; 1 plans single nets.
    target_rule : None = by the number of wards (`bales.default_rule`).
    reserve_percent : routine nets set aside before the campaign, per cent of the population.
    floor_percent : guaranteed part of every target; None = 25 for `floor_then_risk`, else no floor.
    budget : money available, None if money does not bound the plan.
    fixed : bales that a person fixed, by ward identity.
    persons_per_net : exact; a fraction where it comes from `households`.
    projection : growth from the year of the population list to another one, None = as listed.
    existing, ward_buffers, cost_lines : tables that are rows of their own beside the plan; the
        stored parameters carry a digest of each.
    currency : of the budget and the sums of `cost_lines`; `exchange_rate` turns the other one.
    """

    stock: int
    strategy: str = DEFAULT_STRATEGY
    persons_per_net: Decimal | Fraction = DEFAULT_PERSONS_PER_NET
    buffer_percent: Decimal = Decimal(0)
    bale: int = DEFAULT_BALE
    target_rule: TargetRule | None = None
    urban_threshold: Decimal = DEFAULT_URBAN_THRESHOLD
    household_size: Decimal | None = None
    floor_percent: Decimal | None = None
    share_floors: bool = False
    gamma: int = DEFAULT_GAMMA
    target_share: Decimal = DEFAULT_TARGET_SHARE
    then: str = DEFAULT_STRATEGY
    lga_minimum: Mapping[LgaKey, LgaLimit] = field(default_factory=dict)
    lga_maximum: Mapping[LgaKey, LgaLimit] = field(default_factory=dict)
    cap_percent: Decimal = Decimal(100)
    reserve_percent: Decimal = Decimal(0)
    budget: Decimal | None = None
    cost_per_net: Decimal | None = None
    cost_per_bale: Decimal = Decimal(0)
    cost_fixed: Decimal = Decimal(0)
    fixed: Mapping[WardKey, int] = field(default_factory=dict)
    ratio_reason: str = ""
    households: Households | None = None
    projection: Projection | None = None
    existing: ExistingNets | None = None
    ward_buffers: Mapping[WardKey, WardBuffer] = field(default_factory=dict)
    cost_lines: tuple[CostLine, ...] = ()
    currency: str = ""
    exchange_rate: Decimal | None = None

    @property
    def filling(self) -> str:
        """The strategy that shares the nets: the second one under `deprioritise`."""
        return self.then if self.strategy == "deprioritise" else self.strategy

    @property
    def floor(self) -> Decimal:
        if self.floor_percent is not None:
            return self.floor_percent
        return DEFAULT_FLOOR_PERCENT if self.filling == "floor_then_risk" else Decimal(0)

    @property
    def single_nets(self) -> bool:
        return self.strategy == "legacy_two_tier" or self.bale == 1

    @property
    def unit(self) -> int:
        """Nets per unit that the strategy hands out."""
        return 1 if self.single_nets else self.bale

    @property
    def packing(self) -> int:
        """Bale size in which a row's nets are shown (50 when planning single nets)."""
        return LOOSE_DISPLAY_BALE if self.bale == 1 else self.bale

    @property
    def lines(self) -> tuple[CostLine, ...]:
        """Every cost line: those typed as lines, or those of the three short options."""
        if self.cost_lines or self.cost_per_net is None:
            return self.cost_lines
        short = (
            CostLine("Nets", CostKind.PER_NET, self.cost_per_net, currency=self.currency),
            CostLine("Bales", CostKind.PER_BALE, self.cost_per_bale, currency=self.currency),
            CostLine("Fixed costs", CostKind.FIXED, self.cost_fixed, currency=self.currency),
        )
        return tuple(line for line in short if line.unit_cost)

    def buffer_of(self, ward: WardKey) -> Decimal:
        """Return the buffer of a ward in per cent: its own, else that of the plan."""
        own = self.ward_buffers.get(ward)
        return self.buffer_percent if own is None else own.percent

    def existing_of(self, ward: WardKey) -> int:
        """Return the nets that a ward has already, by the list of the plan."""
        return 0 if self.existing is None else self.existing.nets.get(ward, 0)

    def as_json(self) -> dict[str, Any]:
        """Return the parameters that this strategy uses, as they are stored and fingerprinted."""
        used: dict[str, Any] = {
            "nets": self.stock,
            "strategy": self.strategy,
            "persons_per_net": str(self.persons_per_net)
            if isinstance(self.persons_per_net, Decimal)
            else str(as_decimal(self.persons_per_net, 12)),
            "buffer": str(self.buffer_percent),
            "bale": self.bale,
            "reserve": str(self.reserve_percent),
            "household_size": None if self.household_size is None else str(self.household_size),
        }
        if self.strategy in ("legacy_two_tier", "deprioritise"):
            used["urban_threshold"] = str(self.urban_threshold)
        if self.strategy == "deprioritise":
            used["target_share"] = str(self.target_share)
            used["then"] = self.then
        if self.strategy != "legacy_two_tier" and self.floor:
            used["floor"] = str(self.floor)
            used["share_floors"] = self.share_floors
        if self.filling == "burden_weighted":
            used["gamma"] = self.gamma
        if not self.single_nets:
            used["target_rule"] = self.target_rule.value if self.target_rule else None
        if self.strategy != "legacy_two_tier":
            used["cap"] = str(self.cap_percent)
            used["lga_minimum"] = _quota_json(self.lga_minimum)
            used["lga_maximum"] = _quota_json(self.lga_maximum)
            used["fixed"] = [[*key, bales] for key, bales in sorted(self.fixed.items())]
        return used | self._need_json() | self._money_json()

    def _need_json(self) -> dict[str, Any]:
        used: dict[str, Any] = {}
        if self.ratio_reason:
            used["ratio_reason"] = self.ratio_reason
        if self.households is not None:
            used |= {
                "household_shares": self.households.text,
                "household_cap": self.households.cap,
            }
        if self.projection is not None:
            used |= {
                "growth": str(self.projection.growth_percent),
                "growth_source": self.projection.source,
                "base_year": self.projection.base_year,
                "target_year": self.projection.target_year,
            }
        if self.existing is not None and self.existing.nets:
            used["existing_nets"] = self.existing.text
        if self.ward_buffers:
            used["ward_buffers"] = buffers_text(self.ward_buffers)
        return used

    def _money_json(self) -> dict[str, Any]:
        used: dict[str, Any] = {}
        if self.budget is not None:
            used["budget"] = str(self.budget)
        if self.cost_lines:
            used |= {"costs": cost_lines_text(self.cost_lines), "currency": self.currency}
            if self.exchange_rate is not None:
                used["exchange_rate"] = str(self.exchange_rate)
        elif self.cost_per_net is not None:
            used |= {
                "cost_per_net": str(self.cost_per_net), "cost_per_bale": str(self.cost_per_bale),
                "cost_fixed": str(self.cost_fixed),
            }  # fmt: skip
        return used


def _quota_json(quota: Mapping[LgaKey, LgaLimit]) -> list[list[Any]]:
    return [
        [state, lga, limit if isinstance(limit, int) else limit_text(limit)]
        for (state, lga), limit in sorted(quota.items())
    ]
