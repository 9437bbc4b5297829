"""Error pages that Django asks for by name. None of them needs the database."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from chatmrpt.common.middleware import answer, database_away, has_no_room, no_room


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    return answer(
        request, 403, "CSRF_FAILED",
        "The form was too old or came from another site, so nothing was done. Open the page again "
        "and send it once more.", {},
    )  # fmt: skip


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 400, "BAD_REQUEST", "The request could not be read.", {})


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403, "FORBIDDEN", "You may not open this page.", {})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(
        request, 404, "NOT_FOUND",
        "There is no page at this address, or it belongs to somebody else. With a resume code you "
        "can open a workflow from the start page.", {},
    )  # fmt: skip


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug, or a full disk or an absent database before any view runs (session, account)."""
    error = sys.exc_info()[1]
    if has_no_room(error):
        return no_room(request)
    if isinstance(error, OperationalError | InterfaceError):
        return database_away(request)
    return answer(
        request, 500, "INTERNAL",
        "Something went wrong on our side. Nothing that was saved is lost. Please try again; if it "
        f"stays, tell your administrator the reference {getattr(request, 'request_id', '')}.", {},
    )  # fmt: skip
