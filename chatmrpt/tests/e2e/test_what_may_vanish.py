"""Redis emptied or away, no worker, the database away: the rows are enough, and the page says so."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from analysis.models import AnalysisRun
from chatmrpt.celery import app as celery
from chatmrpt.testing.processes import Process, Web, Worker, free_port, running, wait_until
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from chatmrpt.tests.e2e.person import Person
from tpr.models import TprResult, UploadReading
from tpr.services.read_upload import read_upload

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

NO_WORKER = "No worker is running just now, so this waits."


@pytest.fixture
def person(webs: list[Web]) -> Iterator[Person]:
    yield Person([web.port for web in webs])


def forget() -> None:
    """Empty the cache and the broker of these tests; another test process may have its own."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    with celery.connection_for_write() as broker:
        broker.default_channel.client.flushdb()


def age_jobs() -> None:
    """As if half a minute had passed, which is when the sweeper sends a hint again."""
    past = timezone.now() - timedelta(seconds=30)
    for model in (UploadReading, AnalysisRun):
        model.objects.filter(status="queued").update(queued_at=past, hinted_at=past)


def settled(person: Person, uuid: str, worker: Worker) -> None:
    wait_until(
        lambda: (person.state(uuid)["analysis"] or {"status": "done"})["status"] == "done"
        and person.state(uuid)["stage"] != "reading_upload",
        seconds=30, what="the job", log=worker.log, every=0.2,
    )  # fmt: skip


def test_without_a_worker_the_page_waits_and_says_so_and_a_worker_takes_the_lost_job(
    person: Person, tmp_path: Path
) -> None:
    uuid = person.upload("two.csv", csv_bytes(TWO_STATES))
    page = person.page(f"/workflows/{uuid}/")
    assert NO_WORKER in page
    again = f'http-equiv="refresh" content="4; url=/workflows/{uuid}/"'
    assert again in page, "without JavaScript the page looks again by itself"
    assert person.state(uuid)["stage"] == "reading_upload"
    forget()  # the message is lost; the row is not
    worker = Worker(tmp_path)
    with running(worker):
        worker.wait_ready()
        assert NO_WORKER not in person.page(f"/workflows/{uuid}/")
        age_jobs()
        call_command("sweep_jobs")
        settled(person, uuid, worker)
    assert person.state(uuid)["stage"] == "state_selection"


def test_redis_emptied_between_the_steps_changes_nothing(person: Person, tmp_path: Path) -> None:
    worker = Worker(tmp_path)
    with running(worker):
        worker.wait_ready()
        uuid = person.upload("two.csv", csv_bytes(TWO_STATES))
        settled(person, uuid, worker)
        for text, stage in (
            ("Adamawa State", "state_confirmation"),
            ("yes", "facility_selection"),
            ("Use Primary Health Facilities only", "age_group_selection"),
            ("Under 5", "complete"),
        ):
            forget()
            assert person.say(uuid, text).json()["stage"] == stage
        assert (TprResult.objects.get().totals["tested"], len(person.served) >= 3) == (360, True)
        forget()
        reply = person.say(uuid, "run the risk analysis")
        assert reply.status == 200, reply.text
        age_jobs()
        call_command("sweep_jobs")
        settled(person, uuid, worker)
        forget()
        page = person.page(f"/workflows/{uuid}/?tab=risk")
    assert "Risk rank 1 = highest risk" in page
    assert "positivity alone" in page.lower() or "TPR alone" in page, (
        "no covariates: said, not hidden"
    )
    assert person.get(f"/api/session/verify-tpr?workflow={uuid}").json()["consistent"]


def test_with_redis_away_everything_works_but_the_speed_and_health_says_degraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setenv("REDIS_URL", nowhere)
    monkeypatch.setenv("CELERY_BROKER_URL", nowhere)
    web = Web(tmp_path)
    with running(web):
        person = Person([web.port])
        started = time.monotonic()
        uuid = person.upload("two.csv", csv_bytes(TWO_STATES))
        assert time.monotonic() - started < 10, "the page waited for the broker"
        read_upload(UploadReading.objects.get().pk)
        assert person.say(uuid, "Adamawa, primary, under five").json()["stage"] == "complete"
        health = person.get("/system-health").json()
        assert (health["status"], health["database"]["ok"]) == ("degraded", True)
        assert health["redis"]["reachable"] is False
        status = person.get("/api/session/redis-status")
        assert (status.status, status.json()["reachable"]) == (200, False)


def test_with_the_database_away_the_answer_is_503_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "chatmrpt.testing.processes.database_url",
        lambda: f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere",
    )
    web: Process = Web(tmp_path)
    with running(web):
        person = Person([web.port])
        assert person.get("/ping").status == 200
        page = person.get("/", accept="text/html")
        assert page.status == 503
        assert "The database does not answer just now. Nothing that was saved is lost." in page.text
        person.cookies = {"sessionid": "a" * 32}
        answer = person.get("/api/session/status")
        assert (answer.status, answer.code) == (503, "DATABASE_AWAY")
        assert answer.headers["Retry-After"] == "15"
        health = person.get("/system-health")
        assert (health.status, health.json()["status"]) == (503, "unavailable")
