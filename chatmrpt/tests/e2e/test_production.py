"""A web host and a worker with the settings of production: what is on the wire and in the log."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from chatmrpt.testing.processes import (
    ROOT,
    Process,
    environment,
    free_port,
    running,
    wait_until,
)
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from chatmrpt.tests.e2e.person import Person, Reply
from chatmrpt.tests.test_settings import PRODUCTION
from tpr.models import Upload

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

HOST = {"Host": "malaria.example.org"}
OUTSIDE = {**HOST, "X-Forwarded-Proto": "https", "Referer": "https://malaria.example.org/"}
CELLS = ("Bille", "Fufore", "Adamawa", "Ajanaku", "secret_name", "Ribadu Clinic", "how bad is it")


class Browser(Person):
    """A person behind the proxy that ends TLS."""

    def call(self, method: str, path: str, **options: object) -> Reply:  # type: ignore[override]
        return super().call(method, path, **{**OUTSIDE, **options})  # type: ignore[arg-type]


class Site(Process):
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        static = folder / "static"
        told = {
            **environment(), "DEBUG": "0", "EXPOSE_WORKER": "0", "LOG_FORMAT": "json",
            "LOG_LEVEL": "INFO", "BEHIND_PROXY": "1", "PORT": str(self.port), "WORKERS": "1",
            "STATIC_ROOT": str(static), "SECRET_KEY": PRODUCTION["SECRET_KEY"], "HTTPS": "1",
            "ALLOWED_HOSTS": HOST["Host"],
        }  # fmt: skip
        told.pop("STATICFILES_BACKEND")
        collect = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, env=told, check=True, cwd=ROOT)
        self.told = told
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py",
                   "chatmrpt.wsgi:application"]  # fmt: skip
        super().__init__(command, told, folder / "site.log")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Site]:
    found = Site(tmp_path_factory.mktemp("production"))

    def answers() -> bool:
        with suppress(OSError):
            return Person([found.port]).get("/ping", **HOST).status == 200
        return False

    with running(found):
        wait_until(answers, seconds=40, what="the site", log=found.log)
        yield found


def test_plain_http_is_led_to_https_and_other_hosts_are_refused(site: Site) -> None:
    person = Person([site.port])
    plain = person.get("/", **HOST)
    assert (plain.status, plain.headers["Location"]) == (301, f"https://{HOST['Host']}/")
    assert person.get("/", Host="evil.example.org").status == 400
    assert person.get("/", **{**OUTSIDE, "Host": "evil.example.org"}).status == 400


def test_headers_and_cookies_are_those_of_a_closed_site(site: Site) -> None:
    person = Browser([site.port])
    page = person.get("/", accept="text/html")
    assert page.status == 200
    headers = {name.lower(): value for name, value in page.headers.items()}
    assert "max-age=31536000" in headers["strict-transport-security"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert "x-served-by" not in headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\\w+=", page.text)
    assert all("Secure" in value for name, value in page.headers.items() if name == "Set-Cookie")
    person.call("POST", "/uploads/", **{"Tus-Resumable": "1.0.0", "Upload-Length": "5"})
    assert "sessionid" in person.cookies
    refused = person.post_form("/workflows/", {"sample": "1"}, Referer="https://evil.example.org/")
    assert refused.status == 403


def test_log_lines_are_json_with_ids_and_without_a_cell_or_a_file_name(site: Site) -> None:
    person = Browser([site.port])
    workflow = person.upload("secret_name.csv", csv_bytes(TWO_STATES))
    upload = Upload.objects.get(original_name="secret_name.csv")
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()\n"
         "from tpr.services.read_upload import read_upload; import sys; read_upload(sys.argv[1])",
         str(upload.pk)],
        env={**site.told, "DJANGO_SETTINGS_MODULE": "chatmrpt.settings"}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    reply = person.say(workflow, "Adamawa, Bille, how bad is it")
    assert reply.status == 200, reply.text
    web = site.log.read_text()
    lines = [json.loads(line) for line in (web + done.stderr).splitlines() if line[:1] == "{"]
    assert lines
    assert all({"timestamp", "level", "event"} <= set(line) for line in lines)
    jobs = [line for line in lines if line.get("kind") == "UploadReading"]
    assert {line["job"] for line in jobs} == {str(upload.pk)}
    assert all(line["request_id"] for line in lines if "workflow" in line)
    for cell in CELLS:
        assert cell not in web + done.stderr, f"{cell} is in the log"
    assert os.environ.get("LOG_FORMAT") != "json", "the setting was the site's own"
