"""The results panel: summary and the body of one tab, from rows."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.selectors.nets import nets_tab
from chatmrpt.chat.selectors.quality import issue_groups
from chatmrpt.chat.selectors.risk import risk_tab
from chatmrpt.chat.selectors.ward_card import ward_card
from chatmrpt.chat.selectors.ward_maps import map_tab
from chatmrpt.chat.selectors.wards import table_tab
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    EXCEEDING_LABELS,
    LEVEL_LABELS,
    count,
    percent,
    period,
    plural,
    shown_interval,
)
from chatmrpt.common.language import mark, say
from tpr.models import TprResult, Workflow
from tpr.selectors.decisions import changes_since
from tpr.selectors.results import current_result, ward_figures

TABS = (("map", mark("Map")), ("table", mark("Table")), ("quality", mark("Quality")), ("risk", mark("Risk")),
        ("nets", mark("Nets")))  # fmt: skip


Work = tuple[dict[str, Any] | None, dict[str, Any] | None]


def results_of(
    workflow: Workflow, *, tab: str | None, params: Mapping[str, str], work: Work, seen: str = "",
    later: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return the panel; a tab that has nothing to show yet is not enabled.

    `work` is the run and the plan the page speaks of. A panel whose mark is `seen` is `kept`:
    nothing of it is read or drawn again. With `later` the panel comes with a request of its own,
    so that an answer is not held up by its map.
    """
    result = current_result(workflow)
    ready = workflow.upload is not None and workflow.upload.status == "ready"
    enabled = {
        "map": result is not None, "table": result is not None, "quality": ready,
        "risk": result is not None, "nets": result is not None,
    }  # fmt: skip
    if tab not in enabled or not enabled[tab]:
        tab = (workflow.output or "map") if result is not None else "quality"
    changes = changes_since(workflow, result) if result else []
    mark = _mark(workflow, result, tab, work, changes) if result else ""
    kept = bool(mark) and mark == seen
    later = later and result is not None and not kept
    drawn = ready and not kept and not later
    return {
        "available": ready,
        "ready": result is not None,
        "mark": mark,
        "kept": kept,
        "later": later,
        "tabs": [
            {"key": key, "label": say(label), "enabled": enabled[key], "current": key == tab}
            for key, label in TABS
        ],
        "tab": tab,
        "summary": summary_of(result) if result else None,
        "changes": changes,
        "body": _body(workflow, result, tab, params) if drawn else None,
        "ward": ward_card(result, params.get("ward", ""), workflow) if result and drawn else None,
    }


def _mark(
    workflow: Workflow, result: TprResult, tab: str, work: Work, changes: list[dict[str, str]]
) -> str:
    """Name what the panel is drawn from: it changes whenever something in it would."""
    run, plan = work
    parts = [
        workflow.version, workflow.threshold_answer, result.pk, tab, len(changes),
        *((run["run"], run["status"], run["stale"]) if run else ()),
        *((plan["uuid"], plan["stale"]) if plan else ()),
    ]  # fmt: skip
    return ".".join(str(part) for part in parts)


def _body(
    workflow: Workflow, result: TprResult | None, tab: str, params: Mapping[str, str]
) -> dict[str, Any]:
    if result is None or tab == "quality":
        return quality_tab(workflow, result)
    if tab == "table":
        return table_tab(workflow, result, params)
    if tab == "risk":
        return risk_tab(workflow, params)
    if tab == "nets":
        return nets_tab(workflow, params)
    return map_tab(workflow, result, params)


def summary_of(result: TprResult) -> dict[str, Any]:
    """Return the figures of the state with everything that must stand beside them."""
    t = result.totals
    upload = result.workflow.upload
    facts = (upload.counts or {}).get("by_state", {}).get(result.state, {}) if upload else {}
    wards = t["wards"]
    with_tests = wards.get("ok", 0) + wards.get("too_few", 0)
    cells = t["excluded"]["cells"]
    note = ""
    if cells:
        note = say(
            "{cells} with more positives than tests {is_} {exceeding_labels}.",
            cells=plural(cells, "pair"),
            is_="is" if cells == 1 else "are",
            exceeding_labels=EXCEEDING_LABELS[result.exceeding],
        )
    if t.get("inside_longer"):
        note += say(
            " {inside_longer} inside a longer report of the same facility {is_} not added again.",
            inside_longer=plural(t["inside_longer"], "report"),
            is_="is" if t["inside_longer"] == 1 else "are",
        )
    return {
        "tpr": percent(t["tpr"]), "low": shown_interval(t)[0],
        "high": shown_interval(t)[1],
        "tested": count(t["tested"] or 0), "positive": count(t["positive"] or 0),
        "facilities": count(t["reporting"]), "facilities_of": count(t["facilities"]),
        "wards": count(with_tests),
        # With a list, names that are not on it are no wards of the state.
        "wards_of": count(sum(n for status, n in wards.items() if status != "unmatched")),
        "no_tests": count(wards.get("no_tests", 0)),
        "not_in_file": count(wards.get("not_in_file", 0)),
        "unmatched": count(wards.get("unmatched", 0)),
        "open_names": t["parts"]["unmatched"]["wards"],
        "definition": result.definition, "definition_label": DEFINITION_LABELS[result.definition],
        "list_name": result.ward_list.name if result.ward_list else "",
        "period": period(
            result.period_start or facts.get("first_period"),
            result.period_end or facts.get("last_period"),
        ),
        "exceeding_note": note, "state": result.state, "level_label": LEVEL_LABELS[result.level],
        "age_label": AGE_LABELS[result.age_group], "number": result.number,
        "formula": {
            "positive": count(t["positive"] or 0), "tested": count(t["tested"] or 0),
            "tpr": percent(t["tpr"]),
        },
    }  # fmt: skip


def quality_tab(workflow: Workflow, result: TprResult | None) -> dict[str, Any]:
    """Return what was found in the file, kind by kind, and the wards that are not on the map."""
    upload = workflow.upload
    assert upload is not None
    by_state = upload.counts["by_state"]
    counts = [
        {"label": say("Sheet"), "value": upload.sheet or say("the only one")},
        {"label": say("Header row"), "value": count(upload.header_row)},
        {"label": say("Rows used"), "value": count(upload.counts.get("rows_used"))},
        {"label": say("States"), "value": count(len(by_state))},
        {
            "label": say("Facilities"),
            "value": count(sum(s["facilities"] for s in by_state.values())),
        },
        {
            "label": say("Reports with a test count"),
            "value": f"{count(sum(s['reports_with_tests'] for s in by_state.values()))} of "
            f"{count(sum(s['reports'] for s in by_state.values()))}",
        },
    ]
    rows = ward_figures(result) if result else []
    return {
        "counts": counts,
        "issues": issue_groups(upload),
        "columns": [c for c in upload.columns if c.get("field")],
        "unmatched": [w for w in rows if w.status == "unmatched" and w.ward],
        "unknown": [w for w in rows if "unknown_ward" in w.flags],
        "no_data": [w for w in rows if w.status == "no_tests"],
        "not_in_file": [w for w in rows if w.status == "not_in_file"],
    }
