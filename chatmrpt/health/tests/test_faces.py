"""The machine faces: up, degraded, and what this process reads from the database."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chatmrpt.chat.tests.views.visits import JSON, complete, upload
from chatmrpt.common.actors import this_process
from chatmrpt.models import Heartbeat
from tpr.models import UploadReading, Workflow

pytestmark = pytest.mark.django_db

PLACES = ("/ping", "/system-health", "/api/session/status", "/api/session/redis-status", "/metrics")


@pytest.mark.parametrize("path", PLACES)
def test_every_face_answers_with_and_without_a_slash(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.get(f"{path}/").status_code == 200
    assert client.post(path).status_code in (403, 405)


def test_ping_asks_nobody(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/ping").content == b"pong"


def test_no_worker_is_degraded_and_a_living_one_is_named(client: Client) -> None:
    found = client.get("/system-health").json()
    assert (found["status"], found["workers"]["ok"]) == ("degraded", False)
    assert found["database"]["migrations_pending"] == 0
    Heartbeat.objects.create(name="worker:w1@host", seen_at=timezone.now())
    Heartbeat.objects.create(name="worker:dead@host", seen_at=timezone.now() - timedelta(minutes=5))
    found = client.get("/system-health").json()
    assert (found["status"], list(found["workers"]["seconds_since_seen"])) == ("ok", ["w1@host"])


def test_a_job_that_waits_too_long_or_lost_its_worker_is_counted(client: Client) -> None:
    upload(client)
    job = UploadReading.objects.get()
    past = timezone.now() - timedelta(minutes=10)
    UploadReading.objects.filter(pk=job.pk).update(
        status="running", finished_at=None, lease_until=past, claim_token=job.pk
    )
    found = client.get("/system-health").json()["jobs"]
    assert (found["ok"], found["expired_leases"], found["running"]) == (False, 1, 1)


def test_the_session_holds_who_one_is_and_nothing_of_the_work(client: Client) -> None:
    assert client.get("/api/session/status").json()["present"] is False
    workflow = complete(client)
    found = client.get("/api/session/status").json()
    assert found["present"] is True
    assert found["workflows"] == [str(workflow.pk)]
    assert set(client.session.keys()) == {"visitor"}


def test_verify_replays_the_ledger_and_finds_a_row_that_was_typed_over(client: Client) -> None:
    workflow = complete(client)
    found = client.get("/api/session/verify-tpr").json()
    assert (found["consistent"], found["differs"]) == (True, [])
    assert found["served_by"] == this_process()
    assert found["ledger"] == workflow.events.count()
    Workflow.objects.filter(pk=workflow.pk).update(level="secondary")
    found = client.get("/api/session/verify-tpr").json()
    assert found["consistent"] is False
    assert "level" in str(found["differs"])


def test_verify_without_a_workflow_or_with_nonsense_is_404(client: Client) -> None:
    assert client.get("/api/session/verify-tpr", **JSON).status_code == 404
    assert client.get("/api/session/verify-tpr?workflow=x", **JSON).status_code == 404


def test_metrics_are_for_allowed_addresses_only(client: Client) -> None:
    text = client.get("/metrics").content.decode()
    assert "\nchatmrpt_workflows_total 0\n" in text
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9", **JSON).status_code == 403
