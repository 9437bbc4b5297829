"""The page of one LGA, its ward cards and files, remarks and settlement checks: all that people with
a role for one LGA see of a workflow.
"""

import uuid as uuids
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from analysis import api as analysis_api
from chatmrpt.accounts.domain.access import Act
from chatmrpt.chat.selectors.lga_page import OneLga, about, lga_csv, lga_page, lga_ward
from chatmrpt.chat.views.downloads import attachment
from chatmrpt.chat.views.requests import fields_of, key_in, workflow_of
from chatmrpt.chat.views.workflow import see_other
from chatmrpt.common.errors import Conflict, DomainError, NotFound
from chatmrpt.common.language import say
from chatmrpt.common.web import actor_of, wants_json
from itn import api as itn_api


def _found(request: HttpRequest, uuid: UUID, lga: str, act: Act = Act.READ) -> OneLga:
    return OneLga(workflow_of(request, uuid, act, lga), lga)


def _page(
    request: HttpRequest, found: OneLga, problem: DomainError | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    access = request.access  # type: ignore[attr-defined]
    context = lga_page(found) | {
        "may_comment": access.judged(Act.COMMENT, found.name).allowed,
        "whole": access.judged(Act.READ).allowed,
        "problem": problem, "typed": typed or {}, "key": uuids.uuid4().hex,
        "done": request.GET.get("done", ""),
    }  # fmt: skip
    status = problem.http_status if problem else 200
    return render(request, "chat/lga.html", context, status=status)


@require_GET
def page(request: HttpRequest, uuid: UUID, lga: str) -> HttpResponse:
    """`GET …/lga/<name>/`."""
    return _page(request, _found(request, uuid, lga))


@require_GET
def ward(request: HttpRequest, uuid: UUID, lga: str, row: int) -> HttpResponse:
    """`GET …/lga/<name>/wards/<row>/`: the card of one of its wards."""
    return render(request, "chat/lga_ward.html", lga_ward(_found(request, uuid, lga), row))


@require_GET
def waybill(request: HttpRequest, uuid: UUID, lga: str) -> HttpResponse:
    """`GET …/lga/<name>/waybill/`: bales by ward, to print and sign. 409 NO_PLAN without a plan."""
    found = _found(request, uuid, lga)
    if found.plan is None:
        raise Conflict("NO_PLAN", say("There is no net plan yet, so there is nothing to carry."))
    return render(request, "chat/lga_waybill.html", lga_page(found))


@require_GET
def file(request: HttpRequest, uuid: UUID, lga: str) -> HttpResponse:
    """`GET …/lga/<name>/lga.csv`."""
    found = _found(request, uuid, lga)
    return attachment(lga_csv(found), "text/csv", "lga.csv")


@require_POST
def comment(request: HttpRequest, uuid: UUID, lga: str) -> HttpResponse:
    """`POST …/lga/<name>/comment/`: a remark on the plan about this LGA, or a dissent."""
    found = _found(request, uuid, lga, Act.COMMENT)
    fields = fields_of(request)
    try:
        if found.plan is None:
            raise Conflict("NO_PLAN", say("There is no net plan yet on which to remark."))
        words = str(fields.get("comment") or "").strip()
        itn_api.comment_plan(
            uuid, found.plan.pk, actor=actor_of(request, "form"),
            comment=about(found.name) + words if words else "",
            signed_as=str(fields.get("signed_as") or ""), dissent=fields.get("dissent") == "1",
            key=key_in(fields),
        )  # fmt: skip
    except DomainError as problem:
        return _again(request, found, problem, fields)
    return _done(request, uuid, found, "comment")


@require_POST
def check(request: HttpRequest, uuid: UUID, lga: str) -> HttpResponse:
    """`POST …/lga/<name>/check/`: a settlement check of one of its wards."""
    found = _found(request, uuid, lga, Act.COMMENT)
    fields = fields_of(request)
    try:
        if str(fields.get("ward", "")) not in {str(pk) for pk in found.ward_ids()}:
            raise NotFound("NOT_FOUND", say("This ward is not in {found} LGA.", found=found.name))
        analysis_api.check_settlement(
            uuid, ward_id=fields.get("ward", ""), finding=str(fields.get("finding", "")),
            decision=str(fields.get("decision", "")), reason=str(fields.get("reason", "")),
            signed_by=str(fields.get("signed_by", "")), share_left_out=fields.get("share_left_out"),
            actor=actor_of(request, "form"), key=key_in(fields),
        )  # fmt: skip
    except DomainError as problem:
        return _again(request, found, problem, fields)
    return _done(request, uuid, found, "check")


def _again(
    request: HttpRequest, found: OneLga, problem: DomainError, fields: dict[str, Any]
) -> HttpResponse:
    if wants_json(request) or problem.http_status == 404:
        raise problem
    return _page(request, found, problem, fields)


def _done(request: HttpRequest, uuid: UUID, found: OneLga, what: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"lga": found.name, "done": what}, status=201)
    name = found.name.replace("/", "-")
    return see_other(f"{reverse('chat:lga', args=[uuid, name])}?done={what}")
