"""The parameters of a plan: checked once, then carried as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chatmrpt.common.errors import InvalidInput
from itn.domain.bales import DEFAULT_BALE, TargetRule, checked_bale
from itn.domain.exact import exact
from itn.domain.need import (
    DEFAULT_PERSONS_PER_NET,
    LEGACY_PERSONS_PER_NET,
    checked_buffer,
    checked_ratio,
)
from itn.domain.numbers import MAX_COUNT
from itn.domain.strategies import checked_strategy
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
    """

    stock: int
    strategy: str = DEFAULT_STRATEGY
    persons_per_net: Decimal = DEFAULT_PERSONS_PER_NET
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
    lga_minimum: Mapping[LgaKey, int] = field(default_factory=dict)
    lga_maximum: Mapping[LgaKey, int] = field(default_factory=dict)
    cap_percent: Decimal = Decimal(100)
    reserve_percent: Decimal = Decimal(0)
    budget: Decimal | None = None
    cost_per_net: Decimal | None = None
    cost_per_bale: Decimal = Decimal(0)
    cost_fixed: Decimal = Decimal(0)
    fixed: Mapping[tuple[str, str, str, str], int] = field(default_factory=dict)

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

    def as_json(self) -> dict[str, Any]:
        """Return the parameters that this strategy uses, as they are stored and fingerprinted."""
        used: dict[str, Any] = {
            "nets": self.stock,
            "strategy": self.strategy,
            "persons_per_net": str(self.persons_per_net),
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
        if self.budget is not None:
            used["budget"] = str(self.budget)
            used["cost_per_net"] = str(self.cost_per_net)
            used["cost_per_bale"] = str(self.cost_per_bale)
            used["cost_fixed"] = str(self.cost_fixed)
        return used


def _quota_json(quota: Mapping[LgaKey, int]) -> list[list[Any]]:
    return [[state, lga, bales] for (state, lga), bales in sorted(quota.items())]


def checked(parameters: PlanParameters) -> PlanParameters:
    """Return the parameters unchanged if every value is in range and fits the strategy.

    Raises
    ------
    DomainError : the code of the first value that cannot be used, with its range.
    """
    checked_strategy(parameters.strategy)
    if parameters.strategy == "deprioritise" and parameters.then not in SECOND_STRATEGIES:
        raise InvalidInput(
            "SECOND_STRATEGY",
            f"'{parameters.then}' cannot share the nets of the other wards. "
            f"Choose one of: {', '.join(SECOND_STRATEGIES)}.",
            {"then": parameters.then, "choices": list(SECOND_STRATEGIES)},
        )
    checked_strategy(parameters.filling)
    if not 0 <= parameters.stock <= MAX_COUNT:
        raise InvalidInput(
            "INVALID_NUMBER",
            f"{parameters.stock:,} nets is outside 0 to {MAX_COUNT:,}.",
            {"nets": parameters.stock},
        )
    ratio = checked_ratio(parameters.persons_per_net)
    buffer = checked_buffer(parameters.buffer_percent)
    checked_bale(parameters.bale)
    _between("urban_threshold", parameters.urban_threshold, 0, 101)
    _between("floor", parameters.floor, 0, 100)
    _between("cap", parameters.cap_percent, 0, 100)
    _between("target_share", parameters.target_share, 0, 100)
    _between("reserve", parameters.reserve_percent, 0, 15)
    if parameters.household_size is not None:
        _between("household_size", parameters.household_size, 1, 50)
    if not 1 <= parameters.gamma <= 10:
        raise _out_of_range("gamma", parameters.gamma, 1, 10)
    if parameters.strategy == "legacy_two_tier":
        _check_legacy(parameters, legacy_values=ratio == LEGACY_PERSONS_PER_NET and buffer == 0)
    _check_money(parameters)
    return parameters


def _check_legacy(parameters: PlanParameters, *, legacy_values: bool) -> None:
    if not legacy_values:
        raise InvalidInput(
            "OPTION_NOT_FOR_STRATEGY",
            "legacy_two_tier always uses 1.8 persons per net and no buffer, because the original "
            "did. Leave them at 1.8 and 0, or choose risk_order.",
            {
                "strategy": parameters.strategy,
                "persons_per_net": str(parameters.persons_per_net),
                "buffer": str(parameters.buffer_percent),
            },
        )
    if parameters.lga_minimum or parameters.lga_maximum or parameters.fixed:
        raise InvalidInput(
            "OPTION_NOT_FOR_STRATEGY",
            "legacy_two_tier knows no limits for LGAs and no fixed wards. "
            "Remove them, or choose risk_order.",
            {"strategy": parameters.strategy},
        )


def _check_money(parameters: PlanParameters) -> None:
    if parameters.budget is None:
        if parameters.cost_per_net is not None:
            raise InvalidInput(
                "BUDGET_MISSING",
                "A cost per net was given without a budget. Give both, or neither.",
                {"cost_per_net": str(parameters.cost_per_net)},
            )
        return
    if parameters.cost_per_net is None:
        raise InvalidInput(
            "COST_MISSING",
            "A budget was given without a cost per net. Give both, or neither.",
            {"budget": str(parameters.budget)},
        )
    money = (
        parameters.budget, parameters.cost_per_net, parameters.cost_per_bale, parameters.cost_fixed
    )  # fmt: skip
    if any(amount < 0 for amount in money) or parameters.cost_per_net == 0:
        raise InvalidInput(
            "MONEY_OUT_OF_RANGE",
            "The budget and the costs must not be negative, and the cost per net must be above 0.",
            {"budget": str(parameters.budget), "cost_per_net": str(parameters.cost_per_net)},
        )


def _between(name: str, value: Decimal, low: int, high: int) -> None:
    if not low <= exact(value) <= high:
        raise _out_of_range(name, value, low, high)


def _out_of_range(name: str, value: Decimal | int, low: int, high: int) -> InvalidInput:
    return InvalidInput(
        "OPTION_OUT_OF_RANGE",
        f"{name.replace('_', ' ')} = {value} is outside {low} to {high}.",
        {"option": name, "value": str(value), "low": low, "high": high},
    )
