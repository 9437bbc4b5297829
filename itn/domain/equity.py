"""How evenly a plan covers people, LGAs and burden (nets.md §9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from itn.domain.exact import Exact, exact, total
from itn.domain.need import ACCESS_PERSONS_PER_NET
from itn.domain.wards import LgaKey


@dataclass(frozen=True, slots=True)
class CoveredWard:
    """One ward with people: `population` > 0 persons, `nets` >= 0, `rate` per 1,000 or None."""

    name: str
    lga: LgaKey
    population: Fraction
    nets: int
    rate: Fraction | None = None
    high_risk_urban: bool = False


@dataclass(frozen=True, slots=True)
class Equity:
    """Shares from 0 to 1; None where a denominator is zero or a rate is missing."""

    mean_coverage: Fraction | None
    gini: Fraction | None
    lga_coverage: dict[LgaKey, Fraction]
    worst_lga: LgaKey | None
    gap_between_lgas: Fraction | None
    share_of_burden_covered: Fraction | None
    wards_without_nets: tuple[str, ...]
    people_without_nets: Fraction
    high_risk_urban_without_nets: Fraction | None


def covered(population: Exact, nets: int, persons_per_net: Exact) -> Fraction:
    """Return the people covered: min(population, nets x persons per net)."""
    return min(exact(population), nets * exact(persons_per_net))


def coverage(population: Exact, nets: int, persons_per_net: Exact) -> Fraction | None:
    """Return the share of people covered, 0 to 1; None without people."""
    people = exact(population)
    return covered(people, nets, persons_per_net) / people if people else None


def access(population: Exact, nets: int) -> Fraction | None:
    """Return the access estimate min(1, nets x 1.64 / population) (Kilian 2013)."""
    return coverage(population, nets, ACCESS_PERSONS_PER_NET)


def measures(wards: Sequence[CoveredWard], persons_per_net: Exact) -> Equity:
    """Measure a plan; wards without people are left out by the caller.

    The Gini coefficient weighs pairs of wards by people and comes from one sort and running sums
    instead of all pairs: sum over i < j of (covered_j P_i - covered_i P_j), wards by coverage.
    """
    reached = [covered(ward.population, ward.nets, persons_per_net) for ward in wards]
    people = total(ward.population for ward in wards)
    by_lga = _lga_coverage(wards, reached)
    worst = min(by_lga, key=lambda lga: (by_lga[lga], lga)) if by_lga else None
    burden = None
    if all(ward.rate is not None for ward in wards):
        whole = total((ward.rate or 0) * ward.population for ward in wards)
        part = total((ward.rate or 0) * have for ward, have in zip(wards, reached, strict=True))
        burden = part / whole if whole else None
    urban = [ward for ward in wards if ward.high_risk_urban]
    urban_people = total(ward.population for ward in urban)
    urban_without = total(ward.population for ward in urban if ward.nets == 0)
    return Equity(
        mean_coverage=total(reached) / people if people else None,
        gini=_gini(wards, reached),
        lga_coverage=by_lga,
        worst_lga=worst,
        gap_between_lgas=max(by_lga.values()) - min(by_lga.values()) if by_lga else None,
        share_of_burden_covered=burden,
        wards_without_nets=tuple(ward.name for ward in wards if ward.nets == 0),
        people_without_nets=total(ward.population for ward in wards if ward.nets == 0),
        high_risk_urban_without_nets=urban_without / urban_people if urban_people else None,
    )


def _lga_coverage(
    wards: Sequence[CoveredWard], reached: Sequence[Fraction]
) -> dict[LgaKey, Fraction]:
    people: dict[LgaKey, Fraction] = {}
    have: dict[LgaKey, Fraction] = {}
    for ward, part in zip(wards, reached, strict=True):
        people[ward.lga] = people.get(ward.lga, Fraction(0)) + ward.population
        have[ward.lga] = have.get(ward.lga, Fraction(0)) + part
    return {lga: have[lga] / people[lga] for lga in sorted(people)}


def _gini(wards: Sequence[CoveredWard], reached: Sequence[Fraction]) -> Fraction | None:
    people_all, reached_all = total(ward.population for ward in wards), total(reached)
    if not people_all or not reached_all:
        return None
    order = sorted(range(len(wards)), key=lambda index: reached[index] / wards[index].population)
    people_below = reached_below = differences = Fraction(0)
    for index in order:
        people = wards[index].population
        differences += reached[index] * people_below - people * reached_below
        people_below += people
        reached_below += reached[index]
    return differences / (people_all * reached_all)
