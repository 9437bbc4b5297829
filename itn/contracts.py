"""What crosses the floor: frozen values, no rows."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A strategy that a person may choose."""

    id: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NetsNeeded:
    """Nets for everybody in an area, each ward rounded up; `by_ratio`: persons per net to nets."""

    source: str
    year: int
    wards: int
    wards_without_population: int
    population: int
    by_ratio: dict[Decimal, int]
