"""Change over the years and months of a place: slopes with intervals, never first against last alone."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from chatmrpt.chat.replies.answers.comparing import difference
from chatmrpt.chat.replies.answers.completeness import month_of
from chatmrpt.chat.replies.answers.groups import grouped, rate_cells
from chatmrpt.chat.replies.answers.scope import Scope, Unanswerable, scope_of
from chatmrpt.chat.replies.answers.trend_lists import against, moving, priority
from chatmrpt.chat.replies.answers.trend_parts import (
    direction_table,
    filter,
    page,
    trends_of,
)
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, join, lines, percent, plural, points, table
from chatmrpt.common.language import say
from tpr.domain.positivity import Figure
from tpr.domain.quality.records import month_number
from tpr.domain.trend import (
    EMERGING,
    IMPROVING,
    LIMIT_TPR,
    MONTHS_FOR_A_SLOPE,
    PERSISTENT,
    UNCLEAR,
    WORSENING,
    Trend,
)
from tpr.models import Workflow


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


# One place.


def _overall(scope: Scope, slots: dict[str, Any]) -> Reply:
    """Values per year with tests, slope and interval, tau and p, first against last."""
    from chatmrpt.chat.selectors.trend_page import sentence

    figures = {key[0]: f for key, f in scope.figures_by("year").items() if key[0] is not None}
    t = trends_of(scope, "")[()]
    text = f"{sentence(t, scope.place)} {_care(t)}"
    return Reply(
        text=f"{text.strip()}\n\n{filter(scope)} {scope.source}",
        figures=[_line_of(t, figures), _year_table(t, figures)], links=page(scope),
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
    t = trends_of(scope, "")[()]
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
        text=f"{text.strip()}\n\n{filter(scope)} {scope.source}", links=page(scope),
        figures=[table(say("Year on year"), columns, rows)],
    )  # fmt: skip


def _significance(scope: Scope, slots: dict[str, Any]) -> Reply:
    from chatmrpt.chat.selectors.trend_page import sentence

    t = trends_of(scope, "")[()]
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
    figures = [direction_table(scope, unit, trends_of(scope, unit))] if unit else []
    return Reply(
        text=f"{text}\n\n{filter(scope)} {scope.source}", figures=figures, links=page(scope)
    )


# Many places.


# Months.


def _by_month(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    return _months_reply(scope_of(workflow, slots))


def _months_reply(scope: Scope) -> Reply:
    """The season, and each month against the same month of the year before."""
    groups = [g for g in grouped(scope, "month").rows if g.key is not None]
    if not groups:
        raise Unanswerable(
            say(
                "The file has no months, so there is no course over them. Nearest: the "
                "TPR of the whole file by LGA."
            )
        )
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
    return Reply(text=f"{text}\n\n{filter(scope)} {scope.source}", links=page(scope),
                 figures=[lines(say("TPR by month"), say("Month"), figures, unit="%"), months])  # fmt: skip


KINDS: dict[str, Callable[[Scope, dict[str, Any]], Reply]] = {
    "overall": _overall, "change": _change, "worsening": moving(WORSENING),
    "improving": moving(IMPROVING), "persistent": against(PERSISTENT),
    "threshold": against(EMERGING), "priority": priority, "significance": _significance,
}  # fmt: skip
"""Every trend but `by_month`, which needs no years."""
