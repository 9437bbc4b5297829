"""The quality report of a workflow's file: page and files, before any positivity is shown."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatmrpt.chat.selectors.quality_page import quality_page, read_file_of, report_for
from chatmrpt.chat.views.requests import workflow_of
from chatmrpt.common.errors import Conflict, NotFound
from chatmrpt.common.web import owner_of
from tpr.exports_quality import call_list_csv, quality_csv, quality_xlsx
from tpr.exports_sources import sources_csv
from tpr.selectors.results import current_result

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
        raise NotFound("NOT_FOUND", "The workflow to compare with does not exist.") from error


@require_GET
def file(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """`GET …/quality.csv`, `…/call_list.csv`, `…/quality.xlsx`."""
    workflow = workflow_of(request, uuid)
    report = report_for(workflow, request.GET.dict())
    content: str | bytes
    kind = "text/csv; charset=utf-8"
    if name == "quality.csv":
        content = quality_csv(read_file_of(workflow), report)
    elif name == "call_list.csv":
        content = call_list_csv(report)
    else:
        content, kind = quality_xlsx(read_file_of(workflow), report), XLSX
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
def sources(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/sources.csv?lga=&ward=`: the cells that the ward figures stand on."""
    result = current_result(workflow_of(request, uuid))
    if result is None:
        raise Conflict(
            "TPR_NOT_READY", "The ward TPR is not ready: answer the open questions first."
        )
    lga, ward = request.GET.get("lga", ""), request.GET.get("ward", "")
    response = HttpResponse(
        sources_csv(result, lga=lga, ward=ward), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="sources.csv"'
    return response
