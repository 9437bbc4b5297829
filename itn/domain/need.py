"""How many nets a ward needs (nets.md §1), in exact arithmetic."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from chatmrpt.common.errors import InvalidInput
from itn.domain.exact import Exact, ceil, exact, half_up
from itn.domain.numbers import parse_decimal

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


GROWTH_LOWEST, GROWTH_HIGHEST = Fraction(-10), Fraction(20)
YEARS_MOST = 40


@dataclass(frozen=True, slots=True)
class Projection:
    """Growth of a whole population list from its year to another one, with its source."""

    growth_percent: Decimal
    source: str
    base_year: int
    target_year: int

    def of(self, population: Exact) -> Decimal:
        """Return the population in the target year, whole persons."""
        return Decimal(
            projected_population(population, self.growth_percent, self.base_year, self.target_year)
        )

    @property
    def sentence(self) -> str:
        return (
            f"Populations of {self.base_year} projected to {self.target_year} at "
            f"{self.growth_percent} % a year ({self.source})."
        )

    def check(self) -> None:
        """Refuse growth or years that cannot be meant. Raises InvalidInput PROJECTION_RANGE."""
        years = self.target_year - self.base_year
        if not GROWTH_LOWEST <= exact(self.growth_percent) <= GROWTH_HIGHEST:
            raise InvalidInput(
                "PROJECTION_RANGE",
                f"A growth of {self.growth_percent} % a year is outside -10 to 20 %.",
                {"growth": str(self.growth_percent)},
            )
        if abs(years) > YEARS_MOST:
            raise InvalidInput(
                "PROJECTION_RANGE",
                f"From {self.base_year} to {self.target_year} is more than {YEARS_MOST} years; no "
                "growth rate holds that long.",
                {"base_year": self.base_year, "target_year": self.target_year},
            )


def projection_from(
    growth: object, source: object, base_year: object, target_year: object
) -> Projection | None:
    """Read a projection; None where neither growth nor a target year is given.

    Raises
    ------
    InvalidInput : `PROJECTION_INCOMPLETE` naming what is missing, `INVALID_NUMBER`.
    """
    given = {
        "growth": str(growth if growth is not None else "").strip(),
        "growth_source": " ".join(str(source or "").split())[:200],
        "base_year": str(base_year or "").strip(),
        "target_year": str(target_year or "").strip(),
    }
    if not given["growth"] and not given["target_year"] and not given["growth_source"]:
        return None
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise InvalidInput(
            "PROJECTION_INCOMPLETE",
            "A projection needs the growth per year, its source, and both years (the list's and the "
            f"plan's). Missing: {', '.join(name.replace('_', ' ') for name in missing)}.",
            {"missing": missing},
        )
    years = {}
    for name in ("base_year", "target_year"):
        if not re.fullmatch(r"(19|20)[0-9]{2}", given[name]):
            raise InvalidInput(
                "INVALID_NUMBER",
                f"'{given[name][:20]}' is not a year.",
                {"given": given[name][:20]},
            )
        years[name] = int(given[name])
    text = given["growth"].replace("\u2212", "-")
    size = parse_decimal(text.removeprefix("-"), what="growth per year")
    return Projection(
        -size if text.startswith("-") else size, given["growth_source"], years["base_year"],
        years["target_year"],
    )  # fmt: skip
