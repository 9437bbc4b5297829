"""Resumable upload: tus 1.0 with creation, checksum, termination and expiration (contracts §4).

Any process answers any of these requests; between two of them nothing is remembered but rows.
"""

import tempfile
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse

from chatmrpt.accounts.selectors.access import Access
from chatmrpt.chat.views import tus
from chatmrpt.chat.views.requests import need_account, refuse_unstorable
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.web import actor_of, ensure_owner, owner_of
from tpr.models import Upload
from tpr.selectors.uploads import find_upload, incomplete_uploads
from tpr.services.accept_upload import PART_BYTES
from tpr.services.receive_upload import (
    abandon_upload,
    append_checked,
    append_part,
    create_upload,
    refuse_beyond,
)
from tpr.services.workflow import resume_code

READ_BYTES = 64 * 1024
SPOOLED_BYTES = 1024 * 1024


@tus.speaks_tus
def uploads(request: HttpRequest) -> HttpResponse:
    """`/uploads/`: announce a file; list those of this person that are not complete."""
    method = tus.method_of(request)
    if method == "OPTIONS":
        return tus.options()
    if method == "GET":
        return _incomplete(request)
    if method != "POST":
        return HttpResponseNotAllowed(["GET", "OPTIONS", "POST"])
    return _create(request)


@tus.speaks_tus
def upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`/uploads/<uuid>/`: where it stands, the next part, giving it up."""
    method = tus.method_of(request)
    if method == "OPTIONS":
        return tus.options()
    owner = owner_of(request)
    if method in ("GET", "HEAD"):
        return _standing(request, uuid, find_upload(owner, uuid))
    if method == "PATCH":
        find_upload(owner, uuid)
        tus.need_bytes(request)
        found, offset = _store(request, uuid, tus.whole_number(request, "Upload-Offset"))
        return tus.describe(HttpResponse(status=204), uuid, found, offset)
    if method == "DELETE":
        abandon_upload(uuid, owner=owner)
        return HttpResponse(status=204)
    return HttpResponseNotAllowed(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"])


def _create(request: HttpRequest) -> HttpResponse:
    need_account(request)
    if "Upload-Defer-Length" in request.headers:
        raise InvalidInput(
            "LENGTH_NEEDED", "Say the size of the file in Upload-Length; it cannot come later."
        )
    size = tus.whole_number(request, "Upload-Length")
    metadata = tus.metadata_of(request)
    made = create_upload(
        owner=ensure_owner(request),
        name=metadata.get("filename") or metadata.get("name") or "file",
        size=size,
        metadata=request.headers.get("Upload-Metadata", ""),
    )
    uuid, offset = made.pk, 0
    if request.content_type == tus.BYTES and request.headers.get("Content-Length", "0") != "0":
        made, offset = _store(request, uuid, 0)
    response = tus.describe(HttpResponse(status=201), uuid, made, offset)
    response["Location"] = reverse("chat:upload", args=[uuid])
    return response


def _store(request: HttpRequest, uuid: UUID, offset: int) -> tuple[Upload, int]:
    """Store the body. Without a checksum piece by piece, so that a lost line loses one piece."""
    owner, actor = owner_of(request), actor_of(request, "form")
    _refuse_longer(request, find_upload(owner, uuid), offset)
    checksum = tus.checksum_of(request)
    if checksum is not None:
        with tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES) as file:
            size = sum(file.write(piece) for piece in _pieces(request))
            return append_checked(
                uuid, owner=owner, offset=offset, file=file, size=size,  # type: ignore[arg-type]
                checksum=checksum, actor=actor,
            )  # fmt: skip
    return _store_pieces(request, uuid, offset, owner, actor)


def _refuse_longer(request: HttpRequest, found: Upload, offset: int) -> None:
    """Raise TooLarge BEYOND_THE_END before a body is read that says it is too long."""
    text = request.headers.get("Content-Length", "")
    length = int(text[:18]) if text.isascii() and text.isdigit() else 0
    begins = offset if offset == found.received else 0  # another offset is answered by the service
    if begins + length > found.size:
        refuse_beyond(found)


def _store_pieces(
    request: HttpRequest, uuid: UUID, offset: int, owner: str, actor: Actor
) -> tuple[Upload, int]:
    found, stored = None, offset
    for piece in _pieces(request):
        found, stored = append_part(uuid, owner=owner, offset=stored, content=piece, actor=actor)
    if found is None:
        return append_part(uuid, owner=owner, offset=offset, content=b"", actor=actor)
    return found, stored


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """Yield the body in pieces of a stored part; what came before the line was cut is kept."""
    piece = bytearray()
    while True:
        try:
            chunk = request.read(min(READ_BYTES, PART_BYTES - len(piece)))
        except UnreadablePostError:
            chunk = b""
        piece += chunk
        if len(piece) == PART_BYTES or (not chunk and piece):
            yield bytes(piece)
            piece.clear()
        if not chunk:
            return


def _standing(request: HttpRequest, uuid: UUID, found: Upload) -> HttpResponse:
    whole = found.status != "receiving"
    offset = found.size if whole else found.received
    response: HttpResponse = (
        HttpResponse() if request.method == "HEAD" else JsonResponse(_described(request, found))
    )
    response["Upload-Length"] = str(found.size)
    if found.metadata:
        response["Upload-Metadata"] = found.metadata
    return tus.describe(response, uuid, found, offset)


def _incomplete(request: HttpRequest) -> HttpResponse:
    size = request.GET.get("size", "")
    refuse_unstorable(request.GET.dict())
    rows = incomplete_uploads(
        owner_of(request), name=request.GET.get("name", ""),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 19 else None,
    )  # fmt: skip
    return JsonResponse({"uploads": [_described(request, row) for row in rows]})


def _described(request: HttpRequest, found: Upload) -> dict[str, object]:
    """The stored beginning is named by its CRC-32: the rest is sent only of the same file."""
    owner = owner_of(request)
    waiting = [
        workflow for workflow in found.workflows.all()
        if Access(owner, workflow).sees_code
    ]  # fmt: skip
    return {
        "uuid": str(found.pk),
        "location": reverse("chat:upload", args=[found.pk]),
        "name": found.original_name,
        "size": found.size,
        "offset": found.received if found.status == "receiving" else found.size,
        "crc32": f"{found.crc32:08x}",
        "status": found.status,
        "expires": found.expires_at,
        "workflows": [
            {"location": reverse("chat:workflow", args=[w.pk]), "resume_code": resume_code(w)}
            for w in waiting
        ],
    }
