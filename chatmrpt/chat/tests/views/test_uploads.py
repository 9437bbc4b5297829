"""The addresses of resumable upload: what the protocol asks for, and what strangers get."""

import base64
import hashlib
import io
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http.request import UnreadablePostError
from django.test import Client, RequestFactory
from django.utils import timezone

from chatmrpt.chat.models import Message
from chatmrpt.chat.views.uploads import _pieces
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.models import Upload, UploadPart, Workflow
from tpr.services.accept_upload import PART_BYTES
from tpr.services.read_upload import read_upload

pytestmark = pytest.mark.django_db

CONTENT = csv_bytes(TWO_STATES)
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
BYTES = "application/offset+octet-stream"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def client():
    """A browser as a stock tus client is one: cookies, and no CSRF token."""
    return Client(enforce_csrf_checks=True)


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def begin(client, content=CONTENT, name="kanò.csv", **headers):
    answer = client.post(
        "/uploads/", content_type="", HTTP_UPLOAD_LENGTH=str(len(content)),
        HTTP_UPLOAD_METADATA=f"filename {encoded(name)},filetype {encoded('text/csv')}",
        **TUS, **headers,
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    return answer["Location"]


def patch(client, url, offset, content, **headers):
    return client.patch(
        url, content, content_type=headers.pop("kind", BYTES), HTTP_UPLOAD_OFFSET=str(offset),
        **{**TUS, **headers},
    )  # fmt: skip


def token(client):
    return client.get("/").cookies["csrftoken"].value


def start(client, **fields):
    return client.post("/workflows/", fields, HTTP_X_CSRFTOKEN=token(client), **JSON)


def test_the_server_says_what_it_offers(client):
    for url in ("/uploads/", f"/uploads/{uuid4()}/"):
        answer = client.options(url)
        assert answer.status_code == 204
        assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
        assert set(answer["Tus-Extension"].split(",")) == {
            "creation", "creation-with-upload", "checksum", "termination", "expiration",
        }  # fmt: skip
        assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256,md5,crc32"
        assert int(answer["Tus-Max-Size"]) == 50 * 1024 * 1024
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_a_file_in_parts_from_announcement_to_the_first_question(client):
    url = begin(client)
    seen = client.head(url, **TUS)
    assert (seen["Upload-Offset"], seen["Upload-Length"]) == ("0", str(len(CONTENT)))
    assert seen["Cache-Control"] == "no-store" and "GMT" in seen["Upload-Expires"]
    assert encoded("kanò.csv") in seen["Upload-Metadata"]
    half = len(CONTENT) // 2
    answer = patch(client, url, 0, CONTENT[:half])
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(half))
    assert answer["Tus-Resumable"] == "1.0.0"
    answer = patch(client, url, half, CONTENT[half:])
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(len(CONTENT)))
    upload = Upload.objects.get()
    assert upload.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert upload.original_name == "kanò.csv"

    made = start(client, upload=str(upload.pk), idempotency_key="k")
    assert made.status_code == 201, made.content
    assert (
        start(client, upload=str(upload.pk), idempotency_key="k").json()["uuid"]
        == (made.json()["uuid"])
    )
    read_upload(upload.pk)
    workflow = Workflow.objects.get()
    assert workflow.stage == "state_selection"
    first = Message.objects.filter(workflow=workflow).order_by("sequence").first()
    assert (first.who, first.text) == ("person", "kanò.csv")


def test_a_workflow_made_during_the_upload_shows_its_code_and_how_much_is_here(client):
    url = begin(client)
    patch(client, url, 0, CONTENT[:100])
    made = start(client, upload=url.split("/")[2]).json()
    assert made["stage"] == "awaiting_upload"
    assert made["upload"] == {
        "status": "receiving",
        "progress": {"done": 100, "total": len(CONTENT), "note": "bytes sent"},
    }
    page = client.get(f"/workflows/{made['uuid']}/").content.decode()
    assert f"100 of {len(CONTENT):,} bytes of kanò.csv" in page
    assert made["resume_code"] in page
    assert f'name="workflow" value="{made["uuid"]}"' in page
    patch(client, url, 100, CONTENT[100:])
    state = client.get(f"/workflows/{made['uuid']}/state/").json()
    assert state["stage"] == "reading_upload"
    said = Message.objects.filter(workflow=made["uuid"]).order_by("sequence")
    assert said[0].text == "kanò.csv"


def test_another_device_with_the_code_finds_the_upload_and_sends_the_rest(client):
    url = begin(client)
    patch(client, url, 0, CONTENT[:100])
    code = start(client, upload=url.split("/")[2]).json()["resume_code"]
    query = {"name": "kanò.csv", "size": len(CONTENT)}
    phone = Client(enforce_csrf_checks=True)
    assert phone.get("/uploads/", query).json() == {"uploads": []}
    assert phone.head(url, **TUS).status_code == 404
    phone.post("/resume/", {"code": code}, HTTP_X_CSRFTOKEN=token(phone))
    (found,) = phone.get("/uploads/", query).json()["uploads"]
    assert (found["location"], found["offset"]) == (url, 100)
    assert found["crc32"] == f"{zlib.crc32(CONTENT[:100]):08x}"
    assert found["workflows"][0]["resume_code"] == code
    assert phone.get("/uploads/", {**query, "size": 5}).json() == {"uploads": []}
    assert patch(phone, url, 100, CONTENT[100:]).status_code == 204
    assert Upload.objects.get().status == "queued"


def test_the_same_bytes_again_are_said_and_read_once(client):
    first = begin(client)
    patch(client, first, 0, CONTENT)
    start(client, upload=first.split("/")[2])
    read_upload(Upload.objects.get().pk)
    again = begin(client, name="copy.csv")
    made = start(client, upload=again.split("/")[2]).json()
    answer = patch(client, again, 0, CONTENT)
    assert answer["Upload-Same-As"] == first
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(len(CONTENT)))
    assert client.head(again, **TUS)["Upload-Offset"] == str(len(CONTENT))
    assert Upload.objects.count() == 1
    said = [m.text for m in Message.objects.filter(workflow=made["uuid"]).order_by("sequence")]
    assert said[0] == "copy.csv"
    assert "byte for byte" in said[1] and "kanò.csv" in said[1]
    assert client.get(f"/workflows/{made['uuid']}/state/").json()["stage"] == "state_selection"


@pytest.mark.parametrize("headers", [{}, {"HTTP_TUS_RESUMABLE": "0.2.2"}])
def test_without_the_header_that_stands_for_the_token_nothing_is_changed(client, headers):
    url = begin(client)
    sent = {"content_type": BYTES, "HTTP_UPLOAD_OFFSET": "0", **headers}
    for answer in (
        client.patch(url, CONTENT, **sent), client.delete(url, **headers),
        client.post("/uploads/", CONTENT, content_type=BYTES, HTTP_UPLOAD_LENGTH="3", **headers),
        client.post(url, HTTP_X_HTTP_METHOD_OVERRIDE="DELETE", **headers),
    ):  # fmt: skip
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
        assert answer.json()["error"]["code"] == "TUS_VERSION"
    assert Upload.objects.get().received == 0


def test_a_workflow_is_not_made_of_an_upload_without_the_token(client):
    url = begin(client)
    assert client.post("/workflows/", {"upload": url.split("/")[2]}, **JSON).status_code == 403
    assert not Workflow.objects.exists()


def test_somebody_elses_upload_is_not_there(client):
    url = begin(client)
    for stranger in (Client(), Client()):
        begin(stranger, b"own")
        assert stranger.head(url, **TUS).status_code == 404
        assert stranger.get(url).status_code == 404
        assert patch(stranger, url, 0, CONTENT).status_code == 404
        assert stranger.delete(url, **TUS).status_code == 404
        assert start(stranger, upload=url.split("/")[2]).status_code == 404
    assert Upload.objects.get(pk=url.split("/")[2]).received == 0
    assert Client().get("/uploads/").json() == {"uploads": []}
    assert patch(Client(), url, 0, CONTENT).status_code == 404


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("sha1", hashlib.sha1(CONTENT).digest()),
        ("sha256", hashlib.sha256(CONTENT).digest()),
        ("md5", hashlib.md5(CONTENT).digest()),
        ("crc32", zlib.crc32(CONTENT).to_bytes(4, "big")),
    ],
)
def test_a_part_that_was_damaged_on_the_way_is_answered_460_and_not_stored(
    client, algorithm, digest
):
    url = begin(client)
    checksum = f"{algorithm} {base64.b64encode(digest).decode()}"
    answer = patch(client, url, 0, CONTENT[:-1] + b"?", HTTP_UPLOAD_CHECKSUM=checksum)
    assert (answer.status_code, answer.reason_phrase) == (460, "Checksum Mismatch")
    assert not UploadPart.objects.exists()
    answer = patch(client, url, 0, CONTENT, HTTP_UPLOAD_CHECKSUM=checksum)
    assert (answer.status_code, Upload.objects.get().status) == (204, "queued")


@pytest.mark.parametrize("text", ["sha3 AAAA", "sha1", "sha1 !!"])
def test_a_checksum_that_cannot_be_read_is_refused(client, text):
    answer = patch(client, begin(client), 0, CONTENT, HTTP_UPLOAD_CHECKSUM=text)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_CHECKSUM")


def test_an_offset_that_is_not_the_end_is_answered_409_with_the_right_one(client):
    url = begin(client)
    patch(client, url, 0, CONTENT[:50])
    for offset in (0, 49, 51):
        answer = patch(client, url, offset, CONTENT[50:])
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "50")


@pytest.mark.parametrize("value", ["", "-1", "x", "１", "1" * 30])
def test_a_number_of_bytes_that_is_none_is_refused(client, value):
    answer = client.post("/uploads/", content_type="", HTTP_UPLOAD_LENGTH=value, **TUS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_HEADER")
    assert patch(client, begin(client), value, b"x").status_code == 400


def test_what_cannot_be_taken_is_refused_with_its_status(client, settings):
    settings.UPLOAD_MAX_MB = 1
    large = client.post("/uploads/", content_type="", HTTP_UPLOAD_LENGTH="1048577", **TUS)
    assert (large.status_code, large.json()["error"]["facts"]["limit_mb"]) == (413, 1)
    empty = client.post("/uploads/", content_type="", HTTP_UPLOAD_LENGTH="0", **TUS)
    assert empty.json()["error"]["code"] == "EMPTY_FILE"
    later = client.post("/uploads/", content_type="", HTTP_UPLOAD_DEFER_LENGTH="1", **TUS)
    assert later.json()["error"]["code"] == "LENGTH_NEEDED"
    broken = client.post(
        "/uploads/",
        content_type="",
        HTTP_UPLOAD_LENGTH="1",
        HTTP_UPLOAD_METADATA="filename %",
        **TUS,
    )
    assert broken.status_code == 400
    url = begin(client)
    assert patch(client, url, 0, b"x", kind="text/csv").status_code == 415
    assert patch(client, url, 0, CONTENT + b"x").status_code == 413
    assert client.put(url, **TUS).status_code == 405
    assert client.put("/uploads/", **TUS).status_code == 405
    Upload.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert patch(client, url, 0, CONTENT).status_code == 410


def test_with_accounts_only_a_visitor_may_not_begin(client, settings):
    settings.ACCESS = "login"
    answer = client.post("/uploads/", content_type="", HTTP_UPLOAD_LENGTH="1", **TUS)
    assert answer.status_code == 403


def test_giving_up_removes_the_upload(client):
    url = begin(client)
    patch(client, url, 0, CONTENT[:10])
    assert client.delete(url, **TUS).status_code == 204
    assert client.head(url, **TUS).status_code == 404
    assert not UploadPart.objects.exists()


def test_the_first_part_may_come_with_the_announcement(client):
    answer = client.post(
        "/uploads/", CONTENT, content_type=BYTES, HTTP_UPLOAD_LENGTH=str(len(CONTENT)), **TUS
    )
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(CONTENT)))
    assert Upload.objects.get().status == "queued"


def test_a_proxy_that_lets_only_post_through_is_no_obstacle(client):
    url = begin(client)
    answer = client.post(
        url, CONTENT, content_type=BYTES, HTTP_UPLOAD_OFFSET="0",
        HTTP_X_HTTP_METHOD_OVERRIDE="PATCH", **TUS,
    )  # fmt: skip
    assert (answer.status_code, Upload.objects.get().status) == (204, "queued")


class CutLine(io.BytesIO):
    """A body whose line breaks after what it holds."""

    def read(self, size=-1):
        return super().read(size) or self.broken()

    def broken(self):
        raise UnreadablePostError("connection reset")


def test_what_came_before_the_line_was_cut_is_stored_in_parts(client):
    content = bytes(range(256)) * 4096  # 1 MiB
    request = RequestFactory().patch("/uploads/x/", b"")
    request._stream, request._read_started = CutLine(content[: 3 * PART_BYTES // 2]), False
    pieces = list(_pieces(request))
    assert [len(piece) for piece in pieces] == [PART_BYTES, PART_BYTES // 2]
    assert b"".join(pieces) == content[: 3 * PART_BYTES // 2]
