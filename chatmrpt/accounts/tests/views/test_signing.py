"""Signing in and out: what a browser keeps, what a stranger learns, where it leads."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from chatmrpt.accounts.tests.people import PASSWORD, account, sign_in
from chatmrpt.chat.tests.views.visits import JSON, complete, upload, url
from chatmrpt.models import Attempt
from tpr.models import Workflow, WorkflowEvent
from tpr.services.replay import replay

pytestmark = pytest.mark.django_db


def mine(client: Client) -> set[str]:
    return set(client.get("/api/session/status").json()["workflows"])


def test_what_the_browser_began_is_the_accounts_after_sign_in_and_gone_after_sign_out(
    client: Client,
) -> None:
    workflow, other = complete(client), upload(client, [])
    account("ada")
    page = client.get("/sign-in/").content.decode()
    assert "2 workflows of this browser will be added to your account" in page
    assert 'name="claim" value="1" checked' in page
    before = client.session.session_key
    answer = sign_in(client, "ada", claim="1")
    assert (answer.status_code, answer["Location"]) == (303, "/?claimed=2#my")
    assert client.session.session_key != before
    assert set(client.session.keys()) == {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"}
    assert mine(client) == {str(workflow.pk), str(other.pk)}
    assert client.get(url(workflow)).status_code == 200
    workflow.refresh_from_db()
    assert workflow.owner.startswith("user:") and workflow.kept_private
    line = workflow.events.order_by("-sequence")[0]
    assert (line.command, line.actor, line.actor_name) == ("claim", workflow.owner, "ada")
    assert replay(workflow)["identical"]
    assert client.post("/sign-out/").status_code == 303
    assert mine(client) == set()
    assert client.get(url(workflow)).status_code == 404
    sign_in(client, "ada")
    assert mine(client) == {str(workflow.pk), str(other.pk)}
    assert WorkflowEvent.objects.filter(command="claim").count() == 2, "claimed once"


def test_without_the_tick_the_work_stays_the_browsers_also_after_sign_out(client: Client) -> None:
    workflow = upload(client)
    account("ada")
    assert sign_in(client, "ada").status_code == 303
    assert mine(client) == set()
    assert client.get(url(workflow)).status_code == 404
    client.post("/sign-out/")
    assert mine(client) == {str(workflow.pk)}


def test_a_wrong_name_and_a_wrong_password_are_answered_in_the_same_words(client: Client) -> None:
    account("ada")
    answers = [sign_in(client, "ada", "wrong"), sign_in(client, "nobody", "wrong")]
    assert {a.status_code for a in answers} == {403}
    said = [client.post("/sign-in/", {"name": n, "password": "x"}, **JSON).json()
            for n in ("ada", "nobody")]  # fmt: skip
    assert said[0] == said[1]
    assert said[0]["error"]["code"] == "SIGN_IN_FAILED"
    assert "do not fit together" in answers[0].content.decode()
    assert not client.session.get("_auth_user_id")
    get_user_model().objects.update(is_active=False)
    assert sign_in(client, "ada").status_code == 403


def test_the_name_is_known_without_capitals_and_held_once(client: Client) -> None:
    account("Ada.Bello")
    assert sign_in(client, " ada.bello ").status_code == 303
    other = Client().post(
        "/sign-up/", {"name": "ADA.bello", "password": PASSWORD, "again": PASSWORD}, **JSON
    )
    assert (other.status_code, other.json()["error"]["code"]) == (409, "NAME_TAKEN")


def test_the_eleventh_wrong_password_for_a_name_waits_wherever_it_comes_from(
    client: Client,
) -> None:
    account("ada")
    for number in range(10):
        Client(REMOTE_ADDR=f"192.0.2.{number}").post("/sign-in/", {"name": "ADA", "password": "x"})
    answer = sign_in(client, "ada")
    assert answer.status_code == 429
    assert "wait 15 minutes" in answer.content.decode()
    account("ibrahim")
    assert sign_in(client, "ibrahim").status_code == 303, "another name from here may"
    assert "ada" not in set(Attempt.objects.values_list("address", flat=True))


def test_wrong_tries_from_one_address_wait_whatever_the_name() -> None:
    account("ada")
    for number in range(20):
        Client(REMOTE_ADDR="192.0.2.9").post("/sign-in/", {"name": f"n{number}", "password": "x"})
    assert sign_in(Client(REMOTE_ADDR="192.0.2.9"), "ada").status_code == 429
    assert sign_in(Client(REMOTE_ADDR="192.0.2.8"), "ada").status_code == 303
    Attempt.objects.all().delete()
    here = Client(REMOTE_ADDR="192.0.2.9")
    for _ in range(25):  # what succeeded is no wrong try
        assert sign_in(here, "ada").status_code == 303
        here.post("/sign-out/")


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/glossary/", "/glossary/"), ("https://evil.example/", "/"), ("//evil.example/x", "/"),
        ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("glossary/", "/"), ("", "/"),
        ("/\t/evil.example", "/"), ("https:/evil.example", "/"),
    ],
)  # fmt: skip
def test_sign_in_leads_to_pages_of_this_site_only(client: Client, wanted: str, leads: str) -> None:
    account("ada")
    assert sign_in(client, "ada", next=wanted)["Location"] == leads


def test_anybody_may_make_an_account_which_opens_nothing_but_its_own(client: Client) -> None:
    workflow = upload(client)
    fields = {"name": "ada", "password": PASSWORD, "again": PASSWORD, "claim": "1"}
    assert client.post("/sign-up/", fields)["Location"] == "/?claimed=1#my"
    assert mine(client) == {str(workflow.pk)}
    assert Client().post("/sign-up/", fields).status_code == 409
    stranger = Client()
    stranger.post("/sign-up/", {**fields, "name": "eve", "claim": ""})
    assert stranger.get(url(workflow)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "a b"}, "BAD_NAME"), ({"name": "x"}, "BAD_NAME"), ({"name": "<script>"}, "BAD_NAME"),
        ({"password": "12345678", "again": "12345678"}, "BAD_PASSWORD"),
        ({"password": "short", "again": "short"}, "BAD_PASSWORD"), ({"again": "other"}, "BAD_PASSWORD"),
        ({"email": "no address"}, "BAD_EMAIL"), ({"name": "a\x00b"}, "SIGN_IN_FAILED"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused_in_words(
    client: Client, fields: dict[str, str], code: str
) -> None:
    whole = {"name": "ada", "password": PASSWORD, "again": PASSWORD, **fields}
    answer = client.post("/sign-up/", whole)
    assert f'data-error="{code}"' in answer.content.decode()
    assert answer.status_code in (400, 403)
    assert not get_user_model().objects.exists()


def test_with_accounts_only_nobody_makes_one_and_the_start_page_asks_to_sign_in(
    client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.ACCESS = "login"  # type: ignore[attr-defined]
    answer = client.get("/sign-up/", **JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SIGN_UP_CLOSED")
    page = client.get("/").content.decode()
    assert "Sign in to start" in page and 'type="file"' not in page
    assert client.post("/resume/", {"code": "x"}, **JSON).status_code == 403
    account("ada")
    sign_in(client, "ada")
    assert 'type="file"' in client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/", "/help/", "/nowhere/", "/account/", "/workflows/x/"])
def test_the_way_in_or_out_is_on_every_page(path: str) -> None:
    stranger, ada = Client(), Client()
    account("ada")
    sign_in(ada, "ada")
    assert '"/sign-in/' in stranger.get(path, follow=True).content.decode()
    page = ada.get(path).content.decode()
    assert "Sign out" in page and ">ada</a>" in page


def test_a_form_from_elsewhere_signs_nobody_out() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account("ada"), "django.contrib.auth.backends.ModelBackend")
    assert strict.post("/sign-out/").status_code == 403
    assert strict.get("/sign-out/").status_code == 405
    assert strict.session.get("_auth_user_id")


def test_a_new_password_and_signing_out_everywhere_end_the_other_sessions() -> None:
    account("ada")
    laptop, phone = Client(), Client()
    for one in (laptop, phone):
        sign_in(one, "ada")
    new = "eight-blue-nets"
    wrong = laptop.post("/account/", {"do": "password", "password": "x", "new": new, "again": new})
    assert wrong.status_code == 403
    fields = {"do": "password", "password": PASSWORD, "new": new, "again": new}
    assert laptop.post("/account/", fields).status_code == 303
    assert laptop.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302
    assert sign_in(phone, "ada", PASSWORD).status_code == 403
    sign_in(phone, "ada", new)
    assert laptop.post("/account/", {"do": "everywhere", "password": new}).status_code == 303
    assert laptop.get("/account/").status_code == phone.get("/account/").status_code == 302
    assert sign_in(phone, "ada", new).status_code == 303


def test_a_workflow_is_reached_through_sign_in(client: Client) -> None:
    workflow = Workflow.objects.get(pk=upload(client).pk)
    account("ada")
    hint = Client().get(url(workflow)).content.decode()
    assert f'<a href="/sign-in/?next={url(workflow)}">' in hint
    answer = Client().get("/account/")
    assert answer["Location"] == "/sign-in/?next=/account/"
    assert sign_in(client, "ada", next=url(workflow), claim="1")["Location"] == url(workflow)
