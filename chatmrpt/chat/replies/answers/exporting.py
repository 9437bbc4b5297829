"""Downloads that are asked for in words: links to real files, of what is shown."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS
from chatmrpt.common.errors import Conflict
from itn import api as itn_api
from tpr.exports import WARD_COLUMNS
from tpr.models import Workflow
from tpr.selectors.results import current_result
from tpr.services.decide_match import report_of

FORMATS = ("csv", "xlsx", "report", "geojson")
NAMES = {"csv": "CSV", "xlsx": "Excel", "report": "printable report", "geojson": "GeoJSON"}

Files = dict[str, tuple[str, str]]
"""Format → (address, label)."""


class Absent(Exception):
    """There is nothing to download yet; the text says what must come first."""


def export(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Link the file asked for; without a format every one there is. What is missing says what is."""
    if workflow.upload is None or not (workflow.upload.counts or {}).get("by_state"):
        return Reply(text=f"There is no file yet, so nothing to download. {choices_here(workflow)}")
    of = str(slots.get("of") or "result")
    label, files_of = OFFERS.get(of, OFFERS["result"])
    try:
        files = files_of(workflow)
    except Absent as error:
        files = _quality(workflow)
        links = [{"href": href, "label": name} for href, name in files.values()]
        return Reply(text=f"{error} What can be downloaded now is about the file.\n\n"
                     + choices_here(workflow), links=links)  # fmt: skip
    wanted = str(slots.get("format") or "")
    chosen = slots.get("columns")
    lines = []
    if wanted and wanted not in files:
        lines.append(
            f"{label} is not made as {NAMES.get(wanted, wanted)}; these are what there is."
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
        return (
            f"{label} as shown: {workflow.state}, {LEVEL_LABELS[workflow.level].lower()}, "
            f"{AGE_LABELS[workflow.age_group].lower()}; the definition stands in every row, and the method, "
            "what was left out and why in the Excel file and the report."
        )
    return f"{label}, for your own use; the file you uploaded is unchanged."


def _base(workflow: Workflow) -> str:
    return f"/workflows/{workflow.uuid}/"


def _result(workflow: Workflow) -> Files:
    if current_result(workflow) is None:
        raise Absent("The ward TPR is ready after the open questions.")
    base = _base(workflow)
    return {
        "csv": (f"{base}ward_tpr.csv", "Ward TPR (CSV)"),
        "xlsx": (f"{base}ward_tpr.xlsx", "Ward TPR, method and exclusions (Excel)"),
        "report": (f"{base}report/", "Printable report"),
        "geojson": (f"{base}ward_tpr.geojson", "Ward TPR (GeoJSON)"),
    }


def _quality(workflow: Workflow) -> Files:
    base, state = _base(workflow), workflow.state
    assert workflow.upload is not None
    states = list(workflow.upload.counts["by_state"])
    state = state or (states[0] if len(states) == 1 else None)
    if state is None:
        return {"csv": (f"{base}issues.csv", "Issues of the file (CSV)"),
                "report": (f"{base}quality/", "Quality report (choose the state there)")}  # fmt: skip
    query = f"?{urlencode({'state': state})}"
    return {
        "csv": (f"{base}quality.csv{query}", "Remarks of the checks (CSV)"),
        "xlsx": (f"{base}quality.xlsx{query}", "Quality report (Excel)"),
        "report": (f"{base}quality/{query}", "Quality report, for printing"),
        "issues": (f"{base}issues.csv", "Issues of the file, cell by cell (CSV)"),
        "calls": (f"{base}call_list.csv{query}", "Facilities to telephone (CSV)"),
    }


def _matches(workflow: Workflow) -> Files:
    try:
        report_of(workflow)
    except Conflict as conflict:
        raise Absent(conflict.message) from conflict
    base = _base(workflow)
    return {
        "csv": (f"{base}matches.csv", "Ward names and the list (CSV)"),
        "xlsx": (f"{base}matches.xlsx", "Ward names and the list (Excel)"),
        "report": (f"{base}matches/", "Ward names, to look through and decide"),
        "aliases": (f"{base}aliases.csv", "What is remembered about names (CSV)"),
    }


def _risk(workflow: Workflow) -> Files:
    run = analysis_api.latest_done_run(current_result(workflow))
    if run is None:
        raise Absent("There is no finished risk analysis of the present choices.")
    base = f"{_base(workflow)}runs/{run.uuid}/"
    return {
        "csv": (f"{base}ward_scores.csv", "Risk ranking (CSV)"),
        "xlsx": (f"{base}ward_scores.xlsx", "Risk ranking and its method (Excel)"),
        "report": (f"{_base(workflow)}report/", "Printable report"),
        "json": (f"{base}run.json", "The run with its settings (JSON)"),
    }


def _nets(workflow: Workflow) -> Files:
    plan = itn_api.latest_plan(workflow)
    if plan is None:
        raise Absent("There is no net plan yet.")
    base = f"{_base(workflow)}plans/{plan.uuid}/"
    return {
        "csv": (f"{base}allocation.csv", "Net plan (CSV)"),
        "xlsx": (f"{base}allocation.xlsx", "Net plan, parameters and reasons (Excel)"),
        "report": (f"{_base(workflow)}report/", "Printable report"),
        "json": (f"{base}plan.json", "The plan with its parameters (JSON)"),
    }


OFFERS: dict[str, tuple[str, Callable[[Workflow], Files]]] = {
    "result": ("The ward TPR", _result),
    "quality": ("The quality report", _quality),
    "matches": ("The joins of ward names", _matches),
    "risk": ("The risk ranking", _risk),
    "nets": ("The net plan", _nets),
}
"""What may be downloaded (workflow.md section 9)."""
