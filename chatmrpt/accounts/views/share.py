"""The page Share of a workflow: who may open it, by which right, and taking it back."""

import uuid as uuids
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from chatmrpt.accounts.domain.access import Act
from chatmrpt.accounts.gate import access_of, workflow_of
from chatmrpt.accounts.selectors.sharing import who_may_open
from chatmrpt.accounts.services.share import keep_private, share, take_back
from chatmrpt.accounts.views.signing import see_other
from chatmrpt.common.errors import DomainError, InvalidInput, NotAllowed
from chatmrpt.common.language import say
from chatmrpt.common.web import actor_of, wants_json
from tpr.models import Workflow
from tpr.services.workflow import resume_code

DONE = {"give": "shared", "take": "taken", "private": "private"}


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/share/`; `POST` with `do` = `give` (`name`, `access`), `take` (`grant`), `private`."""
    workflow = workflow_of(request, uuid, Act.WRITE)
    if request.method != "POST":
        return _page(request, workflow)
    try:
        _do(request, uuid, owns=access_of(request, workflow).owns)
    except DomainError as problem:
        if wants_json(request) or problem.http_status == 404:
            raise
        return _page(request, workflow, problem)
    if wants_json(request):
        return JsonResponse(who_may_open(Workflow.objects.get(pk=uuid)))
    return see_other(f"/workflows/{uuid}/share/?done={DONE[request.POST['do']]}")


def _do(request: HttpRequest, uuid: UUID, *, owns: bool) -> None:
    fields = request.POST
    if "\x00" in "".join(fields.dict().values()):
        raise InvalidInput(
            "BAD_TEXT", say("A field holds a character that cannot be stored (NUL).")
        )
    actor = actor_of(request, "form")
    key = fields.get("idempotency_key", "")[:64]
    if fields.get("do") == "give":
        share(uuid, name=fields.get("name", "")[:200], access=fields.get("access", ""),
              actor=actor, key=key)  # fmt: skip
    elif fields.get("do") == "take":
        take_back(uuid, fields.get("grant", ""), actor=actor, key=key)
    elif fields.get("do") == "private":
        if not owns:
            raise NotAllowed(
                "OWNER_ONLY", say("Whether roles see a workflow is said by its owner only.")
            )
        keep_private(uuid, private=fields.get("private") == "1", actor=actor, key=key)
    else:
        raise InvalidInput("BAD_ACCESS", say("Say what to do: give, take or private."))


def _page(
    request: HttpRequest, workflow: Workflow, problem: DomainError | None = None
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(who_may_open(workflow))
    access = access_of(request, workflow)
    context: dict[str, Any] = {
        "workflow": workflow, "open": who_may_open(workflow),
        "code": resume_code(workflow) if access.sees_code else "", "owns": access.owns,
        "key": uuids.uuid4().hex, "problem": problem, "done": request.GET.get("done", ""),
        "typed": request.POST.get("name", "") if problem else "",
    }  # fmt: skip
    status = problem.http_status if problem else 200
    return render(request, "accounts/share.html", context, status=status)
