"""Reading what a request brings, the same from a form and from a JSON body."""

import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from chatmrpt.accounts.gate import check_owner, workflow_of
from chatmrpt.chat.services.conversation import check_key
from chatmrpt.common.errors import InvalidInput, NotAllowed
from chatmrpt.common.language import say

__all__ = [
    "check_owner", "fields_of", "key_in", "need_account", "refuse_unstorable", "version_in",
    "workflow_of",
]  # fmt: skip

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def fields_of(request: HttpRequest) -> dict[str, Any]:
    """Return the fields of a form or of a JSON object. Raises InvalidInput BAD_JSON."""
    if request.content_type == "application/json":
        try:
            body = json.loads(request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise InvalidInput("BAD_JSON", say("The body is not readable as JSON.")) from error
        if not isinstance(body, dict):
            raise InvalidInput("BAD_JSON", say("The body must be a JSON object."))
    else:
        body = {n: request.POST[n] for n in request.POST if n != "csrfmiddlewaretoken"}
    refuse_unstorable(body)
    return body


def refuse_unstorable(value: Any, name: str = "") -> None:
    """Raise InvalidInput BAD_TEXT for a NUL or half a character: PostgreSQL stores neither."""
    if isinstance(value, dict):
        for key, inner in value.items():
            refuse_unstorable(str(key), say("a name"))
            refuse_unstorable(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            refuse_unstorable(inner, name)
    elif isinstance(value, str) and UNSTORABLE.search(value):
        raise InvalidInput(
            "BAD_TEXT",
            say(
                "'{sub}' holds a character that cannot be stored (NUL or half of a "
                "character). Type it again, without copying it from elsewhere.",
                sub=UNSTORABLE.sub("?", name)[:40],
            ),
        )


def version_in(fields: dict[str, Any], *, needed: bool = True) -> int | None:
    """Return the page's version. Raises InvalidInput VERSION_REQUIRED or BAD_VERSION."""
    value = fields.get("version")
    if value in (None, ""):
        if needed:
            raise InvalidInput(
                "VERSION_REQUIRED",
                say(
                    "Send the version of the page ('version' in the state), so that nothing "
                    "is decided on an old page."
                ),
            )
        return None
    try:
        return int(str(value)[:19])
    except ValueError as error:
        raise InvalidInput(
            "BAD_VERSION", say("'{value}' is not a version number.", value=str(value)[:40])
        ) from error


def key_in(fields: dict[str, Any]) -> str:
    """Return the idempotency key, or empty. Raises InvalidInput KEY_TOO_LONG."""
    return check_key(str(fields.get("idempotency_key") or ""))


def need_account(request: HttpRequest) -> None:
    """With ACCESS=login only accounts may start. Raises NotAllowed LOGIN_REQUIRED."""
    if settings.ACCESS == "login" and not request.user.is_authenticated:
        raise NotAllowed(
            "LOGIN_REQUIRED",
            say("Please sign in first: this installation is for people with an account."),
        )
