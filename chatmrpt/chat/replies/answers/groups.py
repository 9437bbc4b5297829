"""The figures of a question split by a class: places, levels, ages, methods, months, combinations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chatmrpt.chat.replies.answers.scope import Scope
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS, count, interval, month, percent, table
from chatmrpt.common.language import Words, mark, say
from tpr.domain.positivity import FEW_TESTS, Figure, borrow
from tpr.domain.sums import Sums, add
from tpr.models import Facility

LEVELS = ("primary", "secondary", "tertiary")
AGES = ("u5", "o5", "pw")
METHODS = Words({"rdt": "RDT", "microscopy": "Microscopy"})
UNITS = ("state", "lga", "ward", "facility", "level", "age", "method", "month", "year",
         "combination")  # fmt: skip
LABELS = Words({"lga": "LGA", "combination": "Combination"})
UNKNOWN_WARD = mark("Unknown ward")


@dataclass(slots=True)
class Group:
    """One class of a breakdown. `lga` names where a ward or facility lies."""

    key: Any
    name: str
    figure: Figure
    sums: Sums
    lga: str = ""

    @property
    def few(self) -> bool:
        return self.figure.tpr is not None and (self.figure.tested or 0) < FEW_TESTS


@dataclass(slots=True)
class Groups:
    """All classes of one unit, with what must be said about how they add up."""

    unit: str
    rows: list[Group] = field(default_factory=list)
    note: str = ""
    disjoint: bool = True
    """Whether the classes add up to the whole."""

    @property
    def label(self) -> str:
        return LABELS.get(self.unit, self.unit.capitalize())

    @property
    def placed(self) -> bool:
        return self.unit in ("ward", "facility")


def grouped(scope: Scope, unit: str) -> Groups:
    """Return the figures of the scope by `unit`, one of UNITS, in the unit's own order."""
    return BUILDERS[unit](scope)


def _states(scope: Scope) -> Groups:
    rows = [_group(scope, state, state, sums) for (state,), sums in scope.sums_by("state").items()]
    return Groups("state", rows)


def _lgas(scope: Scope) -> Groups:
    rows = [
        _group(scope, key, scope.names.lgas.get(key, ""), sums)
        for key, sums in scope.sums_by("state", "lga").items()
    ]
    many = len(scope.states) > 1
    for row in rows:
        row.name = (row.name or say("No LGA")) + (f", {row.key[0]}" if many else "")
    rows.sort(key=lambda r: r.name.casefold())
    return Groups("lga", rows)


def _wards(scope: Scope) -> Groups:
    rows = []
    for key, sums in scope.wards().items():
        lga = scope.names.lgas.get(key[:2], "")
        name = scope.names.wards.get(key, "") if key[2] else say(UNKNOWN_WARD)
        rows.append(_group(scope, key, name, sums, lga))
    if scope.state is not None and not scope.lga and not scope.ward:
        borrow(r.figure for r in rows if r.key[2])
    rows.sort(key=lambda r: (r.name.casefold(), r.lga.casefold()))
    unknown = sum(not r.key[2] for r in rows)
    note = say("Rows without a ward stand together, LGA by LGA.") if unknown else ""
    return Groups("ward", rows, note)


def _facilities(scope: Scope) -> Groups:
    found = scope.sums_by("facility")
    known = {
        pk: (name, lga)
        for pk, name, lga in Facility.objects.filter(
            upload=scope.upload, state__in=scope.states
        ).values_list("id", "name", "lga")
    }
    rows = [_group(scope, pk, *_named(known[pk], sums, scope)) for (pk,), sums in found.items()]
    rows.sort(key=lambda r: (r.name.casefold(), r.lga.casefold()))
    return Groups("facility", rows)


def _named(known: tuple[str, str], sums: Sums, scope: Scope) -> tuple[str, Sums, str]:
    return known[0] or say("No name"), sums, known[1]


def _levels(scope: Scope) -> Groups:
    found = {key: sums for (key,), sums in scope.but(level="all").sums_by("level").items()}
    rows = [_group(scope, v, LEVEL_LABELS[v], found[v]) for v in LEVELS if v in found]
    if None in found:
        rows.append(_group(scope, "", say("Level not known"), found[None]))
    return Groups("level", rows)


def _ages(scope: Scope) -> Groups:
    rows = [_group(scope, v, AGE_LABELS[v], scope.but(age=v).sums_by()[()]) for v in AGES]
    return Groups("age", rows)


def _methods(scope: Scope) -> Groups:
    parts = {v: scope.but(definition=v) for v in METHODS}
    rows = [_group(part, v, METHODS[v], part.sums_by()[()]) for v, part in parts.items()]
    note = say(
        "The two methods do not add up to the definition of the result where a "
        "facility reports both: the larger of the two counts."
    )
    return Groups("method", rows, note, disjoint=False)


def _months(scope: Scope) -> Groups:
    rows = [
        _group(scope, key, month(key) or say("Undated"), sums)
        for (key,), sums in scope.sums_by("month").items()
    ]
    return Groups("month", rows)


def _years(scope: Scope) -> Groups:
    rows = [
        _group(scope, key, str(key) if key else say("Undated"), sums)
        for (key,), sums in scope.sums_by("year").items()
    ]
    for row in rows:
        if 0 < row.sums.months < 9:
            row.name += say(" ({months} months)", months=row.sums.months)
    return Groups("year", rows)


def _combinations(scope: Scope) -> Groups:
    """Return all sixteen: four levels × four age groups, each from the same sums."""
    rows = []
    for age in (*AGES, "all"):
        found = {key: s for (key,), s in scope.but(level="all", age=age).sums_by("level").items()}
        whole = add(found.values())
        for level in (*LEVELS, "all"):
            sums = whole if level == "all" else found.get(level, Sums())
            name = f"{LEVEL_LABELS[level]}, {AGE_LABELS[age].lower()}"
            rows.append(_group(scope, (level, age), name, sums))
    return Groups("combination", rows, disjoint=False)


def _group(scope: Scope, key: Any, name: str, sums: Sums, lga: str = "") -> Group:
    return Group(key, name, scope.figure_from(sums), sums, lga)


BUILDERS: dict[str, Callable[[Scope], Groups]] = {
    "state": _states, "lga": _lgas, "ward": _wards, "facility": _facilities, "level": _levels,
    "age": _ages, "method": _methods, "month": _months, "year": _years,
    "combination": _combinations,
}  # fmt: skip


def rate_cells(found: Figure) -> list[str]:
    """Tested, positive, TPR and interval as cells; no rate says why."""
    rate = percent(found.tpr)
    if found.tpr is None and found.reason:
        rate = found.reason.replace("_", " ")
    return [count(found.tested or 0), count(found.positive or 0), rate,
            interval(*found.shown)]  # fmt: skip


def rate_columns() -> list[tuple[str, bool]]:
    """Return the heads of tested, positive, TPR and its interval."""
    return [(say("Tested"), True), (say("Positive"), True), (say("TPR"), True),
            (say("95 % interval"), True)]  # fmt: skip


def rate_table(
    caption: str, groups: Groups, rows: list[Group], *, total: Figure | None = None,
    total_label: str = "Whole", ranked: bool = False, note: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A table of rates: class (and LGA), tested, positive, TPR, interval; few tests are marked."""
    columns = [(say("Rank"), True)] if ranked else []
    columns += [
        (groups.label, False),
        *([(say("LGA"), False)] if groups.placed else []),
        *rate_columns(),
    ]
    cells = []
    for number, row in enumerate(rows, 1):
        mark = say(" (few tests)") if row.few else ""
        place = [row.lga] if groups.placed else []
        cells.append([*([str(number)] if ranked else []), row.name + mark, *place,
                      *rate_cells(row.figure)])  # fmt: skip
    last = None
    if total is not None:
        last = [*([""] if ranked else []), total_label, *([""] if groups.placed else []),
                *rate_cells(total)]  # fmt: skip
    return table(caption, columns, cells, total=last, note=note)
