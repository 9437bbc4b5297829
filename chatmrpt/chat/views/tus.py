"""The words of tus 1.0: its headers read and written. No rule of ours is here."""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from chatmrpt.chat.views.requests import refuse_unstorable
from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.web import error_json
from tpr.domain.checksums import ALGORITHMS, Checksum, parse_checksum
from tpr.models import Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
BYTES = "application/offset+octet-stream"
REASONS = {460: "Checksum Mismatch"}

View = Callable[..., HttpResponse]


class NotTus(DomainError):
    http_status = 412


class WrongType(DomainError):
    http_status = 415


def method_of(request: HttpRequest) -> str:
    """Return the method; a POST may stand for another one where a proxy lets only POST through."""
    override = request.headers.get("X-HTTP-Method-Override", "").upper()
    return override or str(request.method)


def speaks_tus(view: View) -> View:
    """Make a view one of the protocol: its header on every answer, errors as JSON with its codes.

    No CSRF token is asked for, because stock clients send none. `Tus-Resumable` is asked for in
    its place on everything that changes something: a page of another site can send that header only
    after a CORS preflight, which is never allowed here (docs/decisions/0014).
    """

    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            if method_of(request) not in ("GET", "OPTIONS"):
                _same_version(request)
            response = view(request, **named)
        except DomainError as error:
            response = error_json(error.http_status, error.code, error.message, error.facts)
            if "offset" in error.facts and error.http_status in (409, 460):
                response["Upload-Offset"] = str(error.facts["offset"])
        if response.status_code == 412:
            response["Tus-Version"] = VERSION
        if response.status_code in REASONS:
            response.reason_phrase = REASONS[response.status_code]
        response["Tus-Resumable"] = VERSION
        response.setdefault("Cache-Control", "no-store")
        return response

    return csrf_exempt(answer)


def _same_version(request: HttpRequest) -> None:
    given = request.headers.get("Tus-Resumable", "")
    if given != VERSION:
        raise NotTus(
            "TUS_VERSION",
            f"This address speaks tus {VERSION}; the request says '{given[:20]}'. Send the header "
            f"Tus-Resumable: {VERSION}.",
            {"version": VERSION},
        )


def options() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(settings.UPLOAD_MAX_MB * 1024 * 1024)
    response["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


def whole_number(request: HttpRequest, name: str) -> int:
    """Return a header that counts bytes. Raises InvalidInput BAD_HEADER."""
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidInput(
            "BAD_HEADER",
            f"The header {name} is '{text[:40]}'; it must say a number of bytes.",
            {"header": name},
        )
    return int(text)


def metadata_of(request: HttpRequest) -> dict[str, str]:
    """Return `Upload-Metadata` as text by key. Raises InvalidInput BAD_HEADER."""
    found: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, encoded = pair.strip().partition(" ")
        if not key:
            continue
        try:
            found[key] = base64.b64decode(encoded, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise InvalidInput(
                "BAD_HEADER", f"The value of '{key[:40]}' in Upload-Metadata is not Base64 of text.",
                {"header": "Upload-Metadata"},
            ) from error  # fmt: skip
    refuse_unstorable(found)
    return found


def checksum_of(request: HttpRequest) -> Checksum | None:
    """Return `Upload-Checksum`, None when there is none. Raises InvalidInput BAD_CHECKSUM."""
    text = request.headers.get("Upload-Checksum", "")
    if not text:
        return None
    checksum = parse_checksum(text)
    if checksum is None:
        raise InvalidInput(
            "BAD_CHECKSUM",
            f"'{text[:60]}' is not one of {', '.join(ALGORITHMS)} and its digest in Base64.",
            {"algorithms": list(ALGORITHMS)},
        )
    return checksum


def need_bytes(request: HttpRequest) -> None:
    if "Transfer-Encoding" in request.headers:
        raise InvalidInput(
            "LENGTH_NEEDED", "Say the size of the part in Content-Length; it cannot come in chunks."
        )
    if request.content_type != BYTES:
        raise WrongType(
            "WRONG_CONTENT_TYPE",
            f"Parts of a file have the content type {BYTES}, not '{request.content_type[:60]}'.",
        )


def describe(response: HttpResponse, uuid: UUID, upload: Upload, offset: int) -> HttpResponse:
    """Write where an upload stands into the headers. `uuid` is the address that was asked."""
    response["Upload-Offset"] = str(offset)
    if upload.expires_at and upload.status == "receiving":
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    if upload.pk != uuid:
        # The same bytes were here before; this address goes on answering for the earlier upload.
        response["Upload-Same-As"] = reverse("chat:upload", args=[upload.pk])
    return response
