"""tus-js-client, as it comes from npm, over a bad line: every connection another process."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chatmrpt.testing.lines import Line, line
from chatmrpt.testing.processes import Web
from chatmrpt.tests.e2e.person import Person
from tpr.models import Upload, UploadReading, Workflow
from tpr.services.receive_upload import sha256_of
from tpr.services.take_files import sha256_of_file

pytestmark = [
    pytest.mark.node, pytest.mark.processes, pytest.mark.django_db(transaction=True)
]  # fmt: skip

DRIVER = Path(__file__).parent / "node" / "send.cjs"
KILOBYTE = 1024
PART = 64 * KILOBYTE
SIZE = 9 * PART + 777


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Kanò 2024.xlsx"
    path.write_bytes(random.Random(11).randbytes(SIZE))
    return path


def visitor(webs: list[Web]) -> Person:
    """A person with a session of their own; the client only carries the cookies."""
    person = Person([web.port for web in webs])
    tus = {"Tus-Resumable": "1.0.0"}
    made = person.call("POST", "/uploads/", **tus, **{"Upload-Length": "1"})
    assert person.call("DELETE", made.headers["Location"], **tus).status == 204
    return person


def send(way: Line, person: Person, file: Path, **told: object) -> dict[str, Any]:
    """Run the client in a process of its own until it ends; return what it says it did."""
    order = {
        "client": os.environ["TUS_JS_CLIENT"], "endpoint": f"{way.url}/uploads/",
        "file": str(file), "name": file.name, "part": PART,
        "cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items()), **told,
    }  # fmt: skip
    ended = subprocess.run(
        [os.environ["NODE"], str(DRIVER), json.dumps(order)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.stdout, ended.stderr
    did = dict(json.loads(ended.stdout))
    assert did["error"] is None, did
    return did


def is_whole(file: Path) -> None:
    upload = Upload.objects.exclude(status="receiving").get()
    assert upload.original_name == file.name
    assert sha256_of(upload) == upload.sha256 == sha256_of_file(file)
    assert UploadReading.objects.count() == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_a_line_cut_at_random_points_over_alternating_processes_gives_the_same_bytes(
    webs: list[Web], file: Path, seed: int
) -> None:
    chance = random.Random(seed)
    cuts = [chance.choice([None, chance.randrange(1, PART + 5 * KILOBYTE)]) for _ in range(24)]
    with line([web.port for web in webs], cuts=cuts) as way:
        did = send(way, visitor(webs), file)
        assert did["done"]
        assert way.broken >= 3, "the line was too good to prove anything"
        assert did["retries"] >= way.broken - 1
        assert set(way.used) == {web.port for web in webs}
    is_whole(file)


def test_after_a_client_that_ended_the_next_one_sends_only_the_missing_part(
    webs: list[Web], file: Path, tmp_path: Path
) -> None:
    person, store = visitor(webs), str(tmp_path / "urls.json")
    with line([web.port for web in webs]) as way:
        before = send(way, person, file, store=store, quit_at=3 * PART)
        stored = Upload.objects.get().received
        assert (before["done"], before["put"]) == (False, 3 * PART)
        assert 3 * PART <= stored < SIZE, "a part that was under way may have come after the end"
        after = send(way, person, file, store=store)
    assert after["done"]
    assert (after["url"], after["began_at"]) == (before["url"], stored)
    assert after["put"] == SIZE - stored
    is_whole(file)


def test_on_another_device_the_resume_code_lets_it_send_only_the_missing_part(
    webs: list[Web], file: Path
) -> None:
    laptop, phone = visitor(webs), visitor(webs)
    with line([web.port for web in webs]) as way:
        before = send(way, laptop, file, quit_at=4 * PART)
        stored = Upload.objects.get().received
        uuid = str(Upload.objects.get().pk)
        code = waiting_workflow(laptop, uuid)
        assert phone.get(before["url"].removeprefix(way.url)).status == 404, "a stranger, so far"
        phone.page("/")
        opened = phone.post_form("/resume/", {"code": code})
        assert opened.status == 303, opened.text
        after = send(way, phone, file, url=before["url"])
    assert (after["done"], after["began_at"], after["put"]) == (True, stored, SIZE - stored)
    assert Workflow.objects.get().stage == "reading_upload"
    is_whole(file)


def waiting_workflow(person: Person, upload: str) -> str:
    """A workflow that waits for the rest of the file; return its resume code."""
    person.page("/")
    made = person.call(
        "POST", "/workflows/", body=f"upload={upload}&idempotency_key=the-laptop".encode(),
        kind="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert made.status == 201, made.text
    return str(made.json()["resume_code"])
