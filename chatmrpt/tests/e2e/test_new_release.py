"""A release replaces the one before while people work: expand, serve both, switch; nothing is lost.

The release before is what git holds under PREVIOUS, with its own migrations. Without the history of
the project (an export of the files) this test cannot be made and is skipped.
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from chatmrpt.testing.processes import (
    ROOT,
    Process,
    database_url,
    environment,
    free_port,
    wait_until,
)
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from chatmrpt.tests.e2e.person import Person

PREVIOUS = "d0d34a3c0ed39a9134a3c1993057702d68e012b1"

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the release before."""
    folder = tmp_path_factory.mktemp("before")
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", PREVIOUS], capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip("the history of the project is not here, so there is no release before")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder


@pytest.fixture
def empty() -> Iterator[str]:
    """A database of its own with nothing in it; its URL."""
    name = f"release_{uuid4().hex[:8]}"
    url = database_url()
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}".encode())
    old = settings.DATABASES["default"]["NAME"]
    yield url.replace(f"/{old}", f"/{name}", 1)
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def told(url: str) -> dict[str, str]:
    return {**environment(), "DATABASE_URL": url, "PYTHONSAFEPATH": "1"}


def manage(code: Path, url: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(code / "manage.py"), *words], env=told(url) | {"PYTHONPATH": str(code)},
        cwd=code, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


class Served(Process):
    """gunicorn with the code of a release."""

    def __init__(self, code: Path, url: str, folder: Path) -> None:
        self.port = free_port()
        command = [
            sys.executable, "-m", "gunicorn", "chatmrpt.wsgi:application",
            "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--preload",
            "--no-control-socket",
        ]  # fmt: skip
        super().__init__(
            command,
            told(url) | {"PYTHONPATH": str(code)},
            folder / f"{self.port}.log",
            code=code,
        )

    def ready(self) -> "Served":
        def answers() -> bool:
            with contextlib.suppress(OSError):
                return Person([self.port]).get("/ping").status == 200
            return False

        wait_until(answers, seconds=40, what="the release", log=self.log)
        return self


class Traffic(threading.Thread):
    """A person who asks and decides without a pause, at whatever servers there are."""

    TEXTS = ("how many facilities are there?", "back", "Adamawa", "yes", "primary", "status",
             "under five", "top 5 wards", "what is TPR?", "back to age")  # fmt: skip

    def __init__(self, person: Person, workflow: str) -> None:
        super().__init__()
        self.person, self.workflow = person, workflow
        self.statuses: Counter[int] = Counter()
        self.over = threading.Event()
        self.trouble: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            text = self.TEXTS[self.statuses.total() % len(self.TEXTS)]
            try:
                reply = self.person.say(self.workflow, text)
                self.statuses[reply.status] += 1
                if reply.status >= 400:
                    self.trouble.append(f"{text}: {reply.status} {reply.text[:300]}")
            except (OSError, AssertionError) as error:
                self.trouble.append(f"{text}: {type(error).__name__} {error}")
            time.sleep(0.02)


def read_all(code: Path, url: str) -> None:
    script = (
        "import django; django.setup()\n"
        "from tpr.models import UploadReading\n"
        "from tpr.services.read_upload import read_upload\n"
        "for row in UploadReading.objects.filter(status='queued'): read_upload(row.pk)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], check=True, cwd=code, timeout=120,
        env=told(url) | {"PYTHONPATH": str(code), "DJANGO_SETTINGS_MODULE": "chatmrpt.settings"},
    )  # fmt: skip


def test_the_new_schema_comes_while_the_old_release_serves_and_then_the_new_one_takes_over(
    before: Path, empty: str, tmp_path: Path
) -> None:
    manage(before, empty, "migrate", "--noinput", "-v0")
    old = Served(before, empty, tmp_path)
    new: Served | None = None
    try:
        person = Person([old.ready().port])
        content = csv_bytes(TWO_STATES)
        workflow = person.upload("two.csv", content)
        read_all(before, empty)
        traffic = Traffic(person, workflow)
        traffic.start()
        wait_until(lambda: traffic.statuses.total() >= 5, seconds=30, what="traffic", log=old.log)

        manage(ROOT, empty, "migrate", "--noinput", "-v0")  # expand, under the old release
        seen = traffic.statuses.total()
        wait_until(lambda: traffic.statuses.total() >= seen + 15, seconds=60, what="traffic",
                   log=old.log)  # fmt: skip
        other = Person([old.port])
        made_by_the_old = other.upload("by_the_old.csv", csv_bytes(TWO_STATES[:5]))

        new = Served(ROOT, empty, tmp_path).ready()  # both serve one database
        person.ports = [old.port, new.port]
        seen = traffic.statuses.total()
        wait_until(lambda: traffic.statuses.total() >= seen + 20, seconds=60, what="traffic",
                   log=new.log)  # fmt: skip
        person.ports = [new.port]  # switch
        time.sleep(0.5)
        old.stop()
        seen = traffic.statuses.total()
        wait_until(lambda: traffic.statuses.total() >= seen + 10, seconds=60, what="traffic",
                   log=new.log)  # fmt: skip
        traffic.over.set()
        traffic.join()
        assert traffic.trouble == []
        assert set(traffic.statuses) == {200}
        found = person.get(f"/api/session/verify-tpr?workflow={workflow}").json()
        assert found["consistent"] is True, found
        other.ports = [new.port]
        assert other.state(made_by_the_old)["stage"] == "reading_upload"
    finally:
        for process in (old, new):
            if process is not None:
                process.stop()
