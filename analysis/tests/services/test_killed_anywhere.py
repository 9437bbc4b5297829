"""kill -9 at every step of a run ends in the same rows, once; many people asking at once get one."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from analysis import api
from analysis.models import AnalysisRun, VariableUse, WardScore
from analysis.services import execute_run as service
from analysis.services.execute_run import execute_run
from analysis.tests.build import PERSON, boundary_list, complete_workflow, covariate
from chatmrpt.common.jobs import Claim
from tpr.models import WorkflowEvent

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

RAIN = [80, 90, None, 140, 160, 170]
IN_THE_TRANSACTION = "while the rows are written"


def kill_at(step, run_pk):
    """Run the job in a forked process that kills itself at the n-th report, or while writing."""
    connection.close()  # a connection must not be shared with the child
    pid = os.fork()
    if pid == 0:
        calls = [0]
        report, write = Claim.progress, service.store_outcome

        def progress(self, *args):
            calls[0] += 1
            if calls[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
            report(self, *args)

        def store(*args):
            write(*args)
            if step == IN_THE_TRANSACTION:
                os.kill(os.getpid(), signal.SIGKILL)

        Claim.progress, service.store_outcome = progress, store
        try:
            execute_run(run_pk)
        finally:
            os._exit(calls[0])
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def rows_of(run):
    drop = ("id", "run_id")
    scores = WardScore.objects.filter(run=run).order_by("rank").values()
    uses = VariableUse.objects.filter(run=run).order_by("position").values()
    return [{k: v for k, v in row.items() if k not in drop} for row in (*scores, *uses)]


def test_a_kill_at_any_step_ends_in_the_same_rows_once():
    wards = boundary_list()
    covariate(wards, "rainfall", RAIN)
    workflow = complete_workflow(ward_list=wards)
    quiet = api.request_run(workflow.pk, actor=PERSON, draws=2)
    reports = kill_at(None, quiet.pk)
    assert reports >= 8, "the run reports its steps"
    expected = rows_of(quiet)
    assert len(expected) == 6 + 6, "six wards; six variables used, proposed or missing"
    for step in (*range(1, reports + 1), IN_THE_TRANSACTION):
        AnalysisRun.objects.all().delete()
        run = api.request_run(workflow.pk, actor=PERSON, draws=2)
        assert kill_at(step, run.pk) == -signal.SIGKILL, step
        run.refresh_from_db()
        assert (run.status, rows_of(run)) == ("running", []), step
        ended = timezone.now() - timedelta(seconds=1)
        AnalysisRun.objects.filter(pk=run.pk).update(lease_until=ended)
        before = WorkflowEvent.objects.filter(command="run_finished").count()
        assert execute_run(run.pk), step
        assert not execute_run(run.pk), step
        assert rows_of(run) == expected, step
        assert WorkflowEvent.objects.filter(command="run_finished").count() == before + 1, step


def test_eight_people_asking_the_same_at_once_get_one_run():
    workflow = complete_workflow(ward_list=boundary_list())
    start, found = threading.Barrier(8), []

    def ask():
        try:
            start.wait()
            found.append(api.request_run(workflow.pk, actor=PERSON, draws=5).pk)
        finally:
            connections.close_all()

    people = [threading.Thread(target=ask) for _ in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert AnalysisRun.objects.count() == 1
