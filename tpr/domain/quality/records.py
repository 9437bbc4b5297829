"""What the checks look at and what they answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

METHODS: Final = ("rdt", "microscopy")
AGES: Final = ("u5", "o5", "pw")


class Report(NamedTuple):
    """The counts of one facility in one period: persons, >= 0; None is blank, never zero.

    `start` is the first day of the period (None: undated file), `months` its length (0 undated),
    `row` the row of the sheet.
    """

    id: int
    facility_id: int
    start: date | None
    months: int
    row: int
    tested_rdt_u5: float | None = None
    positive_rdt_u5: float | None = None
    tested_rdt_o5: float | None = None
    positive_rdt_o5: float | None = None
    tested_rdt_pw: float | None = None
    positive_rdt_pw: float | None = None
    tested_microscopy_u5: float | None = None
    positive_microscopy_u5: float | None = None
    tested_microscopy_o5: float | None = None
    positive_microscopy_o5: float | None = None
    tested_microscopy_pw: float | None = None
    positive_microscopy_pw: float | None = None
    opd: float | None = None
    attendance: float | None = None
    fever_u5: float | None = None
    fever_o5: float | None = None
    fever_pw: float | None = None
    source_file: int | None = None
    """Position of the file in a joined data set; None: the file itself."""

    def at(self, place: int) -> float | None:
        """Return a count by its place, one of `COUNT_PLACES`."""
        return self[place]  # type: ignore[return-value]

    @property
    def tests(self) -> tuple[float | None, ...]:
        """The twelve test counts."""
        return self[FIRST_COUNT:FIRST_OTHER]  # type: ignore[return-value]


class Pair(NamedTuple):
    """Tested and positive of one method and age group, with their places in a `Report`."""

    method: str
    age: str
    tested: int
    positive: int


FIRST_COUNT: Final = Report._fields.index("tested_rdt_u5")
FIRST_OTHER: Final = Report._fields.index("opd")
COUNT_PLACES: Final = tuple(range(FIRST_COUNT, Report._fields.index("source_file")))
PAIRS: Final = tuple(
    Pair(
        method,
        age,
        Report._fields.index(f"tested_{method}_{age}"),
        Report._fields.index(f"positive_{method}_{age}"),
    )
    for method in METHODS
    for age in AGES
)
PAIRS_OF: Final = {age: [pair for pair in PAIRS if pair.age == age] for age in AGES}
PAIR_OF: Final = {place: p for p in PAIRS for place in (p.tested, p.positive)}

Touch = tuple[int, str, str]
"""(report id, method, age group): the pair that a flag casts doubt on."""


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility of the file; `level` None is not known, `ward_key` empty is the unknown ward."""

    id: int
    name: str
    lga: str
    ward: str
    place: tuple[str, str]
    level: str | None


@dataclass(frozen=True, slots=True)
class Flag:
    """One remark of a check.

    Attributes
    ----------
    check : code in `checks.CHECKS`, which says what to ask.
    value, threshold : what was found and the limit it passed, in the same unit.
    why : what is suspicious, in words, with the numbers.
    facility_id : None for a flag on a ward, an LGA or the state, which `where` then names.
    column : the canonical field; empty when more than one is meant.
    row : row of the sheet; None when more than one is meant.
    other : a second facility that the flag speaks of.
    touches : pairs that would leave the TPR if the value were taken away.
    """

    check: str
    value: float
    threshold: float
    why: str
    facility_id: int | None = None
    where: str = ""
    start: date | None = None
    column: str = ""
    row: int | None = None
    touches: tuple[Touch, ...] = ()
    other: int | None = None


def month_number(start: date) -> int:
    """Return months since year 0, so that neighbours differ by one."""
    return start.year * 12 + start.month - 1


def of_facilities(reports: Iterable[Report]) -> dict[int, list[Report]]:
    """Group reports by facility, each list in time order; undated reports first."""
    found: dict[int, list[Report]] = {}
    for report in reports:
        found.setdefault(report.facility_id, []).append(report)
    for mine in found.values():
        mine.sort(key=lambda r: (r.start is not None, r.start or date.min))
    return found


def count(value: float) -> str:
    """Write a count for a sentence: thousands separators, no decimals unless it has them."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
