"""A stock tus client over a bad line, every request to another process; some of them are killed."""

import hashlib
import io
import random
import threading
import time
from pathlib import Path

import pytest
import requests
from django.db import connection
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from chatmrpt.testing.lines import Line, line
from chatmrpt.testing.processes import Web
from chatmrpt.tests.e2e.person import Person
from tpr.models import Upload, UploadPart, UploadReading
from tpr.services.receive_upload import sha256_of

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

KILOBYTE = 1024
SLOW = 230_000 / 8  # bytes per second of the line that programmes really have
LOST = (TusCommunicationError, requests.RequestException)


@pytest.fixture
def cookie(webs: list[Web]) -> str:
    """The session of a visitor, made by the first announcement."""
    person = Person([webs[0].port])
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "1"}
    made = person.call("POST", "/uploads/", **tus)
    assert made.status == 201, made.text
    location = made.headers["Location"]
    assert person.call("DELETE", location, **{"Tus-Resumable": "1.0.0"}).status == 204
    return "; ".join(f"{name}={value}" for name, value in person.cookies.items())


class Sender:
    """A person with a stock client who tries again until the file is there."""

    def __init__(self, way: Line, cookie: str, content: bytes, **options: object) -> None:
        self.client = TusClient(f"{way.url}/uploads/", headers={"Cookie": cookie})
        self.content, self.options = content, options
        self.url: str | None = None
        self.tries = 0

    def once(self, *, stop_at: int | None = None) -> None:
        uploader = self.client.uploader(
            file_stream=io.BytesIO(self.content), url=self.url,
            metadata={"filename": "kano.xlsx"}, **self.options,
        )  # fmt: skip
        try:
            uploader.upload(stop_at=stop_at)
        finally:
            self.url = uploader.url or self.url

    def until_done(self, *, tries: int = 60) -> None:
        while True:
            self.tries += 1
            try:
                self.once()
                return
            except LOST:
                if self.tries >= tries:
                    raise
                time.sleep(0.05)


def whole(content: bytes) -> Upload:
    """The one complete upload holds these very bytes, each stored once, and is queued once."""
    upload = Upload.objects.exclude(status="receiving").get()
    digest = hashlib.sha256(content).hexdigest()
    assert (upload.size, upload.sha256) == (len(content), digest)
    assert sha256_of(upload) == digest
    sizes = upload.parts.values_list("size", flat=True)
    assert sum(sizes) == len(content)
    assert UploadReading.objects.count() == 1
    return upload


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_line_cut_at_random_points_over_alternating_processes_gives_the_same_bytes(
    webs: list[Web], cookie: str, seed: int
) -> None:
    chance = random.Random(seed)
    content = chance.randbytes(700 * KILOBYTE)
    cuts = [chance.choice([None, chance.randrange(1, 70 * KILOBYTE)]) for _ in range(24)]
    with line([web.port for web in webs], cuts=cuts) as way:
        sender = Sender(way, cookie, content, chunk_size=64 * KILOBYTE, upload_checksum=True)
        sender.until_done()
        assert way.broken >= 3, "the line was too good to prove anything"
        assert set(way.used) == {web.port for web in webs}
    whole(content)


def test_servers_killed_between_parts_and_in_the_middle_of_one_lose_nothing(
    webs: list[Web], cookie: str, tmp_path: Path
) -> None:
    content = random.Random(4).randbytes(600 * KILOBYTE)
    with line([web.port for web in webs]) as way:
        sender = Sender(way, cookie, content, chunk_size=50 * KILOBYTE)
        for number, stop_at in enumerate(range(150 * KILOBYTE, len(content), 150 * KILOBYTE)):
            sender.once(stop_at=stop_at)
            assert Upload.objects.get().received == stop_at
            victim = number % 2
            webs[victim].kill()
            with pytest.raises(LOST):  # every second connection finds nobody
                for _ in range(2):
                    sender.once(stop_at=stop_at)
            webs[victim] = Web(tmp_path)
            way.ports = [web.port for web in webs]
        way.rate = 1_000_000
        killer = threading.Timer(0.08, webs[0].kill)
        killer.start()
        with pytest.raises(LOST):
            for _ in range(4):
                sender.options["chunk_size"] = len(content)
                sender.once(stop_at=len(content) - 1)
        killer.join()
        webs[0] = Web(tmp_path)
        way.ports, way.rate = [web.port for web in webs], None
        sender.until_done()
    whole(content)


def break_once_stored(way: Line, size: int) -> None:
    """Hold the line at its cut until the server has stored `size` bytes; then reset it."""
    end = time.monotonic() + 60
    while time.monotonic() < end and not Upload.objects.filter(received__gte=size):
        time.sleep(0.05)
    connection.close()  # this thread's own
    way.may_break.set()


def test_of_one_long_part_what_came_before_the_cut_stays(webs: list[Web], cookie: str) -> None:
    content = random.Random(5).randbytes(1500 * KILOBYTE)
    with line([web.port for web in webs], cuts=[None, 1200 * KILOBYTE]) as way:
        sender = Sender(way, cookie, content)  # the client's own default: all in one request
        way.may_break.clear()
        breaker = threading.Thread(target=break_once_stored, args=[way, 1024 * KILOBYTE])
        breaker.start()
        with pytest.raises(LOST):
            sender.once()
        breaker.join()
        time.sleep(0.3)
        stored, before = Upload.objects.get().received, way.sent
        assert 1024 * KILOBYTE <= stored < 1200 * KILOBYTE
        sender.once()
        rest = way.sent - before
    assert len(content) - stored <= rest < len(content) - stored + 4 * KILOBYTE
    whole(content)


def test_two_devices_that_send_the_same_file_at_once_do_not_mix_it_up(
    webs: list[Web], cookie: str
) -> None:
    content = random.Random(6).randbytes(400 * KILOBYTE)
    with line([web.port for web in webs]) as way:
        first = Sender(way, cookie, content, chunk_size=20 * KILOBYTE)
        first.once(stop_at=20 * KILOBYTE)
        second = Sender(way, cookie, content, chunk_size=30 * KILOBYTE)
        second.url = first.url
        threads = [threading.Thread(target=s.until_done) for s in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert first.tries + second.tries > 2, "they never met"
    whole(content)


def test_the_same_file_again_by_a_stock_client_is_the_same_upload(
    webs: list[Web], cookie: str
) -> None:
    content = random.Random(7).randbytes(60 * KILOBYTE)
    with line([web.port for web in webs]) as way:
        for _ in range(2):
            sender = Sender(way, cookie, content, chunk_size=25 * KILOBYTE)
            sender.until_done()
        assert sender.client.uploader(  # the second address answers as complete
            file_stream=io.BytesIO(content), url=sender.url
        ).offset == len(content)  # fmt: skip
    whole(content)
    assert Upload.objects.count() == 1
    assert UploadPart.objects.count() == 3


def test_at_230_kbps_a_file_arrives_in_the_time_the_line_needs(
    webs: list[Web], cookie: str
) -> None:
    content = random.Random(8).randbytes(200 * KILOBYTE)
    needs = len(content) / SLOW
    with line([web.port for web in webs], rate=SLOW) as way:
        started = time.monotonic()
        Sender(way, cookie, content, chunk_size=64 * KILOBYTE, upload_checksum=True).once()
        took = time.monotonic() - started
    assert needs * 0.9 < took < needs * 1.4 + 5
    whole(content)


def test_a_file_above_the_limit_is_refused_before_a_byte_is_sent(
    webs: list[Web], cookie: str
) -> None:
    with line([web.port for web in webs]) as way:
        sender = Sender(way, cookie, b"")
        sender.content = bytes(50 * 1024 * KILOBYTE + 1)
        with pytest.raises(TusCommunicationError) as refused:
            sender.once()
        assert refused.value.status_code == 413
        assert b"the limit is 50 MB" in refused.value.response_content
        assert way.sent < 2 * KILOBYTE
    assert not Upload.objects.exists()
