"""The row is the truth, the message a hint: claims, leases, tokens, cancellation, sweeping."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analysis import api
from analysis.models import AnalysisRun, WardScore
from analysis.queue import EXECUTE_RUN
from analysis.services import execute_run as service
from analysis.services.execute_run import execute_run, work
from analysis.tests.build import PERSON, boundary_list, complete_workflow
from chatmrpt.common.errors import DomainError
from chatmrpt.common.jobs import MAX_ATTEMPTS, Cancelled, LeaseLost, claim, due_for_a_hint
from tpr.models import WorkflowEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    workflow = complete_workflow(ward_list=boundary_list())
    return api.request_run(workflow.pk, actor=PERSON, draws=10)


def let_the_lease_end(run):
    AnalysisRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def status(run):
    run.refresh_from_db()
    return run.status


def test_only_one_of_two_workers_gets_the_claim(run):
    assert claim(AnalysisRun, run.pk) is not None
    assert claim(AnalysisRun, run.pk) is None


def test_a_message_that_arrives_twice_ranks_once(run):
    assert execute_run(run.pk)
    assert not execute_run(run.pk)
    assert WardScore.objects.filter(run=run).count() == 6
    assert WorkflowEvent.objects.filter(command="run_finished").count() == 1


def test_second_worker_takes_over_when_the_lease_of_a_killed_one_ends(run):
    claim(AnalysisRun, run.pk)
    assert not execute_run(run.pk)
    let_the_lease_end(run)
    assert execute_run(run.pk)
    assert status(run) == "done"
    assert run.attempts == 2


def test_first_worker_cannot_finish_after_its_lease_is_lost(run):
    zombie = claim(AnalysisRun, run.pk)
    let_the_lease_end(run)
    assert execute_run(run.pk)
    before = list(WardScore.objects.values_list("pk", flat=True))
    with pytest.raises(LeaseLost):
        work(zombie)
    assert list(WardScore.objects.values_list("pk", flat=True)) == before
    assert WorkflowEvent.objects.filter(command="run_finished").count() == 1


def test_a_zombie_that_computed_everything_still_cannot_write(run, monkeypatch):
    zombie = claim(AnalysisRun, run.pk)
    real = service.compute

    def slow(*args):
        outcome = real(*args)
        let_the_lease_end(run)
        monkeypatch.setattr(service, "compute", real)
        assert execute_run(run.pk)
        return outcome

    monkeypatch.setattr(service, "compute", slow)
    with pytest.raises(LeaseLost):
        work(zombie)
    assert WardScore.objects.filter(run=run).count() == 6
    assert status(run) == "done"


def test_results_and_done_are_written_together_or_not_at_all(run, monkeypatch):
    def breaks(*args):
        real(*args)
        raise RuntimeError("power cut")

    real = service.store_outcome
    monkeypatch.setattr(service, "store_outcome", breaks)
    assert not execute_run(run.pk)
    assert not WardScore.objects.exists()
    assert status(run) == "queued"
    monkeypatch.setattr(service, "store_outcome", real)
    assert execute_run(run.pk)


def test_a_bug_is_tried_three_times_and_then_said_with_a_reference(run, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(service, "compute", broken)
    for _ in range(MAX_ATTEMPTS):
        execute_run(run.pk)
    assert status(run) == "failed"
    assert run.error_code == "internal"
    assert run.error_reference in run.error_message
    assert not execute_run(run.pk)


def test_a_worker_that_dies_each_time_does_not_loop_for_ever(run):
    for _ in range(MAX_ATTEMPTS):
        assert claim(AnalysisRun, run.pk) is not None
        let_the_lease_end(run)
    assert claim(AnalysisRun, run.pk) is None
    assert status(run) == "failed"


def test_cancelling_a_queued_run_ends_it_at_once(run):
    api.cancel_run(run.pk, actor=PERSON)
    assert status(run) == "cancelled"
    assert not execute_run(run.pk)
    with pytest.raises(DomainError) as error:
        api.cancel_run(run.pk, actor=PERSON)
    assert error.value.code == "RUN_ENDED"


def test_a_running_run_notices_the_cancellation_at_its_next_report(run):
    held = claim(AnalysisRun, run.pk)
    api.cancel_run(run.pk, actor=PERSON)
    with pytest.raises(Cancelled):
        work(held)
    assert status(run) == "cancelled"
    assert not WardScore.objects.exists()


def test_after_a_cancellation_the_same_request_waits_for_its_end_and_then_runs_anew(run):
    claim(AnalysisRun, run.pk)
    api.cancel_run(run.pk, actor=PERSON)
    with pytest.raises(DomainError) as error:
        api.request_run(run.workflow_id, actor=PERSON, draws=10)
    assert error.value.code == "RUN_STOPPING"
    let_the_lease_end(run)  # the worker was killed and will never notice
    again = api.request_run(run.workflow_id, actor=PERSON, draws=10)
    assert again.pk != run.pk
    assert status(run) == "cancelled"


def test_the_sweeper_finds_lost_hints_and_dead_leases(run):
    assert due_for_a_hint(AnalysisRun) == []
    AnalysisRun.objects.filter(pk=run.pk).update(queued_at=timezone.now() - timedelta(minutes=5))
    assert due_for_a_hint(AnalysisRun) == [run.pk]
    claim(AnalysisRun, run.pk)
    assert due_for_a_hint(AnalysisRun) == []
    let_the_lease_end(run)
    assert due_for_a_hint(AnalysisRun) == [run.pk]


def test_progress_is_told_and_only_rises(run, monkeypatch):
    seen = []
    held = claim(AnalysisRun, run.pk)
    told = held.progress

    def listen(done, total, note=""):
        seen.append((done, total, note))
        told(done, total, note)

    monkeypatch.setattr(held, "progress", listen)
    work(held)
    shares = [done / total for done, total, _ in seen]
    assert shares == sorted(shares)
    assert {total for _, total, _ in seen} == {100}
    assert "Drawing rank intervals" in {note for *_, note in seen}


def test_the_name_in_the_queue_is_a_registered_task():
    from chatmrpt.celery import app

    app.loader.import_default_modules()
    assert EXECUTE_RUN in app.tasks
