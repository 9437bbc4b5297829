"""Downloads that are asked for in words: links to real files, of what is shown."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS
from chatmrpt.common.errors import Conflict
from chatmrpt.common.language import Words, mark, say
from itn import api as itn_api
from tpr.exports import WARD_COLUMNS
from tpr.models import Workflow
from tpr.selectors.results import current_result
from tpr.services.decide_match import report_of

FORMATS = ("csv", "xlsx", "report", "geojson")
NAMES = Words({"csv": "CSV", "xlsx": "Excel", "report": "printable report", "geojson": "GeoJSON"})

Files = dict[str, tuple[str, str]]
"""Format → (address, label)."""


class Absent(Exception):
    """There is nothing to download yet; the text says what must come first."""


def export(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Link the file asked for; without a format every one there is. What is missing says what is."""
    if workflow.upload is None or not (workflow.upload.counts or {}).get("by_state"):
        return Reply(
            text=say(
                "There is no file yet, so nothing to download. {choices_here}",
                choices_here=choices_here(workflow),
            )
        )
    of = str(slots.get("of") or "result")
    offered, files_of = OFFERS.get(of, OFFERS["result"])
    label = say(offered)
    try:
        files = files_of(workflow)
    except Absent as error:
        files = _quality(workflow)
        links = [{"href": href, "label": name} for href, name in files.values()]
        return Reply(
            text=say(
                "{error} What can be downloaded now is about the file.\n\n{choices_here}",
                error=error,
                choices_here=choices_here(workflow),
            ),
            links=links,
        )
    wanted = str(slots.get("format") or "")
    chosen = slots.get("columns")
    lines = []
    if wanted and wanted not in files:
        lines.append(
            say(
                "{label} is not made as {names}; these are what there is.",
                label=label,
                names=NAMES.get(wanted, wanted),
            )
        )
    elif wanted:
        files = {wanted: files[wanted]}
    lines.append(_said(workflow, of, label))
    links = [{"href": _with_columns(href, chosen), "label": name} for href, name in files.values()]
    return Reply(text=f"{' '.join(lines)}\n\n{choices_here(workflow)}", links=links)


def _with_columns(href: str, chosen: Any) -> str:
    columns = [c for c in chosen if c in WARD_COLUMNS] if isinstance(chosen, list | tuple) else []
    if not columns or not href.endswith("/ward_tpr.csv"):
        return href
    return f"{href}?{urlencode({'columns': ','.join(columns)}, safe=',')}"


def _said(workflow: Workflow, of: str, label: str) -> str:
    if of == "result" and workflow.level and workflow.age_group:
        return say(
            "{label} as shown: {state}, {level_labels}, {age_labels}; the definition "
            "stands in every row, and the method, what was left out and why in the "
            "Excel file and the report.",
            label=label,
            state=workflow.state,
            level_labels=LEVEL_LABELS[workflow.level].lower(),
            age_labels=AGE_LABELS[workflow.age_group].lower(),
        )
    return say("{label}, for your own use; the file you uploaded is unchanged.", label=label)


def _base(workflow: Workflow) -> str:
    return f"/workflows/{workflow.uuid}/"


def _result(workflow: Workflow) -> Files:
    if current_result(workflow) is None:
        raise Absent(say("The ward TPR is ready after the open questions."))
    base = _base(workflow)
    return {
        "csv": (f"{base}ward_tpr.csv", say("Ward TPR (CSV)")),
        "xlsx": (f"{base}ward_tpr.xlsx", say("Ward TPR, method and exclusions (Excel)")),
        "report": (f"{base}report/", say("Printable report")),
        "geojson": (f"{base}ward_tpr.geojson", say("Ward TPR (GeoJSON)")),
    }


def _quality(workflow: Workflow) -> Files:
    base, state = _base(workflow), workflow.state
    assert workflow.upload is not None
    states = list(workflow.upload.counts["by_state"])
    state = state or (states[0] if len(states) == 1 else None)
    if state is None:
        return {"csv": (f"{base}issues.csv", say("Issues of the file (CSV)")),
                "report": (f"{base}quality/", say("Quality report (choose the state there)"))}  # fmt: skip
    query = f"?{urlencode({'state': state})}"
    return {
        "csv": (f"{base}quality.csv{query}", say("Remarks of the checks (CSV)")),
        "xlsx": (f"{base}quality.xlsx{query}", say("Quality report (Excel)")),
        "report": (f"{base}quality/{query}", say("Quality report, for printing")),
        "issues": (f"{base}issues.csv", say("Issues of the file, cell by cell (CSV)")),
        "calls": (f"{base}call_list.csv{query}", say("Facilities to telephone (CSV)")),
    }


def _matches(workflow: Workflow) -> Files:
    try:
        report_of(workflow)
    except Conflict as conflict:
        raise Absent(conflict.message) from conflict
    base = _base(workflow)
    return {
        "csv": (f"{base}matches.csv", say("Ward names and the list (CSV)")),
        "xlsx": (f"{base}matches.xlsx", say("Ward names and the list (Excel)")),
        "report": (f"{base}matches/", say("Ward names, to look through and decide")),
        "aliases": (f"{base}aliases.csv", say("What is remembered about names (CSV)")),
    }


def _risk(workflow: Workflow) -> Files:
    run = analysis_api.latest_done_run(current_result(workflow))
    if run is None:
        raise Absent(say("There is no finished risk analysis of the present choices."))
    base = f"{_base(workflow)}runs/{run.uuid}/"
    return {
        "csv": (f"{base}ward_scores.csv", say("Risk ranking (CSV)")),
        "xlsx": (f"{base}ward_scores.xlsx", say("Risk ranking and its method (Excel)")),
        "report": (f"{_base(workflow)}report/", say("Printable report")),
        "json": (f"{base}run.json", say("The run with its settings (JSON)")),
    }


def _nets(workflow: Workflow) -> Files:
    plan = itn_api.latest_plan(workflow)
    if plan is None:
        raise Absent(say("There is no net plan yet."))
    base = f"{_base(workflow)}plans/{plan.uuid}/"
    return {
        "csv": (f"{base}allocation.csv", say("Net plan (CSV)")),
        "xlsx": (f"{base}allocation.xlsx", say("Net plan, parameters and reasons (Excel)")),
        "report": (f"{_base(workflow)}report/", say("Printable report")),
        "json": (f"{base}plan.json", say("The plan with its parameters (JSON)")),
    }


OFFERS: dict[str, tuple[str, Callable[[Workflow], Files]]] = {
    "result": (mark("The ward TPR"), _result),
    "quality": (mark("The quality report"), _quality),
    "matches": (mark("The joins of ward names"), _matches),
    "risk": (mark("The risk ranking"), _risk),
    "nets": (mark("The net plan"), _nets),
}
"""What may be downloaded (workflow.md section 9)."""
