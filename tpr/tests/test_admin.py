"""The admin inspects workflows: pages open, nothing can be typed over, queries do not grow."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analysis.models import Variable, ZoneDefault
from chatmrpt.chat.models import VocabularyWord
from chatmrpt.testing.uploads import TWO_STATES, VISITOR, read_csv
from tpr.models import BandSet, QualityThreshold, Workflow, WorkflowEvent
from tpr.services.workflow import start_workflow

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("op", "op@example.org", "x"))
    return client


def workflows(count: int) -> list[Workflow]:
    upload = read_csv(TWO_STATES)
    return [start_workflow(upload=upload, actor=VISITOR) for _ in range(count)]


def test_workflow_upload_and_linked_lists_open(operator: Client) -> None:
    (workflow,) = workflows(1)
    for name, args in (
        ("tpr_workflow_changelist", []),
        ("tpr_workflow_change", [workflow.pk]),
        ("tpr_upload_changelist", []),
        ("tpr_upload_change", [workflow.upload_id]),
    ):
        assert operator.get(reverse(f"admin:{name}", args=args)).status_code == 200
    for name in ("analysis_analysisrun", "itn_itnplan"):
        url = reverse(f"admin:{name}_changelist")
        assert operator.get(url, {"workflow__uuid__exact": workflow.pk}).status_code == 200


def test_the_code_hash_is_not_shown(operator: Client) -> None:
    (workflow,) = workflows(1)
    page = operator.get(reverse("admin:tpr_workflow_change", args=[workflow.pk]))
    assert workflow.resume_hash not in page.content.decode()


SETTINGS = {QualityThreshold, BandSet, Variable, ZoneDefault}
"""Rows that nobody's work made: limits of checks. They change flags, never a figure or a state."""


WORDS = {VocabularyWord}
"""What the conversation understands: added and switched off, each with who and when."""


def test_no_row_that_people_or_jobs_made_is_writable() -> None:
    for model, inspection in admin.site._registry.items():
        if model in WORDS:
            assert not inspection.has_delete_permission(None), model
        elif model._meta.app_label in ("tpr", "analysis", "itn", "chat"):
            if model is not Variable:  # a programme may bring a variable of its own
                assert not inspection.has_add_permission(None), model
            if model not in SETTINGS:
                assert not inspection.has_change_permission(None), model
            assert not inspection.has_delete_permission(None), model


def test_a_limit_is_changed_with_its_source_and_its_code_stays(operator: Client) -> None:
    url = reverse("admin:tpr_qualitythreshold_change", args=["outlier_sd"])
    answer = operator.post(url, {"value": "5", "source": "Our committee", "code": "other"})
    assert answer.status_code == 302
    row = QualityThreshold.objects.get(code="outlier_sd")
    assert (row.value, row.source) == (5, "Our committee")
    assert operator.post(url, {"value": "5", "source": ""}).status_code == 200


def test_thirty_workflows_cost_as_many_queries_as_three(
    operator: Client, django_assert_max_num_queries: object
) -> None:
    url = reverse("admin:tpr_workflow_changelist")
    workflows(3)
    operator.get(url)
    with django_assert_max_num_queries(20) as three:  # type: ignore[operator]
        operator.get(url)
    workflows(27)
    with django_assert_max_num_queries(len(three)):  # type: ignore[operator]
        operator.get(url)


def test_ending_a_workflow_leaves_a_line_of_the_admin(operator: Client) -> None:
    (workflow,) = workflows(1)
    operator.post(
        reverse("admin:tpr_workflow_changelist"),
        {"action": "end", "_selected_action": [str(workflow.pk)]},
    )
    workflow.refresh_from_db()
    assert workflow.stage == "cancelled"
    line = WorkflowEvent.objects.get(workflow=workflow, command="exit")
    assert line.channel == "admin"
    assert line.actor.startswith("user:")


@pytest.mark.parametrize("attention", ["stuck", "failed"])
def test_filters_of_attention_and_channel_answer(operator: Client, attention: str) -> None:
    workflows(2)
    url = reverse("admin:tpr_workflow_changelist")
    assert operator.get(url, {"attention": attention}).status_code == 200
    assert operator.get(url, {"channel": "form"}).status_code == 200


@pytest.mark.django_db
def test_an_option_is_switched_on_and_only_an_option_can_be_off(admin_client: Client) -> None:
    for code, value in (("outlier_modified_z", "3.5"), ("outlier_sd", "4")):
        url = reverse("admin:tpr_qualitythreshold_change", args=[code])
        shown = admin_client.get(url).content.decode()
        assert ('name="in_use"' in shown) is (code == "outlier_modified_z")
        fields = {"value": value, "source": "Our committee"}
        switched = {"in_use": "on"} if code == "outlier_modified_z" else {}
        assert admin_client.post(url, {**fields, **switched}).status_code == 302
    assert QualityThreshold.objects.filter(in_use=False).count() == 0
