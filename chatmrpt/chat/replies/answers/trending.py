"""Change over the years and months of a place: slopes with intervals, never first against last alone."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from chatmrpt.chat.replies.answers.comparing import difference
from chatmrpt.chat.replies.answers.completeness import month_of
from chatmrpt.chat.replies.answers.groups import grouped, rate_cells
from chatmrpt.chat.replies.answers.measures import Population, burden, people_of, population_of
from chatmrpt.chat.replies.answers.ranking import number_in
from chatmrpt.chat.replies.answers.scope import Scope, Unanswerable, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, join, lines, percent, plural, points, table
from chatmrpt.common.language import Words, say
from tpr.domain.positivity import Figure
from tpr.domain.quality.records import month_number
from tpr.domain.sums import Sums, add
from tpr.domain.trend import (
    EMERGING,
    IMPROVING,
    LIMIT_BURDEN,
    LIMIT_TPR,
    MIN_TESTS_LAST_YEAR,
    MONTHS_FOR_A_SLOPE,
    PERSISTENT,
    RESOLVING,
    UNCLEAR,
    WORSENING,
    Trend,
    YearValue,
    to_reprioritise,
    trend,
)
from tpr.models import Workflow
from tpr.selectors.reporting import UNDATED, Reporting, reporting_of
from tpr.selectors.results import current_result

Key = tuple[Any, ...]
PLURALS = Words({"lga": "LGAs", "ward": "wards", "state": "states", "facility": "facilities"})
SHOWN = 10
DEFAULT_LINE = {"tpr": 50.0, "burden": 200.0}
"""Line for persistent, emerging and resolving when none is said (positivity.md section 9)."""
DEFAULT_N = 14


def answer_trend(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Answer one `kind` of workflow.md section 7; one year in the file is said to be no trend."""
    kind = str(slots.get("kind") or "overall")
    if kind == "by_month":
        return _by_month(workflow, slots)
    # A span of years narrows the trend; one year of it would be none.
    asked = {k: v for k, v in slots.items() if k != "period" or ".." in str(v)}
    scope = scope_of(workflow, asked)
    if "period" not in asked:
        scope = scope.but(start=None, end=None)
    years = sorted(key[0] for key in scope.sums_by("year") if key[0] is not None)
    if len(years) < 2:
        return _one_year(scope, years)
    return KINDS.get(kind, _overall)(scope, slots)


def _one_year(scope: Scope, years: list[int]) -> Reply:
    """No trend with one year: say so, and show the months, which are the nearest there is."""
    if not years:
        raise Unanswerable(
            say(
                "The file has no dates, so there is no trend. Nearest: positivity by LGA "
                "and ward of the whole file."
            )
        )
    reply = _months_reply(scope)
    reply.text = say(
        "One year only ({years}), no trend: a trend needs two years for a "
        "difference and three for a slope. Nearest, the months of that year. "
        "{text}",
        years=years[0],
        text=reply.text,
    )
    return reply


# What the years are made of.


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


def _trends(scope: Scope, unit: str, people: Population | None = None) -> dict[Key, Trend]:
    limit = LIMIT_BURDEN if people is not None else LIMIT_TPR
    return {place: trend(values.values(), limit=limit)
            for place, values in years_by(scope, unit, people).items()}  # fmt: skip


# One place.


def _overall(scope: Scope, slots: dict[str, Any]) -> Reply:
    """Values per year with tests, slope and interval, tau and p, first against last."""
    from chatmrpt.chat.selectors.trend_page import sentence

    figures = {key[0]: f for key, f in scope.figures_by("year").items() if key[0] is not None}
    t = _trends(scope, "")[()]
    text = f"{sentence(t, scope.place)} {_care(t)}"
    return Reply(
        text=f"{text.strip()}\n\n{_filter(scope)} {scope.source}",
        figures=[_line_of(t, figures), _year_table(t, figures)], links=_page(scope),
    )  # fmt: skip


def _care(t: Trend) -> str:
    """What must be read with the years: partial ones, changed facilities, gaps."""
    partial = [
        say("{year} ({months} months)", year=y.year, months=y.months) for y in t.known if y.partial
    ]
    gaps = [str(y.year) for y in t.years if y.rate is None]
    changed = [f"{a} and {b}" for a, b in t.changed]
    said = []
    if partial:
        said.append(say("Fewer than nine months in {partial}.", partial=join(partial)))
    if changed:
        said.append(
            say(
                "More than a third of the facilities changed between {changed}.",
                changed=join(changed),
            )
        )
    if gaps:
        said.append(say("No rate in {gaps}: a gap, not a zero.", gaps=join(gaps)))
    return " ".join(said)


def _line_of(t: Trend, figures: dict[int, Figure]) -> dict[str, Any]:
    rows = []
    for y in t.years:
        row: dict[str, Any] = {
            "label": str(y.year),
            "value": y.rate,
            "text": say(
                "{rate} of {tested} tests", rate=percent(y.rate), tested=count(y.tested or 0)
            ),
        }
        shown = figures[y.year].shown if y.year in figures else (None, None)
        if y.rate is not None and shown[0] is not None:
            row["low"], row["high"] = shown
        rows.append(row)
    return lines(say("TPR by year"), say("Year"), rows, unit="%")


def _year_table(t: Trend, figures: dict[int, Figure]) -> dict[str, Any]:
    columns = [
        (say("Year"), False),
        (say("Months"), True),
        (say("Tested"), True),
        (say("Positive"), True),
        (say("TPR"), True),
        (say("95 % interval"), True),
    ]
    rows = [
        [str(y.year), str(y.months), *rate_cells(figures.get(y.year) or Figure())] for y in t.years
    ]
    return table(say("Year by year"), columns, rows)


def _change(scope: Scope, slots: dict[str, Any]) -> Reply:
    """Each year against the one before, with the interval of the difference."""
    figures = {key[0]: f for key, f in scope.figures_by("year").items() if key[0] is not None}
    years = sorted(figures)
    t = _trends(scope, "")[()]
    rows = [[str(years[0]), *rate_cells(figures[years[0]])[:3], "", ""]]
    told = []
    for before, year in pairwise(years):
        gap = difference(figures[before], figures[year])
        cells = (
            [points(gap[0]), f"{gap[1]:+.1f} to {gap[2]:+.1f}"] if gap else [say("not defined"), ""]
        )
        rows.append([str(year), *rate_cells(figures[year])[:3], *cells])
        if gap:
            sure = "" if gap[1] > 0 or gap[2] < 0 else say(", not told from chance")
            told.append(f"{year} {points(gap[0])}{sure}")
    columns = [(say("Year"), False), (say("Tested"), True), (say("Positive"), True), (say("TPR"), True),
               (say("Against the year before"), True), (say("95 % interval"), True)]  # fmt: skip
    text = f"{scope.place}: {'; '.join(told)}. {_care(t)}"
    return Reply(
        text=f"{text.strip()}\n\n{_filter(scope)} {scope.source}", links=_page(scope),
        figures=[table(say("Year on year"), columns, rows)],
    )  # fmt: skip


def _significance(scope: Scope, slots: dict[str, Any]) -> Reply:
    from chatmrpt.chat.selectors.trend_page import sentence

    t = _trends(scope, "")[()]
    n = len(t.known)
    if t.line is None or t.line.low is None:
        verdict = say("With two years nothing can be tested: only their difference is known.")
    elif t.direction == UNCLEAR:
        verdict = say("No: the interval of the slope holds zero, or the change is below the limit.")
    else:
        verdict = say("Yes: the interval of the slope leaves out zero.")
    text = say(
        "{verdict} {sentence} {care} Limit for a change: {limit_tpr:g} "
        "percentage point per year; {n} years.",
        verdict=verdict,
        sentence=sentence(t, scope.place),
        care=_care(t),
        limit_tpr=LIMIT_TPR,
        n=n,
    )
    unit = "lga" if scope.lga is None and scope.ward is None else ""
    figures = [_direction_table(scope, unit, _trends(scope, unit))] if unit else []
    return Reply(
        text=f"{text}\n\n{_filter(scope)} {scope.source}", figures=figures, links=_page(scope)
    )


def _direction_table(scope: Scope, unit: str, trends: dict[Key, Trend]) -> dict[str, Any]:
    order = sorted(trends, key=lambda p: -(trends[p].line.slope if trends[p].line else 0))  # type: ignore[union-attr]
    return _table_of(scope, unit, {p: trends[p] for p in order[:SHOWN]}, say("Steepest rise first"))


# Many places.


def _unit(slots: dict[str, Any], scope: Scope) -> str:
    unit = str(slots.get("unit") or "")
    if unit in ("lga", "ward", "state", "facility"):
        return unit
    return "lga" if scope.state is None else "ward"


def _table_of(
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


def _directions(scope: Scope, unit: str, trends: dict[Key, Trend]) -> str:
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


def _moving(direction: str) -> Callable[[Scope, dict[str, Any]], Reply]:
    def answer(scope: Scope, slots: dict[str, Any]) -> Reply:
        unit = _unit(slots, scope)
        trends = _trends(scope, unit)
        sign = -1 if direction == WORSENING else 1
        known = {p: t for p, t in trends.items() if t.line is not None}
        chosen = {p: t for p, t in known.items() if t.direction == direction}
        text = say(
            "{directions} {direction} = slope of the yearly TPR of at least "
            "{limit_tpr:g} percentage point per year with a 95 % interval that "
            "leaves out zero; all years count, not first against last.",
            directions=_directions(scope, unit, trends),
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
            text=f"{text}\n\n{_filter(scope)} {scope.source}", links=_page(scope),
            figures=[_table_of(scope, unit, part, caption)] if part else [],
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


def _against(wanted: str) -> Callable[[Scope, dict[str, Any]], Reply]:
    def answer(scope: Scope, slots: dict[str, Any]) -> Reply:
        limit, people, words = _line_value(scope, slots)
        if people is not None and scope.age in ("u5", "o5"):
            scope = scope.but(age="all")
        unit = _unit(slots, scope)
        if people is not None and unit not in ("ward", "lga"):
            unit = "ward"
        trends = _trends(scope, unit, people)
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
            figure = _table_of(
                scope, unit, shown, say("{caption}, highest last year first", caption=caption)
            )
            figure["note"] = (
                say("{left} more are not shown here.", left=count(left)) if left > 0 else ""
            )
            figures = [figure]
        return Reply(text=f"{text}\n\n{_filter(scope)} {scope.source}", figures=figures,
                     links=_page(scope))  # fmt: skip

    return answer


def _priority(scope: Scope, slots: dict[str, Any]) -> Reply:
    """Which to re-prioritise: worsening, enough tests, by the last year; criteria printed."""
    unit = _unit(slots, scope)
    n = number_in(slots, "n", DEFAULT_N)
    trends = _trends(scope, unit)
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
        text=f"{text}\n\n{_filter(scope)} {scope.source}", links=_page(scope),
        figures=[_table_of(scope, unit, shown, caption)] if shown else [],
    )  # fmt: skip


# Months.


def _by_month(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    return _months_reply(scope_of(workflow, slots))


def _months_reply(scope: Scope) -> Reply:
    """The season, and each month against the same month of the year before."""
    groups = [g for g in grouped(scope, "month").rows if g.key is not None]
    if not groups:
        raise Unanswerable(say("The file has no months, so there is no course over them. Nearest: the "
"TPR of the whole file by LGA."))  # fmt: skip
    every = {month_number(key[0]): f for key, f in
             scope.but(start=None, end=None).figures_by("month").items() if key[0]}  # fmt: skip
    rows, figures = [], []
    for g in groups:
        number = month_number(g.key)
        before = every.get(number - 12)
        gap = difference(before, g.figure) if before else None
        rows.append([month_of(number), *rate_cells(g.figure), points(gap[0]) if gap else ""])
        point: dict[str, Any] = {
            "label": month_of(number),
            "value": g.figure.tpr,
            "text": say(
                "{tpr} of {tested} tests",
                tpr=percent(g.figure.tpr),
                tested=count(g.figure.tested or 0),
            ),
        }
        if g.figure.low is not None:
            point["low"], point["high"] = g.figure.shown
        figures.append(point)
    known = [(g.figure.tpr, g) for g in groups if g.figure.tpr is not None]
    positives = sum(g.figure.positive or 0 for g in groups)
    extremes = ""
    if known:
        top, low = max(known, key=lambda k: k[0]), min(known, key=lambda k: k[0])
        extremes = say(
            " Highest {top} in {top_2}, lowest {low} in {low_2}.",
            top=percent(top[0]),
            top_2=top[1].name,
            low=percent(low[0]),
            low_2=low[1].name,
        )
    slope = (
        ""
        if len(groups) >= MONTHS_FOR_A_SLOPE
        else (
            say(
                " No slope over months on fewer than {months_for_a_slope}.",
                months_for_a_slope=MONTHS_FOR_A_SLOPE,
            )
        )
    )
    text = say(
        "{groups} of {place}: {positives} positives.{extremes}{slope}",
        groups=plural(len(groups), "period"),
        place=scope.place,
        positives=count(positives),
        extremes=extremes,
        slope=slope,
    )
    columns = [(say("Month"), False), (say("Tested"), True), (say("Positive"), True), (say("TPR"), True),
               (say("95 % interval"), True), (say("Against last year"), True)]  # fmt: skip
    months = table(say("Month by month"), columns, rows[-12:])
    months["note"] = (
        say("The last 12 of {rows}; the plot has all.", rows=len(rows)) if len(rows) > 12 else ""
    )
    return Reply(text=f"{text}\n\n{_filter(scope)} {scope.source}", links=_page(scope),
                 figures=[lines(say("TPR by month"), say("Month"), figures, unit="%"), months])  # fmt: skip


def _filter(scope: Scope) -> str:
    return f"{scope.place}, {scope.said}."


def _page(scope: Scope) -> list[dict[str, str]]:
    if current_result(scope.workflow) is None:
        return []
    return [{"href": f"/workflows/{scope.workflow.uuid}/trend/", "label": say("Trend page")}]


KINDS: dict[str, Callable[[Scope, dict[str, Any]], Reply]] = {
    "overall": _overall, "change": _change, "worsening": _moving(WORSENING),
    "improving": _moving(IMPROVING), "persistent": _against(PERSISTENT),
    "threshold": _against(EMERGING), "priority": _priority, "significance": _significance,
}  # fmt: skip
"""Every trend but `by_month`, which needs no years."""
