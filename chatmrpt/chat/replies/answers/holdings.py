"""What the file holds: counts, names, columns, periods, source."""

from datetime import date
from itertools import pairwise
from typing import Any

from chatmrpt.chat.replies.answers.scope import Scope, scope_of, state_counts
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    count,
    join,
    month,
    percent,
    period,
    plural,
    table,
)
from chatmrpt.common.language import Words, say
from tpr.domain.fields import words
from tpr.domain.quality.records import month_number
from tpr.models import FacilityReport, Workflow
from tpr.models.facility import COUNT_COLUMNS
from tpr.selectors.slices import filled

NAMES_SHOWN = 40
GRANULARITY = Words({"month": "by month", "quarter": "by quarter", "year": "by year"})


def unfiltered(workflow: Workflow, slots: dict[str, Any]) -> Scope:
    """The scope of a question about the file itself: no level, age group or period unless said."""
    scope = scope_of(workflow, slots, level="all", age="all")
    return scope if slots.get("period") else scope.but(start=None, end=None)


def overview(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    from chatmrpt.chat.selectors import issue_groups

    upload, states = workflow.upload, state_counts(workflow)
    assert upload is not None
    whole = upload.counts
    scope = unfiltered(workflow, {}).but(states=tuple(states), lga=None)
    attention = [g for g in issue_groups(upload) if g["severity"] != "info"]
    text = say(
        "{original_name}: {rows_used} rows used{sheet}. {states}, {lgas}, "
        "{wards}, {facilities} (distinct, not rows); {months}, {granularity}. "
        "{attention}",
        original_name=upload.original_name,
        rows_used=count(whole.get("rows_used")),
        sheet=say(", sheet '{sheet}'", sheet=upload.sheet) if upload.sheet else "",
        states=plural(len(states), "state"),
        lgas=plural(sum(c["lgas"] for c in states.values()), "LGA"),
        wards=plural(sum(c["wards"] for c in states.values()), "ward"),
        facilities=plural(sum(c["facilities"] for c in states.values()), "facility", "facilities"),
        months=scope.months,
        granularity=GRANULARITY.get(str(whole.get("granularity")), "undated"),
        attention=say(
            "{attention} attention, first: {sentence}",
            attention=plural(len(attention), "point needs", "points need"),
            sentence=attention[0]["sentence"],
        )
        if attention
        else say("No point needs attention."),
    )
    rows = [
        [s, count(c["lgas"]), count(c["wards"]), count(c["facilities"]), count(c["tests"]),
         period(c["first_period"], c["last_period"])]
        for s, c in states.items()
    ]  # fmt: skip
    columns = [(say("State"), False), (say("LGAs"), True), (say("Wards"), True), (say("Facilities"), True),
               (say("Tests"), True), (say("Period"), False)]  # fmt: skip
    figures = [table(say("What the file holds"), columns, rows[:NAMES_SHOWN])]
    figures.append(_indicators(scope))
    return Reply(text=f"{text}\n\n{scope.file}", figures=figures, links=_quality(workflow))


def _quality(workflow: Workflow) -> list[dict[str, str]]:
    return [{"href": f"/workflows/{workflow.uuid}/quality/", "label": say("Quality report")}]


def _indicators(scope: Scope) -> dict[str, Any]:
    found = filled(scope.look, COUNT_COLUMNS)
    whole = found.pop("")[0]
    rows = [[label_of_field(name), percent(100 * n / whole), f"{count(n)} of {count(whole)}"]
            for name, (n, _) in found.items() if n]  # fmt: skip
    return table(
        say("Indicators and how much of them is filled"),
        [(say("Indicator"), False), (say("Filled"), True), (say("Cells of rows"), True)],
        rows,
    )


def columns(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Header, field, type, share filled and three examples; the first ten, the rest folded."""
    upload = workflow.upload
    assert upload is not None
    scope = unfiltered(workflow, {}).but(states=tuple(state_counts(workflow)), lga=None)
    counted = filled(scope.look, COUNT_COLUMNS)
    whole = counted[""][0]
    rows = []
    for column in upload.columns:
        field = str(column.get("field") or "ignored")
        n = counted.get(field, (None, None))[0]
        rows.append([
            str(column.get("header", "")), label_of_field(field), kind_of_field(field),
            percent(100 * n / whole) if n is not None and whole else "",
            ", ".join(str(v) for v in (column.get("samples") or [])[:3]),
        ])  # fmt: skip
    used = sum((c.get("field") or "ignored") != "ignored" for c in upload.columns)
    text = say(
        "{rows} in {original_name}{sheet}, header in row {header_row}; {used} of "
        "them are used. Filled = cells with a number ÷ {whole} rows used.",
        rows=plural(len(rows), "column"),
        original_name=upload.original_name,
        sheet=say(", sheet '{sheet}'", sheet=upload.sheet) if upload.sheet else "",
        header_row=upload.header_row,
        used=used,
        whole=count(whole),
    )
    heads = [(say("Column"), False), (say("Read as"), False), (say("Type"), False), (say("Filled"), True),
             (say("Examples"), False)]  # fmt: skip
    figure = table(say("Columns"), heads, rows[:10])
    figure["more"] = rows[10:]
    return Reply(text=text, figures=[figure], links=_quality(workflow))


def label_of_field(field: str) -> str:
    """Return a column's field in words."""
    try:
        return words(field)
    except KeyError:
        return field.replace("_", " ")


def kind_of_field(field: str) -> str:
    if field in COUNT_COLUMNS:
        return "count"
    if field.startswith("period") or field in ("year", "month"):
        return "period"
    return say("not used") if field == "ignored" else "text"


def months_in(scope: Scope) -> list[tuple[date, int]]:
    """Return (first day, months) of every period of the scope, in order; undated left out."""
    rows = (
        FacilityReport.objects.filter(
            facility__upload=scope.upload, facility__state__in=scope.states,
            period_start__isnull=False,
        ).values_list("period_start", "period_months").distinct().order_by("period_start")
    )  # fmt: skip
    return list(rows)


def covered_period(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """First, last, number, gaps, months per year."""
    scope = unfiltered(workflow, {k: v for k, v in slots.items() if k == "state"})
    found = months_in(scope)
    if not found:
        return Reply(
            text=say(
                "The file has no period column; it is read as one undated period, so "
                "there is no trend and no choice of months.\n\n{file}",
                file=scope.file,
            )
        )
    gaps = [
        period_after(a, months_a, b) for (a, months_a), (b, _) in pairwise(found)
        if month_number(b) - month_number(a) > months_a
    ]  # fmt: skip
    years: dict[int, int] = {}
    for start, months in found:
        years[start.year] = years.get(start.year, 0) + months
    word = {1: "month", 3: "quarter", 12: "year"}.get(found[0][1], "period")
    text = say(
        "{place}: {found}, {found_2}; earliest {found_3}, latest {last}. {gaps}",
        place=scope.place,
        found=period(found[0][0], _last(found[-1])),
        found_2=plural(len(found), word),
        found_3=month(found[0][0]),
        last=month(_last(found[-1])),
        gaps=say("Missing between them: {gaps}.", gaps=join(gaps))
        if gaps
        else say("No gap between them."),
    )
    figure = table(say("Months per year"), [(say("Year"), False), (say("Months"), True)],
                   [[str(y), str(n)] for y, n in sorted(years.items())])  # fmt: skip
    return Reply(text=f"{text}\n\n{scope.file}", figures=[figure])


def period_after(a: date, months: int, b: date) -> str:
    first, last = month_number(a) + months, month_number(b) - 1
    return period(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1))


def _last(found: tuple[date, int]) -> date:
    number = month_number(found[0]) + max(found[1], 1) - 1
    return date(number // 12, number % 12 + 1, 1)


def feasibility(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """What the periods of the file allow, and what they do not."""
    scope = unfiltered(workflow, {k: v for k, v in slots.items() if k == "state"})
    found = months_in(scope)
    years: dict[int, int] = {}
    for start, months in found:
        years[start.year] = years.get(start.year, 0) + months
    n, total = len(years), sum(years.values())
    can = [say("the TPR of every ward, LGA and combination of level and age group")]
    cannot = []
    if total >= 12:
        can.append(say("a seasonal picture by month"))
    if n >= 2:
        can.append(say("the difference between the first and the last year"))
    else:
        cannot.append(say("a trend: one year only"))
    if n >= 3:
        can.append(say("a slope with its interval"))
    elif n == 2:
        cannot.append(say("a slope: it needs three years"))
    if n >= 5:
        can.append(say("Kendall's tau that can be significant"))
    elif n >= 3:
        cannot.append(say("a significant tau: with fewer than five years its p cannot pass 0.05"))
    if total < 24:
        cannot.append(say("a slope over months: it needs 24"))
    short = [str(y) for y, m in years.items() if m < 9]
    text = say(
        "The file has {n} and {total} ({months}). Possible: {can}.{cannot}{short}",
        n=plural(n, "year"),
        total=plural(total, "month"),
        months=scope.months,
        can=join(can),
        cannot=say(" Not possible: {cannot}.", cannot=join(cannot)) if cannot else "",
        short=say(
            " Fewer than nine months in {short}: read that year with care.", short=join(short)
        )
        if short
        else "",
    )
    return Reply(text=f"{text}\n\n{scope.file}")


def source(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    u = workflow.upload
    assert u is not None
    said = [s for s in u.counts.get("said") or [] if "heet" in s]
    files = u.counts.get("files") or []
    text = say(
        "File {original_name}, sheet '{sheet}', header in row {header_row}, "
        "received {day} {created_at:%b %Y, %H:%M} UTC, SHA-256 {sha256}. "
        "{f}{said}",
        original_name=u.original_name,
        sheet=u.sheet or say("the only one"),
        header_row=u.header_row,
        day=u.created_at.day,
        created_at=u.created_at,
        sha256=u.sha256,
        f=say("It joins {f}. ", f=join([str(f) for f in files])) if files else "",
        said=" ".join(said),
    )
    return Reply(text=text.strip())
