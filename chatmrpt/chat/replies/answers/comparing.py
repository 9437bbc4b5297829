"""Two combinations, all sixteen, levels, ages, methods, places, periods: tests, rates, differences."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chatmrpt.chat.replies.answers.groups import (
    AGES,
    LEVELS,
    METHODS,
    grouped,
    rate_cells,
    rate_columns,
)
from chatmrpt.chat.replies.answers.scope import Scope, Unanswerable, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    LEVEL_LABELS,
    percent,
    points,
    table,
)
from chatmrpt.common.language import mark, say
from chatmrpt.common.statistics.rates import newcombe
from tpr.domain.positivity import Figure
from tpr.domain.stages import AGE_GROUPS, DEFINITIONS
from tpr.domain.stages import LEVELS as ALL_LEVELS
from tpr.models import Workflow


@dataclass(slots=True)
class Side:
    """One of the things compared."""

    name: str
    figure: Figure


def compare(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Table with tests, positivity, interval, and the difference of each row from the first."""
    of = str(slots.get("of") or "")
    scope, sides, note = _sides(workflow, slots, of)
    if len(sides) < 2:
        raise Unanswerable(
            say(
                "There is nothing to compare {sides} with in {place}. You can compare "
                "levels, age groups, methods, all sixteen combinations, two places or "
                "two years.",
                sides=sides[0].name if sides else "it",
                place=scope.place,
            )
        )
    columns = [
        (say("Compared"), False),
        *rate_columns(),
        (say("Difference"), True),
        (say("95 % interval of it"), True),
    ]
    first = sides[0]
    rows = [[s.name, *rate_cells(s.figure), *_difference(first, s)] for s in sides]
    words = [_sentence(first, s) for s in sides[1:]] if len(sides) <= 4 else [_range(sides)]
    text = say(
        "{words} Difference = the row − {first}, in percentage points; its "
        "interval is Newcombe's, from the two intervals shown. Overlapping "
        "intervals do not prove that two rates are equal.{note}",
        words=" ".join(words),
        first=first.name,
        note=f" {note}" if note else "",
    )
    return Reply(
        text=f"{text}\n\n{scope.place}, {_common(scope, slots, of)}. {scope.source}",
        figures=[table(say("Compared with {first}", first=first.name), columns, rows)],
    )


def _difference(first: Side, other: Side) -> list[str]:
    if first is other:
        return ["", ""]
    found = difference(first.figure, other.figure)
    if found is None:
        return [say("not defined"), ""]
    return [points(found[0]), f"{found[1]:+.1f} to {found[2]:+.1f}"]


def difference(a: Figure, b: Figure) -> tuple[float, float, float] | None:
    """Return b − a in points with Newcombe's interval from the two intervals shown.

    None where one of them has no interval.
    """
    (low_a, high_a), (low_b, high_b) = a.shown, b.shown
    if a.tpr is None or b.tpr is None or None in (low_a, high_a, low_b, high_b):
        return None
    gap, low, high = newcombe(
        b.tpr / 100, ((low_b or 0) / 100, (high_b or 0) / 100),
        a.tpr / 100, ((low_a or 0) / 100, (high_a or 0) / 100),
    )  # fmt: skip
    return 100 * gap, 100 * low, 100 * high


def _sentence(first: Side, other: Side) -> str:
    found = difference(first.figure, other.figure)
    if found is None:
        none = first if first.figure.tpr is None else other
        return say("{none} has no rate, so it cannot be compared.", none=none.name)
    gap, low, high = found
    if low <= 0 <= high:
        return say(
            "{other} ({tpr}) and {first} ({tpr_2}) cannot be told apart: {points} "
            "({low:+.1f} to {high:+.1f}).",
            other=other.name,
            tpr=percent(other.figure.tpr),
            first=first.name,
            tpr_2=percent(first.figure.tpr),
            points=points(gap),
            low=low,
            high=high,
        )
    word = "higher" if gap > 0 else "lower"
    return say(
        "{other} ({tpr}) is {gap:.1f} points {word} than {first} ({tpr_2}); 95 % "
        "interval {low:+.1f} to {high:+.1f}.",
        other=other.name,
        tpr=percent(other.figure.tpr),
        gap=abs(gap),
        word=word,
        first=first.name,
        tpr_2=percent(first.figure.tpr),
        low=low,
        high=high,
    )


def _range(sides: list[Side]) -> str:
    known = [s for s in sides if s.figure.tpr is not None]
    if not known:
        return say("None of them has a rate.")
    top, low = (
        max(known, key=lambda s: s.figure.tpr or 0),
        min(known, key=lambda s: s.figure.tpr or 0),
    )
    return say(
        "From {tpr} ({low}) to {tpr_2} ({top}).",
        tpr=percent(low.figure.tpr),
        low=low.name,
        tpr_2=percent(top.figure.tpr),
        top=top.name,
    )


def _common(scope: Scope, slots: dict[str, Any], of: str) -> str:
    """The part of the filter that all rows share."""
    parts = []
    if of not in ("levels", "combinations") and not _list(slots, "level"):
        parts.append(say("all facilities") if scope.level == "all" else f"{scope.level} facilities")
    if of not in ("ages", "combinations") and not _list(slots, "age"):
        parts.append(AGE_LABELS[scope.age].lower())
    parts.append(scope.months)
    return ", ".join(parts)


def _list(slots: dict[str, Any], name: str) -> list[str]:
    """A slot that names at least two things."""
    value = slots.get(name)
    values = [str(v) for v in value] if isinstance(value, list | tuple) else []
    return values if len(values) > 1 else []


def _single(slots: dict[str, Any]) -> dict[str, Any]:
    """Slots with one value each: lists of one are that value, longer lists are what is compared."""
    found = {}
    for name, value in slots.items():
        if isinstance(value, list | tuple):
            if len(value) == 1:
                found[name] = value[0]
        else:
            found[name] = value
    return found


def _sides(workflow: Workflow, slots: dict[str, Any], of: str) -> tuple[Scope, list[Side], str]:
    single = _single(slots)
    periods = _two_periods(slots)
    if periods:
        single.pop("period", None)
    for name in ("lga", "ward", "state"):
        if places := _list(slots, name):
            scopes = [scope_of(workflow, {**single, name: place}) for place in places]
            base = scope_of(workflow, {k: v for k, v in single.items() if k != "state"})
            return base, [Side(s.place, s.figure()) for s in scopes], ""
    scope = scope_of(workflow, single)
    if levels := [v for v in _list(slots, "level") if v in ALL_LEVELS]:
        if ages := [v for v in _list(slots, "age") if v in AGE_GROUPS]:
            return scope, [_combination(scope, lv, a) for lv in levels for a in ages], ""
        return scope, [Side(LEVEL_LABELS[v], scope.but(level=v).figure()) for v in levels], ""
    if ages := [v for v in _list(slots, "age") if v in AGE_GROUPS]:
        return scope, [Side(AGE_LABELS[v], scope.but(age=v).figure()) for v in ages], ""
    if methods := [v for v in _list(slots, "method") if v in DEFINITIONS]:
        return scope, _methods(scope, methods), say(_METHOD_NOTE)
    if periods:
        sides = []
        for period in periods:
            part = scope_of(workflow, {**single, "period": period})
            sides.append(Side(part.months, part.figure()))
        return scope, sides, ""
    if of == "combinations":
        groups = grouped(scope, "combination")
        return scope, [Side(g.name, g.figure) for g in groups.rows], ""
    if of == "methods" or isinstance(slots.get("method"), str):
        return scope, _methods(scope, ["rdt", "microscopy", "facility_max", "pooled", "dominant"]), \
            say(_METHOD_NOTE)  # fmt: skip
    if of == "ages" or (not of and slots.get("age")):
        return scope, [Side(AGE_LABELS[v], scope.but(age=v).figure()) for v in AGES], ""
    present = [v for v in LEVELS if scope.but(level=v).sums_by()[()].facilities]
    return scope, [Side(LEVEL_LABELS[v], scope.but(level=v).figure()) for v in present], ""


_METHOD_NOTE = mark(
    "The definitions share tests, so their differences are no comparison of two samples; for RDT "
    "against microscopy remember that they are used at different facilities."
)


def _methods(scope: Scope, names: Iterable[str]) -> list[Side]:
    return [
        Side(METHODS.get(n, DEFINITION_LABELS[n].removeprefix("Positivity, ").capitalize()),
             scope.but(definition=n).figure())
        for n in names
    ]  # fmt: skip


def _combination(scope: Scope, level: str, age: str) -> Side:
    name = f"{LEVEL_LABELS[level]}, {AGE_LABELS[age].lower()}"
    return Side(name, scope.but(level=level, age=age).figure())


def _two_periods(slots: dict[str, Any]) -> list[str]:
    """Two periods: a list of them, or the first and the last year of a span of years."""
    given = slots.get("period")
    if isinstance(given, list | tuple):
        return [str(v) for v in given]
    if not isinstance(given, str) or ".." not in given or _names_something(slots):
        return []
    first, last = (part[:4] for part in given.split("..", 1))
    return [first, last] if first != last else []


def _names_something(slots: dict[str, Any]) -> bool:
    return any(_list(slots, k) for k in ("lga", "ward", "state", "level", "age", "method")) or bool(
        slots.get("of")
    )
