"""What the database refuses, whatever code asks for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from tpr.models import UploadIssue, UploadPart, UploadReading, Workflow, WorkflowEvent
from tpr.tests.factories import (
    BoundaryListFactory,
    EventFactory,
    FacilityFactory,
    FacilityReportFactory,
    ResultFactory,
    UploadFactory,
    WardFactory,
    WardTprFactory,
    WorkflowFactory,
)

pytestmark = pytest.mark.django_db


def refused(rule: str, act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        act()


def test_the_same_owner_cannot_store_the_same_bytes_twice() -> None:
    UploadFactory(sha256="ab")
    refused("upload_once_per_owner", lambda: UploadFactory(sha256="ab"))
    UploadFactory(sha256="ab", owner="visitor:b")


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("upload_status_is_known", {"status": "done"}),
        ("upload_ready_has_counts", {"status": "ready"}),
        ("upload_rejected_has_a_code", {"status": "rejected"}),
        ("upload_complete_has_a_digest", {"sha256": ""}),
    ],
)
def test_an_upload_cannot_claim_what_it_has_not(rule: str, fields: dict[str, object]) -> None:
    refused(rule, lambda: UploadFactory(**fields))


def test_a_part_number_exists_once_per_upload() -> None:
    upload = UploadFactory()
    part = {"upload": upload, "number": 0, "content": b"x", "size": 1, "sha256": "x"}
    UploadPart.objects.create(**part)
    refused("uploadpart_once_per_number", lambda: UploadPart.objects.create(**part))


def test_an_issue_needs_a_known_code() -> None:
    upload = UploadFactory()
    refused(
        "uploadissue_code_is_known",
        lambda: UploadIssue.objects.create(upload=upload, code="SOMETHING", severity="info"),
    )


def test_a_facility_exists_once_per_upload_even_with_unknown_level_and_ownership() -> None:
    first = FacilityFactory(level=None, level_source="missing", ownership=None, name="A")
    refused(
        "facility_once_per_upload",
        lambda: FacilityFactory(
            upload=first.upload, level=None, level_source="missing", ownership=None, name="A"
        ),
    )


def test_a_facility_reports_once_per_period_and_once_without_a_period() -> None:
    facility = FacilityFactory()
    FacilityReportFactory(facility=facility)
    refused("facilityreport_once_per_period", lambda: FacilityReportFactory(facility=facility))
    undated = {"facility": facility, "period_start": None, "period_months": 0}
    FacilityReportFactory(**undated)
    refused("facilityreport_once_per_period", lambda: FacilityReportFactory(**undated))


@pytest.mark.parametrize("column", ["tested_rdt_u5", "positive_microscopy_pw", "opd", "llin_u5"])
def test_negative_counts_are_refused_and_blank_ones_are_not(column: str) -> None:
    refused("facilityreport_counts_are_not_negative", lambda: FacilityReportFactory(**{column: -1}))
    FacilityReportFactory(**{column: None})


def test_a_ward_code_exists_once_per_list_and_a_list_name_once_while_current() -> None:
    ward = WardFactory(code="KN01")
    refused("ward_code_once_per_list", lambda: WardFactory(list=ward.list, code="KN01"))
    refused("ward_has_a_code", lambda: WardFactory(code=""))
    BoundaryListFactory(name="Kano 2024", superseded_at=timezone.now())
    BoundaryListFactory(name="Kano 2024")
    refused("boundarylist_one_current_per_name", lambda: BoundaryListFactory(name="Kano 2024"))


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("workflow_stage_is_known", {"stage": "age_selection"}),
        ("workflow_stage_has_its_upload", {"stage": "reading_upload", "upload": None}),
        ("workflow_stage_has_its_state", {"stage": "state_confirmation"}),
        ("workflow_stage_has_its_confirmation", {"stage": "facility_selection", "state": "Kano"}),
        (
            "workflow_stage_has_its_level",
            {"stage": "age_group_selection", "state": "Kano", "state_confirmed": True},
        ),
        (
            "workflow_stage_has_its_age_group",
            {"stage": "complete", "state": "Kano", "state_confirmed": True, "level": "all"},
        ),
        ("workflow_choices_are_known", {"definition": "mean"}),
        ("workflow_choices_are_known", {"level": "phc"}),
    ],
)
def test_a_stage_without_its_facts_is_refused(rule: str, fields: dict[str, object]) -> None:
    refused(rule, lambda: WorkflowFactory(**fields))


def test_one_start_key_makes_one_workflow_per_owner() -> None:
    WorkflowFactory(start_key="k")
    refused("workflow_start_once", lambda: WorkflowFactory(start_key="k"))
    WorkflowFactory(start_key="k", owner="visitor:b")


def test_a_ledger_sequence_and_a_key_are_used_once_per_workflow() -> None:
    event = EventFactory(sequence=1, idempotency_key="k")
    refused(
        "workflowevent_sequence_once", lambda: EventFactory(workflow=event.workflow, sequence=1)
    )
    refused(
        "workflowevent_key_once",
        lambda: EventFactory(workflow=event.workflow, sequence=2, idempotency_key="k"),
    )
    refused("workflowevent_channel_is_known", lambda: EventFactory(channel="telepathy"))


def test_the_ledger_refuses_update_and_delete_by_any_means() -> None:
    event = EventFactory()
    for act in (
        lambda: WorkflowEvent.objects.filter(pk=event.pk).update(command="exit"),
        lambda: WorkflowEvent.objects.filter(pk=event.pk).delete(),
        lambda: Workflow.objects.filter(pk=event.workflow_id).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_retention_may_delete_a_whole_workflow_when_it_says_so() -> None:
    event = EventFactory()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL chatmrpt.purging = 'on'")
        Workflow.objects.filter(pk=event.workflow_id).delete()
    assert not WorkflowEvent.objects.exists()


def test_a_ward_stands_once_in_a_result_by_name_and_by_list() -> None:
    row = WardTprFactory(ward=WardFactory())
    refused("wardtpr_name_once", lambda: WardTprFactory(result=row.result))
    refused(
        "wardtpr_list_ward_once",
        lambda: WardTprFactory(result=row.result, ward=row.ward, ward_name="Other"),
    )


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("wardtpr_tpr_needs_tests", {"tested": 0, "positive": 0, "tpr": 0.0}),
        ("wardtpr_tpr_needs_tests", {"tested": None, "positive": None, "tpr": 50.0}),
        ("wardtpr_tpr_is_a_percentage", {"tpr": 100.5}),
        ("wardtpr_tpr_is_a_percentage", {"tpr": -0.5}),
        ("wardtpr_positive_within_tested", {"positive": 11}),
        ("wardtpr_status_is_known", {"status": "fine"}),
        ("wardtpr_design_effect_widens", {"deff": 0.9, "deff_source": "own", "n_eff": 11.0}),
        ("wardtpr_design_effect_widens", {"deff": 2.0, "deff_source": "", "n_eff": 5.0}),
        ("wardtpr_shrunk_is_whole", {"tpr_shrunk": 40.0}),
        (
            "wardtpr_shrunk_is_whole",
            {
                "tpr_shrunk": 40.0,
                "alpha": 2.0,
                "beta": 3.0,
                "pull": 1.5,
                "shrunk_low": 20.0,
                "shrunk_high": 60.0,
            },
        ),
    ],
)
def test_a_rate_without_its_meaning_is_refused(rule: str, fields: dict[str, object]) -> None:
    refused(rule, lambda: WardTprFactory(**fields))


def test_a_rate_above_100_is_stored_only_where_it_was_chosen_to_keep_it() -> None:
    WardTprFactory(positive=15, tpr=150.0, may_exceed=True)


def test_a_result_number_and_its_inputs_exist_once_per_workflow() -> None:
    result = ResultFactory(number=1, fingerprint="f")
    refused("tprresult_number_once", lambda: ResultFactory(workflow=result.workflow, number=1))
    refused("tprresult_once", lambda: ResultFactory(workflow=result.workflow, fingerprint="f"))


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("uploadreading_(status|finished_at)", {"status": "resting"}),
        ("uploadreading_finished_at_exactly_when_terminal", {"status": "done"}),
        ("uploadreading_finished_at_exactly_when_terminal", {"finished_at": timezone.now()}),
        (
            "uploadreading_failed_has_a_code",
            {"status": "failed", "finished_at": timezone.now()},
        ),
        (
            "uploadreading_running_has_token_and_lease",
            {"status": "running", "lease_until": timezone.now() + timedelta(minutes=1)},
        ),
    ],
)
def test_a_job_row_says_the_truth_about_itself(rule: str, fields: dict[str, object]) -> None:
    upload = UploadFactory()
    refused(rule, lambda: UploadReading.objects.create(upload=upload, **fields))
