"""How many nets a ward needs (nets.md §1), in exact arithmetic."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from chatmrpt.common.errors import InvalidInput
from itn.domain.exact import Exact, ceil, exact, half_up

DEFAULT_PERSONS_PER_NET = Decimal("1.8")
LEGACY_PERSONS_PER_NET = Fraction(9, 5)
ACCESS_PERSONS_PER_NET = Fraction(164, 100)
RATIO_LOWEST, RATIO_HIGHEST = Fraction(12, 10), Fraction(3)
BUFFER_HIGHEST = Fraction(30)


@dataclass(frozen=True, slots=True)
class Ratio:
    """One way to turn people into nets, with its source."""

    id: str
    persons_per_net: Decimal
    use: str
    source: str


RATIOS = MappingProxyType(
    {
        ratio.id: ratio
        for ratio in (
            Ratio("who_1_8", Decimal("1.8"), "procurement for campaigns", "WHO/HTM/GMP/2017.20"),
            Ratio(
                "delivery_2_0",
                Decimal("2.0"),
                "one net per two people, only if households are even and losses nil",
                "WHO/HTM/GMP/2017.20, delivery rule",
            ),
            Ratio(
                "access_1_64",
                Decimal("1.64"),
                "best conversion between nets and people with access",
                "Kilian 2013, Malaria Journal 12:259",
            ),
            Ratio(
                "losses_1_6",
                Decimal("1.6"),
                "odd households and allocation losses",
                "Kilian 2010, doi 10.1186/1475-2875-9-330",
            ),
        )
    }
)


def checked_ratio(persons_per_net: Exact) -> Fraction:
    """Return the ratio as a fraction.

    Raises
    ------
    InvalidInput : `RATIO_OUT_OF_RANGE` below 1.2 or above 3.0 persons per net.
    """
    ratio = exact(persons_per_net)
    if not RATIO_LOWEST <= ratio <= RATIO_HIGHEST:
        raise InvalidInput(
            "RATIO_OUT_OF_RANGE",
            f"{persons_per_net} persons per net is outside 1.2 to 3.0. "
            "WHO procurement uses 1.8; 1.6, 1.64 and 2.0 are the usual alternatives.",
            {"persons_per_net": str(persons_per_net), "low": "1.2", "high": "3.0"},
        )
    return ratio


def checked_buffer(buffer_percent: Exact) -> Fraction:
    """Return the buffer in percent as a fraction.

    Raises
    ------
    InvalidInput : `BUFFER_OUT_OF_RANGE` below 0 or above 30 percent.
    """
    buffer = exact(buffer_percent)
    if not 0 <= buffer <= BUFFER_HIGHEST:
        raise InvalidInput(
            "BUFFER_OUT_OF_RANGE",
            f"A buffer of {buffer_percent} % is outside 0 to 30 %. Usual values are 0, 5 and 10 %.",
            {"buffer": str(buffer_percent), "low": "0", "high": "30"},
        )
    return buffer


def need_nets(
    population: Exact, persons_per_net: Exact = DEFAULT_PERSONS_PER_NET, buffer_percent: Exact = 0
) -> int:
    """Return ceil(population / persons_per_net * (1 + buffer / 100)).

    Parameters
    ----------
    population : persons, >= 0; may carry decimals (gridded estimates do).
    persons_per_net : persons that share one net, > 0.
    buffer_percent : added after the ratio, >= 0.

    Returns
    -------
    int, nets, >= 0. There is no need without a population: callers keep that as missing.

    Example
    -------
    >>> need_nets(90, "1.8", 10)
    55
    """
    people = exact(population)
    ratio = exact(persons_per_net)
    if people < 0 or ratio <= 0:
        raise ValueError("population must not be negative and persons_per_net must be positive")
    return ceil(people / ratio * (1 + exact(buffer_percent) / 100))


def legacy_need(population: Exact, household_size: Exact) -> int:
    """Return the need of `legacy_two_tier`: ceil(max(people / 1.8, ceil(people / household size))).

    The household size has no effect for any size of 1.8 or more; it is kept because the original
    asked for it.
    """
    people = exact(population)
    households = ceil(people / exact(household_size))
    return ceil(max(people / LEGACY_PERSONS_PER_NET, Fraction(households)))


def projected_population(
    population: Exact, growth_percent: Exact, from_year: int, to_year: int
) -> int:
    """Return population * (1 + growth / 100) ** years, rounded half up (nets.md §1.3)."""
    factor = (1 + exact(growth_percent) / 100) ** (to_year - from_year)
    return int(half_up(exact(population) * factor))
