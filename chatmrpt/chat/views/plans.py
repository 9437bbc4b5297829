"""One net plan as a scenario: its page, every act on it, its card of a ward."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from chatmrpt.accounts.domain.access import Act
from chatmrpt.accounts.selectors.access import refusal
from chatmrpt.accounts.selectors.authors import author_warning, refuse_author
from chatmrpt.chat.selectors import plan_inputs, plan_page
from chatmrpt.chat.selectors.nets import populations_page
from chatmrpt.chat.views.plan_options import options_in
from chatmrpt.chat.views.requests import check_owner, fields_of, key_in, workflow_of
from chatmrpt.chat.views.workflow import see_other
from chatmrpt.common.errors import DomainError, InvalidInput, NotFound
from chatmrpt.common.language import say
from chatmrpt.common.web import actor_of, owner_of, wants_json
from itn import api as itn_api
from itn.models import DocumentKind, ItnPlan, PlanDocument
from tpr.models import Workflow

DECISIONS = ("approve", "return", "unlock")


@require_GET
def page(request: HttpRequest, uuid: UUID, plan: UUID) -> HttpResponse:
    """`GET …/plans/<plan>/?against=&show=strategies`: the plan, how it stands, what can be done."""
    workflow = workflow_of(request, uuid)
    found = itn_api.plan_of(workflow, plan)
    if wants_json(request):
        return JsonResponse(itn_api.plan_summary(found))
    return _page(request, workflow, found)


def _page(
    request: HttpRequest, workflow: Workflow, plan: ItnPlan, *, status: int = 200,
    problem: DomainError | None = None, typed: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    context = plan_page.plan_page(workflow, plan, request.GET.dict())
    context |= {
        "problem": problem.message if problem else "", "typed": typed or {},
        "may_decide": request.access.may_decide,  # type: ignore[attr-defined]
    }  # fmt: skip
    if context["may_decide"] and (warning := author_warning(owner_of(request), plan)):
        context["checks"] = [*context.get("checks", []), {"sentence": warning}]
    return render(request, "chat/plan.html", context, status=status)


@require_GET
def inputs(request: HttpRequest, uuid: UUID, plan: UUID) -> HttpResponse:
    """`GET …/plans/<plan>/inputs/?costs=suggested`: what the plan counts with, to be changed."""
    workflow = workflow_of(request, uuid)
    return _inputs(request, workflow, itn_api.plan_of(workflow, plan))


def _inputs(
    request: HttpRequest, workflow: Workflow, plan: ItnPlan, *, status: int = 200,
    problem: DomainError | None = None, typed: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    context = plan_inputs.inputs_page(workflow, plan, request.GET.dict(), typed or {})
    context["problem"] = problem.message if problem else ""
    return render(request, "chat/plan_inputs.html", context, status=status)


@require_GET
def populations(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/populations/?first=&second=`: two lists that may agree in total and not by ward."""
    context = populations_page(workflow_of(request, uuid), request.GET.dict())
    return render(request, "chat/populations.html", context)


@require_GET
def ward(request: HttpRequest, uuid: UUID, plan: UUID, place: int) -> HttpResponse:
    """`GET …/plans/<plan>/wards/<place>/`: why this ward gets what it gets."""
    workflow = workflow_of(request, uuid)
    found = itn_api.plan_of(workflow, plan)
    return render(request, "chat/plan_ward.html", plan_page.ward_page(workflow, found, place))


@require_GET
def template(request: HttpRequest, uuid: UUID, plan: UUID) -> HttpResponse:
    """`GET …/plans/<plan>/template.csv`: to be edited in Excel and sent back."""
    found = itn_api.plan_of(workflow_of(request, uuid), plan)
    response = HttpResponse(
        itn_api.template_csv(found), content_type=say("text/csv; charset=utf-8")
    )
    response["Content-Disposition"] = say('attachment; filename="plan_template.csv"')
    return response


def document(request: HttpRequest, uuid: UUID, plan: UUID, name: str) -> HttpResponse:
    """`POST …/plans/<plan>/papers/<name>/` asks for a paper (202); `GET` shows or brings it."""
    workflow = workflow_of(request, uuid, Act.READ)  # a paper is an export, made or not
    found = itn_api.plan_of(workflow, plan)
    if request.method == "POST":
        made = itn_api.request_document(found, name, actor=actor_of(request, "form"))
        if wants_json(request):
            return JsonResponse(_paper_state(made), status=202)
        return see_other(request.path)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    made_before = itn_api.document_of(found, name) if name in DocumentKind.values else None
    if made_before is None:
        raise NotFound(
            "NO_DOCUMENT",
            say(
                "This paper has not been made for the plan as it is now. Ask for it on "
                "the page of the plan."
            ),
            {"kind": name},
        )
    if made_before.status == "done" and made_before.content is not None:
        response = HttpResponse(bytes(made_before.content), content_type=KINDS[name[-4:]])
        response["Content-Disposition"] = say('attachment; filename="{name}"', name=name)
        return response
    if wants_json(request):
        return JsonResponse(_paper_state(made_before), status=202)
    return render(
        request, "chat/plan_paper.html",
        {"workflow": workflow, "plan": found, "paper": made_before, "key": ""}, status=202,
    )  # fmt: skip


KINDS = {
    ".pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _paper_state(made: PlanDocument) -> dict[str, Any]:
    return {
        "kind": made.kind, "status": made.status, "progress": made.progress, "size": made.size,
        "error": made.error_message,
    }  # fmt: skip


@require_POST
def act(request: HttpRequest, uuid: UUID, plan: UUID, name: str) -> HttpResponse:
    """`POST …/plans/<plan>/<act>/`; a refusal shows the page again with what was typed."""
    needed = Act.COMMENT if name == "comment" else Act.WRITE
    access = check_owner(request, uuid, Act.READ if name in DECISIONS else needed)
    fields = fields_of(request)
    try:
        if name in DECISIONS and not (verdict := access.judged(Act.DECIDE)).allowed:
            raise refusal(verdict, access.workflow)
        if name == "approve":
            refuse_author(owner_of(request), itn_api.plan_of(access.workflow, plan))
        changed = ACTS[name](request, uuid, plan, fields)
    except DomainError as problem:
        if wants_json(request) or problem.http_status == 404:
            raise
        workflow = workflow_of(request, uuid, Act.READ)
        found = itn_api.plan_of(workflow, plan)
        show = _inputs if fields.get("from") == "inputs" else _page
        return show(
            request, workflow, found, status=problem.http_status, problem=problem, typed=fields
        )
    if wants_json(request):
        return JsonResponse(
            itn_api.plan_summary(changed), status=201 if name == "duplicate" else 200
        )
    if fields.get("from") == "inputs" and name == "change":
        return see_other(f"/workflows/{uuid}/plans/{changed.pk}/inputs/")
    anchor = {"fix": "#wards", "release": "#fixed", "comment": "#history", "preview": "#import"}
    return see_other(f"/workflows/{uuid}/plans/{changed.pk}/{anchor.get(name, '')}")


PlanAct = Callable[[HttpRequest, UUID, UUID, dict[str, Any]], ItnPlan]


def _revision(fields: dict[str, Any]) -> int:
    value = str(fields.get("revision") or "")
    if not value:
        raise InvalidInput(
            "VERSION_REQUIRED",
            say(
                "Send the revision of the plan ('revision' in its state), so that "
                "nothing is decided on an old page."
            ),
        )
    if not value.isdecimal() or len(value) > 9:
        raise InvalidInput(
            "BAD_VERSION", say("'{value}' is not the revision of a plan.", value=value[:40])
        )
    return int(value)


def _common(request: HttpRequest, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": actor_of(request, "form"), "revision": _revision(fields), "key": key_in(fields),
    }  # fmt: skip


def _text(fields: dict[str, Any], name: str) -> str:
    return str(fields.get(name) or "")


def _ticked(fields: dict[str, Any], name: str) -> bool:
    """A box of a form, or true in JSON; `0` and `false` as text are no consent."""
    return str(fields.get(name) or "").casefold() in ("1", "on", "true", "yes")


def _signed(service: Callable[..., ItnPlan]) -> PlanAct:
    def do(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
        return service(
            uuid, plan, comment=_text(fields, "comment"), signed_as=_text(fields, "signed_as"),
            **_common(request, fields),
        )  # fmt: skip

    return do


def _comment(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    return itn_api.comment_plan(
        uuid, plan, actor=actor_of(request, "form"), comment=_text(fields, "comment"),
        signed_as=_text(fields, "signed_as"), dissent=_ticked(fields, "dissent"),
        key=key_in(fields),
    )  # fmt: skip


def _rename(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    return itn_api.rename_plan(uuid, plan, name=_text(fields, "name"), **_common(request, fields))


def _duplicate(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    return itn_api.duplicate_plan(
        uuid, plan, actor=actor_of(request, "form"), name=_text(fields, "name"),
        options=options_in(request, fields), key=key_in(fields),
    )  # fmt: skip


def _change(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    return itn_api.change_parameters(
        uuid, plan, options=options_in(request, fields), signed_as=_text(fields, "signed_as"),
        comment=_text(fields, "comment"), **_common(request, fields),
    )  # fmt: skip


def _archive(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    return itn_api.archive_plan(uuid, plan, **_common(request, fields))


def _restore(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    return itn_api.restore_plan(uuid, plan, actor=actor_of(request, "form"), key=key_in(fields))


def _identity(uuid: UUID, plan: UUID, fields: dict[str, Any]) -> tuple[str, str, str, str]:
    place = _text(fields, "place")
    if not place.isdecimal() or len(place) > 9:
        raise InvalidInput("WARD_MISSING", say("Choose the ward in the list of the plan."))
    row = plan_page.row_at(uuid, plan, int(place))
    return itn_api.identity_of(row)


def _fix(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    from itn.domain.numbers import parse_count

    fix = itn_api.Fix(
        _identity(uuid, plan, fields), parse_count(_text(fields, "units"), what="bales"),
        _text(fields, "reason"),
    )  # fmt: skip
    return itn_api.fix_wards(
        uuid, plan, fixes=[fix], above_target=_ticked(fields, "above_target"),
        signed_as=_text(fields, "signed_as"), **_common(request, fields),
    )  # fmt: skip


def _release(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    return itn_api.release_ward(
        uuid, plan, ward=_identity(uuid, plan, fields), **_common(request, fields)
    )


def _preview(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput("NO_FILE", say("Choose the edited template (CSV) first."))
    workflow = workflow_of(request, uuid)
    made = itn_api.preview_import(
        workflow, plan, name=file.name or "plan.csv", content=file.read(5 * 1024 * 1024 + 1),
        actor=actor_of(request, "form"),
    )  # fmt: skip
    return made.plan


def _apply(request: HttpRequest, uuid: UUID, plan: UUID, fields: dict[str, Any]) -> ItnPlan:
    number = _text(fields, "import")
    return itn_api.apply_import(
        workflow_of(request, uuid), plan, int(number) if number.isdecimal() and len(number) < 19 else 0,
        actor=actor_of(request, "form"), above_target=_ticked(fields, "above_target"),
        signed_as=_text(fields, "signed_as"), key=key_in(fields),
    )  # fmt: skip


ACTS: dict[str, PlanAct] = {
    "rename": _rename, "duplicate": _duplicate, "change": _change, "archive": _archive, "restore": _restore,
    "submit": _signed(itn_api.submit_plan), "approve": _signed(itn_api.approve_plan),
    "return": _signed(itn_api.return_plan), "unlock": _signed(itn_api.unlock_plan),
    "comment": _comment, "fix": _fix, "release": _release, "preview": _preview, "apply": _apply,
}  # fmt: skip
