"""Sharing by name: the colleague sees it, nobody learns names, and it can be taken back."""

import pytest
from django.test import Client

from chatmrpt.accounts.tests.people import account, browser
from chatmrpt.chat.tests.views.visits import FRAGMENT, JSON, complete, planned, send, url
from tpr.models import Workflow, WorkflowGrant
from tpr.services.replay import replay
from tpr.services.workflow import resume_code

pytestmark = pytest.mark.django_db


def give(client: Client, workflow: Workflow, name: str, access: str = "read") -> int:
    fields = {"do": "give", "name": name, "access": access}
    return client.post(url(workflow, "share/"), fields).status_code


def test_a_colleague_reads_what_is_shared_for_reading_and_changes_nothing() -> None:
    ada, ibrahim = browser("ada"), browser("ibrahim")
    workflow, run, plan = planned(ada)
    assert ibrahim.get(url(workflow)).status_code == 404
    assert give(ada, workflow, " Ibrahim ") == 303
    page = ibrahim.get("/").content.decode()
    assert "Shared with me" in page and str(workflow.pk) in page and ">ada</td>" in page
    seen = ibrahim.get(url(workflow))
    words = seen.content.decode()
    assert seen.status_code == 200
    assert "You may read this workflow" in words and 'id="say"' not in words
    assert '<body class="reader">' in words
    assert resume_code(workflow) not in words, "the code would let a reader write"
    for path in ("ward_tpr.csv", f"runs/{run.pk}/", f"plans/{plan.pk}/", "quality/"):
        assert ibrahim.get(url(workflow, path)).status_code == 200, path
        assert resume_code(workflow) not in ibrahim.get(url(workflow, path)).content.decode()
    refused = send(ibrahim, workflow, "choices/", choice="back level", **JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "READ_ONLY")
    assert ibrahim.get(url(workflow, "share/")).status_code == 403
    assert send(ibrahim, workflow, "messages/", text="top 5 wards").status_code == 403
    workflow.refresh_from_db()
    assert workflow.stage == "complete" and replay(workflow)["identical"]


def test_who_is_given_writing_writes_and_shares_on_and_the_ledger_names_both() -> None:
    ada, ibrahim, eve = browser("ada"), browser("ibrahim"), browser("eve")
    workflow = complete(ada)
    give(ada, workflow, "ibrahim", "write")
    assert send(ibrahim, workflow, "choices/", choice="back level").status_code == 303
    turn = send(ibrahim, workflow, "choices/", choice="select primary", **FRAGMENT)
    for shown in (turn, ibrahim.get(url(workflow)), ibrahim.get(url(workflow, "share/"))):
        assert shown.status_code == 200
        assert resume_code(workflow) not in shown.content.decode(), "it would outlive the share"
    private = ibrahim.post(url(workflow, "share/"), {"do": "private", "private": "1"}, **JSON)
    assert private.json()["error"]["code"] == "OWNER_ONLY"
    assert give(ibrahim, workflow, "eve") == 303
    assert eve.get(url(workflow)).status_code == 200
    lines = workflow.events.filter(command="share").order_by("sequence")
    assert [(e.actor_name, e.payload["name"], e.payload["access"]) for e in lines] == [
        ("ada", "ibrahim", "write"), ("ibrahim", "eve", "read"),
    ]  # fmt: skip
    assert "ibrahim</td>" in eve.get("/").content.decode(), "shared by ibrahim"
    assert replay(Workflow.objects.get(pk=workflow.pk))["identical"]


def test_sharing_again_changes_the_access_and_taking_back_ends_it() -> None:
    ada, ibrahim = browser("ada"), browser("ibrahim")
    workflow = complete(ada)
    for access in ("read", "write", "write", "read"):
        assert give(ada, workflow, "ibrahim", access) == 303
    row = WorkflowGrant.objects.get()
    assert row.access == "read"
    assert workflow.events.filter(command="share").count() == 3, "the same twice is once"
    taken = ada.post(url(workflow, "share/"), {"do": "take", "grant": row.pk})
    assert taken.status_code == 303
    assert ibrahim.get(url(workflow)).status_code == 404
    assert workflow.events.filter(command="unshare").count() == 1
    assert ada.post(url(workflow, "share/"), {"do": "take", "grant": row.pk}).status_code == 404


def test_nobody_learns_who_has_an_account_and_a_later_account_gains_nothing() -> None:
    ada = browser("ada")
    workflow = complete(ada)
    account("ibrahim")
    answers = [
        ada.post(url(workflow, "share/"), {"do": "give", "name": n, "access": "read"}, follow=True)
        for n in ("ibrahim", "nobody1")
    ]  # fmt: skip
    assert {a.status_code for a in answers} == {200}
    words = answers[1].content.decode()
    row = [words[words.index(f">{n}</th>"):].partition("<form")[0].replace(n, "NAME")
           for n in ("ibrahim", "nobody1")]  # fmt: skip
    assert row[0] == row[1]
    late = browser("nobody1")
    assert late.get(url(workflow)).status_code == 404
    assert "Shared with me" not in late.get("/").content.decode()
    give(ada, workflow, "NOBODY1")
    assert late.get(url(workflow)).status_code == 200
    assert WorkflowGrant.objects.count() == 2


def test_what_cannot_be_shared_is_said() -> None:
    ada = browser("ada")
    workflow = complete(ada)
    for fields, status, code in (
        ({"do": "give", "name": "a b", "access": "read"}, 400, "BAD_NAME"),
        ({"do": "give", "name": "ibrahim", "access": "own"}, 400, "BAD_ACCESS"),
        ({"do": "give", "name": "ADA", "access": "read"}, 409, "SHARE_WITH_OWNER"),
        ({"do": "give", "name": "a\x00b", "access": "read"}, 400, "BAD_TEXT"),
        ({"do": "dance"}, 400, "BAD_ACCESS"),
        ({"do": "take", "grant": "9" * 30}, 404, "SHARE_UNKNOWN"),
    ):
        answer = ada.post(url(workflow, "share/"), fields, **JSON)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert ada.post(url(workflow, "share/"), fields).status_code == status
    assert not WorkflowGrant.objects.exists()


def test_a_visitor_shares_and_sees_devices_that_came_by_the_code(client: Client) -> None:
    workflow = complete(client)
    ibrahim = browser("ibrahim")
    assert give(client, workflow, "ibrahim") == 303
    assert ibrahim.get(url(workflow)).status_code == 200
    phone = Client()
    phone.post("/resume/", {"code": resume_code(workflow)})
    listed = client.get(url(workflow, "share/"), **JSON).json()
    assert [c["name"] for c in listed["codes"]] == [""]
    client.post(url(workflow, "share/"), {"do": "take", "grant": listed["codes"][0]["id"]})
    assert phone.get(url(workflow)).status_code == 404
    private = client.post(url(workflow, "share/"), {"do": "private", "private": "0"}, **JSON)
    assert private.json()["error"]["code"] == "NEEDS_ACCOUNT"


def test_a_reader_who_types_the_code_writes_as_anybody_with_the_code() -> None:
    ada, ibrahim = browser("ada"), browser("ibrahim")
    workflow = complete(ada)
    give(ada, workflow, "ibrahim")
    assert ibrahim.post("/resume/", {"code": resume_code(workflow)}).status_code == 303
    assert send(ibrahim, workflow, "choices/", choice="back level").status_code == 303


def test_starting_over_keeps_who_may_open_it() -> None:
    ada, ibrahim = browser("ada"), browser("ibrahim")
    workflow = complete(ada)
    give(ada, workflow, "ibrahim")
    send(ada, workflow, "messages/", text="restart")
    new = Workflow.objects.exclude(pk=workflow.pk).get()
    assert ibrahim.get(url(new)).status_code == 200
    assert send(ibrahim, new, "choices/", choice="select Adamawa").status_code == 403
