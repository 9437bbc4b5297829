"""The admin looks and never types over; what an operator may do leaves a line."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatmrpt.chat.tests.views.visits import complete, planned, upload
from chatmrpt.testing.uploads import TWO_STATES
from tpr.models import Upload, UploadReading, Workflow
from tpr.services.replay import replay
from tpr.tests.factories import EventFactory, WorkflowFactory

pytestmark = pytest.mark.django_db

OURS = ("tpr", "analysis", "itn", "chatmrpt", "chat")


@pytest.fixture
def operator(admin_client: Client) -> Client:
    return admin_client


def test_lists_and_pages_of_a_finished_job_open(client: Client, operator: Client) -> None:
    workflow, run, plan = planned(client)
    for model, key in (
        ("tpr_workflow", workflow.pk), ("tpr_upload", workflow.upload_id),
        ("analysis_analysisrun", run.pk), ("itn_itnplan", plan.pk),
    ):  # fmt: skip
        assert operator.get(reverse(f"admin:{model}_changelist")).status_code == 200, model
        page = operator.get(reverse(f"admin:{model}_change", args=[key]))
        assert page.status_code == 200, model
        assert 'name="_save"' not in page.content.decode(), "nothing to save"
    page = operator.get(reverse("admin:tpr_workflow_change", args=[workflow.pk])).content.decode()
    for command in ("receive_file", "confirm", "run_finished", "plan_nets"):
        assert command in page, "the ledger stands on the workflow's page"


def test_every_registered_list_opens(client: Client, operator: Client) -> None:
    planned(client)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert operator.get(reverse(name)).status_code == 200, name


def test_no_row_of_ours_can_be_added_changed_or_deleted(
    rf: RequestFactory, client: Client, operator: Client
) -> None:
    request = rf.get("/")
    ours = {m: a for m, a in admin.site._registry.items() if m._meta.app_label in OURS}
    assert Workflow in ours
    for model, room in ours.items():
        assert not room.has_add_permission(request), model
        assert not room.has_change_permission(request), model
        assert not room.has_delete_permission(request), model
    workflow = upload(client)
    for what in ("change", "delete"):
        address = reverse(f"admin:tpr_workflow_{what}", args=[workflow.pk])
        assert operator.post(address, {"stage": "complete", "post": "yes"}).status_code == 403
    assert operator.post(reverse("admin:tpr_workflow_add"), {}).status_code == 403
    assert Workflow.objects.get().stage == "state_selection"


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    answer = client.get(reverse("admin:tpr_workflow_changelist"))
    assert (answer.status_code, "login" in answer["Location"]) == (302, True)


def test_the_list_costs_the_same_queries_for_3_and_for_30(operator: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            for model in ("workflow", "upload"):
                assert operator.get(reverse(f"admin:tpr_{model}_changelist")).status_code == 200
        return len(caught)

    for number in range(30):
        EventFactory(workflow=WorkflowFactory(owner=f"visitor:{number}"), sequence=1)
        if number == 2:
            few = cost()
    assert cost() == few <= 20


def test_ending_a_workflow_leaves_a_line_of_the_admin_and_it_still_replays(
    client: Client, operator: Client
) -> None:
    workflow = complete(client, TWO_STATES)
    operator.post(
        reverse("admin:tpr_workflow_changelist"),
        {"action": "end", "_selected_action": [str(workflow.pk)]},
    )
    workflow.refresh_from_db()
    line = workflow.events.latest("sequence")
    assert (workflow.stage, line.command, line.channel) == ("cancelled", "exit", "admin")
    assert line.actor.startswith("user:")
    assert replay(workflow)["differs"] == []


def test_a_refused_file_is_read_again_and_a_used_one_is_left_alone(
    client: Client, operator: Client
) -> None:
    used = upload(client)
    refused = upload(client, [["nothing"] * 3])
    assert refused.upload is not None
    assert Upload.objects.get(pk=refused.upload_id).status == "rejected"
    answer = operator.post(
        reverse("admin:tpr_upload_changelist"),
        {"action": "requeue", "_selected_action": [str(used.upload_id), str(refused.upload_id)]},
        follow=True,
    )
    assert "1 queued again" in answer.content.decode()
    assert UploadReading.objects.get(pk=refused.upload_id).status == "queued"
    assert UploadReading.objects.get(pk=used.upload_id).status == "done"
    line = refused.events.latest("sequence")
    assert (line.command, line.channel) == ("receive_file", "admin")


def test_the_ledger_can_be_taken_along(client: Client, operator: Client) -> None:
    workflow = upload(client)
    answer = operator.post(
        reverse("admin:tpr_workflow_changelist"),
        {"action": "export_ledger", "_selected_action": [str(workflow.pk)]},
    )
    assert answer["Content-Disposition"] == f'attachment; filename="ledger_{workflow.pk}.csv"'
    assert answer.content.decode("utf-8-sig").startswith("sequence,at,channel")
