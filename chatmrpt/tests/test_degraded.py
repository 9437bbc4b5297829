"""A full disk, and hosts whose clocks do not agree: what is said, and that nothing is lost by it.

Redis away, no worker, a database that is away and comes back: chatmrpt/tests/e2e.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from chatmrpt.common import jobs
from chatmrpt.common.jobs import LEASE, LeaseLost, claim, claimed, due_for_a_hint
from chatmrpt.common.middleware import named_in
from chatmrpt.testing.uploads import TWO_STATES, VISITOR, csv_bytes
from tpr.models import Upload, UploadPart, UploadReading, Workflow
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload
from tpr.services.receive_upload import sha256_of

pytestmark = pytest.mark.django_db

CONTENT = csv_bytes(TWO_STATES)
HALF = len(CONTENT) // 2
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_ACCEPT": "application/json"}
BYTES = "application/offset+octet-stream"


@contextmanager
def full_database_disk() -> Iterator[None]:
    """PostgreSQL refuses every new part with the state it gives when its disk is full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON tpr_uploadpart EXECUTE FUNCTION no_room()"
        )
        yield
        cursor.execute("DROP TRIGGER no_room ON tpr_uploadpart; DROP FUNCTION no_room()")


def announce(client: Client) -> str:
    made = client.post("/uploads/", content_type="", HTTP_UPLOAD_LENGTH=str(len(CONTENT)), **TUS)
    return str(made["Location"])


def send(client: Client, url: str, begin: int, end: int, **headers: str) -> Any:
    return client.patch(
        url, CONTENT[begin:end], content_type=BYTES, HTTP_UPLOAD_OFFSET=str(begin),
        **{**TUS, **headers},
    )  # fmt: skip


def says_no_room(answer: Any) -> bool:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (503, "NO_ROOM")
    assert answer["Retry-After"] == "60"
    return "What was stored before is safe" in error["message"]


def test_a_full_disk_of_the_database_stops_a_part_in_words_and_the_upload_goes_on_later(
    client: Client,
) -> None:
    url = announce(client)
    assert send(client, url, 0, HALF).status_code == 204
    with full_database_disk():
        assert says_no_room(send(client, url, HALF, len(CONTENT)))
        assert int(client.head(url, **TUS)["Upload-Offset"]) == HALF
    assert send(client, url, HALF, len(CONTENT)).status_code == 204
    upload = Upload.objects.get()
    assert (upload.status, sha256_of(upload)) == ("queued", upload.sha256)


def test_what_a_killed_worker_left_of_a_file_is_removed_at_the_next_reading(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The folder of a reading holds the file itself; kill -9 leaves it behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new = tmp_path / "chatmrpt-read-killed", tmp_path / "chatmrpt-read-at-work"
    other = tmp_path / "of-somebody-else"
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "upload").write_bytes(CONTENT)
    for folder in (old, other):
        os.utime(folder, (0, 0))
    accept_upload(owner=VISITOR.owner, name="t.csv", chunks=[CONTENT], size=len(CONTENT))
    read_upload(UploadReading.objects.get().pk)
    assert UploadReading.objects.get().status == "done"
    assert sorted(path.name for path in tmp_path.iterdir()) == [new.name, other.name]


def full(*_: object, **__: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_of_the_web_host_stops_a_part_in_words_and_nothing_is_stored(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = announce(client)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile.SpooledTemporaryFile, "write", full)
        checksum = {"HTTP_UPLOAD_CHECKSUM": "sha1 " + "A" * 27 + "="}
        assert says_no_room(send(client, url, 0, HALF, **checksum))
    assert not UploadPart.objects.exists()
    assert send(client, url, 0, HALF).status_code == 204


@pytest.mark.parametrize("enforced", [False, True], ids=["in the view", "in the CSRF check"])
def test_the_plain_form_says_the_same_when_the_disk_is_full(
    monkeypatch: pytest.MonkeyPatch, enforced: bool
) -> None:
    client = Client(enforce_csrf_checks=enforced, raise_request_exception=False)

    def write(handler: TemporaryFileUploadHandler, *_: object) -> None:
        handler.file.close()
        full()

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", write)
    token = client.get("/").cookies["csrftoken"].value
    file = SimpleUploadedFile("two.csv", CONTENT)
    answer = client.post("/workflows/", {"csrfmiddlewaretoken": token, "file": file})
    assert answer.status_code == 503
    assert "There is no room left on the server" in answer.content.decode()
    assert not Workflow.objects.exists()


@contextmanager
def host_whose_clock_is(seconds: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        skewed = SimpleNamespace(now=lambda: timezone.now() + timedelta(seconds=seconds))
        patch.setattr(jobs, "timezone", skewed)
        yield


LITTLE = LEASE.total_seconds() - 10
MUCH = LEASE.total_seconds() + 10


@pytest.fixture
def reading() -> UploadReading:
    accept_upload(owner=VISITOR.owner, name="t.csv", chunks=[CONTENT], size=len(CONTENT))
    return UploadReading.objects.get()


@pytest.mark.parametrize(
    ("first", "second"), [(0, LITTLE), (-LITTLE, 0), (LITTLE, 0), (-LITTLE / 2, LITTLE / 2)]
)
def test_clocks_that_differ_by_less_than_the_lease_take_no_job_from_a_living_worker(
    reading: UploadReading, monkeypatch: pytest.MonkeyPatch, first: float, second: float
) -> None:
    with host_whose_clock_is(first, monkeypatch):
        mine = claim(UploadReading, reading.pk)
        assert mine is not None
    with host_whose_clock_is(second, monkeypatch):
        assert reading.pk not in due_for_a_hint(UploadReading)
        assert claim(UploadReading, reading.pk) is None
    with host_whose_clock_is(first, monkeypatch):
        mine.progress(1, 2)
        with mine.finish():
            pass
    reading.refresh_from_db()
    assert (reading.status, reading.attempts) == ("done", 1)


def test_clocks_that_differ_by_more_cost_work_twice_and_still_write_once(
    reading: UploadReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    zombie = claim(UploadReading, reading.pk)
    assert zombie is not None
    with host_whose_clock_is(MUCH, monkeypatch):
        successor = claim(UploadReading, reading.pk)
        assert successor is not None, "its lease seems to be over"
        with pytest.raises(LeaseLost), zombie.finish():
            pytest.fail("nothing may be written without the token")
        with successor.finish():
            pass
    reading.refresh_from_db()
    assert (reading.status, reading.attempts) == ("done", 2)


class Gone(Exception):
    """What psycopg says of a line that broke (no state) or of a refusal (its state)."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("server closed the connection unexpectedly")
        self.sqlstate = sqlstate


def broken(sqlstate: str | None) -> OperationalError:
    error = OperationalError("server closed the connection unexpectedly")
    error.__cause__ = Gone(sqlstate)
    return error


@pytest.mark.parametrize("sqlstate", [None, "57P01", "57P02", "08006"])
def test_a_database_that_goes_away_under_a_job_takes_no_attempt_from_it(
    reading: UploadReading, sqlstate: str | None
) -> None:
    for _ in range(jobs.MAX_ATTEMPTS + 1):
        with claimed(UploadReading, reading.pk) as held:
            assert held is not None
            raise broken(sqlstate)
    reading.refresh_from_db()
    assert (reading.status, reading.attempts, reading.claim_token) == ("queued", 0, None)


def test_another_refusal_of_the_database_counts_and_so_does_one_without_end(
    reading: UploadReading,
) -> None:
    with claimed(UploadReading, reading.pk):
        raise broken("53200")  # out of memory
    reading.refresh_from_db()
    assert (reading.status, reading.attempts) == ("queued", 1)
    UploadReading.objects.filter(pk=reading.pk).update(
        queued_at=timezone.now() - timedelta(hours=2)
    )
    with claimed(UploadReading, reading.pk):
        raise broken(None)
    reading.refresh_from_db()
    assert (reading.status, reading.attempts) == ("running", 2), "the lease decides"


def test_log_lines_of_a_request_carry_the_ids_of_its_address() -> None:
    workflow, run = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
    assert named_in(f"/workflows/{workflow}/runs/{run}/ward_scores.csv") == {
        "workflow": workflow, "run": run,
    }  # fmt: skip
    assert named_in("/workflows/") == {}
