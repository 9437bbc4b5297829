"""`GET /workflows/<uuid>/history/?page=`: who did what, for everybody who may read the whole."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatmrpt.chat.selectors.history_page import history_page
from chatmrpt.chat.views.requests import workflow_of
from chatmrpt.common.web import owner_of


@require_GET
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    workflow = workflow_of(request, uuid)
    context = history_page(workflow, request.GET.dict(), owner_of(request))
    return render(request, "chat/history.html", context)
