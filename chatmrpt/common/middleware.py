"""Ids on every request, the serving process on every answer, and errors in words."""

import errno
import re
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from chatmrpt.common.actors import this_process
from chatmrpt.common.errors import DomainError
from chatmrpt.common.web import error_json, is_htmx, wants_json

Next = Callable[[HttpRequest], HttpResponse]

SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")

WORKFLOW = re.compile(r"/workflows/[0-9a-f-]{36}/")

TITLES = {
    400: "This request could not be read",
    403: "This is not allowed",
    404: "There is nothing here for you",
    409: "This moved on",
    413: "The file is too large",
    422: "This cannot be done with what was given",
    429: "Too many tries",
    500: "Something went wrong",
    503: "This cannot be done just now",
}


IDS = re.compile(r"/(workflows|runs|plans|uploads)/([0-9a-f-]{36})(?=/)")


def named_in(path: str) -> dict[str, str]:
    """Return the ids that an address names, for the log lines: `workflow`, `run`, `plan`, `upload`."""
    return {kind.removesuffix("s"): uuid for kind, uuid in IDS.findall(path)}


class RequestIdentity:
    """Accept or make X-Request-ID, bind it and the ids of the address to the log lines, and name
    the process that served.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, **named_in(request.path))
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if settings.EXPOSE_WORKER:
            response["X-Served-By"] = this_process()
        return response


class ErrorsInWords:
    """Translate what a view raises, once for every door of the web.

    A database that is away before a view runs (session, account) ends in `handler500`, which gives
    the same answer.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and wants_json(request):
            said = answer(
                request, 405, "METHOD_NOT_ALLOWED",
                f"This address does not answer {request.method}. It answers "
                f"{response.headers.get('Allow', 'other methods')}.", {},
            )  # fmt: skip
            said["Allow"] = response.headers.get("Allow", "")
            return said
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return answer(request, error.http_status, error.code, error.message, error.facts)
        if isinstance(error, OperationalError) and "lock timeout" in str(error):
            return answer(
                request, 409, "BUSY",
                "Another request is working on this right now. Please try again in a moment; "
                "nothing was changed.", {},
            )  # fmt: skip
        if has_no_room(error):
            return no_room(request)
        if isinstance(error, OperationalError | InterfaceError):
            return database_away(request)
        return None


def has_no_room(error: BaseException | None) -> bool:
    """Whether a disk is full: that of this host, or that of the database (SQLSTATE 53100)."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    cause = getattr(error, "__cause__", None)
    return isinstance(error, OperationalError) and getattr(cause, "sqlstate", "") == "53100"


def no_room(request: HttpRequest) -> HttpResponse:
    response = answer(
        request, 503, "NO_ROOM",
        "There is no room left on the server's disk, so this could not be stored. What was stored "
        "before is safe; a file goes on from there when you send it again. Please tell your "
        "administrator.", {},
    )  # fmt: skip
    response["Retry-After"] = "60"
    return response


def database_away(request: HttpRequest) -> HttpResponse:
    response = answer(
        request, 503, "DATABASE_AWAY",
        "The database does not answer just now. Nothing that was saved is lost. Please try again "
        "in a minute.", {},
    )  # fmt: skip
    response["Retry-After"] = "15"
    return response


def _signed_in(request: HttpRequest, status: int) -> dict[str, object]:
    """The name and the token that the header needs; after a fault only what is known already."""
    user = getattr(request, "user", None)
    if user is None or (status >= 500 and not hasattr(request, "_cached_user")):
        return {}
    try:
        name = (user.get_full_name() or user.get_username()) if user.is_authenticated else ""
    except (OperationalError, InterfaceError):
        return {}
    return {"account": name, "csrf_token": get_token(request)} if name else {}


def answer(
    request: HttpRequest, status: int, code: str, message: str, facts: dict[str, object]
) -> HttpResponse:
    if wants_json(request):
        return error_json(status, code, message, facts)
    context = {
        "status": status,
        "code": code,
        "title": TITLES.get(status, "This did not work"),
        "message": message,
        "facts": facts,
        # A post's own address answers no GET: the way on is the workflow's page.
        "page": (WORKFLOW.match(request.path) or ["."])[0],
        "sign_in_to": (WORKFLOW.match(request.path) or [""])[0],
        "request": request,
        **_signed_in(request, status),
    }
    template = "errors/_error.html" if is_htmx(request) else "errors/error.html"
    # Rendered without the request: no context processor may ask a database that is away.
    return HttpResponse(render_to_string(template, context), status=status)
