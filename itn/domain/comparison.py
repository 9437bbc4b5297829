"""Two plans side by side: sums, and every ward that gets something else (nets.md §8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from itn.domain.exact import number_text
from itn.domain.parameter_words import MONEY

WardKey = tuple[str, str, str, str]

SUMS = (
    ("available", "Nets available", "nets"),
    ("allocated", "Allotted", "nets"),
    ("remaining", "Remaining", "nets"),
    ("need", "Need of all wards", "nets"),
    ("people_covered", "People covered", "people"),
    ("wards_served", "Wards with nets", "wards"),
    ("people_without_nets", "People in wards without nets", "people"),
    ("mean_coverage", "Share of people covered", "share"),
    ("gini", "Gini of coverage (0 = equal)", "number"),
    ("worst_lga_coverage", "Coverage of the worst LGA", "share"),
    ("burden_covered", "Share of the burden covered", "share"),
    ("cost", "Cost", "money"),
)


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One ward of one plan."""

    nets: int
    reason: str
    sentence: str
    rank: int | None
    people: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """What of a plan is compared; a sum that a plan does not have is None."""

    name: str
    basis: Mapping[str, Any]
    sums: Mapping[str, Any]
    rows: Mapping[WardKey, ScenarioRow]


@dataclass(frozen=True, slots=True)
class WardChange:
    """One ward that gets something else in the second plan; a row is None where it is no ward."""

    ward: WardKey
    before: ScenarioRow | None
    after: ScenarioRow | None

    @property
    def difference(self) -> int:
        return (self.after.nets if self.after else 0) - (self.before.nets if self.before else 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`warnings` come first: what makes the two plans differ in more than their choices."""

    warnings: tuple[str, ...]
    sums: tuple[tuple[str, str, Any, Any, Any], ...]
    parameters: tuple[tuple[str, Any, Any], ...]
    served_now: tuple[WardChange, ...]
    served_no_more: tuple[WardChange, ...]
    changed: tuple[WardChange, ...]
    unchanged: int

    @property
    def wards(self) -> dict[WardKey, WardChange]:
        """Every ward that gets something else."""
        return {c.ward: c for c in (*self.served_now, *self.served_no_more, *self.changed)}


def compare(first: Scenario, second: Scenario) -> Comparison:
    """Return what differs from the first plan to the second.

    Wards are listed by the size of the change, largest first, then by name; `sums` holds
    (label, unit, first, second, difference), the difference None where a value is missing.
    """
    changes = [
        WardChange(ward, first.rows.get(ward), second.rows.get(ward))
        for ward in sorted(set(first.rows) | set(second.rows))
    ]
    moved = sorted(
        (change for change in changes if change.difference),
        key=lambda change: (-abs(change.difference), change.ward),
    )

    def got(row: ScenarioRow | None) -> bool:
        return row is not None and row.nets > 0

    return Comparison(
        warnings=tuple(_warnings(first, second)),
        sums=tuple(_sums(first.sums, second.sums)),
        parameters=tuple(_parameters(first.basis, second.basis)),
        served_now=tuple(c for c in moved if not got(c.before) and got(c.after)),
        served_no_more=tuple(c for c in moved if got(c.before) and not got(c.after)),
        changed=tuple(c for c in moved if got(c.before) and got(c.after)),
        unchanged=len(changes) - len(moved),
    )


WARNED = {
    "run": "They stand on different risk runs, so ranks differ too",
    "population": "They use different population lists, so needs differ too",
    "ward_list": "They use different ward lists",
}


def _warnings(first: Scenario, second: Scenario) -> Sequence[str]:
    return [
        f"{sentence}: {first.basis.get(name) or 'none'} and {second.basis.get(name) or 'none'}."
        for name, sentence in WARNED.items()
        if first.basis.get(name) != second.basis.get(name)
    ]


def _sums(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    rows = []
    for name, label, unit in SUMS:
        before, after = first.get(name), second.get(name)
        if before is None and after is None:
            continue
        difference = None if before is None or after is None else after - before
        rows.append((label, unit, before, after, difference))
    return rows


def _parameters(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    names = [name for name in dict.fromkeys([*first, *second]) if name not in WARNED]
    return [
        (name.replace("_", " "), *_shown(name, first.get(name), second.get(name)))
        for name in names
        if first.get(name) != second.get(name)
    ]


def _shown(name: str, before: Any, after: Any) -> tuple[Any, Any]:
    """Return two values without their digests; where only those differ, the second says so."""
    one, two = (_plain(name, value) for value in (before, after))
    return one, f"{two}, other ones" if one == two else two


def _plain(name: str, value: Any) -> Any:
    if name in MONEY and value not in (None, ""):
        return number_text(Decimal(str(value)))
    return value.partition(" #")[0] if isinstance(value, str) else value
