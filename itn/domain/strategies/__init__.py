"""One file per strategy; the registry says which exist and what each does, in one sentence."""

from dataclasses import dataclass
from types import MappingProxyType

from chatmrpt.common.errors import DomainError, InvalidInput


@dataclass(frozen=True, slots=True)
class Strategy:
    """A named way to share nets; `available` is False while it is not finished."""

    id: str
    label: str
    sentence: str
    available: bool = True


STRATEGIES = MappingProxyType(
    {
        strategy.id: strategy
        for strategy in (
            Strategy(
                "risk_order",
                "Highest risk first",
                "Each ward gets its full target in the order of risk until the bales end.",
            ),
            Strategy(
                "legacy_two_tier",
                "Rural first, then urban (original rule)",
                "Wards below the urban threshold are served first, in the order of risk; the first "
                "urban ward is served only after the last rural one, whatever its risk.",
            ),
            Strategy(
                "proportional",
                "Same share for every ward",
                "Every ward gets the same share of its target, whatever its risk.",
            ),
            Strategy(
                "floor_then_risk",
                "A floor for everybody, then highest risk first",
                "Every ward gets a guaranteed part of its target; the rest goes in the order of "
                "risk.",
            ),
            Strategy(
                "burden_weighted",
                "Most cases reached",
                "Each next bale goes where it adds most to the cases among people covered.",
            ),
            Strategy(
                "deprioritise",
                "Leave out low-risk urban wards",
                "Urban wards of the lowest risk are left out of the campaign until a share of the "
                "population is reached; the others are planned with a second strategy.",
            ),
        )
    }
)


def checked_strategy(strategy_id: str) -> Strategy:
    """Return a strategy that can be used now.

    Raises
    ------
    InvalidInput : `STRATEGY_UNKNOWN`.
    DomainError : `STRATEGY_NOT_AVAILABLE` for one that is named but not finished.
    """
    strategy = STRATEGIES.get(strategy_id)
    usable = [item.id for item in STRATEGIES.values() if item.available]
    if strategy is None:
        raise InvalidInput(
            "STRATEGY_UNKNOWN",
            f"There is no strategy '{strategy_id}'. Choose one of: {', '.join(usable)}.",
            {"strategy": strategy_id, "choices": usable},
        )
    if not strategy.available:
        raise DomainError(
            "STRATEGY_NOT_AVAILABLE",
            f"The strategy '{strategy_id}' cannot be used yet. Choose one of: {', '.join(usable)}.",
            {"strategy": strategy_id, "choices": usable},
        )
    return strategy
