"""A claim moves everything, twice is once, and what the account has already is met."""

from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from analysis.models import AnalysisRun
from chatmrpt.accounts.services.claim import claim, claimable
from chatmrpt.accounts.tests.people import account, browser
from chatmrpt.chat.tests.views.visits import JSON, complete, planned, send, upload, url
from chatmrpt.common.actors import Actor
from itn.models import ItnPlan, PlanCheck
from tpr.models import ConfirmedAnswer, Upload, Ward, WardAlias, Workflow, WorkflowGrant
from tpr.services.replay import replay
from tpr.tests.factories import BoundaryListFactory

pytestmark = pytest.mark.django_db


def actor(user: Any) -> Actor:
    return Actor(channel="form", owner=f"user:{user.pk}", name=user.get_username())


def visitor_of(client: Client) -> str:
    return f"visitor:{client.session['visitor']}"


MOVED = {
    "tpr.Upload", "tpr.ConfirmedAnswer", "tpr.Workflow", "tpr.WorkflowGrant", "tpr.WardAlias",
    "analysis.AnalysisRun", "itn.ItnPlan", "itn.PlanImport", "itn.PlanDocument", "itn.PlanCheck",
}  # fmt: skip
"""Tables with an owner or a holder that `claim` moves; a new one belongs there and here."""


def test_every_table_with_an_owner_is_known_to_the_claim() -> None:
    found = {
        model._meta.label for app in ("tpr", "analysis", "itn", "chat", "accounts", "chatmrpt")
        for model in apps.get_app_config(app).get_models()
        if {field.name for field in model._meta.fields} & {"owner", "holder"}
    }  # fmt: skip
    assert found == MOVED


def test_every_column_that_names_an_owner_moves(client: Client) -> None:
    workflow, run, plan = planned(client)
    visitor, ada = visitor_of(client), account("ada")
    others = complete(Client())
    client.post("/resume/", {"code": code_of(others)})
    ConfirmedAnswer.objects.create(owner=visitor, header_hash="h", code="C", answer="a")
    checked = PlanCheck.objects.create(owner=visitor, file_name="p.csv", size=1, content=b"x")
    taken = claim(visitor, actor(ada))
    assert (taken.workflows, taken.uploads) == (1, 1)
    left = [
        (model.__name__, field.name)
        for app in ("tpr", "analysis", "itn", "chat") for model in apps.get_app_config(app).get_models()
        for field in model._meta.fields if field.name in ("owner", "holder")
        and model._default_manager.filter(**{field.name: visitor}).exists()
    ]  # fmt: skip
    assert left == []
    assert PlanCheck.objects.get(pk=checked.pk).owner == f"user:{ada.pk}"
    mine = f"user:{ada.pk}"
    assert Workflow.objects.get(pk=workflow.pk).owner == mine
    assert AnalysisRun.objects.get(pk=run.pk).owner == ItnPlan.objects.get(pk=plan.pk).owner == mine
    assert WorkflowGrant.objects.get(workflow=others).holder == mine
    assert replay(Workflow.objects.get(pk=workflow.pk))["identical"]
    again = claim(visitor, actor(ada))
    assert not any((again.workflows, again.uploads, again.names, again.same_uploads))
    assert workflow.events.filter(command="claim").count() == 1


def code_of(workflow: Workflow) -> str:
    from tpr.services.workflow import resume_code

    return resume_code(workflow)


def test_a_locked_plan_stays_as_it_was_approved_and_its_workflow_moves(client: Client) -> None:
    workflow, _, plan = planned(client)
    ItnPlan.objects.filter(pk=plan.pk).update(status="approved", locked_at=timezone.now())
    ada = account("ada")
    claim(visitor_of(client), actor(ada))
    assert ItnPlan.objects.get(pk=plan.pk).owner.startswith("visitor:")
    reader = Client()
    reader.force_login(ada, "django.contrib.auth.backends.ModelBackend")
    assert reader.get(url(workflow, f"plans/{plan.pk}/")).status_code == 200


def test_the_same_file_in_both_is_one_upload_afterwards_and_the_figures_stay(
    client: Client,
) -> None:
    ada = browser("ada")
    first, second = complete(ada), complete(client)
    assert first.upload.sha256 == second.upload.sha256 and first.upload_id != second.upload_id
    before = client.get(url(second, "ward_tpr.csv")).content
    user = ada.session["_auth_user_id"]
    taken = claim(visitor_of(client), Actor(channel="form", owner=f"user:{user}"))
    assert (taken.workflows, taken.uploads, taken.same_uploads) == (1, 0, 1)
    second.refresh_from_db()
    assert second.upload_id == first.upload_id
    assert ada.get(url(second, "ward_tpr.csv")).content == before
    assert send(ada, second, "choices/", choice="back level").status_code == 303
    assert replay(Workflow.objects.get(pk=second.pk))["identical"]


def test_the_same_file_read_otherwise_keeps_its_own_rows(client: Client) -> None:
    ada = browser("ada")
    first, second = complete(ada), complete(client)
    Upload.objects.filter(pk=first.upload_id).update(reader_version="0.1")
    user = ada.session["_auth_user_id"]
    taken = claim(visitor_of(client), Actor(channel="form", owner=f"user:{user}"))
    assert (taken.workflows, taken.uploads, taken.same_uploads) == (1, 0, 0)
    assert ada.get(url(second)).status_code == 200
    assert Workflow.objects.get(pk=second.pk).upload_id == second.upload_id


def test_a_key_that_the_account_used_too_does_not_stop_the_claim(client: Client) -> None:
    ada = browser("ada")
    first, second = upload(ada), upload(client)
    Workflow.objects.filter(pk=second.pk).update(start_key=first.start_key)
    claim(visitor_of(client), Actor(channel="form", owner=first.owner))
    second.refresh_from_db()
    assert (second.owner, second.start_key) == (first.owner, None)


def test_where_the_account_decided_on_a_ward_name_before_its_word_stays() -> None:
    found = BoundaryListFactory(name="L")
    wards = [
        Ward.objects.create(list=found, code=f"W{n}", name=f"W{n}", ward_key=f"w{n}", lga="G",
                            lga_key="g", state="Adamawa")
        for n in range(4)
    ]  # fmt: skip

    def decide(owner: str, name: str, ward: int) -> WardAlias:
        return WardAlias.objects.create(
            owner=owner, list=found, state="Adamawa", lga="G", lga_key="g", name=name, name_key=name,
            kind="same", ward=wards[ward], decided_by=owner,
        )  # fmt: skip

    ada = account("ada")
    mine = f"user:{ada.pk}"
    decide(mine, "bille", 0)
    differs, holds = decide("visitor:a", "bille", 1), decide("visitor:a", "other", 0)
    free = decide("visitor:a", "ribadu", 2)
    taken = claim("visitor:a", actor(ada))
    assert (taken.names, taken.names_in_the_way) == (1, 2)
    for row in (differs, holds, free):
        row.refresh_from_db()
        assert row.owner == mine
    assert differs.withdrawn_by == holds.withdrawn_by == mine
    assert free.withdrawn_at is None


def test_a_file_that_still_arrives_goes_on_under_the_account(client: Client) -> None:
    tus = {"HTTP_TUS_RESUMABLE": "1.0.0"}
    made = client.post("/uploads/", HTTP_UPLOAD_LENGTH="5", **tus)
    part = {"content_type": "application/offset+octet-stream", **tus}
    assert client.patch(made["Location"], b"ab", HTTP_UPLOAD_OFFSET="0", **part).status_code == 204
    account("ada")
    from chatmrpt.accounts.tests.people import sign_in

    sign_in(client, "ada", claim="1")
    answer = client.patch(made["Location"], b"cde", HTTP_UPLOAD_OFFSET="2", **part)
    assert answer.status_code == 204, answer.content
    assert client.get(made["Location"], **JSON, **tus).json()["offset"] == 5


@pytest.mark.parametrize("key", ["", "visitor:", "user:1", "command"])
def test_only_a_visitors_work_can_be_claimed(client: Client, key: str) -> None:
    theirs = complete(browser("ibrahim"))
    ada = account("ada")
    assert claimable(key) == 0
    assert claim(key, actor(ada)).workflows == 0
    assert Workflow.objects.get(pk=theirs.pk).owner == theirs.owner
    times = list(theirs.events.order_by("sequence").values_list("at", flat=True))
    assert all(a <= b for a, b in pairwise(times))
