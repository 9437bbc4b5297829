"""Asking for a risk analysis or a net plan by form or JSON; the same commands as by chat."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from analysis import api as analysis_api
from chatmrpt.chat.services.conversation import command
from chatmrpt.chat.views.plan_options import COST_FIELD, options_in
from chatmrpt.chat.views.requests import check_owner, fields_of, key_in, version_in, workflow_of
from chatmrpt.chat.views.workflow import answered, page_url, see_other
from chatmrpt.common.errors import Conflict, InvalidInput
from chatmrpt.common.language import say
from chatmrpt.common.web import actor_of, wants_json

OWN = ("version", "idempotency_key", "tab")


def _slots(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in OWN and value != ""}


def run_choices(fields: dict[str, Any]) -> dict[str, Any]:
    """Turn the boxes of the form into the same words that a command or JSON gives.

    A ticked box `use:NAME` chooses a variable, `way:NAME` says its direction where the person set
    it, `weight:NAME` its weight; weights count when `weighting` is `typed`.
    """
    picked = [n.removeprefix("use:") for n in fields if n.startswith("use:")]
    slots: dict[str, Any] = {
        name: fields[name]
        for name in ("profile", "normalisation", "seed", "draws", "top")
        if fields.get(name)
    }
    words = []
    for name in picked:
        way = str(fields.get(f"way:{name}", ""))
        words.append(f"{name}:{way}" if way in ("+", "-") else name)
    malaria = str(fields.get("malaria") or "tpr")
    slots["variables"] = [malaria, *words]
    weighting = fields.get("weighting")
    if slots.get("profile") != "legacy" and weighting == "groups":
        slots["weights"] = "groups"
    elif slots.get("profile") != "legacy" and weighting == "typed":
        slots["weights"] = {
            name: fields[f"weight:{name}"]
            for name in (malaria, *picked)
            if fields.get(f"weight:{name}") not in (None, "")
        }
    return slots


@require_POST
def analysis(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`POST …/analysis/`: request a run (JSON 202)."""
    check_owner(request, uuid)
    fields = fields_of(request)
    slots = run_choices(fields) if fields.get("chosen") else _slots(fields)
    answer = command(
        uuid, command="run_risk", slots=slots,
        said=say("Run the risk analysis ({profile})", profile=slots.get('profile', 'sound')),
        version=version_in(fields, needed=False), key=key_in(fields),
        actor=actor_of(request, "form"),
    )  # fmt: skip
    return answered(request, answer, status=202)


@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask the running analysis to stop; it ends at its next step."""
    workflow = workflow_of(request, uuid)
    run = analysis_api.live_run(workflow)
    if run is None:
        raise Conflict("NO_RUN", say("No risk analysis is waiting or running here."))
    analysis_api.cancel_run(run.pk, actor=actor_of(request, "form"))
    if wants_json(request):
        from chatmrpt.chat.views.workflow import state

        return state(request, uuid)
    return see_other(f"{page_url(workflow)}?tab=risk")


@require_POST
def plans(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`POST …/plans/`: make a net plan (JSON 201)."""
    check_owner(request, uuid)
    fields = fields_of(request)
    own = ("clear", *(name for name in fields if COST_FIELD.fullmatch(name)))
    slots = {name: v for name, v in _slots(fields).items() if name not in own}
    slots |= options_in(request, fields)
    if "nets" not in slots and wants_json(request):  # a person is asked, a program is told
        raise InvalidInput(
            "NETS_MISSING",
            say("Say how many nets there are, for example 200,000."),
            {"option": "nets"},
        )
    answer = command(
        uuid,
        command="plan_nets",
        slots=slots,
        said=say("Plan {nets} nets", nets=slots.get("nets", "")).strip(),
        version=version_in(fields, needed=False),
        key=key_in(fields),
        actor=actor_of(request, "form"),
    )
    return answered(request, answer, status=201)
