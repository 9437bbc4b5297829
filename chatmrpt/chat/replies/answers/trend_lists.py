"""Which places rise, fall, pass a line, or belong together: lists over the trends of many places."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers.measures import Population, population_of
from chatmrpt.chat.replies.answers.ranking import number_in
from chatmrpt.chat.replies.answers.scope import Scope, Unanswerable
from chatmrpt.chat.replies.answers.trend_parts import (
    PLURALS,
    SHOWN,
    Key,
    directions,
    filter,
    page,
    table_of,
    trends_of,
    unit_of,
)
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count
from chatmrpt.common.language import say
from tpr.domain.trend import (
    EMERGING,
    LIMIT_TPR,
    MIN_TESTS_LAST_YEAR,
    PERSISTENT,
    RESOLVING,
    WORSENING,
    to_reprioritise,
)

DEFAULT_LINE = {"tpr": 50.0, "burden": 200.0}
"""Line for persistent, emerging and resolving when none is said (positivity.md section 9)."""


DEFAULT_N = 14


def moving(direction: str) -> Callable[[Scope, dict[str, Any]], Reply]:
    def answer(scope: Scope, slots: dict[str, Any]) -> Reply:
        unit = unit_of(slots, scope)
        trends = trends_of(scope, unit)
        sign = -1 if direction == WORSENING else 1
        known = {p: t for p, t in trends.items() if t.line is not None}
        chosen = {p: t for p, t in known.items() if t.direction == direction}
        text = say(
            "{directions} {direction} = slope of the yearly TPR of at least "
            "{limit_tpr:g} percentage point per year with a 95 % interval that "
            "leaves out zero; all years count, not first against last.",
            directions=directions(scope, unit, trends),
            direction=direction.capitalize(),
            limit_tpr=LIMIT_TPR,
        )
        caption = say("{direction}, steepest first", direction=direction.capitalize())
        shown = chosen
        if not chosen:
            word = say("got worse") if direction == WORSENING else say("got better")
            text = say(
                "None clearly {word}. {text} Nearest, the steepest without that certainty:",
                word=word,
                text=text,
            )
            caption, shown = say("Steepest, not certain"), known
        order = sorted(shown, key=lambda p: (sign * shown[p].line.slope, str(p)))  # type: ignore[union-attr]
        part = {p: shown[p] for p in order[: number_in(slots, "n", SHOWN)]}
        return Reply(
            text=f"{text}\n\n{filter(scope)} {scope.source}", links=page(scope),
            figures=[table_of(scope, unit, part, caption)] if part else [],
        )  # fmt: skip

    return answer


def _line_value(scope: Scope, slots: dict[str, Any]) -> tuple[float, Population | None, str]:
    """The line asked for: a TPR in per cent, or a burden when no rate could be so high."""
    value = slots.get("value")
    given = float(value) if isinstance(value, int | float) and value > 0 else None
    if given is None or given <= 100:
        return given or DEFAULT_LINE["tpr"], None, say("% TPR")
    wide = scope.but(age="all") if scope.age in ("u5", "o5") else scope
    people = population_of(wide)
    if isinstance(people, str):
        raise Unanswerable(
            say(
                "{given:g} can only be a burden per 1,000 people, as no TPR passes 100 "
                "%. {people} Nearest: a line for the TPR, such as “which wards crossed "
                "above 50 %”.",
                given=given,
                people=people,
            )
        )
    return given, people, say("per 1,000 {said}, per year", said=people.said)


def against(wanted: str) -> Callable[[Scope, dict[str, Any]], Reply]:
    def answer(scope: Scope, slots: dict[str, Any]) -> Reply:
        limit, people, words = _line_value(scope, slots)
        if people is not None and scope.age in ("u5", "o5"):
            scope = scope.but(age="all")
        unit = unit_of(slots, scope)
        if people is not None and unit not in ("ward", "lga"):
            unit = "ward"
        trends = trends_of(scope, unit, people)
        found: dict[str, list[Key]] = {PERSISTENT: [], EMERGING: [], RESOLVING: []}
        for place, t in trends.items():
            if (kind := t.against(limit)) is not None:
                found[kind].append(place)
        above = [p for p, t in trends.items() if t.last and (t.last.rate or 0) > limit]
        text = say(
            "Line {limit:g} {words}: {found} of {trends} {plurals} are above it in "
            "every year (persistent), {found_2} crossed it upward from the first to "
            "the last year (emerging), {found_3} downward (resolving); {above} are "
            "above it in their last year.",
            limit=limit,
            words=words,
            found=count(len(found[PERSISTENT])),
            trends=count(len(trends)),
            plurals=PLURALS[unit],
            found_2=count(len(found[EMERGING])),
            found_3=count(len(found[RESOLVING])),
            above=count(len(above)),
        )
        part = sorted(found[wanted], key=lambda p: -(trends[p].last.rate or 0))  # type: ignore[union-attr]
        shown = {p: trends[p] for p in part[: number_in(slots, "n", SHOWN)]}
        caption = {PERSISTENT: say("Above in every year"), EMERGING: say("Crossed upward")}[wanted]
        left = len(part) - len(shown)
        figures = []
        if shown:
            figure = table_of(
                scope, unit, shown, say("{caption}, highest last year first", caption=caption)
            )
            figure["note"] = (
                say("{left} more are not shown here.", left=count(left)) if left > 0 else ""
            )
            figures = [figure]
        return Reply(text=f"{text}\n\n{filter(scope)} {scope.source}", figures=figures,
                     links=page(scope))  # fmt: skip

    return answer


def priority(scope: Scope, slots: dict[str, Any]) -> Reply:
    """Which to re-prioritise: worsening, enough tests, by the last year; criteria printed."""
    unit = unit_of(slots, scope)
    n = number_in(slots, "n", DEFAULT_N)
    trends = trends_of(scope, unit)
    keyed = {(str(i), ""): p for i, p in enumerate(trends)}
    chosen = to_reprioritise({k: trends[p] for k, p in keyed.items()}, n=n)
    places = {keyed[k]: trends[keyed[k]] for k in chosen}
    worse = sum(t.direction == WORSENING for t in trends.values())
    text = say(
        "{places} of {n} places asked for: criteria are worsening (slope of at "
        "least {limit_tpr:g} point per year, interval without zero), at least "
        "{min_tests_last_year} tests in the last year, then the highest TPR of "
        "the last year, then the slope. {worse} of {trends} {plurals} are "
        "worsening.",
        places=count(len(places)),
        n=count(n),
        limit_tpr=LIMIT_TPR,
        min_tests_last_year=MIN_TESTS_LAST_YEAR,
        worse=count(worse),
        trends=count(len(trends)),
        plurals=PLURALS[unit],
    )
    shown, caption = places, say("To re-prioritise")
    if not places:
        last = sorted(trends, key=lambda p: -((trends[p].last.rate if trends[p].last else 0) or 0))  # type: ignore[union-attr]
        shown = {p: trends[p] for p in last[: min(n, SHOWN)]}
        caption = say("Highest in the last year")
        text += say(" None fits, so nothing is proposed; nearest, the highest of the last year:")
    return Reply(
        text=f"{text}\n\n{filter(scope)} {scope.source}", links=page(scope),
        figures=[table_of(scope, unit, shown, caption)] if shown else [],
    )  # fmt: skip
