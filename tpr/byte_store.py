"""Where the bytes of uploads lie: in the row of their part, or in a bucket that speaks S3.

`BYTE_STORE=database` is the default and needs nothing else to be kept. With `s3` a part's row holds the
key, the size and the digest, and the bytes lie in the bucket; any host reads them by the key. The row
stays the truth: an object without a row is nobody's and goes at the next `purge`. Which of the two a
part is in stands in its row, so that the setting may be changed while older uploads stay where they are.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from chatmrpt.common.errors import DomainError
from tpr.models import Upload, UploadPart

logger = logging.getLogger(__name__)

FOLDER = "uploads"
ORPHAN_AFTER = timedelta(days=1)
"""An object this old without a row was never committed, or its upload was deleted."""


class StoreAway(DomainError):
    """The bucket does not answer; nothing was acknowledged."""

    http_status = 503


@contextmanager
def _asked() -> Iterator[Any]:
    """Give the bucket; whatever keeps it from answering is said in words."""
    if "uploads" not in settings.STORAGES:
        raise StoreAway(
            "STORE_AWAY",
            "This file lies in a bucket that is not set up here. Please tell your administrator "
            "(S3_BUCKET).",
        )
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield storages["uploads"]
    except (BotoCoreError, ClientError, OSError) as error:
        logger.warning("byte store error=%s", type(error).__name__)
        raise StoreAway(
            "STORE_AWAY",
            "The store of files does not answer just now, so these bytes were not taken or could "
            "not be read. What was stored before is safe; please send them again in a minute.",
        ) from error


def store_part(upload: Upload, number: int, content: bytes) -> UploadPart:
    """Keep one piece of a file. Writes: UploadPart, and an object before it.

    Raises StoreAway STORE_AWAY, and then nothing refers to what may have been written.
    """
    digest = hashlib.sha256(content).hexdigest()
    key = ""
    if settings.BYTE_STORE == "s3":
        key = f"{FOLDER}/{upload.pk}/{number:05}-{digest}"
        with _asked() as bucket:
            bucket.save(key, ContentFile(content))
    return UploadPart.objects.create(
        upload=upload, number=number, content=b"" if key else content, key=key, size=len(content),
        sha256=digest,
    )  # fmt: skip


def contents(upload: Upload) -> Iterator[bytes]:
    """Yield the bytes of an upload in order, a few parts in memory at a time.

    Raises StoreAway; DomainError BYTES_CHANGED when an object is not what was stored.
    """
    rows = upload.parts.order_by("number").values_list("number", "content", "key", "sha256")
    for number, content, key, digest in rows.iterator(chunk_size=4):
        if not key:
            yield bytes(content)
            continue
        with _asked() as bucket, bucket.open(key) as file:
            found = bytes(file.read())
        if hashlib.sha256(found).hexdigest() != digest:
            raise DomainError(
                "BYTES_CHANGED",
                f"Part {number + 1} of this file is not what was stored. Please upload it again.",
                {"part": number},
            )
        yield found


def sweep_bucket() -> int:
    """Delete objects that no row knows, and return how many. Does nothing without a bucket."""
    if "uploads" not in settings.STORAGES:
        return 0
    gone = 0
    with _asked() as bucket:
        folders, _ = bucket.listdir(FOLDER)
        for folder in folders:
            known = set(
                UploadPart.objects.filter(upload=_uuid(folder)).values_list("key", flat=True)
            )
            for name in bucket.listdir(f"{FOLDER}/{folder}")[1]:
                key = f"{FOLDER}/{folder}/{name}"
                if key in known or bucket.get_modified_time(key) > timezone.now() - ORPHAN_AFTER:
                    continue
                bucket.delete(key)
                gone += 1
    return gone


def _uuid(folder: str) -> UUID | None:
    try:
        return UUID(folder)
    except ValueError:
        return None
