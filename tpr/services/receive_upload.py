"""Receive a file in parts over many requests, each of which may reach another process or host.

create → append … append → complete (queued for reading) | abandoned | expired. Everything that a
later request needs is the row and its parts; the row's lock puts the requests in order.
"""

import hashlib
import logging
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO, NoReturn

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, DomainError, InvalidInput, NotFound, TooLarge, TooMany
from tpr import locks
from tpr.byte_store import contents, store_part
from tpr.domain.checksums import Checksum
from tpr.domain.stages import Stage
from tpr.models import Upload, UploadTwin, Workflow
from tpr.selectors.uploads import find_upload, uploads_for
from tpr.services.accept_upload import PART_BYTES, join_or_queue, refuse_too_large
from tpr.services.workflow import receive_file

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long an incomplete upload waits for its next part."""
OPEN_LIMIT = 20
"""Incomplete uploads of one owner."""
PARTS_LIMIT = 10_000


class ChecksumMismatch(DomainError):
    http_status = 460  # the number tus gave it


class Gone(DomainError):
    http_status = 410


@transaction.atomic
def create_upload(*, owner: str, name: str, size: int, metadata: str = "") -> Upload:
    """Announce a file of `size` bytes. Writes: Upload (`receiving`). Locks: the owner's count.

    Raises
    ------
    TooLarge TOO_LARGE : over UPLOAD_MAX_MB. InvalidInput EMPTY_FILE : no bytes are announced.
    TooMany TOO_MANY_UPLOADS : this owner has OPEN_LIMIT incomplete ones.
    """
    refuse_too_large(size)
    if size == 0:
        raise InvalidInput(
            "EMPTY_FILE", "The file is empty (0 bytes). Please choose the exported workbook again."
        )
    with connection.cursor() as cursor:  # announced at once to several processes, all count
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"uploads of {owner}"])
    waiting = Upload.objects.filter(owner=owner, status="receiving")
    if waiting.filter(expires_at__gte=timezone.now()).count() >= OPEN_LIMIT:
        raise TooMany(
            "TOO_MANY_UPLOADS",
            f"{OPEN_LIMIT} uploads of yours are not complete. Finish or give up some of them first; "
            "those that get no part for 7 days go by themselves.",
            {"limit": OPEN_LIMIT},
        )
    return Upload.objects.create(
        owner=owner, original_name=name[:255] or "file", size=size, metadata=metadata[:4000],
        expires_at=timezone.now() + KEPT,
    )  # fmt: skip


def append_part(
    pk: Any, *, owner: str, offset: int, content: bytes, actor: Actor
) -> tuple[Upload, int]:
    """Store bytes that begin at `offset`; with the last one the file is queued for reading.

    Writes: UploadPart, Upload; when whole also UploadReading, and the stage and ledger of the
    workflows that wait for it, or, for bytes known before, UploadTwin. Locks: the workflows (last
    part only), then the upload. Idempotent: a repeated part does not begin where the row ends, and
    is refused with the right offset.

    Returns
    -------
    (upload, offset) : the upload (the earlier one for known bytes) and how many bytes are stored.

    Raises
    ------
    Conflict OFFSET_DIFFERS, TooLarge BEYOND_THE_END or TOO_MANY_PARTS, Gone EXPIRED, NotFound.
    """
    return _append(pk, owner, offset, len(content), iter([content]), actor)


def append_checked(
    pk: Any, *, owner: str, offset: int, file: BinaryIO, size: int, checksum: Checksum,
    actor: Actor,
) -> tuple[Upload, int]:  # fmt: skip
    """Store the `size` bytes of `file` if they have the checksum, otherwise none of them.

    As `append_part`. Raises also ChecksumMismatch CHECKSUM_DIFFERS.
    """
    file.seek(0)
    if not checksum.agrees_with(_pieces(file)):
        raise ChecksumMismatch(
            "CHECKSUM_DIFFERS",
            f"The {size:,} bytes that arrived do not have the {checksum.algorithm} checksum sent "
            "with them; they were damaged on the way. Nothing of them was stored: send them again.",
            {"offset": offset, "size": size, "algorithm": checksum.algorithm},
        )
    file.seek(0)
    return _append(pk, owner, offset, size, _pieces(file), actor)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PART_BYTES):
        yield piece


@transaction.atomic
def _append(
    pk: Any, owner: str, offset: int, size: int, pieces: Iterator[bytes], actor: Actor
) -> tuple[Upload, int]:
    seen = find_upload(owner, pk)
    if seen.status != "receiving":
        _begins_at(offset, seen.size)
        if size:
            refuse_beyond(seen)
        return seen, seen.size
    last = offset + size == seen.size
    waiting = locks.workflows_of_upload(seen.pk) if last else []
    upload = _still_there(seen.pk)
    if upload.status == "receiving" and upload.expires_at and upload.expires_at < timezone.now():
        raise Gone(
            "EXPIRED",
            "No part of this upload came for 7 days, so it is no longer kept. Please start again.",
        )
    _begins_at(offset, upload.received)
    if offset + size > upload.size:
        refuse_beyond(upload)
    number = upload.parts.count()
    for content in pieces:
        if not content:
            continue
        _store(upload, number, content)
        number += 1
    upload.expires_at = timezone.now() + KEPT
    upload.save(update_fields=["received", "crc32", "expires_at"])
    if not last:
        return upload, upload.received
    return _complete(upload, waiting, actor), upload.size


def _still_there(pk: Any) -> Upload:
    try:
        return locks.upload(pk)
    except NotFound as error:
        # Another request brought the last part of known bytes, or gave the upload up.
        raise Conflict("BUSY", "This upload has just changed. Ask for its offset again.") from error


def _begins_at(offset: int, expected: int) -> None:
    if offset != expected:
        raise Conflict(
            "OFFSET_DIFFERS",
            f"This part begins at byte {offset:,}, but {expected:,} bytes are stored. Another "
            f"request was first, or an answer was lost: go on at {expected:,}.",
            {"offset": expected, "sent": offset},
        )


def refuse_beyond(upload: Upload) -> NoReturn:
    """Raise TooLarge BEYOND_THE_END."""
    raise TooLarge(
        "BEYOND_THE_END",
        f"These bytes go beyond the {upload.size:,} that were announced and were not stored. "
        "If the file has changed meanwhile, start a new upload.",
        {"size": upload.size, "received": upload.received},
    )


def _store(upload: Upload, number: int, content: bytes) -> None:
    if number >= PARTS_LIMIT:
        raise TooLarge(
            "TOO_MANY_PARTS",
            f"The file came in more than {PARTS_LIMIT:,} parts. Please send larger parts, such as "
            "256 kB.",
            {"limit": PARTS_LIMIT},
        )
    store_part(upload, number, content)
    upload.received += len(content)
    upload.crc32 = zlib.crc32(content, upload.crc32)


def sha256_of(upload: Upload) -> str:
    """Return the digest of the stored parts, one part in memory at a time."""
    digest = hashlib.sha256()
    for content in contents(upload):
        digest.update(content)
    return digest.hexdigest()


def _complete(upload: Upload, waiting: list[Workflow], actor: Actor) -> Upload:
    """Queue a whole upload and move the workflows on that wait for it."""
    locked = [workflow.pk for workflow in waiting]
    if Workflow.objects.filter(upload=upload).exclude(pk__in=locked).exists():
        # A workflow was attached between the two locks. The last part comes again in a moment.
        raise Conflict("BUSY", "This upload has just changed. Ask for its offset again.")
    said = upload.original_name
    kept = join_or_queue(upload, sha256_of(upload), upload.size)
    for workflow in waiting:
        workflow.upload = kept
        if workflow.stage == Stage.AWAITING_UPLOAD:
            receive_file(workflow, kept, actor=actor, said=said)
        else:
            workflow.save(update_fields=["upload"])
    if kept is not upload:
        UploadTwin.objects.create(pk=upload.pk, upload=kept)
        Upload.objects.filter(pk=upload.pk).delete()
    logger.info("upload complete upload=%s size=%s known=%s", kept.pk, kept.size, kept.known)
    return kept


def abandon_upload(pk: Any, *, owner: str) -> None:
    """Give an incomplete upload up: its parts go, workflows that waited for it wait for a file.

    Idempotent by: the row being gone (NotFound). Raises Conflict UPLOAD_COMPLETE.
    """
    upload = find_upload(owner, pk)
    if not _drop(upload.pk, uploads_for(owner).filter(status="receiving")):
        raise Conflict(
            "UPLOAD_COMPLETE",
            "This upload is complete and cannot be given up. It goes with its workflows when they "
            "are no longer kept.",
        )


@transaction.atomic
def _drop(pk: Any, still: QuerySet[Upload]) -> bool:
    locks.workflows_of_upload(pk)
    try:
        upload = locks.upload(pk)
    except NotFound:
        return False
    if not still.filter(pk=pk).exists():
        return False
    Workflow.objects.filter(upload_id=pk).update(upload=None)
    upload.delete()
    return True


def expired_uploads(now: datetime) -> QuerySet[Upload]:
    """Incomplete uploads whose time is over."""
    return Upload.objects.filter(
        Q(expires_at__lt=now) | Q(expires_at=None, created_at__lt=now - KEPT), status="receiving"
    ).order_by("created_at")


def expire_uploads(now: datetime) -> int:
    """Delete incomplete uploads that no part has reached for KEPT, one per transaction.

    One that cannot go is logged and does not keep the others.
    """
    gone = 0
    for pk in list(expired_uploads(now).values_list("pk", flat=True)):
        try:
            gone += _drop(pk, expired_uploads(now))
        except DatabaseError:  # ProtectedError is one too
            logger.exception("incomplete upload cannot go upload=%s", pk)
    if gone:
        logger.info("incomplete uploads expired count=%s", gone)
    return gone
