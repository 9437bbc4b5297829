"""Take a file's bytes into rows and queue it for reading."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chatmrpt.common.errors import Conflict, InvalidInput, TooLarge
from chatmrpt.common.fingerprints import fingerprint
from tpr import queue
from tpr.byte_store import store_part
from tpr.models import Upload, UploadReading

PART_BYTES = 512 * 1024


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup chunks of any size into parts of PART_BYTES."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        while len(rest) >= PART_BYTES:
            yield rest[:PART_BYTES]
            rest = rest[PART_BYTES:]
    if rest:
        yield rest


def refuse_too_large(size: int) -> None:
    limit = settings.UPLOAD_MAX_MB
    if size > limit * 1024 * 1024:
        raise TooLarge(
            "TOO_LARGE",
            f"The file has {size / 1024 / 1024:.1f} MB; the limit is {limit} MB. "
            "Please export one state per file, or leave out years that are not needed.",
            {"limit_mb": limit, "size": size},
        )


def refuse_incomplete(upload: Upload) -> None:
    """Raise Conflict FILE_INCOMPLETE for an upload that still arrives."""
    if upload.status == "receiving":
        raise Conflict(
            "FILE_INCOMPLETE",
            f"Only {upload.received:,} of {upload.size:,} bytes of the file have arrived. Send the "
            "rest first: choose the same file again.",
            {"received": upload.received, "size": upload.size},
        )


def settings_hash(reading: dict[str, Any]) -> str:
    """Return the hash of answers that steer reading; empty when there are none."""
    used = {name: value for name, value in reading.items() if value}
    return fingerprint(used) if used else ""


@transaction.atomic
def accept_upload(
    *,
    owner: str,
    name: str,
    chunks: Iterable[bytes],
    size: int,
    reading: dict[str, Any] | None = None,
    is_sample: bool = False,
) -> Upload:
    """Store the bytes; the same bytes of the same owner give the same upload.

    Writes: Upload, UploadPart, UploadReading. Sends: tpr.read_upload on commit.
    Idempotent by: (owner, sha256, answers).

    Raises
    ------
    TooLarge TOO_LARGE : over UPLOAD_MAX_MB; nothing is stored.
    InvalidInput EMPTY_FILE : no bytes at all.
    """
    refuse_too_large(size)
    reading = reading or {}
    upload = Upload.objects.create(
        owner=owner,
        original_name=name[:255] or "file",
        size=size,
        settings=reading,
        settings_hash=settings_hash(reading),
        is_sample=is_sample,
    )
    digest, total = hashlib.sha256(), 0
    for number, part in enumerate(_parts(chunks)):
        digest.update(part)
        total += len(part)
        refuse_too_large(total)
        store_part(upload, number, part)
    if total == 0:
        raise InvalidInput(
            "EMPTY_FILE", "The file is empty (0 bytes). Please choose the exported workbook again."
        )
    kept = join_or_queue(upload, digest.hexdigest(), total)
    if kept is not upload:
        Upload.objects.filter(pk=upload.pk).delete()
    return kept


def join_or_queue(upload: Upload, sha256: str, total: int) -> Upload:
    """Queue an upload whose bytes are all here, or return the one that had the same bytes before.

    The caller is in a transaction, holds the row, and deletes it when another one is returned
    (`known` is then true on it).
    """
    same = {"owner": upload.owner, "sha256": sha256, "settings_hash": upload.settings_hash}
    existing = (
        Upload.objects.select_for_update(of=("self",))
        .filter(**same)
        .exclude(status="receiving")
        .first()
    )
    if existing is not None:
        existing.known = True
        if existing.status == "rejected":
            requeue(existing)
        return existing
    upload.sha256, upload.size, upload.received, upload.status = sha256, total, total, "queued"
    upload.expires_at = None
    try:
        with transaction.atomic():
            upload.save()
    except IntegrityError:
        # The same bytes arrived twice at the same moment; the other one is first.
        existing = Upload.objects.exclude(status="receiving").get(**same)
        existing.known = True
        return existing
    UploadReading.objects.create(upload=upload)
    queue.read_upload(upload.pk)
    return upload


def copy_with(upload: Upload, reading: dict[str, Any], mark: str) -> Upload:
    """Queue the same bytes under other answers, as an upload of its own; in a transaction."""
    copy = Upload.objects.create(
        owner=upload.owner, original_name=upload.original_name, size=upload.size,
        received=upload.size, sha256=upload.sha256, status="queued", settings=reading,
        settings_hash=mark, is_sample=upload.is_sample,
    )  # fmt: skip
    with connection.cursor() as cursor:  # the bytes do not pass through this process
        cursor.execute(
            "INSERT INTO tpr_uploadpart (upload_id, number, content, size, sha256) "
            "SELECT %s, number, content, size, sha256 FROM tpr_uploadpart WHERE upload_id = %s",
            [copy.pk, upload.pk],
        )
    UploadReading.objects.create(upload=copy)
    queue.read_upload(copy.pk)
    return copy


def requeue(upload: Upload) -> None:
    """Read the stored bytes again. The caller holds the upload's lock, in a transaction.

    Rows of an earlier reading are removed by the reading itself, in the transaction that writes
    the new ones.
    """
    upload.status = "queued"
    upload.error_code, upload.error_message, upload.error_facts = "", "", {}
    upload.save()
    UploadReading.objects.filter(upload=upload).delete()
    UploadReading.objects.create(upload=upload, queued_at=timezone.now())
    queue.read_upload(upload.pk)
