"""The quality report of a workflow's file: page and files, before any positivity is shown."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatmrpt.chat.selectors.quality_page import quality_page, read_file_of, report_for
from chatmrpt.chat.views.requests import workflow_of
from chatmrpt.common.errors import NotFound
from tpr.exports_quality import call_list_csv, quality_csv, quality_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/quality/?state=&denominator=&against=`: both workflows must be this person's."""
    workflow = workflow_of(request, uuid)
    against = request.GET.get("against", "")
    earlier = workflow_of(request, uuid_in(against)) if against else None
    context = quality_page(workflow, request.GET.dict(), earlier)
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
