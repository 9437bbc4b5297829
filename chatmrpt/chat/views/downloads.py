"""Files of a workflow: the owner's only, as attachments, formula-safe."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET

from analysis import api as analysis_api
from chatmrpt.chat.selectors.plan_page import difference_svg
from chatmrpt.chat.selectors.results import summary_of
from chatmrpt.chat.selectors.risk import risk_tab
from chatmrpt.chat.selectors.run_shapes import scores_geojson
from chatmrpt.chat.selectors.shapes import choropleth_of
from chatmrpt.chat.selectors.transcript import transcript_csv, transcript_text
from chatmrpt.chat.selectors.wards import caption_of, table_tab
from chatmrpt.chat.selectors.work_maps import plan_geojson, plan_map, run_map
from chatmrpt.chat.views.requests import workflow_of
from chatmrpt.common.errors import Conflict
from chatmrpt.common.language import say
from chatmrpt.common.workbooks import XLSX
from itn import api as itn_api
from tpr.exports import (
    issues_csv,
    ledger_csv,
    summary,
    ward_tpr_csv,
    ward_tpr_xlsx,
)
from tpr.geojson import ward_tpr_geojson
from tpr.models import TprResult, Workflow
from tpr.selectors.results import current_result

CSV, JSON, SVG, GEOJSON = "text/csv", "application/json", "image/svg+xml", "application/geo+json"
PLAN_TABLES = {"wards.csv": itn_api.wards_csv, "lgas.csv": itn_api.lgas_csv}


def attachment(content: str | bytes, kind: str, name: str) -> HttpResponse:
    charset = say("; charset=utf-8") if isinstance(content, str) else ""
    response = HttpResponse(content, content_type=kind + charset)
    response["Content-Disposition"] = say('attachment; filename="{name}"', name=name)
    return response


def unchanged_or(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Mark a file with its digest; who has it already gets 304 and no bytes."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = say("private, no-cache")
    found = get_conditional_response(request, etag=etag, response=response)
    return found if isinstance(found, HttpResponse) else response


def as_json(value: Any) -> str:
    return DjangoJSONEncoder(ensure_ascii=False).encode(value)


def _result(workflow: Workflow) -> TprResult:
    result = current_result(workflow)
    if result is None:
        raise Conflict(
            "TPR_NOT_READY", say("The ward TPR is not ready: answer the open questions first."),
            {"stage": workflow.stage},
        )  # fmt: skip
    return result


def _issues(workflow: Workflow) -> str:
    if workflow.upload is None or workflow.upload.status not in ("ready", "rejected", "review"):
        raise Conflict("FILE_NOT_READ", say("The file has not been read yet."))
    return issues_csv(workflow.upload)


def _map(workflow: Workflow) -> str:
    result = _result(workflow)
    if result.ward_list is None:
        raise Conflict(
            "NO_WARD_LIST", say("No ward list is loaded for {state}; no map.", state=result.state)
        )
    return choropleth_of(result, link="", standalone=True)


FILES: dict[str, tuple[str, Callable[[Workflow], str | bytes]]] = {
    "ward_tpr.csv": (CSV, lambda w: ward_tpr_csv(_result(w))),
    "ward_tpr.xlsx": (XLSX, lambda w: ward_tpr_xlsx(_result(w))),
    "ward_tpr.geojson": (GEOJSON, lambda w: json.dumps(ward_tpr_geojson(_result(w)))),
    "map.svg": (SVG, _map),
    "issues.csv": (CSV, _issues),
    "ledger.csv": (CSV, ledger_csv),
    "transcript.csv": (CSV, transcript_csv),
    "transcript.txt": ("text/plain", transcript_text),
    "summary.json": (JSON, lambda w: as_json(summary(_result(w)))),
}


@require_GET
def file(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    workflow = workflow_of(request, uuid)
    kind, write = FILES[name]
    if name == "ward_tpr.csv" and (wanted := request.GET.get("columns", "")):
        return attachment(ward_tpr_csv(_result(workflow), wanted.split(",")), kind, name)
    made = attachment(write(workflow), kind, name)
    return unchanged_or(request, made) if kind in (SVG, GEOJSON) else made


@require_GET
def run_file(request: HttpRequest, uuid: UUID, run: UUID, name: str) -> HttpResponse:
    found = analysis_api.run_with_uuid(run, workflow_of(request, uuid))
    if found.status != "done":
        raise Conflict(
            "RUN_NOT_DONE", say("This analysis has not finished."), {"status": found.status}
        )
    if name == "map.svg":
        return unchanged_or(request, attachment(run_map(found), SVG, name))
    if name == "run.json":
        return attachment(as_json(analysis_api.run_json(found)), JSON, name)
    if name == "ward_scores.xlsx":
        return attachment(analysis_api.ward_scores_xlsx(found), XLSX, name)
    if name == "ward_scores.geojson":
        return attachment(json.dumps(scores_geojson(found)), GEOJSON, name)
    return attachment(analysis_api.ward_scores_csv(found), CSV, name)


@require_GET
def plan_file(request: HttpRequest, uuid: UUID, plan: UUID, name: str) -> HttpResponse:
    workflow = workflow_of(request, uuid)
    found = itn_api.plan_of(workflow, plan)
    if name == "map.svg":
        drawn = plan_map(found, standalone=True).svg
        return unchanged_or(request, attachment(drawn, SVG, name))
    if name == "allocation.geojson":
        return attachment(json.dumps(plan_geojson(found)), GEOJSON, name)
    if name == "difference.svg":
        drawn = difference_svg(workflow, found, request.GET.get("against", ""))
        return attachment(drawn, SVG, name)
    if name in PLAN_TABLES:
        return attachment(PLAN_TABLES[name](found), CSV, name)
    if name == "plan.json":
        return attachment(itn_api.plan_json(found), JSON, name)
    if name == "allocation.xlsx":
        return attachment(itn_api.allocation_xlsx(found), XLSX, name)
    return attachment(itn_api.allocation_csv(found), CSV, name)


@require_GET
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The printable report: everything that must be read with the figures, on paper."""
    workflow = workflow_of(request, uuid)
    result = _result(workflow)
    plans = itn_api.plans_of(workflow)
    from chatmrpt.chat.selectors.nets import plan_view

    context = {
        "workflow": workflow, "summary": summary_of(result),
        "table": table_tab(workflow, result, {"sort": "lga", "all": "1"}),
        "svg": choropleth_of(result, link="") if result.ward_list else "",
        "caption": caption_of(result), "risk": risk_tab(workflow, {}, everything=True),
        "plan": plan_view(plans[0]) if plans else None, "computed_at": result.computed_at,
        "fingerprint": result.fingerprint[:16],
    }  # fmt: skip
    return render(request, "chat/report.html", context)
