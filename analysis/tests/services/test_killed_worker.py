"""A real Celery worker, killed the hard way in the middle of a run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analysis import api, queue
from analysis.models import AnalysisRun
from analysis.services.await_run import await_run
from analysis.tests.build import PERSON, boundary_list, complete_workflow
from chatmrpt.common.actors import this_process
from chatmrpt.testing.processes import Worker, running, wait_until
from tpr.models import WorkflowEvent

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

MANY = [(f"Ward {i:03}", f"LGA {i // 10}", 400 + i, 100 + (i * 37) % 250) for i in range(300)]


def test_a_run_survives_the_kill_of_its_worker_and_is_ranked_once(tmp_path):
    workflow = complete_workflow(MANY, ward_list=boundary_list(MANY))
    first = Worker(tmp_path)
    with running(first):
        first.wait_ready()
        run = api.request_run(workflow.pk, actor=PERSON, draws=20_000)

        def in_the_middle():
            row = AnalysisRun.objects.get(pk=run.pk)
            assert row.status != "done", "the run was too quick to be killed"
            return row.status == "running" and row.progress_done > 35

        wait_until(in_the_middle, seconds=40, what="the run's middle", log=first.log, every=0.02)
        first.kill()
    row = AnalysisRun.objects.get(pk=run.pk)
    assert (row.status, row.attempts, row.scores.count()) == ("running", 1, 0)

    AnalysisRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    second = Worker(tmp_path)
    with running(second):
        second.wait_ready()
        queue.execute_run_now(run.pk)  # as the sweeper would
        queue.execute_run_now(run.pk)  # and once more: a message may arrive twice
        wait_until(
            lambda: AnalysisRun.objects.get(pk=run.pk).status == "done",
            seconds=60, what="the second try", log=second.log,
        )  # fmt: skip
    row.refresh_from_db()
    assert row.attempts == 2
    assert sorted(row.scores.values_list("rank", flat=True)) == list(range(1, 301))
    assert WorkflowEvent.objects.filter(command="run_finished").count() == 1


def test_a_command_leaves_the_work_to_a_running_worker(tmp_path):
    workflow = complete_workflow(ward_list=boundary_list())
    worker = Worker(tmp_path)
    with running(worker):
        worker.wait_ready()
        run = api.request_run(workflow.pk, actor=PERSON, draws=10)
        done = await_run(run.pk, patience=30)
    assert done.status == "done"
    assert done.worker != this_process()


def test_a_command_does_the_work_itself_when_no_worker_runs():
    workflow = complete_workflow(ward_list=boundary_list())
    run = api.request_run(workflow.pk, actor=PERSON, draws=10)
    done = await_run(run.pk)
    assert (done.status, done.worker) == ("done", this_process())
