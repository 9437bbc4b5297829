"""Plausibility of a net plan, ours or an uploaded one (nets.md §12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from itn.domain.exact import Exact, exact, half_up, number_text

RATIO_LOW, RATIO_HIGH = Fraction(17, 10), Fraction(2)
BALES_TOLERANCE = Fraction(1, 100)
POPULATION_LOW, POPULATION_HIGH = 200, 200_000


class Flag(StrEnum):
    """What can be wrong with one line of a plan."""

    PERSONS_PER_NET_HIGH = "persons_per_net_high"
    PERSONS_PER_NET_LOW = "persons_per_net_low"
    COPIED_FIGURE = "copied_figure"
    NETS_PER_BALE = "nets_per_bale"
    FRACTIONAL_BALES = "fractional_bales"
    MORE_NETS_THAN_PEOPLE = "more_nets_than_people"
    POPULATION_UNUSUAL = "population_unusual"
    SAME_POPULATION = "same_population"


FLAG_CHECK = {
    Flag.PERSONS_PER_NET_HIGH: "P1", Flag.PERSONS_PER_NET_LOW: "P1", Flag.COPIED_FIGURE: "P2",
    Flag.NETS_PER_BALE: "P3", Flag.FRACTIONAL_BALES: "P4", Flag.MORE_NETS_THAN_PEOPLE: "P9",
    Flag.POPULATION_UNUSUAL: "P7", Flag.SAME_POPULATION: "P10",
}  # fmt: skip
FLAG_WORDS = {
    Flag.PERSONS_PER_NET_HIGH: "more than 2.00 persons per net",
    Flag.PERSONS_PER_NET_LOW: "fewer than 1.70 persons per net",
    Flag.COPIED_FIGURE: "the same nets as another place of a different population, as if copied",
    Flag.NETS_PER_BALE: "nets divided by bales is not the bale size",
    Flag.FRACTIONAL_BALES: "bales that are not whole",
    Flag.MORE_NETS_THAN_PEOPLE: "more nets than people",
    Flag.POPULATION_UNUSUAL: "a population below 200 or above 200,000",
    Flag.SAME_POPULATION: "the same population as another place",
}
ERRORS = frozenset({Flag.NETS_PER_BALE, Flag.FRACTIONAL_BALES, Flag.MORE_NETS_THAN_PEOPLE})


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One place of a plan; None where the plan does not say."""

    place: str
    population: Exact | None
    nets: int | None
    bales: Exact | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One finding over the plan: id (P1...), level, how many places, the first of them, words."""

    id: str
    level: str
    count: int
    places: tuple[str, ...]
    sentence: str


def line_flags(
    lines: Sequence[PlanLine],
    *,
    bale: int = 50,
    low: Exact = RATIO_LOW,
    high: Exact = RATIO_HIGH,
    wards: bool = False,
) -> dict[str, list[Flag]]:
    """Return the flags of every line, in the order of `Flag` (P1-P4, P9; with `wards` P7, P10).

    The copied figure (P2) needs identical nets with populations that differ by more than 1 %.
    """
    copied = _copied_figures(lines)
    repeated = _repeated_populations(lines) if wards else frozenset()
    found: dict[str, list[Flag]] = {}
    for line in lines:
        flags: list[Flag] = []
        people = None if line.population is None else exact(line.population)
        if people is not None and line.nets:
            ratio = people / line.nets
            if ratio > exact(high):
                flags.append(Flag.PERSONS_PER_NET_HIGH)
            elif ratio < exact(low):
                flags.append(Flag.PERSONS_PER_NET_LOW)
        if line.place in copied:
            flags.append(Flag.COPIED_FIGURE)
        if line.bales is not None and line.nets is not None:
            bales = exact(line.bales)
            if abs(bales - Fraction(line.nets, bale)) > BALES_TOLERANCE:
                flags.append(Flag.NETS_PER_BALE)
            if bales.denominator != 1:
                flags.append(Flag.FRACTIONAL_BALES)
        if people is not None and line.nets is not None and line.nets > people:
            flags.append(Flag.MORE_NETS_THAN_PEOPLE)
        if wards and people is not None and not POPULATION_LOW <= people <= POPULATION_HIGH:
            flags.append(Flag.POPULATION_UNUSUAL)
        if line.place in repeated:
            flags.append(Flag.SAME_POPULATION)
        found[line.place] = flags
    return found


def bales_missing(lines: Sequence[PlanLine], bale: int = 50) -> Fraction:
    """Return nets / bale minus the bales as written (P5), over lines that give both."""
    nets = sum(line.nets for line in lines if line.nets is not None and line.bales is not None)
    written = sum(
        (exact(line.bales) for line in lines if line.nets is not None and line.bales is not None),
        Fraction(0),
    )
    return Fraction(nets, bale) - written


def _copied_figures(lines: Sequence[PlanLine]) -> frozenset[str]:
    by_nets: dict[int, list[PlanLine]] = {}
    for line in lines:
        if line.nets and line.population is not None:
            by_nets.setdefault(line.nets, []).append(line)
    copied: set[str] = set()
    for same in by_nets.values():
        populations = sorted(exact(line.population or 0) for line in same)
        if len(same) > 1 and populations[-1] > populations[0] * Fraction(101, 100):
            copied.update(line.place for line in same)
    return frozenset(copied)


def _repeated_populations(lines: Sequence[PlanLine]) -> frozenset[str]:
    by_people: dict[Fraction, list[str]] = {}
    for line in lines:
        if line.population:
            by_people.setdefault(exact(line.population), []).append(line.place)
    return frozenset(place for same in by_people.values() if len(same) > 1 for place in same)


def population_checks(lines: Sequence[PlanLine]) -> list[Check]:
    """Return the checks of a ward population list: P7 (unusual size), P10 (same figure twice)."""
    unusual = [
        line
        for line in lines
        if line.population is not None
        and not POPULATION_LOW <= exact(line.population) <= POPULATION_HIGH
    ]
    repeated = _repeated_populations(lines)
    checks = []
    if unusual:
        checks.append(
            Check(
                "P7",
                "warning",
                len(unusual),
                _first([f"{line.place}: {number_text(line.population)}" for line in unusual]),
                f"{len(unusual):,} wards have a population below {POPULATION_LOW:,} or above "
                f"{POPULATION_HIGH:,}.",
            )
        )
    if repeated:
        checks.append(
            Check(
                "P10",
                "warning",
                len(repeated),
                _first(sorted(repeated)),
                f"{len(repeated):,} wards share their population figure with another ward.",
            )
        )
    return checks


def plan_checks(
    lines: Sequence[PlanLine], *, stock: int, allocated: int, remaining: int, reserve: int
) -> list[Check]:
    """Return the checks of one of our own plans: P6, P9 on all rows, P7 and P10 on populations.

    P1 is not asked of our own wards: a ward that is served in part has many persons per net on
    purpose, and its reason says so.
    """
    checks = population_checks(lines)
    if allocated + remaining + reserve != stock or allocated > stock:
        checks.append(
            Check(
                "P6",
                "error",
                1,
                (),
                f"Allocated {allocated:,}, remaining {remaining:,} and set aside {reserve:,} do "
                f"not add to the stock of {stock:,}.",
            )
        )
    crowded = [
        line
        for line in lines
        if line.population is not None
        and line.nets is not None
        and line.nets > exact(line.population)
    ]
    if crowded:
        checks.append(
            Check(
                "P9",
                "error",
                len(crowded),
                _first([f"{line.place}: {number_text(line.nets)} nets" for line in crowded]),
                f"{len(crowded):,} wards get more nets than they have people "
                "(whole bales for very small wards).",
            )
        )
    return checks


def _first(places: Sequence[str], most: int = 20) -> tuple[str, ...]:
    return tuple(places[:most])


def persons_per_net(population: Exact, nets: int) -> Decimal | None:
    """Return population / nets with two decimals, half up; None without nets."""
    return half_up(exact(population) / nets, 2) if nets else None
