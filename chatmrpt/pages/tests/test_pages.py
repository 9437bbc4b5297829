"""The pages around the work: start, help, glossary, errors in words, a strict policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from chatmrpt.chat.tests.views.visits import FRAGMENT, JSON, complete, url

pytestmark = pytest.mark.django_db

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))


@pytest.mark.parametrize("path", ["/", "/help/", "/glossary/"])
def test_a_page_answers_and_has_one_heading_and_a_language(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert len(re.findall(r"<h1\b", page)) == 1
    assert '<html lang="en-gb">' in page
    assert "!" not in re.sub(r"<[^>]*>", "", page), "calm: no exclamation marks"


def test_the_start_page_says_the_limit_of_a_file(client: Client) -> None:
    assert f"up to {settings.UPLOAD_MAX_MB} MB" in client.get("/").content.decode()


def test_without_a_loaded_sample_none_is_offered(client: Client) -> None:
    assert "Try the sample" not in client.get("/").content.decode()


def test_an_address_that_is_nowhere_is_404_in_words(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "There is no page at this address" in page
    assert 'href="/"' in page, "a way on"
    assert client.get("/nowhere/", **JSON).json()["error"]["code"] == "NOT_FOUND"


def test_a_bug_is_500_in_words_with_a_reference_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("chatmrpt.pages.views.workflows_of", broken)
    client = Client(raise_request_exception=False)
    answer = client.get("/", HTTP_X_REQUEST_ID="ref-123")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Nothing that was saved is lost" in page
    assert "ref-123" in page
    assert "secret detail" not in page
    assert "Traceback" not in page
    found = client.get("/", HTTP_X_REQUEST_ID="ref-123", **JSON).json()["error"]
    assert found["code"] == "INTERNAL"
    fragment = client.get("/", **FRAGMENT).content.decode()
    assert 'role="alert"' in fragment
    assert "<html" not in fragment


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: Client) -> None:
    answer = client.get("/ping", HTTP_X_REQUEST_ID="a\nlevel=error")
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in client.get("/")["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in " ".join(policy.values())
    assert "http" not in " ".join(policy.values())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_breaks_the_policy(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "no inline handlers"
    assert not re.search(r"<style\b", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag
    assert not re.search(r"(src|href)=[\"'](https?:)?//", text)


def test_no_rendered_page_of_a_finished_job_breaks_the_policy(client: Client) -> None:
    workflow = complete(client)
    for tab in ("map", "table", "quality", "risk", "nets"):
        page = client.get(url(workflow), {"tab": tab}).content.decode()
        assert not re.search(r"<[^>]*\sstyle=", page), tab
        assert not re.search(r"<style\b|<script(?![^>]*src=)", page), tab
