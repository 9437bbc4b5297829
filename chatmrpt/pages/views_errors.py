"""Error pages that Django asks for by name."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from chatmrpt.common.middleware import answer


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    return answer(
        request, 403, "CSRF_FAILED",
        "The form was too old or came from another site, so nothing was done. Open the page again "
        "and send it once more.", {},
    )  # fmt: skip
