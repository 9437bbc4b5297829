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
