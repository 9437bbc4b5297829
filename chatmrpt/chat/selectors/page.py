"""The page of a workflow: stepper, transcript, question, waiting, results."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from analysis import api as analysis_api
from chatmrpt.chat.models import TourEnd
from chatmrpt.chat.replies.questions import question_of
from chatmrpt.chat.replies.tour import part_of
from chatmrpt.chat.selectors.results import results_of
from chatmrpt.chat.selectors.transcript import window_of
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS
from chatmrpt.common.heartbeats import worker_is_running
from chatmrpt.common.jobs import LIVE
from chatmrpt.common.language import say
from chatmrpt.common.once import reading_once
from itn import api as itn_api
from tpr.domain.stages import CHOOSING, Stage
from tpr.models import Workflow
from tpr.services.workflow import resume_code

SHOWN, SHOWN_WITH_RESULTS = 40, 4
"""Messages in view; the earlier ones are one press away."""


def page_of(
    workflow: Workflow, *, tab: str | None = None, params: Mapping[str, str] | None = None,
    seen: str = "", later: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return everything the templates need; they only lay it out.

    `seen` is the mark of the results a script has on its page: when they would come out the same
    they are left out (`results["kept"]`) and the script keeps what it has. With `later` other ones
    are fetched by the script when the answer is there.
    """
    with reading_once():
        return _page(workflow, tab, params or {}, seen, later=later)


def _page(
    workflow: Workflow, tab: str | None, params: Mapping[str, str], seen: str, *, later: bool
) -> dict[str, Any]:
    run = analysis_api.run_state(workflow)
    plan = itn_api.plan_state(workflow)
    newest = SHOWN_WITH_RESULTS if workflow.stage == Stage.COMPLETE else SHOWN
    steps = steps_of(workflow, run, plan)
    now = next((i for i, s in enumerate(steps, 1) if s["status"] == "now"), len(steps))
    waiting = waiting_of(workflow, run)
    return {
        "workflow": {
            "uuid": workflow.uuid, "name": workflow.name, "is_sample": workflow.is_sample,
            "version": workflow.version, "stage": workflow.stage,
            "saved_at": workflow.updated_at, "resume_code": resume_code(workflow),
            "file_name": workflow.upload.original_name if workflow.upload else "",
            "step_number": now, "step_count": len(steps), "step_label": steps[now - 1]["label"],
            "state": workflow.state or "",
        },
        "steps": steps,
        "talk": window_of(workflow, newest=newest, at=params.get("m", "")),
        "question": question_of(workflow),
        "waiting": waiting,
        "tour": tour_of(workflow, steps, waiting),
        "results": results_of(
            workflow, tab=tab, params=params, work=(run, plan), seen=seen, later=later
        ),
        "downloads": downloads_of(workflow, run, plan),
    }  # fmt: skip


def tour_of(
    workflow: Workflow, steps: list[dict[str, Any]], waiting: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Return the tour's words here; without words once it was left; None but for samples."""
    if not workflow.is_sample or workflow.stage == Stage.CANCELLED:
        return None
    if TourEnd.objects.filter(workflow=workflow).exists():
        return {"words": ""}
    return part_of(steps, waiting)


def _step(key: str, label: str, answer: str, change: tuple[str, str] | None) -> dict[str, Any]:
    return {
        "key": key, "label": label, "answer": answer, "status": "done" if answer else "todo",
        "change": {"command": change[0], "value": change[1]} if change and answer else None,
    }  # fmt: skip


def steps_of(
    workflow: Workflow, run: dict[str, Any] | None, plan: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the eight steps; the first one without an answer is the present one."""
    stage = Stage(workflow.stage)
    read = stage in CHOOSING
    by_state = (workflow.upload.counts or {}).get("by_state", {}) if workflow.upload else {}
    many = len(by_state) > 1
    facts = by_state.get(workflow.state or "", {})
    confirmed = (
        say("{lgas} LGAs, {wards} wards", lgas=facts["lgas"], wards=facts["wards"])
        if facts
        else "yes"
    )
    done = stage is Stage.COMPLETE
    steps = [
        _step("file", say("File"), workflow.upload.original_name if read and workflow.upload else "",
              None),
        _step("state", say("State"), workflow.state or "", ("back", "state") if many else None),
        _step("confirm", say("Confirm"), confirmed if workflow.state_confirmed else "", None),
        _step("level", say("Facility level"), LEVEL_LABELS.get(workflow.level or "", ""),
              ("back", "level")),
        _step("age", say("Age group"), AGE_LABELS.get(workflow.age_group or "", ""), ("back", "age")),
        _step("tpr", say("TPR"), say("Complete") if done else "", None),
        _step("risk", say("Risk"), _run_word(run) if done else "", None),
        _step("nets", say("Nets"), plan["name"] if done and plan else "", None),
    ]  # fmt: skip
    if stage is not Stage.CANCELLED:
        for step in steps:
            if step["status"] == "todo":
                step["status"] = "now"
                break
    return steps


def _run_word(run: dict[str, Any] | None) -> str:
    if run is None or run["status"] != "done":
        return ""
    return say("Out of date") if run["stale"] else say("Complete")


def waiting_of(workflow: Workflow, state: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the page waits for: the reader, or a risk analysis; None when for nothing.

    `state` is the run the page speaks of (`analysis.api.run_state`): a live one if there is one.
    """
    if workflow.stage == Stage.READING_UPLOAD and workflow.upload is not None:
        job = getattr(workflow.upload, "reading", None)
        return _waiting("reading", say("Reading the file"), job)
    if state is None or state["status"] not in LIVE:
        return None
    run = analysis_api.live_run(workflow)  # it may have finished this moment
    if run is not None:
        return _waiting("analysis", say("Ranking the wards"), run)
    return None


def _waiting(kind: str, title: str, job: Any) -> dict[str, Any]:
    done = job.progress_done if job else 0
    total = job.progress_total if job else 0
    queued = job is None or job.status == "queued"
    return {
        "kind": kind, "title": title, "done": done, "total": total,
        "percent": round(100 * done / total) if total else None,
        "note": (job.progress_note if job else "") or (say("waiting for a worker") if queued else ""),
        "no_worker": queued and not worker_is_running(),
        "since": job.queued_at if job else timezone.now(),
        "attempt": job.attempts if job else 0,
    }  # fmt: skip


def downloads_of(
    workflow: Workflow, run: dict[str, Any] | None, plan: dict[str, Any] | None
) -> list[dict[str, str]]:
    base = f"/workflows/{workflow.uuid}/"
    found = []
    if workflow.stage == Stage.COMPLETE:
        found += [
            {
                "label": say("Ward TPR, CSV"),
                "href": f"{base}ward_tpr.csv",
                "hint": say("opens in Excel"),
            },
            {
                "label": say("Ward TPR, GeoJSON"),
                "href": f"{base}ward_tpr.geojson",
                "hint": say("for a GIS"),
            },
            {"label": say("Map, SVG"), "href": f"{base}map.svg", "hint": say("prints at any size")},
            {"label": say("Report"), "href": f"{base}report/", "hint": say("for printing")},
        ]
    if workflow.upload is not None and workflow.upload.status == "ready":
        found.append(
            {"label": say("Issues, CSV"), "href": f"{base}issues.csv", "hint": say("cell by cell")}
        )
    if run and run["status"] == "done":
        found.append({"label": say("Risk scores, CSV"), "href": f"{base}runs/{run['run']}/ward_scores.csv",
                      "hint": ""})  # fmt: skip
    if plan:
        found.append({"label": say("Net plan, CSV"), "href": f"{base}plans/{plan['uuid']}/allocation.csv",
                      "hint": ""})  # fmt: skip
    found.append(
        {"label": say("Ledger, CSV"), "href": f"{base}ledger.csv", "hint": say("who did what")}
    )
    found.append({"label": say("Conversation, text"), "href": f"{base}transcript.txt",
                  "hint": say("also as transcript.csv")})  # fmt: skip
    return found
