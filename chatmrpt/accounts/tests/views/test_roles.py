"""Roles at work: the lists of the start page, an LGA's page, approving, and making accounts."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from analysis.models import SettlementCheck
from chatmrpt.accounts.models import Role
from chatmrpt.accounts.services.give_role import end_role, give_role
from chatmrpt.accounts.tests.people import PASSWORD, account, browser, sign_in
from chatmrpt.chat.tests.views.visits import JSON, complete, planned, send, url
from chatmrpt.common.errors import DomainError
from itn.models import ItnPlan
from tpr.models import Ward, Workflow

pytestmark = pytest.mark.django_db
SIGNED = {"signed_as": "M. Musa, programme manager"}


def decide(client: Client, plan: ItnPlan, act: str, **fields: str) -> Any:
    revision = ItnPlan.objects.get(pk=plan.pk).revision
    workflow = Workflow.objects.get(pk=plan.workflow_id)
    return send(client, workflow, f"plans/{plan.pk}/{act}/", revision=revision, **SIGNED, **fields)


def test_the_start_page_lists_what_roles_open_and_an_analyst_works_on_it() -> None:
    ada, officer = browser("ada"), browser("officer", "lga_officer", state="adamawa", lga="Fufore")
    analyst = browser("analyst", "analyst", state="Adamawa")
    workflow = complete(ada)
    page = analyst.get("/").content.decode()
    assert "Open to my roles" in page and url(workflow) in page and "Data analyst" in page
    page = officer.get("/").content.decode()
    assert url(workflow, "lga/Fufore/") in page and f'"{url(workflow)}"' not in page
    assert (
        "Open to my roles" not in browser("kano", "viewer", state="Kano").get("/").content.decode()
    )
    assert send(analyst, workflow, "choices/", choice="back level").status_code == 303
    assert workflow.events.order_by("-sequence")[0].actor_name == "analyst"


def test_a_role_ends_when_it_is_said_and_stays_as_a_record() -> None:
    ada, viewer = browser("ada"), browser("viewer", "viewer", state="Adamawa")
    workflow = complete(ada)
    assert viewer.get(url(workflow)).status_code == 200
    role = Role.objects.get()
    role.until = timezone.now() + timedelta(hours=1)
    role.save()
    assert viewer.get(url(workflow)).status_code == 200
    end_role(role)
    assert viewer.get(url(workflow)).status_code == 404
    assert Role.objects.count() == 1
    give_role(role.user, "viewer", state="Adamawa", given_by="command")
    assert viewer.get(url(workflow)).status_code == 200


def test_the_page_of_an_lga_shows_its_wards_only_and_takes_checks_and_remarks() -> None:
    ada, officer = browser("ada"), browser("officer", "lga_officer", state="Adamawa", lga="Fufore")
    workflow, run, plan = planned(ada)
    page = officer.get(url(workflow, "lga/fufore/")).content.decode()
    for part in ("Bille", "Ribadu", "Waybill", "Record a check", "you propose"):
        assert part in page, part
    assert "Girei I<" not in page and "Girei II<" not in page, "only a reason may name the cut-line"
    lines = (
        officer.get(url(workflow, "lga/Fufore/lga.csv")).content.decode("utf-8-sig").splitlines()
    )
    assert len(lines) == 3 and all(",Fufore," in line for line in lines[1:])
    nets = sum(plan.rows.filter(lga="Fufore").values_list("nets", flat=True))
    column = lines[0].split(",").index("nets")
    assert sum(int(line.split(",")[column]) for line in lines[1:]) == nets
    waybill = officer.get(url(workflow, "lga/Fufore/waybill/")).content.decode()
    assert "is not approved" in waybill and "Girei" not in waybill
    wards = {w.name: w.pk for w in Ward.objects.filter(list=run.ward_list)}
    check = {
        "finding": "informal",
        "decision": "keep_in",
        "reason": "I was there",
        "signed_by": "S.",
    }
    there = officer.post(url(workflow, "lga/Fufore/check/"), {**check, "ward": wards["Bille"]})
    assert there.status_code == 303, there.content
    beyond = officer.post(
        url(workflow, "lga/Fufore/check/"), {**check, "ward": wards["Girei I"]}, **JSON
    )
    assert beyond.status_code == 404
    assert [c.ward.name for c in SettlementCheck.objects.all()] == ["Bille"]
    assert officer.post(url(workflow, "lga/Fufore/comment/"), {"comment": ""}).status_code == 400
    fields = {"comment": "Bille needs more", "signed_as": "S. Musa, LGA officer", "dissent": "1"}
    assert officer.post(url(workflow, "lga/Fufore/comment/"), fields).status_code == 303
    page = officer.get(url(workflow, "lga/Fufore/")).content.decode()
    assert "Bille needs more" in page and "disagrees" in page and "I was there" in page
    assert (
        "About Fufore LGA: Bille needs more"
        in ada.get(url(workflow, f"plans/{plan.pk}/")).content.decode()
    )
    assert officer.get(url(workflow, "lga/Nowhere/")).status_code == 403
    assert ada.get(url(workflow, "lga/Nowhere/")).status_code == 404
    assert officer.get(url(workflow, "history/")).status_code == 403


def test_where_a_state_has_an_approver_that_person_decides_and_nobody_else() -> None:
    ada, kano = browser("ada"), browser("kano", "approver", state="Kano")
    workflow, _, plan = planned(ada)
    musa = browser("musa", "approver", state="Adamawa")
    assert decide(ada, plan, "submit").status_code == 303
    refused = decide(ada, plan, "approve", **JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "NOT_AN_APPROVER")
    assert "Approve and lock" not in ada.get(url(workflow, f"plans/{plan.pk}/")).content.decode()
    assert decide(kano, plan, "approve").status_code == 404
    assert "Approve and lock" in musa.get(url(workflow, f"plans/{plan.pk}/")).content.decode()
    refused = decide(musa, plan, "archive", **JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "READ_ONLY")
    assert decide(musa, plan, "approve").status_code == 303
    plan.refresh_from_db()
    assert plan.is_locked
    assert [e.actor_name for e in plan.events.order_by("sequence")] == ["ada", "musa"]
    assert decide(ada, plan, "unlock", comment="c", **JSON).status_code == 403
    assert decide(musa, plan, "unlock", comment="A ward is missing").status_code == 303


def test_an_approver_is_warned_of_the_own_plan_or_refused_by_a_setting(
    settings: pytest.FixtureRequest,
) -> None:
    musa = browser("musa", "approver", state="Adamawa")
    workflow, _, plan = planned(musa)
    decide(musa, plan, "submit")
    assert (
        "Somebody else should approve it"
        in musa.get(url(workflow, f"plans/{plan.pk}/")).content.decode()
    )
    settings.APPROVER_MAY_BE_AUTHOR = False  # type: ignore[attr-defined]
    refused = decide(musa, plan, "approve", **JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "APPROVER_IS_AUTHOR")
    assert "must approve it" in musa.get(url(workflow, f"plans/{plan.pk}/")).content.decode()
    other = browser("bello", "approver", state="Adamawa")
    assert decide(other, plan, "approve").status_code == 303


def test_a_plan_made_before_signing_in_is_the_authors_own(
    client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.APPROVER_MAY_BE_AUTHOR = False  # type: ignore[attr-defined]
    workflow, _, plan = planned(client)
    account("musa", "approver", state="Adamawa")
    assert sign_in(client, "musa", claim="1").status_code == 303
    client.post(url(workflow, "share/"), {"do": "private", "private": "0"})
    decide(client, plan, "submit")
    assert decide(client, plan, "approve", **JSON).json()["error"]["code"] == "APPROVER_IS_AUTHOR"


def test_with_accounts_only_a_code_opens_for_people_with_a_role_there(
    settings: pytest.FixtureRequest,
) -> None:
    from tpr.services.workflow import resume_code

    ada = browser("ada")
    workflow = complete(ada)
    ada.post(url(workflow, "share/"), {"do": "private", "private": "1"})
    settings.ACCESS = "login"  # type: ignore[attr-defined]
    code = {"code": resume_code(workflow)}
    outsider = browser("out").post("/resume/", code, **JSON)
    assert (outsider.status_code, outsider.json()["error"]["code"]) == (403, "CODE_NEEDS_ROLE")
    assert browser("kano", "analyst", state="Kano").post("/resume/", code).status_code == 403
    viewer = browser("viewer", "viewer", state="Adamawa")
    assert viewer.post("/resume/", code).status_code == 303
    assert viewer.get(url(workflow)).status_code == 200
    assert send(viewer, workflow, "choices/", choice="back level").status_code == 403
    analyst = browser("analyst", "analyst", state="Adamawa")
    assert analyst.post("/resume/", code).status_code == 303
    assert send(analyst, workflow, "choices/", choice="back level").status_code == 303
    assert ada.post("/resume/", code).status_code == 303


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"role": "king", "state": "Kano"}, "role_is_known"),
        ({"role": "viewer"}, "role_of_a_state_has_its_state"),
        ({"role": "lga_officer", "state": "Kano"}, "role_of_an_lga_has_its_lga"),
        ({"role": "approver", "state": "Kano", "lga": "Dala"}, "role_of_a_state_has_no_lga"),
        ({"role": "national_analyst", "state": "Kano"}, "role_of_the_site_has_no_place"),
        ({"role": "viewer", "state": "Kano", "given_by": ""}, "role_is_given_by_somebody"),
        ({"role": "viewer", "state": "Kano", "until": timezone.now() - timedelta(days=9)},
         "role_ends_after_it_begins"),
    ],
)  # fmt: skip
def test_the_database_refuses_a_role_without_its_scope(fields: dict[str, Any], name: str) -> None:
    user = account("ada")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Role.objects.create(user=user, **{"given_by": "command", **fields})


def test_the_database_holds_a_name_and_a_live_role_once() -> None:
    user = account("ada", "viewer", state="Kano")
    with pytest.raises(IntegrityError, match="role_held_once"), transaction.atomic():
        Role.objects.create(user=user, role="viewer", state="Kano", given_by="command")
    with pytest.raises(IntegrityError, match="accounts_name_once"), transaction.atomic():
        account("ADA")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"role": "king"}, "ROLE_UNKNOWN"), ({"role": "viewer"}, "ROLE_SCOPE"),
        ({"role": "viewer", "state": "Atlantis"}, "STATE_UNKNOWN"),
        ({"role": "lga_officer", "state": "Adamawa", "lga": "Dala"}, "LGA_UNKNOWN"),
        ({"role": "viewer", "state": "Kano"}, "ROLE_HELD"),
    ],
)  # fmt: skip
def test_a_role_that_cannot_be_is_refused_in_words(fields: dict[str, str], code: str) -> None:
    from chatmrpt.chat.tests.views.visits import adamawa_list

    adamawa_list()
    user = account("ada", "viewer", state="kano state")
    assert Role.objects.get().state == "Kano"
    with pytest.raises(DomainError) as refused:
        give_role(user, **fields, given_by="command")
    assert refused.value.code == code


def make(*words: str) -> str:
    out = io.StringIO()
    call_command("make_account", *words, stdout=out)
    return out.getvalue()


def test_an_operator_makes_accounts_roles_and_passwords_without_the_admin(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = make("a.bello", "--role", "analyst", "--state", "Kwara")
    password = said.split("password ")[1].split()[0]
    assert "role of a.bello: Data analyst, Kwara" in said
    assert sign_in(client, "a.bello", password).status_code == 303
    assert "Data analyst" in client.get("/account/").content.decode()
    again = make("A.Bello", "--new-password").split("password ")[1].split()[0]
    assert client.get("/account/").status_code == 302, "the old sessions end"
    assert sign_in(client, "a.bello", again).status_code == 303
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert PASSWORD not in make("s.musa", "--password-stdin")
    assert sign_in(Client(), "s.musa").status_code == 303
    for words in (["a.bello"], ["x", "--role", "viewer"], ["y y"], ["z", "--state", "Kano"]):
        with pytest.raises(SystemExit) as stopped:
            make(*words)
        assert stopped.value.code == 2
        assert "error[" in capsys.readouterr().err
    assert not Role.objects.exclude(user__username="a.bello").exists(), "nothing half made"


def test_site_roles_open_the_admin_as_far_as_they_go() -> None:
    editor, administrator = browser("editor", "settings_editor"), browser("root", "administrator")
    viewer = browser("viewer", "viewer", state="Kano")
    assert viewer.get("/admin/", follow=False).status_code == 302
    assert editor.get("/admin/").status_code == 200
    assert editor.get("/admin/chat/vocabularyword/").status_code == 200
    assert editor.get("/admin/auth/user/").status_code == 403
    assert editor.get("/admin/tpr/workflow/").status_code == 403
    assert administrator.get("/admin/tpr/workflow/").status_code == 200
    target = account("s.musa")
    page = f"/admin/auth/user/{target.pk}/change/"
    form = administrator.get(page)
    assert form.status_code == 200
    data = {
        "username": "s.musa", "first_name": "", "last_name": "", "email": "", "is_active": "on",
        "date_joined_0": "2024-01-01", "date_joined_1": "10:00:00", "last_login_0": "", "last_login_1": "",
        "roles-TOTAL_FORMS": "1", "roles-INITIAL_FORMS": "0", "roles-0-role": "viewer",
        "roles-0-state": "kano", "roles-0-lga": "", "roles-0-until_0": "", "roles-0-until_1": "",
    }  # fmt: skip
    assert administrator.post(page, data).status_code == 302, administrator.post(page, data).content
    role = Role.objects.get(user=target)
    root = administrator.session["_auth_user_id"]
    assert (role.role, role.state, role.given_by) == ("viewer", "Kano", f"user:{root}")
    bad = {**data, "roles-TOTAL_FORMS": "2", "roles-INITIAL_FORMS": "1", "roles-0-id": str(role.pk),
           "roles-1-role": "lga_officer", "roles-1-state": "Kano", "roles-1-lga": ""}  # fmt: skip
    assert "needs a state and an LGA" in administrator.post(page, bad).content.decode()
    typed_over = {
        **bad,
        "roles-TOTAL_FORMS": "1",
        "roles-0-role": "approver",
        "roles-0-state": "Kano",
    }
    administrator.post(page, typed_over)
    role.refresh_from_db()
    assert role.role == "viewer", "a role is ended and given anew, not typed over"
