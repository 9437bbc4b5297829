"""What every answer about the course of time starts from: years by place, their trends, tables and links."""

from collections import Counter
from typing import Any

from chatmrpt.chat.replies.answers.measures import Population, burden, people_of
from chatmrpt.chat.replies.answers.scope import Scope
from chatmrpt.chat.words import count, join, table
from chatmrpt.common.language import Words, say
from tpr.domain.sums import Sums, add
from tpr.domain.trend import (
    IMPROVING,
    LIMIT_BURDEN,
    LIMIT_TPR,
    UNCLEAR,
    WORSENING,
    Trend,
    YearValue,
    trend,
)
from tpr.selectors.reporting import UNDATED, Reporting, reporting_of
from tpr.selectors.results import current_result

Key = tuple[Any, ...]


PLURALS = Words({"lga": "LGAs", "ward": "wards", "state": "states", "facility": "facilities"})


SHOWN = 10


def _unit_keys(unit: str) -> tuple[str, ...]:
    return {"lga": ("state", "lga"), "ward": ("state", "lga", "ward"), "state": ("state",),
            "facility": ("facility",)}.get(unit, ())  # fmt: skip


def _place_of(scope: Scope, unit: str, f: Reporting) -> Key:
    stored = (f.state, f.lga_key, f.ward_key)
    return {
        "lga": (f.state, f.lga_key), "ward": scope.names.ward_of.get(stored, stored),
        "state": (f.state,), "facility": (f.id,),
    }.get(unit, ())  # fmt: skip


def years_by(
    scope: Scope, unit: str = "", people: Population | None = None
) -> dict[Key, dict[int, YearValue]]:
    """Return the yearly values of each place of the unit; a silent year is a gap.

    With `people` the values are burden: positives per 1,000 people and year.
    """
    parts: dict[tuple[Key, int], list[Sums]] = {}
    for key, sums in scope.sums_by("year", *_unit_keys(unit)).items():
        year, stored = key[0], tuple(key[1:])
        if year is None:
            continue
        place = scope.names.ward_of.get(stored, stored) if unit == "ward" else stored
        parts.setdefault((place, year), []).append(sums)
    months: dict[tuple[Key, int], set[int]] = {}
    facilities: dict[tuple[Key, int], set[int]] = {}
    for f in reporting_of(scope.look):
        place = _place_of(scope, unit, f)
        for month in f.reported - {UNDATED}:
            months.setdefault((place, month // 12), set()).add(month % 12)
            facilities.setdefault((place, month // 12), set()).add(f.id)
    every = sorted({year for _, year in parts})
    found: dict[Key, dict[int, YearValue]] = {}
    for place in {place for place, _ in parts}:
        if unit == "ward" and not place[2]:
            continue
        for year in every:
            sums = add(parts.get((place, year), []))
            figure = scope.figure_from(sums)
            reported = months.get((place, year), set())
            rate = figure.tpr
            if people is not None:
                rate = burden(
                    figure.positive, people_of(scope, people, unit, place), sums.months
                )  # fmt: skip
            found.setdefault(place, {})[year] = YearValue(
                year, figure.tested, figure.positive, rate,
                _months_of_year(scope, len(reported)), frozenset(facilities.get((place, year), ())),
            )  # fmt: skip
    return found


def _months_of_year(scope: Scope, reported: int) -> int:
    """Months covered: a quarterly or yearly report counts for all of its months."""
    each = {"quarter": 3, "year": 12}.get(str(scope.upload.counts.get("granularity")), 1)
    return min(12, reported * each)


def _name(scope: Scope, unit: str, place: Key) -> str:
    if unit == "ward":
        return f"{scope.names.wards.get(place, '')} ({scope.names.lgas.get(place[:2], '')})"
    if unit == "lga":
        return scope.names.lgas.get(place, "") or say("No LGA")
    return str(place[0]) if place else scope.place


def trends_of(scope: Scope, unit: str, people: Population | None = None) -> dict[Key, Trend]:
    limit = LIMIT_BURDEN if people is not None else LIMIT_TPR
    return {place: trend(values.values(), limit=limit)
            for place, values in years_by(scope, unit, people).items()}  # fmt: skip


def direction_table(scope: Scope, unit: str, trends: dict[Key, Trend]) -> dict[str, Any]:
    order = sorted(trends, key=lambda p: -(trends[p].line.slope if trends[p].line else 0))  # type: ignore[union-attr]
    return table_of(scope, unit, {p: trends[p] for p in order[:SHOWN]}, say("Steepest rise first"))


def unit_of(slots: dict[str, Any], scope: Scope) -> str:
    unit = str(slots.get("unit") or "")
    if unit in ("lga", "ward", "state", "facility"):
        return unit
    return "lga" if scope.state is None else "ward"


def table_of(
    scope: Scope, unit: str, trends: dict[Key, Trend], caption: str, digits: str = "%"
) -> dict[str, Any]:
    label = {"lga": say("LGA"), "state": say("State")}.get(unit, unit.capitalize())
    columns = [(label, False), (say("First"), True), (say("Last"), True), (say("Tests last"), True),
               (say("Slope a year"), True), (say("95 % interval"), True), (say("Tau (p)"), True),
               (say("Years"), True)]  # fmt: skip
    rows = []
    for place, t in trends.items():
        first, last, fitted = t.first, t.last, t.line
        between = ""
        if fitted is not None and fitted.low is not None and fitted.high is not None:
            between = f"{fitted.low:+.2f} to {fitted.high:+.2f}"
        flag = say(" (facilities changed)") if t.changed else ""
        rows.append([
            _name(scope, unit, place) + flag,
            f"{first.rate:.1f} ({first.year})" if first and first.rate is not None else "",
            f"{last.rate:.1f} ({last.year})" if last and last.rate is not None else "",
            count(last.tested or 0) if last else "", f"{fitted.slope:+.2f}" if fitted else "",
            between, f"{t.tau.tau:+.2f} ({t.tau.p:.2g})" if t.tau else "", str(len(t.known)),
        ])  # fmt: skip
    return table(caption, columns, rows)


def directions(scope: Scope, unit: str, trends: dict[Key, Trend]) -> str:
    found = Counter(t.direction for t in trends.values())
    none = found[None]
    said = [f"{count(found[d])} {d}" for d in (WORSENING, IMPROVING)]
    said.append(say("{found} with no clear trend", found=count(found[UNCLEAR])))
    if none:
        said.append(say("{none} with fewer than three years of rates", none=count(none)))
    return say(
        "Of {trends} {plurals} {said}.",
        trends=count(len(trends)),
        plurals=PLURALS[unit],
        said=join(said),
    )


def filter(scope: Scope) -> str:
    return f"{scope.place}, {scope.said}."


def page(scope: Scope) -> list[dict[str, str]]:
    if current_result(scope.workflow) is None:
        return []
    return [{"href": f"/workflows/{scope.workflow.uuid}/trend/", "label": say("Trend page")}]
