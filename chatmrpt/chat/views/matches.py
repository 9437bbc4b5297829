"""The ward names of a workflow: the review queue, decisions by form or JSON, and the files."""

import uuid as uuids
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from chatmrpt.chat.selectors.matches_page import matches_page
from chatmrpt.chat.services.conversation import check_key, command
from chatmrpt.chat.services.match_names import bring_in
from chatmrpt.chat.views.requests import check_owner, fields_of, key_in, version_in, workflow_of
from chatmrpt.chat.views.workflow import see_other
from chatmrpt.common.errors import Conflict, InvalidInput, TooLarge
from chatmrpt.common.exports import csv_text
from chatmrpt.common.language import Words, say
from chatmrpt.common.tables import csv_table
from chatmrpt.common.web import actor_of, wants_json
from chatmrpt.common.workbooks import XLSX, xlsx_bytes
from tpr.exports_matches import alias_csv
from tpr.models import Ward, Workflow
from tpr.selectors.match_report import REPORT_COLUMNS, report_rows
from tpr.services.decide_match import report_of

LARGEST = 2 * 1024 * 1024
SAID = Words({"recalculate": "Recalculate", "undo": "Undo"})


@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/matches/?item=&q=&ask=&page=`; `POST` with `do`, `place`, `ward`, `if_taken`."""
    if request.method == "POST":
        return _decide(request, uuid)
    workflow = workflow_of(request, uuid)
    report = report_of(workflow)
    if wants_json(request):
        rows = report_rows(report)
        totals = report.totals()
        return JsonResponse({"version": workflow.version, "totals": totals, "names": rows})
    context = matches_page(workflow, report, request.GET.dict())
    context["key"] = uuids.uuid4().hex
    return render(request, "chat/matches.html", context)


def _decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Carry out one decision; a taken ward leads back to the page with its question."""
    check_owner(request, uuid)
    fields = fields_of(request)
    if fields.get("do") == "import":
        return _bring_in(request, uuid, fields)
    slots = _slots(request, fields)
    name = slots["decision"] if slots["decision"] in SAID else "fix_match"
    said = SAID.get(name) or _said(slots, str(fields.get("shown", "")))
    try:
        answer = command(
            uuid, command=name, slots=slots if name == "fix_match" else {}, said=said,
            version=version_in(fields), key=key_in(fields), actor=actor_of(request, "form"),
        )  # fmt: skip
    except Conflict as conflict:
        if conflict.code != "WARD_TAKEN" or wants_json(request):
            raise
        query = urlencode({"item": slots.get("place", ""), "ask": conflict.facts["ward"]})
        return see_other(f"{_address(uuid)}?{query}#ask")
    workflow = Workflow.objects.get(pk=answer.workflow.pk)
    if wants_json(request):
        totals = report_of(workflow).totals()
        return JsonResponse({"version": workflow.version, "reply": answer.reply, "totals": totals})
    return _done(workflow)


def _done(workflow: Workflow) -> HttpResponse:
    last = workflow.events.order_by("-sequence").first()
    return see_other(f"{_address(workflow.pk)}?done={last.sequence if last else ''}#now")


def _bring_in(request: HttpRequest, uuid: UUID, fields: dict[str, Any]) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise InvalidInput("BAD_DECISION", say("Choose a CSV file of decisions first."))
    if file.size > LARGEST:
        raise TooLarge("TOO_LARGE", say("A file of decisions has at most 2 MB."))
    name = str(file.name)[:200]
    workflow = bring_in(
        uuid, csv_table(file.read(), name), name, version=version_in(fields),
        key=check_key(key_in(fields)), actor=actor_of(request, "form"),
    )  # fmt: skip
    return _done(workflow)


def _said(slots: dict[str, Any], shown: str) -> str:
    """The decision as a sentence of the transcript, in the names the page showed."""
    name = shown[:120] or str(slots.get("name") or say("a ward name"))[:120]
    code = str(slots.get("ward") or "")
    plain = code.isascii() and code.isdigit() and len(code) < 19
    ward = Ward.objects.filter(pk=code).first() if plain else None
    listed = ward.name if ward else code[:120]
    return {
        "same": f"{name} is {listed}", "not_on_list": say("{name} is not on this list", name=name),
        "different": say("{name} is not {listed}", name=name, listed=listed),
        "likely": say("Accept {pairs} likely ward names", pairs=len(slots.get('pairs') or [])),
        "withdraw": say("Take back what was decided about {name}", name=name),
    }.get(slots["decision"], "A decision about ward names")  # fmt: skip


def _slots(request: HttpRequest, fields: dict[str, Any]) -> dict[str, Any]:
    """Read `do`: a decision, with its ward or row after a colon."""
    decision, _, value = str(fields.get("do", "")).partition(":")
    slots = {n: fields[n] for n in ("place", "lga", "name", "ward", "if_taken", "note")
             if fields.get(n)}  # fmt: skip
    slots["decision"] = decision
    if decision == "withdraw":
        slots["id"] = value or fields.get("id")
    elif value:
        slots["ward"] = value
    if decision == "likely":
        pairs = fields.get("pairs") or request.POST.getlist("pair")
        slots["pairs"] = pairs if isinstance(pairs, list) else [pairs]
    return slots


def _address(uuid: UUID) -> str:
    return reverse("chat:matches", args=[uuid])


@require_GET
def file(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """`GET …/matches.csv`, `.xlsx`, the match report; `…/aliases.csv`, what is remembered."""
    workflow = workflow_of(request, uuid)
    report = report_of(workflow)
    content: str | bytes
    kind = say("text/csv; charset=utf-8")
    if name == "matches.csv":
        content = csv_text(REPORT_COLUMNS, report_rows(report))
    elif name == "matches.xlsx":
        content, kind = xlsx_bytes([("matches", REPORT_COLUMNS, report_rows(report))]), XLSX
    else:
        content = alias_csv(workflow.owner, report.ward_list, report.state)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = say('attachment; filename="{name}"', name=name)
    return response
