"""The state of a workflow as JSON (contracts §4)."""

from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.models import Message
from chatmrpt.chat.replies.answers.guidance import STAGE_LABELS
from chatmrpt.chat.replies.questions import options_of, question_of
from chatmrpt.common.actors import this_process
from chatmrpt.common.language import say
from chatmrpt.common.once import reading_once
from itn import api as itn_api
from tpr.models import TprResult, Workflow
from tpr.selectors.decisions import changes_since
from tpr.selectors.results import current_result


def state_of(workflow: Workflow) -> dict[str, Any]:
    """Return where the workflow stands; the same words as on the page."""
    with reading_once():
        return _state(workflow)


def _state(workflow: Workflow) -> dict[str, Any]:
    return {
        "uuid": str(workflow.uuid),
        "stage": workflow.stage,
        "version": workflow.version,
        "selections": {
            "state": workflow.state, "level": workflow.level, "age_group": workflow.age_group
        },
        "options": options_of(question_of(workflow)),
        "upload": _upload(workflow),
        "tpr": _tpr(workflow, current_result(workflow)),
        "analysis": _analysis(workflow),
        "plan": itn_api.plan_state(workflow),
        "messages": Message.objects.filter(workflow=workflow).count(),
        "served_by": this_process(),
    }  # fmt: skip


def _upload(workflow: Workflow) -> dict[str, Any] | None:
    upload = workflow.upload
    if upload is None:
        return None
    reading = getattr(upload, "reading", None)
    state = {"status": upload.status, "progress": reading.progress if reading else None}
    if upload.status == "receiving":
        state["progress"] = {
            "done": upload.received,
            "total": upload.size,
            "note": say("bytes sent"),
        }
    if upload.status == "rejected":
        state["error"] = {"code": upload.error_code, "message": upload.error_message}
    return state


def _tpr(workflow: Workflow, result: TprResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    t = result.totals
    return {
        "result": result.number, "definition": result.definition, "exceeding": result.exceeding,
        "tested": t["tested"], "positive": t["positive"], "tpr": t["tpr"], "low": t["low"],
        "high": t["high"], "facilities": t["facilities"], "wards": t["wards"],
        "ward_list": result.ward_list.name if result.ward_list else None,
        "stale": bool(changes_since(workflow, result)),
    }  # fmt: skip


def _analysis(workflow: Workflow) -> dict[str, Any] | None:
    return analysis_api.run_state(workflow)


def workflows_of(owner: str) -> list[dict[str, Any]]:
    """Return what this person owns or opened by a code, last changed first."""
    if not owner:
        return []
    by_code = Workflow.objects.filter(grants__holder=owner, grants__how="resume_code")
    rows = Workflow.objects.filter(owner=owner) | by_code
    return [
        {
            "uuid": w.uuid, "name": w.name, "state": w.state, "stage": w.stage,
            "stage_label": STAGE_LABELS[w.stage], "updated_at": w.updated_at,
            "is_sample": w.is_sample,
        }
        for w in rows.distinct().order_by("-updated_at")[:50]
    ]  # fmt: skip
