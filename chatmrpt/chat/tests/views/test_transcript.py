"""The transcript: the same rows on every device, paged, with a link to any message, and as files."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatmrpt.chat.models import Message
from chatmrpt.chat.services.transcript import write
from chatmrpt.chat.tests.views.visits import complete, send, upload, url
from tpr.models import Workflow

pytestmark = pytest.mark.django_db


def said(workflow: Workflow, number: int) -> None:
    for n in range(number):
        write(workflow, "person" if n % 2 else "system", f"line number {n}")


def ids(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'<li id="m(\d+)"', page)]


def test_a_long_conversation_is_shown_from_its_end_and_paged_by_plain_links(client: Client) -> None:
    workflow = upload(client)
    said(workflow, 118)
    total = Message.objects.filter(workflow=workflow).count()
    seen: set[int] = set()
    address = url(workflow)
    for _ in range(10):
        page = client.get(address).content.decode()
        assert len(ids(page)) <= 40
        seen |= set(ids(page))
        more = re.search(r'href="([^"#]+)#m(\d+)">Earlier messages', page)
        if more is None:
            break
        address = more[1].replace("&amp;", "&")
        assert int(more[2]) in ids(client.get(address).content.decode()), "the anchor is there"
    assert seen == set(range(1, total + 1))
    later = re.search(r'href="([^"#]+)#m(\d+)">Later messages', page)
    assert later and int(later[2]) in ids(client.get(later[1]).content.decode())


def test_every_message_has_a_link_that_shows_it_on_any_device(client: Client) -> None:
    workflow = upload(client)
    said(workflow, 60)
    for number in (1, 2, 17, 61):
        page = client.get(url(workflow), {"m": number}).content.decode()
        assert number in ids(page)
        assert f'href="{url(workflow)}?m={number}#m{number}"' in page
    for odd in ("0", "9999", "-1", "x", "1" * 40, "٣"):
        assert client.get(url(workflow), {"m": odd}).status_code == 200
    phone = Client()
    code = workflow_code(client, workflow)
    assert phone.post("/resume/", {"code": code}).status_code == 303

    def talk(page: str) -> str:
        return page[page.index('role="log"') : page.index('id="now"')]

    assert talk(phone.get(url(workflow)).content.decode()) == talk(
        client.get(url(workflow)).content.decode()
    )


def workflow_code(client: Client, workflow: Workflow) -> str:
    found = re.search(r'class="code nb">([0-9A-Z-]+)<', client.get(url(workflow)).content.decode())
    assert found
    return found[1]


def test_a_page_of_a_long_conversation_costs_no_more_than_one_of_a_short(client: Client) -> None:
    workflow = upload(client)
    costs = []
    for _ in range(2):
        client.get(url(workflow))
        with CaptureQueriesContext(connection) as caught:
            size = len(client.get(url(workflow)).content)
        costs.append(len(caught))
        said(workflow, 500)
    assert costs[0] == costs[1]
    assert len(client.get(url(workflow)).content) < size + 20_000


def test_the_transcript_is_a_file_with_every_word_and_no_formula(client: Client) -> None:
    workflow = complete(client)
    send(client, workflow, "messages/", text='=HYPERLINK("http://x")')
    send(client, workflow, "messages/", text="status")
    answer = client.get(url(workflow, "transcript.csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="transcript.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [int(row["sequence"]) for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) == Message.objects.filter(workflow=workflow).count()
    assert any(row["text"].startswith("'=HYPERLINK") for row in rows)
    assert {"select", "confirm", "status"} <= {row["understood"] for row in rows}
    assert any("Your selections" in row["tables"] for row in rows)
    text = client.get(url(workflow, "transcript.txt")).content.decode()
    for message in Message.objects.filter(workflow=workflow):
        for part in message.text.split("\n"):
            assert part in text
    assert "State | Adamawa" in text
    assert Client().get(url(workflow, "transcript.txt")).status_code == 404
