"""A file in parts: order, repeats, damage, known bytes, two hands at once, giving up, expiry."""

import base64
import hashlib
import io
import threading
import zlib
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, DomainError, NotFound, TooLarge, TooMany
from tpr.domain.checksums import ALGORITHMS, Checksum, parse_checksum
from tpr.models import Upload, UploadPart, UploadReading, UploadTwin, Workflow, WorkflowGrant
from tpr.selectors.uploads import find_upload, incomplete_uploads
from tpr.services import receive_upload
from tpr.services.accept_upload import accept_upload
from tpr.services.operate import requeue_reading
from tpr.services.receive_upload import (
    abandon_upload,
    append_checked,
    append_part,
    create_upload,
    expire_uploads,
    sha256_of,
)
from tpr.services.replay import replay
from tpr.services.workflow import attach_upload, start_workflow

pytestmark = pytest.mark.django_db

A, B = "visitor:a", "visitor:b"
ACTOR = Actor(channel="form", owner=A)
CONTENT = bytes(range(256)) * 40


def begin(content=CONTENT, owner=A, name="kano.xlsx"):
    return create_upload(owner=owner, name=name, size=len(content))


def append(upload, offset, content, owner=A):
    pk = getattr(upload, "pk", upload)
    return append_part(pk, owner=owner, offset=offset, content=content, actor=ACTOR)


def send(content=CONTENT, step=3000, **options):
    upload = begin(content, **options)
    for at in range(0, len(content), step):
        found, offset = append(upload, at, content[at : at + step], options.get("owner", A))
    assert offset == len(content)
    return found


def test_the_last_part_queues_the_file_for_reading_in_the_same_commit():
    upload = begin()
    append(upload, 0, CONTENT[:5000])
    upload.refresh_from_db()
    assert (upload.status, upload.received, upload.sha256) == ("receiving", 5000, "")
    assert upload.crc32 == zlib.crc32(CONTENT[:5000])
    assert not UploadReading.objects.exists()
    found, offset = append(upload, 5000, CONTENT[5000:])
    found.refresh_from_db()
    assert (found.pk, offset, found.status) == (upload.pk, len(CONTENT), "queued")
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest() == sha256_of(found)
    assert found.expires_at is None
    assert UploadReading.objects.get().upload == found


def test_a_part_that_was_stored_and_is_sent_again_changes_nothing():
    upload = begin()
    append(upload, 0, CONTENT[:5000])
    with pytest.raises(Conflict) as refused:
        append(upload, 0, CONTENT[:5000])
    assert (refused.value.code, refused.value.facts["offset"]) == ("OFFSET_DIFFERS", 5000)
    assert UploadPart.objects.count() == 1
    append(upload, 5000, CONTENT[5000:])
    with pytest.raises(Conflict):  # the last answer was lost too
        append(upload, 5000, CONTENT[5000:])
    assert append(upload, len(CONTENT), b"")[1] == len(CONTENT)
    assert UploadReading.objects.count() == 1


@pytest.mark.parametrize("offset", [1, 4999, 5001])
def test_a_part_that_leaves_a_gap_or_overlaps_is_refused(offset):
    upload = begin()
    append(upload, 0, CONTENT[:5000])
    with pytest.raises(Conflict, match="5,000 bytes are stored"):
        append(upload, offset, b"x")
    assert Upload.objects.get().received == 5000


def test_bytes_beyond_the_announced_size_are_not_stored():
    upload = begin()
    with pytest.raises(TooLarge) as refused:
        append(upload, 0, CONTENT + b"x")
    assert refused.value.code == "BEYOND_THE_END"
    assert not UploadPart.objects.exists()
    whole = send(b"other bytes")
    with pytest.raises(TooLarge):
        append(whole, whole.size, b"x")


def digest_of(algorithm, content):
    if algorithm == "crc32":
        return zlib.crc32(content).to_bytes(4, "big")
    return hashlib.new(algorithm, content).digest()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_damaged_part_is_refused_whole_and_the_right_one_taken(algorithm):
    upload = begin()
    right = Checksum(algorithm, digest_of(algorithm, CONTENT))
    for content, code in ((b"!" + CONTENT[1:], "CHECKSUM_DIFFERS"), (CONTENT, None)):
        try:
            append_checked(
                upload.pk, owner=A, offset=0, file=io.BytesIO(content), size=len(content),
                checksum=right, actor=ACTOR,
            )  # fmt: skip
        except DomainError as error:
            assert (error.code, error.http_status) == (code, 460)
            assert not UploadPart.objects.exists()
        else:
            assert code is None
    assert Upload.objects.get().status == "queued"


@pytest.mark.parametrize("text", ["", "sha1", "sha1 ", "sha1 %%%", "sha999 AAAA", "AAAA"])
def test_a_checksum_that_is_none_is_not_read_as_one(text):
    assert parse_checksum(text) is None


def test_a_checksum_is_read_as_the_protocol_writes_it():
    text = "sha1 " + base64.b64encode(hashlib.sha1(b"hello world").digest()).decode()
    assert text == "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="
    assert parse_checksum(text).agrees_with([b"hello ", b"world"])


class AnyCut(TestCase):
    @hypothesis_settings(max_examples=25, deadline=None)
    @given(content=st.binary(min_size=1, max_size=400), cuts=st.lists(st.integers(0, 400)))
    def test_any_cut_of_any_bytes_gives_the_same_bytes(self, content, cuts):
        Upload.objects.all().delete()
        places = sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})
        upload = begin(content)
        for first, last in pairwise(places):
            kept, _ = append(upload, first, content[first:last])
        stored = b"".join(bytes(p.content) for p in kept.parts.order_by("number"))
        assert stored == content
        assert kept.sha256 == hashlib.sha256(content).hexdigest()
        assert kept.crc32 == zlib.crc32(content)


def test_the_same_bytes_again_are_the_same_upload_and_the_old_address_still_answers():
    first = accept_upload(owner=A, name="kano.xlsx", chunks=[CONTENT], size=len(CONTENT))
    upload = begin(name="copy.xlsx")
    kept, _ = append(upload, 0, CONTENT)
    assert (kept, kept.known) == (first, True)
    assert Upload.objects.count() == 1 and UploadPart.objects.count() == 1
    assert UploadTwin.objects.get().pk == upload.pk
    assert find_upload(A, upload.pk) == first
    assert append(upload, len(CONTENT), b"") == (first, len(CONTENT))
    with pytest.raises(NotFound):
        find_upload(B, upload.pk)


def test_the_same_bytes_of_another_owner_are_another_upload():
    assert send().pk != send(owner=B).pk


def test_a_workflow_waits_with_its_code_and_goes_on_with_the_last_part():
    upload = begin()
    workflow = start_workflow(upload=upload, actor=ACTOR, key="k", said="kano.xlsx")
    assert (workflow.stage, workflow.version) == ("awaiting_upload", 1)
    assert start_workflow(upload=upload, actor=ACTOR, key="k").pk == workflow.pk
    append(upload, 0, CONTENT)
    workflow.refresh_from_db()
    assert (workflow.stage, workflow.upload_id) == ("reading_upload", upload.pk)
    assert replay(workflow)["identical"]


def test_a_waiting_workflow_is_given_the_earlier_upload_of_the_same_bytes():
    first = send()
    upload = begin(name="copy.xlsx")
    workflow = start_workflow(upload=upload, actor=ACTOR)
    append(upload, 0, CONTENT)
    workflow.refresh_from_db()
    assert (workflow.stage, workflow.upload) == ("reading_upload", first)
    assert "known_since" in workflow.events.get().payload
    assert replay(workflow)["identical"]


def test_a_workflow_whose_file_was_refused_may_be_given_another_that_still_arrives():
    refused = send(b"no workbook")
    workflow = start_workflow(upload=refused, actor=ACTOR)
    Workflow.objects.filter(pk=workflow.pk).update(stage="awaiting_upload")
    upload = begin()
    for _ in range(2):  # a repeated request changes nothing
        attach_upload(workflow.pk, upload, actor=ACTOR, key="again")
    append(upload, 0, CONTENT)
    workflow.refresh_from_db()
    assert (workflow.stage, workflow.upload_id) == ("reading_upload", upload.pk)
    with pytest.raises(Conflict, match="already has its file"):
        attach_upload(workflow.pk, begin(b"more"), actor=ACTOR)


def test_nothing_is_read_again_of_a_file_that_still_arrives():
    upload = begin()
    workflow = start_workflow(upload=upload, actor=ACTOR)
    assert requeue_reading(upload.pk, actor=ACTOR) is False
    workflow.refresh_from_db()
    assert workflow.stage == "awaiting_upload"


def test_who_has_the_code_of_the_workflow_goes_on_and_nobody_else():
    upload = begin()
    append(upload, 0, CONTENT[:100])
    workflow = start_workflow(upload=upload, actor=ACTOR)
    other = begin(b"another file of a")
    for stranger in (B, ""):
        with pytest.raises(NotFound):
            append(upload, 100, CONTENT[100:], owner=stranger)
    WorkflowGrant.objects.create(workflow=workflow, holder=B, how="resume_code")
    assert incomplete_uploads(B) == [upload]  # not the other one: no code leads there
    assert incomplete_uploads(A) == [other, upload]
    assert incomplete_uploads(A, name="kano.xlsx", size=len(CONTENT)) == [upload]
    found, _ = append(upload, 100, CONTENT[100:], owner=B)
    assert (found.status, found.owner) == ("queued", A)


def test_giving_up_removes_the_parts_and_leaves_the_workflow_waiting():
    upload = begin()
    append(upload, 0, CONTENT[:100])
    workflow = start_workflow(upload=upload, actor=ACTOR)
    with pytest.raises(NotFound):
        abandon_upload(upload.pk, owner=B)
    abandon_upload(upload.pk, owner=A)
    workflow.refresh_from_db()
    assert (workflow.stage, workflow.upload) == ("awaiting_upload", None)
    assert not Upload.objects.exists() and not UploadPart.objects.exists()
    with pytest.raises(NotFound):
        abandon_upload(upload.pk, owner=A)
    whole = send()
    with pytest.raises(Conflict, match="is complete"):
        abandon_upload(whole.pk, owner=A)


def test_an_upload_expires_seven_days_after_its_last_part_and_a_whole_one_never():
    now = timezone.now()
    whole, idle, busy = send(), begin(b"idle"), begin(b"busy")
    workflow = start_workflow(upload=idle, actor=ACTOR)
    Upload.objects.filter(status="receiving").update(
        created_at=now - timedelta(days=30), expires_at=now + timedelta(hours=1)
    )
    append(busy, 0, b"b")
    assert expire_uploads(now) == 0
    later = now + timedelta(days=2)
    assert expire_uploads(later) == 1
    assert set(Upload.objects.all()) == {whole, busy}
    workflow.refresh_from_db()
    assert workflow.upload is None
    assert expire_uploads(later) == 0


def test_a_part_that_comes_after_the_time_is_refused_before_the_sweeper_comes():
    upload = begin()
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DomainError) as refused:
        append(upload, 0, CONTENT)
    assert (refused.value.code, refused.value.http_status) == ("EXPIRED", 410)


def test_limits_are_said_before_anything_is_stored(settings, monkeypatch):
    settings.UPLOAD_MAX_MB = 1
    with pytest.raises(TooLarge, match="limit is 1 MB"):
        create_upload(owner=A, name="x", size=1024 * 1024 + 1)
    with pytest.raises(DomainError, match="empty"):
        create_upload(owner=A, name="x", size=0)
    assert not Upload.objects.exists()
    monkeypatch.setattr(receive_upload, "OPEN_LIMIT", 2)
    begin(), begin()
    with pytest.raises(TooMany):
        begin()
    begin(owner=B)
    monkeypatch.setattr(receive_upload, "PARTS_LIMIT", 2)
    upload = begin(owner=B)
    append(upload, 0, b"1", owner=B), append(upload, 1, b"2", owner=B)
    with pytest.raises(TooLarge) as refused:
        append(upload, 2, b"3", owner=B)
    assert refused.value.code == "TOO_MANY_PARTS"


def test_an_unknown_address_leads_nowhere():
    with pytest.raises(NotFound):
        append(uuid4(), 0, b"x")


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_that_send_the_same_part_at_once_one_is_stored():
    upload = begin()
    outcomes, gate = [], threading.Barrier(4)

    def device():
        gate.wait()
        try:
            outcomes.append(append(upload, 0, CONTENT)[1])
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=device) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == [str(len(CONTENT)), *["OFFSET_DIFFERS"] * 3]
    assert UploadPart.objects.count() == UploadReading.objects.count() == 1
