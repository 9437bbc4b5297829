"""Starting, the page, its state, saying and choosing."""

import hashlib
import json
import uuid as uuids
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from chatmrpt.accounts.gate import access_of
from chatmrpt.chat.api import Answer, choose, page_of, say, start_workflow, state_of
from chatmrpt.chat.selectors.transcript import named
from chatmrpt.chat.selectors.ward_card import ward_card
from chatmrpt.chat.services.tour import begin_tour, end_tour
from chatmrpt.chat.views.requests import (
    check_owner,
    fields_of,
    key_in,
    need_account,
    version_in,
    workflow_of,
)
from chatmrpt.common.errors import NotFound, StaleVersion
from chatmrpt.common.web import actor_of, is_htmx, owner_of, wants_json
from tpr.models import Workflow
from tpr.selectors.results import current_result
from tpr.services.workflow import resume_code


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def page_url(workflow: Workflow) -> str:
    return reverse("chat:workflow", args=[workflow.pk])


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """`POST /workflows/`: a file, a resumable upload or the sample becomes a workflow.

    With `workflow` the file is given to one that awaits it.
    """
    need_account(request)
    fields = fields_of(request)
    workflow = start_workflow(
        actor=actor_of(request, "form"),
        file=request.FILES.get("file"),
        sample=str(fields.get("sample", "")) in ("1", "true", "True"),
        key=key_in(fields),
        upload=fields.get("upload"),
        workflow=fields.get("workflow"),
        join=fields.get("join"),
    )
    if is_htmx(request):
        made = show(request, _fresh(workflow))
        made["X-Page"] = page_url(workflow)
        return made
    if not wants_json(request):
        return see_other(page_url(workflow))
    body = {**state_of(_fresh(workflow)), "resume_code": resume_code(workflow)}
    response = JsonResponse(body, status=201)
    response["Location"] = page_url(workflow)
    return response


def _fresh(workflow: Workflow) -> Workflow:
    return Workflow.objects.select_related("upload", "upload__reading", "ward_list").get(
        pk=workflow.pk
    )


@require_GET
@ensure_csrf_cookie
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return show(request, workflow_of(request, uuid))


def show(
    request: HttpRequest, workflow: Workflow, *, status: int = 200, notice: str = "",
    typed: str = "",
) -> HttpResponse:  # fmt: skip
    """Render the page, or only its body for a script that swaps it.

    `notice` says why what was sent changed nothing; `typed` is put back into the text box.
    """
    fragment = is_htmx(request)
    tab = request.GET.get("tab") or request.POST.get("tab", "")
    # Only an answer to a form may leave the results out: a look again shows the progress of work.
    posted = fragment and request.method == "POST"
    seen = request.headers.get("X-Shown", "") if posted else ""
    context = page_of(workflow, tab=tab, params=request.GET, seen=seen, later=posted)
    context["key"] = uuids.uuid4().hex
    context["tab"], context["notice"], context["typed"] = tab, notice, typed
    context["limit_mb"] = settings.UPLOAD_MAX_MB
    upload = workflow.upload
    context["arriving"] = upload if upload and upload.status == "receiving" else None
    named(context["talk"]["messages"], owner_of(request))
    access = access_of(request, workflow)
    if not access.sees_code:
        context["workflow"]["resume_code"] = ""
    if not access.may_write:
        for_readers(context)
    template = "chat/_body.html" if fragment else "chat/workflow.html"
    if fragment and request.method == "GET" and request.headers.get("X-Part") == "results":
        template = "chat/_results.html"
    return render(request, template, context, status=status)


def for_readers(context: dict[str, Any]) -> None:
    """Leave out what only writers use: the question and the ways to change answers."""
    context["question"] = None
    for step in context["steps"]:
        step["change"] = None


@require_GET
def state(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The state with an ETag that changes with anything but the process that serves it."""
    facts = state_of(workflow_of(request, uuid))
    counted = {name: value for name, value in facts.items() if name != "served_by"}
    text = json.dumps(counted, cls=DjangoJSONEncoder, sort_keys=True)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response = HttpResponse(status=304)
    else:
        response = JsonResponse(facts)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_POST
def tour(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`POST …/tour/` with `do=end` or `do=begin`: leave the tour of the sample, or see it again."""
    check_owner(request, uuid)
    change = begin_tour if fields_of(request).get("do") == "begin" else end_tour
    change(workflow_of(request, uuid))
    if wants_json(request):
        return JsonResponse({"tour": change is begin_tour})
    return see_other(f"/workflows/{uuid}/")


@require_POST
def messages(request: HttpRequest, uuid: UUID) -> HttpResponse:
    check_owner(request, uuid)
    fields = fields_of(request)
    text = str(fields.get("text", ""))
    try:
        answer = say(
            uuid,
            text=text,
            version=version_in(fields, needed=False),  # a question needs none
            key=key_in(fields),
            actor=actor_of(request, "chat"),
        )
    except StaleVersion as error:
        return where_it_stands(request, uuid, error, typed=text)
    return answered(request, answer)


@require_POST
def choices(request: HttpRequest, uuid: UUID) -> HttpResponse:
    check_owner(request, uuid)
    fields = fields_of(request)
    if "choice" in fields:  # the page's buttons carry both in one value
        command, _, value = str(fields["choice"]).partition(" ")
    else:
        command, value = str(fields.get("command", "")), str(fields.get("value", ""))
    cards = [name for name in fields if name.startswith("answer:")]
    if cards:  # the cards of the review, confirmed once
        value = "\n".join(f"{name.removeprefix('answer:')}={fields[name]}" for name in cards)
    try:
        answer = choose(
            uuid,
            command=command,
            value=value,
            version=version_in(fields),
            key=key_in(fields),
            actor=actor_of(request, "form"),
        )
    except StaleVersion as error:
        return where_it_stands(request, uuid, error)
    return answered(request, answer)


def where_it_stands(
    request: HttpRequest, uuid: UUID, error: StaleVersion, *, typed: str = ""
) -> HttpResponse:
    """Answer a page that is older than the row: 409, the present state, the typed words kept."""
    if wants_json(request):
        raise error
    workflow = workflow_of(request, uuid)
    response = show(request, workflow, status=409, notice=error.message, typed=typed)
    if not is_htmx(request):  # this address answers no GET: links lead to the page's own
        plain = response.content.decode()
        response.content = plain.replace('href="?', f'href="{page_url(workflow)}?').encode()
    return response


def answered(request: HttpRequest, answer: Answer, *, status: int = 200) -> HttpResponse:
    """Present an answer as JSON, as a fragment, or by going to the page."""
    workflow = answer.workflow if answer.is_current else _fresh(answer.workflow)
    if wants_json(request):
        body: dict[str, Any] = {
            **state_of(workflow),
            "reply": answer.reply,
            "understood": answer.understood,
        }
        response: HttpResponse = JsonResponse(body, status=status)
        response["Location"] = page_url(workflow)
        return response
    if is_htmx(request):
        response = show(request, workflow)
        response["X-Page"] = page_url(workflow)
        return response
    tab = request.POST.get("tab", "")
    return see_other(page_url(workflow) + (f"?tab={tab}" if tab else "") + "#now")


@require_GET
def ward(request: HttpRequest, uuid: UUID, row: int) -> HttpResponse:
    """`GET …/wards/<row>/`: the card of a ward of the present result, to link to and to print."""
    found = workflow_of(request, uuid)
    result = current_result(found)
    card = ward_card(result, str(row), found) if result is not None else None
    if card is None:
        raise NotFound("WARD_NOT_IN_RESULT", "The present result has no such ward.")
    context = {"workflow": found, "results": {"ward": card}}
    return render(request, "chat/ward.html", context)
