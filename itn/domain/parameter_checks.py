"""Whether parameters can be used together: every refusal names the value and its range."""

from decimal import Decimal
from fractions import Fraction

from chatmrpt.common.errors import InvalidInput
from itn.domain.bales import checked_bale
from itn.domain.exact import exact
from itn.domain.need import LEGACY_PERSONS_PER_NET, checked_buffer, checked_ratio
from itn.domain.numbers import MAX_COUNT
from itn.domain.parameters import SECOND_STRATEGIES, PlanParameters
from itn.domain.strategies import checked_strategy


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
    if parameters.projection is not None:
        parameters.projection.check()
    buffer = checked_buffer(parameters.buffer_percent)
    for own in parameters.ward_buffers.values():
        checked_buffer(own.percent)
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
    if (
        parameters.lga_minimum
        or parameters.lga_maximum
        or parameters.fixed
        or parameters.existing
        or parameters.ward_buffers
    ):
        raise InvalidInput(
            "OPTION_NOT_FOR_STRATEGY",
            "legacy_two_tier knows no limits for LGAs, no fixed wards, no buffers of single wards "
            "and no nets that are there already. Remove them, or choose risk_order.",
            {"strategy": parameters.strategy},
        )


def _check_money(parameters: PlanParameters) -> None:
    if parameters.cost_lines and parameters.cost_per_net is not None:
        raise InvalidInput(
            "COSTS_TWICE",
            "Costs are given as lines and as a cost per net. Keep one of the two.",
            {"cost_per_net": str(parameters.cost_per_net)},
        )
    if parameters.budget is None:
        if parameters.cost_per_net is not None:
            raise InvalidInput(
                "BUDGET_MISSING",
                "A cost per net was given without a budget. Give both, or neither.",
                {"cost_per_net": str(parameters.cost_per_net)},
            )
        return
    if not parameters.lines and parameters.cost_per_net is None:
        raise InvalidInput(
            "COST_MISSING",
            "A budget was given without a cost per net. Give both, or neither.",
            {"budget": str(parameters.budget)},
        )
    money = [parameters.budget, *(line.unit_cost for line in parameters.lines)]
    if any(amount < 0 for amount in money) or parameters.cost_per_net == 0:
        raise InvalidInput(
            "MONEY_OUT_OF_RANGE",
            "The budget and the costs must not be negative, and the cost per net must be above 0.",
            {"budget": str(parameters.budget), "cost_per_net": str(parameters.cost_per_net)},
        )


def _between(name: str, value: Decimal | Fraction, low: int, high: int) -> None:
    if not low <= exact(value) <= high:
        raise _out_of_range(name, value, low, high)


def _out_of_range(name: str, value: Decimal | Fraction | int, low: int, high: int) -> InvalidInput:
    return InvalidInput(
        "OPTION_OUT_OF_RANGE",
        f"{name.replace('_', ' ')} = {value} is outside {low} to {high}.",
        {"option": name, "value": str(value), "low": low, "high": high},
    )
