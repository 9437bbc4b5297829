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


@dataclass(frozen=True, slots=True)
class SensitivityLine:
    """A plan as it would be with one thing changed; `problem` instead of figures where it cannot.

    `people` covered; `coverage` share of people, 0 to 1; `gained` and `lost`: wards that would get
    nets and do not now, and the other way round.
    """

    what: str
    value: str
    need: int | None = None
    allocated: int | None = None
    served: int | None = None
    people: int | None = None
    coverage: float | None = None
    gained: int | None = None
    lost: int | None = None
    problem: str = ""
