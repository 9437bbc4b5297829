"""The bytes of uploads in a bucket: the same answers, nothing acknowledged that is not there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from environs import Env

from chatmrpt.conf.bytes import bucket_storage
from chatmrpt.testing.bucket import ACCESS_KEY, Bucket, bucket
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.byte_store import contents, sweep_bucket
from tpr.models import FacilityReport, Upload, UploadPart, UploadReading
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload
from tpr.services.receive_upload import sha256_of

pytestmark = pytest.mark.django_db

CONTENT = csv_bytes(TWO_STATES)
HALF = len(CONTENT) // 2
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Bucket]:
    """BYTE_STORE=s3 on a stand-in of this machine."""
    with bucket() as found:
        for name, value in {
            "S3_BUCKET": "files", "S3_ENDPOINT_URL": found.url, "S3_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        settings.STORAGES = {**settings.STORAGES, "uploads": bucket_storage(Env())}
        settings.BYTE_STORE = "s3"
        yield found


def stored(owner: str = "") -> Upload:
    return accept_upload(
        owner=owner or f"visitor:{uuid4().hex}", name="two.csv", chunks=[CONTENT], size=len(CONTENT)
    )


def test_a_file_in_the_bucket_is_read_like_one_in_the_database(s3: Bucket) -> None:
    there = stored()
    read_upload(there.pk)
    there.refresh_from_db()
    assert (there.status, there.sha256) == ("ready", sha256_of(there))
    assert FacilityReport.objects.filter(facility__upload=there).count() == len(TWO_STATES)
    (part,) = there.parts.all()
    assert (bytes(part.content), part.size) == (b"", len(CONTENT))
    assert s3.objects == {part.key: CONTENT}
    assert s3.unsigned == 0


def test_a_resumable_upload_goes_on_after_the_bucket_was_away_and_loses_nothing(
    s3: Bucket, client: Client
) -> None:
    made = client.post("/uploads/", content_type="", HTTP_UPLOAD_LENGTH=str(len(CONTENT)), **TUS)

    def send(begin: int, end: int) -> Any:
        return client.patch(made["Location"], CONTENT[begin:end], HTTP_UPLOAD_OFFSET=str(begin),
                            content_type="application/offset+octet-stream", **TUS)  # fmt: skip

    assert send(0, HALF).status_code == 204
    s3.away = True
    refused = send(HALF, len(CONTENT))
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "STORE_AWAY")
    assert client.head(made["Location"], **TUS)["Upload-Offset"] == str(HALF)
    s3.away = False
    assert send(HALF, len(CONTENT)).status_code == 204
    upload = Upload.objects.get()
    assert upload.status == "queued"
    assert b"".join(contents(upload)) == CONTENT
    assert len(s3.objects) == 2


def test_an_object_that_changed_is_refused_in_words(s3: Bucket) -> None:
    upload = stored()
    (key,) = s3.objects
    s3.objects[key] = CONTENT.replace(b"Bille", b"Balle")
    read_upload(upload.pk)
    assert UploadReading.objects.get(pk=upload.pk).error_code == "BYTES_CHANGED"


def test_older_uploads_stay_where_they_are_when_the_setting_changes(
    s3: Bucket, settings: Any
) -> None:
    settings.BYTE_STORE = "database"
    before = stored()
    settings.BYTE_STORE = "s3"
    after = stored()
    settings.BYTE_STORE = "database"
    assert b"".join(contents(before)) == b"".join(contents(after)) == CONTENT
    assert len(s3.objects) == 1


def test_objects_without_a_row_go_after_a_day_and_those_with_a_row_stay(s3: Bucket) -> None:
    kept, gone = stored(), stored()
    orphan = f"uploads/{uuid4()}/00000-x"
    s3.objects[orphan] = b"never committed"
    s3.changed[orphan] = datetime.now(UTC)
    gone.delete()
    assert sweep_bucket() == 0, "it may belong to a transaction that is under way"
    s3.changed = dict.fromkeys(s3.objects, datetime(2026, 1, 1, tzinfo=UTC))
    call_command("purge", "--older-than", "365")
    assert list(s3.objects) == [kept.parts.get().key]
    assert b"".join(contents(kept)) == CONTENT


def test_a_part_has_its_bytes_in_one_place() -> None:
    upload = stored()
    with pytest.raises(IntegrityError, match="uploadpart_bytes_in_one_place"), transaction.atomic():
        UploadPart.objects.filter(upload=upload).update(key="uploads/x/1")


def test_without_a_bucket_nothing_of_its_library_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert bucket_storage(Env()) is None
    assert sweep_bucket() == 0


def test_s3_without_a_bucket_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    monkeypatch.setenv("BYTE_STORE", "s3")
    monkeypatch.delenv("S3_BUCKET", raising=False)
    spec = importlib.util.find_spec("chatmrpt.settings")
    assert spec
    assert spec.loader
    with pytest.raises(ImproperlyConfigured, match="S3_BUCKET"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
