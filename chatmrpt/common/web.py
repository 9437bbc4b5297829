"""What every view asks of a request: who, through which door, and which face to show."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from chatmrpt.common.actors import Actor, this_process

VISITOR = "visitor"


def wants_json(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def owner_of(request: HttpRequest) -> str:
    """Return the owner's key, or an empty text for a browser that has started nothing yet.

    The session carries only who somebody is (an account, or a random visitor id); what they did
    is found in the rows that name this key.
    """
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    visitor = request.session.get(VISITOR)
    return f"visitor:{visitor}" if visitor else ""


def ensure_owner(request: HttpRequest) -> str:
    """Return the owner's key; a new browser gets a visitor id in its session."""
    if not request.user.is_authenticated and not request.session.get(VISITOR):
        request.session[VISITOR] = uuid.uuid4().hex
    return owner_of(request)


def actor_of(request: HttpRequest, channel: str) -> Actor:
    """Return the author of what this request does. JSON clients act through the channel `api`."""
    return Actor(
        channel="api" if wants_json(request) else channel,
        owner=ensure_owner(request),
        name=request.user.get_username() if request.user.is_authenticated else "",
        request_id=getattr(request, "request_id", ""),
        served_by=this_process(),
    )


def client_address(request: HttpRequest) -> str:
    """Return the address of the person's machine, for limits by address.

    Behind a proxy of ours (BEHIND_PROXY) it is the last entry of X-Forwarded-For, the one that our
    proxy wrote; what stands before it came from the client and may be anything.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    address = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    return str(address)[:64]


def error_json(status: int, code: str, message: str, facts: dict[str, Any]) -> HttpResponse:
    return JsonResponse(
        {"error": {"code": code, "message": message, "facts": facts}}, status=status
    )
