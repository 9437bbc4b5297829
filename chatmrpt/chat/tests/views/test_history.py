"""Who did what, in words: every kind of line, newest first, for those who may read the whole."""

import re

import pytest
from django.test import Client

from chatmrpt.accounts.tests.people import browser
from chatmrpt.chat.selectors.history_page import PAGE
from chatmrpt.chat.tests.views.visits import complete, planned, send, url
from itn.models import ItnPlan
from tpr.models import Ward
from tpr.services.workflow import resume_code

pytestmark = pytest.mark.django_db


def words(client: Client, page: str) -> str:
    text = re.sub(r"<[^>]+>", " ", client.get(page).content.decode())
    return re.sub(r"\s+", " ", text)


def test_decisions_on_plans_checks_and_shares_stand_with_who_and_why() -> None:
    ada = browser("ada")
    workflow, run, plan = planned(ada)
    ward = Ward.objects.filter(list=run.ward_list).order_by("code")[0]
    send(ada, workflow, f"runs/{run.pk}/deprioritise/", ward=ward.pk, finding="formal",
         decision="keep_in", reason="walked through it", signed_by="A. Bello")  # fmt: skip
    for act, fields in (
        ("submit", {"signed_as": "A. Bello, analyst"}),
        ("return", {"signed_as": "M. Musa, manager", "comment": "Fufore is missing"}),
    ):
        revision = ItnPlan.objects.get(pk=plan.pk).revision
        done = send(ada, workflow, f"plans/{plan.pk}/{act}/", revision=revision, **fields)
        assert done.status_code == 303, done.content
    ada.post(url(workflow, "share/"), {"do": "give", "name": "ibrahim", "access": "write"})
    said = words(ada, url(workflow, "history/"))
    for part in (
        "ada shared the workflow ibrahim: read and write",
        f"ada returned a net plan {plan.name} Fufore is missing signed M. Musa, manager",
        f"submitted a net plan {plan.name} signed A. Bello, analyst",
        "recorded a settlement check", "walked through it signed A. Bello",
        "ada chose Age group: Under five Choose the age group → TPR ready",
        "Facility level: Primary", "ChatMRPT read the file", "ada gave a file",
    ):  # fmt: skip
        assert part in said, part
    order = [
        said.index(part) for part in ("shared the", "returned a", "submitted a", "gave a file")
    ]
    assert order == sorted(order), "newest first"


def test_browsers_are_told_apart_and_a_claimed_one_has_its_name(client: Client) -> None:
    workflow = complete(client)
    phone = Client()
    phone.post("/resume/", {"code": resume_code(workflow)})
    send(phone, workflow, "choices/", choice="back level")
    said = words(client, url(workflow, "history/"))
    assert "A visitor of another browser went back" in said
    assert "A visitor of this browser gave a file" in said
    fields = {
        "name": "ada",
        "password": "seven-green-nets",
        "again": "seven-green-nets",
        "claim": "1",
    }
    assert client.post("/sign-up/", fields).status_code == 303
    said = words(client, url(workflow, "history/"))
    assert "ada, before signing in gave a file" in said
    assert "ada took the workflow into the account" in said


def test_long_histories_are_paged_and_ask_the_database_no_more_often(
    client: Client, django_assert_max_num_queries: object
) -> None:
    workflow = complete(client)
    for _ in range(PAGE // 2 + 1):
        send(client, workflow, "choices/", choice="back level")
        send(client, workflow, "choices/", choice="select primary")
    first = client.get(url(workflow, "history/")).content.decode()
    assert first.count('<tr id="l') == PAGE and "?page=2" in first
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(url(workflow, "history/?page=2"))
    numbers = []
    for page in (1, 2):
        text = client.get(url(workflow, f"history/?page={page}")).content.decode()
        numbers += [int(n) for n in re.findall(r'<tr id="l(\d+)"', text)]
    total = workflow.events.count()
    assert numbers == list(range(total, total - len(numbers), -1)) and len(numbers) == total
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert client.get(url(workflow, "history/"), {"page": odd}).status_code == 200
