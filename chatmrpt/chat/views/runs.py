"""The page of a risk run, the card of a ward in it, and the wards that could be left out."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analysis import api as analysis_api
from analysis.models import AnalysisRun
from chatmrpt.chat.selectors.deprioritise_page import deprioritise_page
from chatmrpt.chat.selectors.run_page import driver_rows, ranked_row, run_page
from chatmrpt.chat.views.requests import fields_of, key_in, workflow_of
from chatmrpt.chat.views.workflow import page_url, see_other
from chatmrpt.common.errors import Conflict
from chatmrpt.common.language import say
from chatmrpt.common.web import actor_of, wants_json
from tpr.models import Workflow


def finished(workflow: Workflow, run: UUID) -> AnalysisRun:
    """Return a finished run of this workflow. Raises NotFound, Conflict RUN_NOT_DONE."""
    found = analysis_api.run_with_uuid(run, workflow)
    if found.status != "done":
        raise Conflict(
            "RUN_NOT_DONE", say("This analysis has not finished."), {"status": found.status}
        )
    return found


@require_GET
def page(request: HttpRequest, uuid: UUID, run: UUID) -> HttpResponse:
    """`GET …/runs/<run>/?lga=&firm=&page=&map=&with=`."""
    workflow = workflow_of(request, uuid)
    found = analysis_api.run_with_uuid(run, workflow)
    if found.status != "done":
        return see_other(f"{page_url(workflow)}?tab=risk&run={found.pk}")
    if wants_json(request):
        return JsonResponse(analysis_api.run_json(found))
    context = {"workflow": workflow, **run_page(workflow, found, request.GET.dict())}
    return render(request, "chat/run.html", context)


@require_GET
def ward(request: HttpRequest, uuid: UUID, run: UUID, score: int) -> HttpResponse:
    """`GET …/runs/<run>/wards/<score>/`: why this ward, and what would change it."""
    workflow = workflow_of(request, uuid)
    found = finished(workflow, run)
    row = analysis_api.ward_score(found, score)
    explanation = analysis_api.explain(found, row)
    context: dict[str, Any] = {
        "workflow": workflow, "run": found, "why": explanation, "score": row,
        "line": ranked_row(found, row, found.n_wards or 1),
        "drivers": driver_rows(explanation),
        "top": found.parameters.get("top"),
    }  # fmt: skip
    return render(request, "chat/run_ward.html", context)


@require_http_methods(["GET", "POST"])
def deprioritise(request: HttpRequest, uuid: UUID, run: UUID) -> HttpResponse:
    """`GET …/runs/<run>/deprioritise/?threshold=&target=`; `POST` records a settlement check."""
    if request.method == "POST":
        return _record(request, uuid, run)
    workflow = workflow_of(request, uuid)
    found = finished(workflow, run)
    context = {"workflow": workflow, **deprioritise_page(workflow, found, request.GET.dict())}
    return render(request, "chat/deprioritise.html", context)


def _record(request: HttpRequest, uuid: UUID, run: UUID) -> HttpResponse:
    analysis_api.run_with_uuid(run, workflow_of(request, uuid))
    fields = fields_of(request)
    row = analysis_api.check_settlement(
        uuid,
        ward_id=fields.get("ward", ""),
        finding=str(fields.get("finding", "")),
        decision=str(fields.get("decision", "")),
        reason=str(fields.get("reason", "")),
        signed_by=str(fields.get("signed_by", "")),
        share_left_out=fields.get("share_left_out"),
        actor=actor_of(request, "form"),
        key=key_in(fields),
    )
    return _back(request, uuid, run, fields, row)


@require_POST
def withdraw(request: HttpRequest, uuid: UUID, run: UUID, check: UUID) -> HttpResponse:
    """`POST …/deprioritise/<check>/withdraw/`: take a settlement check back."""
    analysis_api.run_with_uuid(run, workflow_of(request, uuid))
    fields = fields_of(request)
    row = analysis_api.withdraw_check(
        uuid, check, signed_by=str(fields.get("signed_by", "")), actor=actor_of(request, "form"),
        key=key_in(fields),
    )  # fmt: skip
    return _back(request, uuid, run, fields, row)


def _back(
    request: HttpRequest, uuid: UUID, run: UUID, fields: dict[str, Any], row: Any
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(
            {"check": str(row.pk), "finding": row.finding, "decision": row.decision,
             "withdrawn": row.withdrawn_at is not None},
            status=201,
        )  # fmt: skip
    query = urlencode({n: str(fields.get(n) or "")[:20] for n in ("threshold", "target")})
    return see_other(f"/workflows/{uuid}/runs/{run}/deprioritise/?{query}#checks")
