"""Charts, maps and parts of the table that are asked for in words."""

from typing import Any
from urllib.parse import urlencode

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.asking import answered
from chatmrpt.chat.replies.answers.groups import UNITS, Groups, grouped, rate_table
from chatmrpt.chat.replies.answers.measures import MEASURES, text_of, values
from chatmrpt.chat.replies.answers.ranking import MOST_ROWS, quality_link
from chatmrpt.chat.replies.answers.rates import rate_sentence
from chatmrpt.chat.replies.answers.scope import Unanswerable, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import AGE_LABELS, bars, count, lines, percent, plural
from chatmrpt.common.language import Words, say
from itn import api as itn_api
from tpr.models import Workflow
from tpr.selectors.results import current_result

SHOWS = ("tpr", "burden", "tests", "facilities", "missing", "trend", "risk", "nets", "interval")
"""What a chart or a map may show (workflow.md section 9)."""
DEFAULT_BY = {"facilities": "level", "tests": "age", "missing": "month", "trend": "month"}
IN_TIME = ("month", "year")
BARS_SHOWN = 20


def chart(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return answered(workflow, slots, _chart)


def _chart(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Bars by a class or a line in time, with the filter, the denominator and the source."""
    show = str(slots.get("show") or "tpr")
    if show == "risk":
        return _risk(workflow)
    if show == "nets":
        return _nets(workflow)
    by = str(slots.get("by") or DEFAULT_BY.get(show) or "lga")
    by = by if by in UNITS else "lga"
    measure = {"trend": "tpr", "interval": "tpr"}.get(show, show)
    measure = measure if measure in MEASURES else "tpr"
    free: dict[str, str] = (
        {"level": "all"} if by == "level" else {"age": "all"} if by == "age" else {}
    )
    scope = scope_of(workflow, slots, **free)
    note = ""
    if measure == "burden" and scope.age in ("u5", "o5") and not slots.get("age"):
        scope, note = (
            scope.but(age="all"),
            say(" All ages are drawn: the population counts everybody."),
        )
    if by == "lga" and scope.state is None and not slots.get("by"):
        by = "state"
    groups = grouped(scope, by)
    measured, of = values(scope, groups, measure)
    rows = _rows(groups, measured, measure)
    unit = "%" if measure in ("tpr", "missing") else MEASURES[measure].label
    title = f"{MEASURES[measure].label} by {'LGA' if by == 'lga' else by}"
    if by in IN_TIME:
        figure = lines(title, groups.label, rows, unit=unit)
    else:
        left = len(rows) - BARS_SHOWN if by in ("ward", "facility") else len(rows) - MOST_ROWS
        rows = rows[: BARS_SHOWN if by in ("ward", "facility") else MOST_ROWS]
        figure = bars(
            title,
            groups.label,
            rows,
            unit=unit,
            note=say("{left} more are not drawn here.", left=count(left)) if left > 0 else "",
        )
    whole = scope.figure()
    text = say(
        "{title}: {place}, {said}. {measures} = {of}. The whole: {tpr}, "
        "{positive} of {tested} tests.{note} {note_2}",
        title=title,
        place=scope.place,
        said=scope.said,
        measures=MEASURES[measure].label,
        of=of,
        tpr=percent(whole.tpr),
        positive=count(whole.positive or 0),
        tested=count(whole.tested or 0),
        note=note,
        note_2=groups.note,
    )
    return Reply(text=f"{text.strip()}\n\n{scope.source}", figures=[figure])


def _rows(groups: Groups, measured: dict[Any, float | None], measure: str) -> list[dict[str, Any]]:
    rows = []
    for g in groups.rows:
        row: dict[str, Any] = {"label": g.name + (f" ({g.lga})" if g.lga else ""),
                               "value": measured[g.key],
                               "text": text_of(measure, g, measured[g.key])}  # fmt: skip
        if measure == "tpr":
            row["text"] += f" of {plural(g.figure.tested or 0, 'test')}"
            if g.figure.low is not None:
                row["low"], row["high"] = g.figure.shown
        rows.append(row)
    if groups.unit in ("lga", "ward", "facility", "state"):
        rows.sort(key=lambda r: (r["value"] is None, -(r["value"] or 0), r["label"]))
    return rows


def _risk(workflow: Workflow) -> Reply:
    run = analysis_api.latest_done_run(current_result(workflow))
    if run is None:
        raise Unanswerable(
            say(
                "There is no finished risk analysis of the present choices to draw. Say "
                "“run the risk analysis” when the ward TPR is there; nearest: “chart the "
                "TPR by LGA”."
            )
        )
    wards = analysis_api.ranked_wards(run)[:15]
    rows = [{"label": f"{w.rank}. {w.ward} ({w.lga})", "value": w.score, "text": f"{w.score:.3f}"}
            for w in wards]  # fmt: skip
    return Reply(
        text=say(
            "Score of the first {rows} of {n_wards} by risk, profile {profile}; risk "
            "rank 1 = highest risk.",
            rows=len(rows),
            n_wards=plural(run.n_wards, "ward"),
            profile=run.profile,
        ),
        figures=[bars(say("Risk score"), say("Ward"), rows)],
        links=[{"href": "?tab=risk", "label": say("Open the ranking")}],
    )


def _nets(workflow: Workflow) -> Reply:
    plan = itn_api.latest_plan(workflow)
    if plan is None:
        raise Unanswerable(
            say(
                "There is no net plan yet to draw. It follows a finished risk analysis; "
                "say for example “plan 200,000 nets”."
            )
        )
    by_lga: dict[str, int] = {}
    for row in itn_api.rows_of(plan):
        by_lga[row.lga] = by_lga.get(row.lga, 0) + row.nets
    rows = [{"label": lga, "value": float(n), "text": count(n)}
            for lga, n in sorted(by_lga.items(), key=lambda r: (-r[1], r[0]))]  # fmt: skip
    return Reply(
        text=say(
            "Nets by LGA in “{plan}”: {allocated} allotted of {available} available, "
            "{remaining} remain. The LGAs add up to what is allotted.",
            plan=plan.name,
            allocated=count(plan.allocated),
            available=count(plan.available),
            remaining=count(plan.remaining),
        ),
        figures=[bars(say("Nets by LGA"), say("LGA"), rows[:MOST_ROWS])],
        links=[{"href": f"?tab=nets&plan={plan.pk}", "label": say("Open the plan")}],
    )


def show_map(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return answered(workflow, slots, _map)


def _map(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Where the map is, with the figures by LGA beside it; what is not drawn says what is."""
    show = str(slots.get("show") or "tpr")
    show = show if show in SHOWS else "tpr"
    result = current_result(workflow)
    tab = "?tab=map"
    open_map = [{"href": tab, "label": say("Open the map")}]
    if show == "missing":
        reply = _chart(workflow, {**slots, "show": "missing", "by": slots.get("by") or "lga"})
        state = f"?{urlencode({'state': workflow.state})}" if workflow.state else ""
        href = f"/workflows/{workflow.uuid}/quality/{state}"
        reply.links = [{"href": href, "label": say("Map of what is missing")}]
        reply.text = say(
            "What is missing is drawn ward by ward in the quality report. {text}", text=reply.text
        )
        return reply
    if result is None:
        reply = _chart(workflow, {**slots, "show": show if show not in ("risk", "nets") else "tpr"})
        reply.text = say(
            "The map of the wards is there when the open questions are answered. "
            "Until then, by LGA: {text}",
            text=reply.text,
        )
        return reply
    if show in ("risk", "nets", "burden", "trend"):
        reply = _chart(workflow, {**slots, "show": show})
    else:
        reply = _chart(workflow, {**slots, "show": show, "by": "lga"})
    if result.ward_list is None:
        reply.text = say(
            "No ward list is loaded for {state}, so wards cannot be drawn; an "
            "administrator loads one with load_wards. Nearest: {text}",
            state=result.state,
            text=reply.text,
        )
        return reply
    drawn = DRAWN.get(show)
    if drawn is not None:
        lead = say("The map of the wards shows it; choose a ward for its card. ")
        reply.links = [{"href": f"{tab}&show={drawn}", "label": say("Open the map")}]
    else:
        lead = say("The map shows the ward TPR; {words} as figures here: ", words=_WORDS[show])
        reply.links = [*open_map, *[link for link in reply.links if link["href"] != tab]]
    reply.text = lead + reply.text
    return reply


DRAWN = {"tpr": "tpr", "tests": "tested", "facilities": "reporting", "interval": "width"}
"""What the map of a result draws, by its name there (`chat.selectors.ward_maps`)."""
_WORDS = Words({"burden": "burden stands", "trend": "the course of time stands",
          "risk": "the risk scores stand", "nets": "the nets stand"})  # fmt: skip


def filter_table(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return answered(workflow, slots, _filtered)


def _filtered(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """A part of the wards; the figures of the whole stay as they are."""
    scope = scope_of(workflow, slots)
    groups = grouped(scope, "ward")
    whole = scope_of(workflow, {})
    rows = sorted(groups.rows, key=lambda g: (-(g.figure.tpr or -1), g.name))
    text = say(
        "{rate_sentence}\n\nThis only shows a part: the selections and the figure "
        "of the whole stay ({place}, {said}: {tpr}).",
        rate_sentence=rate_sentence(scope, scope.figure()),
        place=whole.place,
        said=whole.said,
        tpr=percent(whole.figure().tpr),
    )
    query = {"tab": "table"}
    if scope.lga:
        query["lga"] = scope.names.lgas[scope.lga]
    if scope.ward:
        query |= {"lga": scope.names.lgas[scope.ward[:2]], "q": scope.names.wards[scope.ward]}
    links = [{"href": f"?{urlencode(query)}", "label": say("Open the table of this part")}]
    if isinstance(slots.get("level"), str) and scope.level != workflow.level:
        links = [{"href": "?tab=table", "label": say("Open the table")}]
        text += say(
            " To make {level} facilities the selection, say “switch to {level}”; the "
            "earlier result is kept.",
            level=scope.level,
        )
    if current_result(workflow) is None:
        links = quality_link(workflow)
    figure = rate_table(
        say("Wards, {age_labels}", age_labels=AGE_LABELS[scope.age].lower()),
        groups,
        rows[:12],
        total=scope.figure(),
        total_label=say("This part"),
        note=say("{rows} more are in the table.", rows=count(len(rows) - 12))
        if len(rows) > 12
        else "",
    )
    return Reply(text=f"{text}\n\n{scope.source}", figures=[figure], links=links)
