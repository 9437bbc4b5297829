"""Retention: what goes, what stays, and that a dry run counts the same."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from analysis.models import AnalysisRun, WardScore
from chatmrpt.chat.models import Message
from chatmrpt.models import Attempt, Heartbeat
from itn.models import ItnPlan, PlanEvent, PopulationSource, WardAllocation
from itn.services.make_plan import make_plan
from itn.services.scenarios import archive_plan
from itn.tests.world import ACTOR, at_commit, finished_world
from tpr.models import (
    BatchItem,
    BoundaryList,
    DatasetMember,
    Facility,
    TprResult,
    Upload,
    UploadReading,
    Workflow,
    WorkflowEvent,
    WorkflowGrant,
)
from tpr.services.purge import purge_files, purge_workflow
from tpr.tests.factories import (
    EventFactory,
    FacilityReportFactory,
    UploadFactory,
    WorkflowFactory,
)

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=400)


def purge(*words):
    out = StringIO()
    call_command("purge", *words, stdout=out)
    lines = (line.rsplit(": ", 1) for line in out.getvalue().splitlines())
    return {name.removeprefix("would ").removeprefix("delete").strip("d "): int(count)
            for name, count in lines}  # fmt: skip


def grow_old(*workflows):
    for workflow in workflows:
        Workflow.objects.filter(pk=workflow.pk).update(updated_at=LONG_AGO)
        Upload.objects.filter(pk=workflow.upload_id).update(created_at=LONG_AGO)


@pytest.fixture
def finished():
    """A workflow with everything that can hang on one, the plan locked."""
    world = finished_world()
    plan = make_plan(world.workflow.pk, nets=15_000, actor=ACTOR)
    ItnPlan.objects.filter(pk=plan.pk).update(status="approved", locked_at=timezone.now())
    event = EventFactory(workflow=world.workflow, sequence=50)
    Message.objects.create(workflow=world.workflow, sequence=50, who="person", event=event)
    WorkflowGrant.objects.create(workflow=world.workflow, holder="visitor:b", how="code")
    BatchItem.objects.create(
        upload=world.workflow.upload, state="Kwara", level="primary", age_group="u5",
        status="done", finished_at=LONG_AGO, result=world.result,
    )  # fmt: skip
    FacilityReportFactory(facility__upload=world.workflow.upload)
    at_commit()
    return world


def test_an_old_workflow_goes_with_all_that_was_made_from_it(finished):
    grow_old(finished.workflow)
    counts = purge("--older-than", "365")
    at_commit()
    assert (counts["workflows"], counts["uploads"]) == (1, 1)
    for model in (Workflow, WorkflowEvent, WorkflowGrant, TprResult, Message, AnalysisRun,
                  WardScore, ItnPlan, WardAllocation, BatchItem, Upload, Facility):  # fmt: skip
        assert not model.objects.exists(), model
    assert BoundaryList.objects.count() == PopulationSource.objects.count() == 1


def test_a_dry_run_counts_what_a_run_deletes_and_deletes_nothing(finished):
    grow_old(finished.workflow)
    counted = purge("--older-than", "365", "--dry-run")
    assert Workflow.objects.count() == ItnPlan.objects.count() == Upload.objects.count() == 1
    assert purge("--older-than", "365") == counted
    assert set(purge("--older-than", "365").values()) == {0}


def test_a_workflow_touched_within_the_limit_keeps_its_upload_and_rows(finished):
    Upload.objects.update(created_at=LONG_AGO)
    counts = purge("--older-than", "365")
    assert (counts["workflows"], counts["uploads"]) == (0, 0)
    assert WorkflowEvent.objects.exists() and Facility.objects.exists()


def test_an_upload_shared_by_a_young_workflow_stays_when_the_old_one_goes():
    old = WorkflowFactory(stage="reading_upload")
    young = WorkflowFactory(stage="reading_upload", upload=old.upload)
    grow_old(old)
    counts = purge("--older-than", "365")
    assert (counts["workflows"], counts["uploads"]) == (1, 0)
    assert Workflow.objects.get() == young


def test_uploads_nobody_used_go_except_while_they_are_read():
    idle, being_read, fresh = UploadFactory(), UploadFactory(status="reading"), UploadFactory()
    UploadReading.objects.create(upload=being_read)
    Upload.objects.exclude(pk=fresh.pk).update(created_at=LONG_AGO)
    assert purge("--older-than", "365")["uploads"] == 1
    assert set(Upload.objects.all()) == {being_read, fresh}
    assert not Upload.objects.filter(pk=idle.pk).exists()


def test_a_workflow_touched_after_it_was_counted_stays(finished):
    before = timezone.now() - timedelta(days=365)
    assert purge_workflow(finished.workflow.pk, before) is False
    assert purge_files(before) == {"workflows": 0, "uploads": 0}


def test_the_ledger_stays_append_only_after_a_purge(finished):
    grow_old(finished.workflow)
    purge("--older-than", "365")
    event = EventFactory()
    with connection.cursor() as cursor:  # as at the end of the purge's transaction
        cursor.execute("SET LOCAL chatmrpt.purging = 'off'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()


def test_sessions_heartbeats_and_attempts_go_by_their_age():
    now = timezone.now()
    for key, day in (("a" * 32, -1), ("b" * 32, 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(day))
    Heartbeat.objects.create(name="worker:gone", seen_at=LONG_AGO)
    Heartbeat.objects.create(name="worker:here", seen_at=now)
    for at in (LONG_AGO, now):
        attempt = Attempt.objects.create(kind="resume", address="192.0.2.1")
        Attempt.objects.filter(pk=attempt.pk).update(at=at)
    assert {name: n for name, n in purge("--older-than", "365").items() if n} == {
        "expired sessions": 1, "heartbeats": 1, "attempts": 1,
    }  # fmt: skip
    assert Session.objects.get().session_key == "b" * 32
    assert Heartbeat.objects.get().name == "worker:here"


def test_runs_and_plans_without_a_workflow_go_by_their_age_and_a_live_run_stays():
    def run(status, queued_at, **fields):
        return AnalysisRun.objects.create(
            owner="command", profile="sound", normalisation="winsor", seed=1, draws=10,
            fingerprint=f"{AnalysisRun.objects.count()}", algorithm="t", registry_version="t",
            inputs={}, status=status, queued_at=queued_at, **fields,
        )  # fmt: skip

    failed = {"finished_at": LONG_AGO, "error_code": "NO_DATA"}
    run("failed", LONG_AGO, **failed)
    waiting = run("queued", LONG_AGO)
    young = run("failed", timezone.now(), **failed)
    assert purge("--older-than", "365")["runs without a workflow"] == 1
    assert set(AnalysisRun.objects.all()) == {waiting, young}


@pytest.mark.parametrize("days", ["0", "-3", "99999"])
def test_a_limit_that_is_no_number_of_days_is_bad_input(days, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("purge", f"--older-than={days}")
    assert stopped.value.code == 2
    assert "error[INVALID_ARGUMENTS]" in capsys.readouterr().err


def test_the_limit_must_be_named():
    with pytest.raises(CommandError, match="--older-than"):
        call_command("purge")


def test_the_files_of_an_old_data_set_go_with_it_and_those_of_a_new_one_stay():
    workflows, members = [], []
    for at in (LONG_AGO, timezone.now()):
        files = [UploadFactory(), UploadFactory()]
        dataset = UploadFactory(kind="joined")
        for position, member in enumerate(files, 1):
            DatasetMember.objects.create(dataset=dataset, member=member, position=position)
        workflows.append(WorkflowFactory(upload=dataset))
        Upload.objects.filter(pk__in=[f.pk for f in files]).update(created_at=LONG_AGO)
        Upload.objects.filter(pk=dataset.pk).update(created_at=at)
        Workflow.objects.filter(pk=workflows[-1].pk).update(updated_at=at)
        members.append(files)
    at_commit()
    promised = purge("--older-than", "365", "--dry-run")
    done = purge("--older-than", "365")
    assert promised["uploads"] == done["uploads"] == 3
    assert not Upload.objects.filter(pk__in=[f.pk for f in members[0]]).exists()
    assert Upload.objects.filter(pk__in=[f.pk for f in members[1]]).count() == 2


def test_a_plan_in_the_archive_goes_after_ninety_days_with_its_history_and_not_before():
    world = finished_world()
    kept = make_plan(world.workflow.pk, nets=100, actor=ACTOR)
    old = make_plan(world.workflow.pk, nets=200, actor=ACTOR)
    for plan in (kept, old):
        archive_plan(world.workflow.pk, plan.pk, actor=ACTOR)
    ItnPlan.objects.filter(pk=old.pk).update(archived_at=timezone.now() - timedelta(days=91))
    assert purge("--older-than", "36000", "--dry-run")["archived plans"] == 1
    assert purge("--older-than", "36000")["archived plans"] == 1
    at_commit()
    assert list(ItnPlan.objects.values_list("pk", flat=True)) == [kept.pk]
    assert list(PlanEvent.objects.values_list("plan", flat=True)) == [kept.pk]
