"""Change over the years of a place, and which wards of the state changed."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.selectors.places_form import number_in, place_form
from chatmrpt.chat.selectors.results import summary_of
from chatmrpt.chat.words import count, join, month_name, percent, plural
from chatmrpt.common.language import say
from tpr.domain.trend import (
    IMPROVING,
    LIMIT_TPR,
    MIN_TESTS_LAST_YEAR,
    MONTHS_FOR_A_SLOPE,
    PERSISTENT,
    UNCLEAR,
    WORSENING,
    Trend,
    to_reprioritise,
)
from tpr.models import TprResult, Workflow
from tpr.plots.series import SeriesPoint, series
from tpr.selectors.trends import MonthValue, Years, months_of, years_of

DEFAULT_N = 14
DEFAULT_LINE = 50


def trend_page(workflow: Workflow, result: TprResult, params: Mapping[str, str]) -> dict[str, Any]:
    """Return the page. `place=`; `n=`: how many to re-prioritise; `line=`: percent, for persistent."""
    place = place_form(result, params)
    years = years_of(result)
    found = years.trend_of(place["lga"], place["ward"])
    n, limit = number_in(params, "n", DEFAULT_N), number_in(params, "line", DEFAULT_LINE, 100)
    wards = years.wards()
    months = months_of(result, place["lga"], place["ward"])
    return {
        "workflow": workflow, "result": result, "summary": summary_of(result), "place": place,
        "years": years.years, "trend": _trend(found, place["name"]) if found else None,
        "svg": _svg(found, place["name"]) if found and len(found.known) > 1 else "",
        "months": _months(months, place["name"]), "n": n, "line": limit,
        "directions": _directions(wards), "lists": _lists(wards, limit),
        "priority": _priority(wards, n), "criteria": _criteria(years, n),
    }  # fmt: skip


def line_words(t: Trend) -> str:
    """`−3.29 points per year (95 % interval −3.74 to −2.83)`, or why there is none."""
    if t.line is None:
        return say("no slope: one year with a rate")
    if t.line.low is None or t.line.high is None:
        return say("two years: their difference only")
    between = f"{_signed(t.line.low)} to {_signed(t.line.high)}"
    return say(
        "{signed} points per year (95 % interval {between})",
        signed=_signed(t.line.slope),
        between=between,
    )


def sentence(t: Trend, name: str) -> str:
    """Say in one or two sentences what the years of a place show."""
    if not t.known:
        return say("{name} has no year with a rate.", name=name)
    first, last = t.known[0], t.known[-1]
    if len(t.known) == 1:
        return say(
            "{name} has one year with a rate, {year}: a trend needs more.",
            name=name,
            year=first.year,
        )
    said = say(
        "{name}: {rate} in {year}, {rate_2} in {year_2}, {signed} points. ",
        name=name,
        rate=percent(first.rate),
        year=first.year,
        rate_2=percent(last.rate),
        year_2=last.year,
        signed=_signed(t.change or 0),
    )
    if t.direction is None:
        return say("{said}With two years only the difference can be given.", said=said)
    said += f"{t.direction.capitalize()}: {line_words(t)}."
    if t.tau is not None:
        said += say(" Kendall's tau {tau:.2f}, p = {p:.2g}", tau=t.tau.tau, p=t.tau.p)
        said += "." if t.tau_can_be_significant else (
            say("; with {known} years it cannot be significant.", known=len(t.known))
        )  # fmt: skip
    return said


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _trend(t: Trend, name: str) -> dict[str, Any]:
    notes = []
    partial = [str(y.year) for y in t.known if y.partial]
    if partial:
        notes.append(
            say(
                "Fewer than nine months were reported in {partial}; used, and named.",
                partial=join(partial),
            )
        )
    gaps = [str(y.year) for y in t.years if y.rate is None]
    if gaps:
        notes.append(say("No rate in {gaps}: a gap, not a zero.", gaps=join(gaps)))
    for a, b in t.changed:
        notes.append(
            say("More than a third of the reporting facilities changed from {a} to {b}.", a=a, b=b)
        )
    known = t.known
    formula = ""
    if t.line is not None and len(known) > 2:
        mean_x = sum(y.year for y in known) / len(known)
        mean_y = sum(y.rate or 0 for y in known) / len(known)
        top = sum((y.year - mean_x) * ((y.rate or 0) - mean_y) for y in known)
        bottom = sum((y.year - mean_x) ** 2 for y in known)
        formula = say(
            "mean year {mean_x:.1f}, mean rate {mean_y:.2f}; {top:.2f} ÷ "
            "{bottom:.2f} = {signed} points per year",
            mean_x=mean_x,
            mean_y=mean_y,
            top=top,
            bottom=bottom,
            signed=_signed(t.line.slope),
        )
    return {
        "rows": [
            {"year": y.year, "months": y.months, "tested": "" if y.tested is None else
             count(y.tested), "positive": "" if y.positive is None else count(y.positive),
             "tpr": percent(y.rate), "facilities": len(y.facilities) or "", "partial": y.partial
             and y.rate is not None} for y in t.years
        ],
        "sentence": sentence(t, name), "notes": notes, "formula": formula,
        "slope": line_words(t), "direction": t.direction,
        "tau": f"{t.tau.tau:.2f}, p = {t.tau.p:.2g}" if t.tau else "",
        "tau_note": "" if t.tau_can_be_significant else say("cannot be significant below five years"),
        "change": _signed(t.change) + " points" if t.change is not None else "",
    }  # fmt: skip


def _svg(t: Trend, name: str) -> str:
    ends = None
    if t.line is not None and t.direction is not None:
        known = t.known
        mean_x = sum(y.year for y in known) / len(known)
        mean_y = sum(y.rate or 0 for y in known) / len(known)
        at = [
            mean_y + t.line.slope * (year - mean_x) for year in (t.years[0].year, t.years[-1].year)
        ]
        ends = (at[0], at[1])
    return series(
        [SeriesPoint(str(y.year), y.rate, y.tested, y.partial) for y in t.years],
        label=say(
            "TPR of {name} by year with its tests; the table has the same figures.", name=name
        ),
        line=ends,
    )


def _months(months: list[MonthValue], name: str) -> dict[str, Any] | None:
    if len(months) < 2:
        return None
    compared = [
        {"month": f"{month_name(m.month)} {m.year}", "tpr": percent(m.rate),
         "before": percent(m.year_before), "change": _signed(m.rate - m.year_before) + " points"}
        for m in months if m.rate is not None and m.year_before is not None
    ]  # fmt: skip
    return {
        "svg": series(
            [SeriesPoint(f"{month_name(m.month)} {m.year % 100:02}", m.rate, m.tested)
             for m in months],
            label=say("TPR of {name} by month with its tests.", name=name),
        ),
        "compared": compared[-12:], "count": len(months),
        "short": len(months) < MONTHS_FOR_A_SLOPE,
    }  # fmt: skip


def _directions(wards: Mapping[tuple[str, str], Trend]) -> list[dict[str, Any]]:
    said = Counter(t.direction for t in wards.values())
    few = said.get(None, 0)
    found = [
        {"label": label, "count": said.get(label, 0)} for label in (WORSENING, IMPROVING, UNCLEAR)
    ]
    return [*found, {"label": say("fewer than three years with a rate"), "count": few}]


def _lists(wards: Mapping[tuple[str, str], Trend], limit: float) -> list[dict[str, Any]]:
    def rows(test: Any) -> list[dict[str, str]]:
        found = [(name, t) for name, t in wards.items() if test(t)]
        found.sort(key=lambda item: (-abs(item[1].line.slope) if item[1].line else 0, item[0]))
        return [_ward(name, t) for name, t in found]

    return [
        {"title": say("Worsening"), "rows": rows(lambda t: t.direction == WORSENING)},
        {"title": say("Improving"), "rows": rows(lambda t: t.direction == IMPROVING)},
        {"title": say("Persistent: above {limit:g} % in every year", limit=limit),
         "rows": rows(lambda t: t.against(limit) == PERSISTENT)},
        {"title": say("Emerging: first year at or below {limit:g} %, last year above", limit=limit),
         "rows": rows(lambda t: t.against(limit) == "emerging")},
        {"title": say("Resolving: first year above {limit:g} %, last year at or below", limit=limit),
         "rows": rows(lambda t: t.against(limit) == "resolving")},
    ]  # fmt: skip


def _ward(name: tuple[str, str], t: Trend) -> dict[str, str]:
    last = t.last
    return {
        "ward": name[1], "lga": name[0], "place": f"{name[0]}|{name[1]}",
        "first": f"{percent(t.first.rate)} ({t.first.year})" if t.first else "",
        "last": f"{percent(last.rate)} ({last.year})" if last else "",
        "tested": count(last.tested) if last and last.tested is not None else "",
        "slope": line_words(t),
    }  # fmt: skip


def _priority(wards: Mapping[tuple[str, str], Trend], n: int) -> list[dict[str, str]]:
    return [_ward(name, wards[name]) for name in to_reprioritise(wards, n=n)]


def _criteria(years: Years, n: int) -> str:
    last = years.years[-1] if years.years else ""
    return say(
        "Wards that worsen (slope of at least {limit_tpr:g} point per year, its "
        "95 % interval above 0) with at least {min_tests_last_year} tests in "
        "{last}, the highest TPR of {last} first, then the steepest; at most {n}.",
        limit_tpr=LIMIT_TPR,
        min_tests_last_year=MIN_TESTS_LAST_YEAR,
        last=last,
        n=plural(n, "ward"),
    )
