"""Checking a planning sheet of others: the form, the wait, the findings, as page, CSV and JSON."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from chatmrpt.chat.selectors.plausibility_page import check_page, check_state, flags_csv, start_page
from chatmrpt.chat.views.downloads import CSV, attachment
from chatmrpt.chat.views.requests import fields_of, need_account
from chatmrpt.chat.views.workflow import see_other
from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.language import say
from chatmrpt.common.web import actor_of, owner_of, wants_json
from itn import api as itn_api


@require_http_methods(["GET", "HEAD", "POST"])
@ensure_csrf_cookie
def sheets(request: HttpRequest) -> HttpResponse:
    """`GET /plausibility/`: the form and one's own checks. `POST` (`file`, `bale`, `stock`,
    `population`): 303 to the check; JSON 202.
    """
    if request.method != "POST":
        return render(request, "chat/plausibility.html", start_page(owner_of(request)))
    need_account(request)
    fields = fields_of(request)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput("NO_FILE", say("Choose the planning sheet (CSV or Excel) first."))
        made = itn_api.request_check(
            name=file.name or "sheet", content=file.read(itn_api.SHEET_LIMIT + 1),
            actor=actor_of(request, "form"), bale=fields.get("bale") or "",
            stock=fields.get("stock") or "", population=str(fields.get("population") or ""),
        )  # fmt: skip
    except DomainError as problem:
        if wants_json(request):
            raise
        context = start_page(owner_of(request)) | {"problem": problem.message, "typed": fields}
        return render(request, "chat/plausibility.html", context, status=problem.http_status)
    if wants_json(request):
        response = JsonResponse(check_state(made), status=202)
        response["Location"] = f"/plausibility/{made.pk}/"
        return response
    return see_other(f"/plausibility/{made.pk}/")


@require_GET
def sheet(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET /plausibility/<uuid>/`: how far it is (202), or what was found."""
    found = itn_api.check_of(owner_of(request), uuid)
    status = 202 if found.is_live else 200
    if wants_json(request):
        body: dict[str, Any] = check_state(found)
        return JsonResponse(body, status=status)
    return render(request, "chat/plausibility_sheet.html", check_page(found), status=status)


@require_GET
def flags(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET /plausibility/<uuid>/flags.csv`: every line with its flags."""
    found = itn_api.check_of(owner_of(request), uuid)
    return attachment(flags_csv(found), CSV, "flags.csv")
