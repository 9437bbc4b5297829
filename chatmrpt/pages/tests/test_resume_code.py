"""A code opens a workflow on another device; guessing is limited and never a way in."""

import pytest
from django.test import Client

from chatmrpt.chat.tests.views.visits import send, upload, url
from chatmrpt.models import Attempt
from tpr.models import Workflow, WorkflowGrant

pytestmark = pytest.mark.django_db


def code_of(client: Client, workflow: Workflow) -> str:
    from tpr.services.workflow import resume_code

    code = resume_code(workflow)
    assert code in client.get(url(workflow)).content.decode(), "the page shows its code"
    return code


def test_a_code_opens_the_workflow_on_another_device_and_work_goes_on_there(client: Client) -> None:
    workflow = upload(client)
    code = code_of(client, workflow)
    phone = Client()
    assert phone.get(url(workflow)).status_code == 404
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code} "):
        answer = phone.post("/resume/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (303, url(workflow)), typed
    assert send(phone, workflow, "choices/", choice="select Adamawa").status_code == 303
    assert client.get(url(workflow)).status_code == 200, "the first device keeps it too"
    assert WorkflowGrant.objects.filter(workflow=workflow).count() == 1
    assert str(workflow.pk) in phone.get("/").content.decode(), "listed under my workflows"


def test_the_code_itself_is_not_stored(client: Client) -> None:
    workflow = upload(client)
    code = code_of(client, workflow)
    row = Workflow.objects.filter(pk=workflow.pk).values().get()
    stored = " ".join(str(value) for value in row.values())
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_the_eleventh_wrong_code_is_429_and_even_the_right_one_must_wait(client: Client) -> None:
    code = code_of(client, upload(client))
    stranger = Client()
    for number in range(10):
        answer = stranger.post("/resume/", {"code": f"AAAA-BBBB-CCC{number}"})
        assert answer.status_code == 404
        assert "twelve letters and digits" in answer.content.decode()
    answer = Client().post("/resume/", {"code": code})  # a new session, the same address
    assert answer.status_code == 429
    assert "wait 15 minutes" in answer.content.decode()
    assert WorkflowGrant.objects.count() == 0
    Attempt.objects.all().delete()
    assert Client().post("/resume/", {"code": code}).status_code == 303


@pytest.mark.parametrize("code", ["", "x" * 10_000, "'; drop table", "0000-0000-0000", "٣٣٣٣"])
def test_what_is_no_code_opens_nothing(client: Client, code: str) -> None:
    upload(Client())
    assert client.post("/resume/", {"code": code}).status_code == 404
    assert WorkflowGrant.objects.count() == 0


def test_a_visitor_who_changes_the_address_is_limited_too(client: Client) -> None:
    code = code_of(client, upload(client))
    stranger = Client()
    for number in range(10):
        wrong = {"code": f"AAAA-BBBB-CCC{number}"}
        assert stranger.post("/resume/", wrong, REMOTE_ADDR=f"10.0.0.{number}").status_code == 404
    answer = stranger.post("/resume/", {"code": code}, REMOTE_ADDR="10.0.1.1")
    assert answer.status_code == 429
    assert "on this device" in answer.content.decode()
    assert Client().post("/resume/", {"code": code}, REMOTE_ADDR="10.0.1.2").status_code == 303


def test_very_many_wrong_codes_from_everywhere_let_all_codes_rest_in_words(client: Client) -> None:
    workflow = upload(client)
    code = code_of(client, workflow)
    Attempt.objects.bulk_create(
        Attempt(kind="resume", address=f"10.1.{n // 250}.{n % 250}") for n in range(300)
    )
    answer = Client().post("/resume/", {"code": code}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "TOO_MANY_IN_ALL")
    assert "with its link" in answer.json()["error"]["message"]
    assert client.get(url(workflow)).status_code == 200


def test_the_link_for_another_device_fills_the_code_in_and_opens_nothing_by_itself(
    client: Client,
) -> None:
    workflow = upload(client)
    code = code_of(client, workflow)
    link = f"/resume/?code={code}"
    assert link in client.get(url(workflow)).content.decode()
    phone = Client()
    page = phone.get(link)
    assert f'value="{code}"' in page.content.decode()
    assert WorkflowGrant.objects.count() == 0
    assert "&lt;b&gt;" in phone.get("/resume/", {"code": "<b>"}).content.decode()
    assert phone.post("/resume/", {"code": code})["Location"] == url(workflow)
