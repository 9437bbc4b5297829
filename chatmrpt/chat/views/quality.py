"""The quality report of a workflow's file: page and files, before any positivity is shown."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from chatmrpt.chat.selectors.quality_calls import read_mark
from chatmrpt.chat.selectors.quality_page import quality_page, read_file_of, report_for
from chatmrpt.chat.services.conversation import check_key
from chatmrpt.chat.views.requests import check_owner, fields_of, key_in, workflow_of
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound
from chatmrpt.common.language import say
from chatmrpt.common.web import actor_of, owner_of, wants_json
from tpr.exports_quality import (
    call_list_csv,
    quality_csv,
    quality_xlsx,
    register_csv,
    revision_csv,
)
from tpr.exports_sources import sources_csv
from tpr.selectors.calls import call_answers
from tpr.selectors.results import current_result
from tpr.selectors.revision import revision
from tpr.services.record_call import record_call

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/quality/?state=&denominator=&against=`: both workflows must be this person's."""
    workflow = workflow_of(request, uuid)
    against = request.GET.get("against", "")
    earlier = workflow_of(request, uuid_in(against)) if against else None
    context = quality_page(workflow, request.GET.dict(), owner_of(request), earlier)
    return render(request, "chat/quality.html", context)


def uuid_in(text: str) -> UUID:
    """Read an id of the request. Raises NotFound: what is no id leads nowhere."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("NOT_FOUND", say("The workflow to compare with does not exist.")) from error


@require_GET
def file(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """`GET …/quality.csv`, `…/call_list.csv`, `…/register.csv`, `…/revision.csv`, `…/quality.xlsx`."""
    workflow = workflow_of(request, uuid)
    report = report_for(workflow, request.GET.dict())
    content: str | bytes
    kind = say("text/csv; charset=utf-8")
    if name == "quality.csv":
        content = quality_csv(read_file_of(workflow), report)
    elif name == "call_list.csv":
        content = call_list_csv(report, call_answers(workflow, report.state))
    elif name == "register.csv":
        content = register_csv(report)
    elif name == "revision.csv":
        earlier = workflow_of(request, uuid_in(request.GET.get("against", "")))
        content = revision_csv(
            revision(earlier.upload, report.data, report.state, report.basis, report.period)
        )
    else:
        answers = call_answers(workflow, report.state)
        content, kind = quality_xlsx(read_file_of(workflow), report, answers), XLSX
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = say('attachment; filename="{name}"', name=name)
    return response


@require_POST
def calls(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`POST …/calls/`: what a call found (JSON 201): `call`, `called_on`, `called_by`, `outcome`,
    `found`, `idempotency_key`."""
    check_owner(request, uuid)
    fields = fields_of(request)
    text = {name: str(fields.get(name, "")) for name in ("call", "called_on", "found")}
    try:
        facility, period = read_mark(text["call"])
        called_on = date.fromisoformat(text["called_on"])
    except ValueError as error:
        raise InvalidInput(
            "CALL_DATE", say("Say which call, and the day as YYYY-MM-DD."),
            {"call": text["call"][:60], "called_on": text["called_on"][:20]},
        ) from error  # fmt: skip
    answer = record_call(
        uuid, facility=facility, period=period, called_on=called_on,
        called_by=str(fields.get("called_by", "")), outcome=str(fields.get("outcome", "")),
        found=text["found"], key=check_key(key_in(fields)), actor=actor_of(request, "form"),
    )  # fmt: skip
    if wants_json(request):
        facts = {"call": text["call"], "repeated": answer is None}
        return JsonResponse(facts, status=200 if answer is None else 201)
    state = urlencode({"state": str(fields.get("state", ""))[:100]})
    return HttpResponseRedirect(f"/workflows/{uuid}/quality/?{state}#calls", status=303)


@require_GET
def sources(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/sources.csv?lga=&ward=`: the cells that the ward figures stand on."""
    result = current_result(workflow_of(request, uuid))
    if result is None:
        raise Conflict(
            "TPR_NOT_READY", say("The ward TPR is not ready: answer the open questions first.")
        )
    lga, ward = request.GET.get("lga", ""), request.GET.get("ward", "")
    response = HttpResponse(
        sources_csv(result, lga=lga, ward=ward), content_type=say("text/csv; charset=utf-8")
    )
    response["Content-Disposition"] = say('attachment; filename="sources.csv"')
    return response
