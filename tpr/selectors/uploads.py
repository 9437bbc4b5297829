"""Whose upload is it, and which ones still wait for their rest."""

from typing import Any

from django.db.models import Q, QuerySet

from chatmrpt.common.errors import NotFound
from tpr.models import Upload, UploadTwin


def uploads_for(owner: str) -> QuerySet[Upload]:
    """Uploads that this owner may go on with.

    Their own, and those a workflow points at that they own or have opened by its resume code: that
    is how a file begun on one device is finished on another.
    """
    if not owner:
        return Upload.objects.none()
    return Upload.objects.filter(
        Q(owner=owner) | Q(workflows__owner=owner) | Q(workflows__grants__holder=owner)
    ).distinct()


def find_upload(owner: str, pk: Any) -> Upload:
    """Return one upload of this owner; an address whose bytes were here before leads to those.

    Raises NotFound for absent and for others'.
    """
    twin = UploadTwin.objects.filter(pk=pk).values_list("upload_id", flat=True).first()
    upload = uploads_for(owner).filter(pk=twin or pk).first()
    if upload is None:
        raise NotFound("NOT_FOUND", "This upload does not exist, has expired, or is not yours.")
    return upload


def incomplete_uploads(owner: str, *, name: str = "", size: int | None = None) -> list[Upload]:
    """Return what still waits for its rest, last begun first; `name` and `size` narrow it."""
    rows = uploads_for(owner).filter(status="receiving")
    if name:
        rows = rows.filter(original_name=name[:255])
    if size is not None:
        rows = rows.filter(size=size)
    return list(rows.order_by("-created_at")[:20])
