"""One place by every reasonable definition, and how steady its place among wards is. Pure.

Sources: positivity.md §10 (all combinations from one base table), uncertainty.md §7. A table, not
a probability: the definitions are choices, not chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from tpr.domain.positivity import DEFINITIONS, RATIOS, BaseRow

LEVELS = ("primary", "secondary", "tertiary", "all")
AGES = ("u5", "o5", "pw", "all")
POSITIVITY = tuple(d for d in DEFINITIONS if d not in RATIOS)

Ward = tuple[str, str]


class Combination(NamedTuple):
    """A definition, facility level and age group."""

    definition: str
    level: str
    age: str


class Sums(NamedTuple):
    """Sums of a place at one level and age group; None where nothing complete was reported."""

    t_max: float | None = None
    p_max: float | None = None
    t_rdt: float | None = None
    p_rdt: float | None = None
    t_mic: float | None = None
    p_mic: float | None = None
    t_dom: float | None = None
    p_dom: float | None = None
    opd: float | None = None
    fever: float | None = None


NOTHING = Sums()


def add(a: float | None, b: float | None) -> float | None:
    """Add where blank is not zero."""
    if a is None:
        return b
    return a if b is None else a + b


def sums_by_ward(
    rows: Iterable[BaseRow], names: Mapping[int, Ward]
) -> dict[tuple[str, str], dict[Ward, Sums]]:
    """Fold the base table once: (level, age) → ward → sums, for all 16 levels and age groups.

    Parameters
    ----------
    names : facility → ward; facilities that are not in it have no ward and are left out.
    """
    found: dict[tuple[str, str], dict[Ward, list[float | None]]] = {
        (level, age): {} for level in LEVELS for age in AGES
    }
    for r in rows:
        name = names.get(r.facility_id)
        if name is None:
            continue
        values = (r.t_max, r.p_max, r.t_rdt, r.p_rdt, r.t_mic, r.p_mic, r.t_dom, r.p_dom, r.opd,
                  r.fever)  # fmt: skip
        levels = ("all",) if r.level is None else (r.level, "all")
        for level in levels:
            place = found[level, r.age]
            have = place.get(name)
            if have is None:
                place[name] = list(values)
                continue
            for i, value in enumerate(values):
                if value is not None:
                    before = have[i]
                    have[i] = value if before is None else before + value
    return {key: {w: Sums(*v) for w, v in wards.items()} for key, wards in found.items()}


def counts(sums: Sums, definition: str) -> tuple[float | None, float | None]:
    """Return (denominator, numerator) of a definition."""
    if definition == "facility_max":
        return sums.t_max, sums.p_max
    if definition == "rdt":
        return sums.t_rdt, sums.p_rdt
    if definition == "microscopy":
        return sums.t_mic, sums.p_mic
    if definition == "pooled":
        return add(sums.t_rdt, sums.t_mic), add(sums.p_rdt, sums.p_mic)
    if definition == "dominant":
        return sums.t_dom, sums.p_dom
    if definition == "opd":
        return sums.opd, sums.p_max
    if definition == "fever":
        return sums.fever, sums.p_max
    rdt, mic = rate(sums, "rdt"), rate(sums, "microscopy")
    higher = mic is not None and (rdt is None or mic > rdt)
    return counts(sums, "microscopy" if higher else "rdt")


def rate(sums: Sums, definition: str) -> float | None:
    """Return the percentage, or None where undefined."""
    tested, positive = counts(sums, definition)
    return 100 * positive / tested if tested and positive is not None else None


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How a ward's place moves between definitions.

    Parameters
    ----------
    in_top : combinations in which the ward is among the first k
    of : combinations with data for at least half of the wards; others count neither way
    ranked : of those, with a rate for this ward
    best, middle, worst : its places over them; None when it is never ranked
    """

    in_top: int
    of: int
    ranked: int
    best: int | None
    middle: float | None
    worst: int | None

    @property
    def share(self) -> float:
        return self.in_top / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Stability:
    """The table of all wards, and which combinations could not be used."""

    k: int
    wards: dict[Ward, Steadiness]
    available: tuple[Combination, ...]
    not_available: tuple[Combination, ...]


def ranks(sums: Mapping[Ward, Sums], definition: str) -> dict[Ward, int]:
    """Rank wards by rate, 1 = highest; ties by tests, then by name (positivity.md §1.9)."""
    keyed = []
    for ward, s in sums.items():
        tested, positive = counts(s, definition)
        if tested and positive is not None:
            keyed.append((-positive / tested, -tested, ward))
    keyed.sort()
    return {ward: place for place, (_, _, ward) in enumerate(keyed, 1)}


def stability(
    table: Mapping[tuple[str, str], Mapping[Ward, Sums]],
    wards: Iterable[Ward],
    *,
    k: int,
    definitions: Iterable[str] = POSITIVITY,
) -> Stability:
    """Count in how many combinations each ward stays among the first k.

    A combination without a rate for at least half of the wards is not available: it is neither
    agreement nor disagreement.
    """
    wards = list(wards)
    there = set(wards)
    places: dict[Ward, list[int]] = {ward: [] for ward in wards}
    available, missing = [], []
    for definition in definitions:
        for level in LEVELS:
            for age in AGES:
                found = ranks(
                    {w: s for w, s in table[level, age].items() if w in there}, definition
                )
                combination = Combination(definition, level, age)
                if not found or 2 * len(found) < len(wards):
                    missing.append(combination)
                    continue
                available.append(combination)
                for ward, place in found.items():
                    places[ward].append(place)
    return Stability(
        k=k,
        wards={
            ward: Steadiness(
                in_top=sum(place <= k for place in own), of=len(available), ranked=len(own),
                best=min(own, default=None), middle=median(own) if own else None,
                worst=max(own, default=None),
            )
            for ward, own in places.items()
        },
        available=tuple(available), not_available=tuple(missing),
    )  # fmt: skip
