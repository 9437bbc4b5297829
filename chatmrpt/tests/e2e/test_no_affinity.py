"""The case that broke the original: no request may depend on which process answered before."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatmrpt.chat.models import Message
from chatmrpt.testing.nmep import expected
from chatmrpt.testing.processes import Web, Worker, wait_until
from chatmrpt.tests.e2e.adamawa import load_places, workbook
from chatmrpt.tests.e2e.person import Person, Reply
from itn.models import ItnPlan, WardAllocation
from tpr.models import TprResult, Workflow, WorkflowEvent

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

WORDS = (
    ("Adamawa State", "state_confirmation"),
    ("yes", "facility_selection"),
    ("Use Primary Health Facilities only", "age_group_selection"),
    ("Under 5", "complete"),
)
PRESSES = (
    ("select Adamawa", "state_confirmation"),
    ("confirm yes", "facility_selection"),
    ("select primary", "age_group_selection"),
    ("select u5", "complete"),
)


def read(person: Person, uuid: str, worker: Worker) -> None:
    wait_until(
        lambda: person.state(uuid)["stage"] != "reading_upload", seconds=60, what="the reading",
        log=worker.log, every=0.3,
    )  # fmt: skip


def ranked(person: Person, uuid: str, worker: Worker) -> None:
    wait_until(
        lambda: (person.state(uuid)["analysis"] or {}).get("status") == "done", seconds=60,
        what="the ranking", log=worker.log, every=0.3,
    )  # fmt: skip


def everything_agrees(person: Person, uuid: str) -> None:
    """Ask every process a few times: all replay the ledger to the row."""
    seen = set()
    for _ in range(12):
        found = person.get(f"/api/session/verify-tpr?workflow={uuid}").json()
        assert found["consistent"] is True, found["differs"]
        seen.add((found["stage"], found["version"], found["ledger"]))
    assert len(seen) == 1


def test_the_words_of_the_issue_from_upload_to_net_plan_over_four_processes(
    webs: list[Web], worker: Worker, tmp_path: Path
) -> None:
    made = workbook(tmp_path)
    wards = load_places(made, tmp_path)
    person = Person([web.port for web in webs])
    uuid = person.upload("Adamawa 2024.xlsx", made.path.read_bytes())
    read(person, uuid, worker)
    for text, stage in WORDS:
        reply = person.say(uuid, text)
        assert (reply.status, reply.json()["stage"]) == (200, stage), reply.text

    (truth,) = made.truth["states"]
    columns = made.truth["cell_columns"]
    right = expected(truth, columns, "primary", "u5", "tpr_facility_max", exclude=True)
    assert person.state(uuid)["tpr"]["tpr"] == pytest.approx(right, abs=1e-6)
    assert person.state(uuid)["selections"] == {
        "state": "Adamawa", "level": "primary", "age_group": "u5"
    }  # fmt: skip
    reply = person.say(uuid, "run the risk analysis")
    assert reply.status == 200, reply.text
    ranked(person, uuid, worker)
    reply = person.say(uuid, "plan 200,000 nets")
    plan = reply.json()["plan"]
    assert (plan["available"], plan["allocated"] + plan["remaining"]) == (200_000, 200_000)
    assert plan["allocated"] > 0
    assert WardAllocation.objects.filter(plan=ItnPlan.objects.get()).count() == wards
    assert len(person.served) >= 3, person.served
    everything_agrees(person, uuid)


def test_the_same_by_form_posts_with_every_web_process_killed_between_the_steps(
    webs: list[Web], worker: Worker, tmp_path: Path
) -> None:
    made = workbook(tmp_path, rows=1500)
    load_places(made, tmp_path)
    person = Person([web.port for web in webs])

    def kill_and_restart() -> None:
        for web in webs:
            web.kill()
        with ThreadPoolExecutor(len(webs)) as pool:
            webs[:] = pool.map(lambda port: Web(tmp_path, port=port), person.ports)

    uuid = person.upload("adamawa.xlsx", made.path.read_bytes(), accept="text/html")
    kill_and_restart()
    read(person, uuid, worker)
    for choice, stage in PRESSES:
        reply = person.press(uuid, "choices", choice=choice)
        assert reply.status == 303, reply.text
        kill_and_restart()
        assert person.state(uuid)["stage"] == stage
    assert person.press(uuid, "analysis", profile="sound", tab="risk").status == 303
    kill_and_restart()
    ranked(person, uuid, worker)
    assert person.press(uuid, "plans", nets="200,000", tab="nets").status == 303
    kill_and_restart()
    page = person.page(f"/workflows/{uuid}/?tab=nets")
    assert "200,000" in page
    assert ItnPlan.objects.get().available == 200_000
    everything_agrees(person, uuid)
    assert len(person.served) >= 6, "every restart is a new process"


def test_a_double_post_to_two_servers_at_once_changes_nothing_twice(
    webs: list[Web], worker: Worker, tmp_path: Path
) -> None:
    made = workbook(tmp_path, rows=600)
    load_places(made, tmp_path)
    person = Person([web.port for web in webs])
    content = made.path.read_bytes()
    first = person.upload("adamawa.xlsx", content, key="the-upload")
    assert person.upload("adamawa.xlsx", content, key="the-upload") == first
    uuid = first
    read(person, uuid, worker)
    if person.state(uuid)["stage"] == "state_selection":
        assert person.say(uuid, "Adamawa State").status == 200

    def both(path: str, fields: dict[str, object]) -> list[Reply]:
        replies: list[Reply] = []
        ready = threading.Barrier(2)

        def post(port: int) -> None:
            twin = Person([port])
            twin.cookies = dict(person.cookies)
            ready.wait()
            replies.append(twin.post_json(path, fields))

        threads = [threading.Thread(target=post, args=[web.port]) for web in webs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return replies

    base = f"/workflows/{uuid}"
    steps: list[tuple[str, dict[str, object]]] = [
        (f"{base}/messages/", {"text": "yes"}),
        (f"{base}/choices/", {"command": "select", "value": "primary"}),
        (f"{base}/messages/", {"text": "Under 5"}),
        (f"{base}/analysis/", {"profile": "sound"}),
        (f"{base}/plans/", {"nets": 200_000}),
    ]
    for number, (path, fields) in enumerate(steps):
        before = person.state(uuid)
        events = WorkflowEvent.objects.filter(workflow=uuid).exclude(channel="job").count()
        replies = both(path, {**fields, "version": before["version"],
                              "idempotency_key": f"twice-{number}"})  # fmt: skip
        assert {r.status for r in replies} <= {200, 201, 202}, [r.text for r in replies]
        assert replies[0].json()["reply"]["text"] == replies[1].json()["reply"]["text"]
        if "analysis" in path:
            ranked(person, uuid, worker)
        mine = WorkflowEvent.objects.filter(workflow=uuid).exclude(channel="job")
        assert mine.count() == events + 1
    assert Workflow.objects.count() == 1
    assert TprResult.objects.count() == 1
    assert ItnPlan.objects.count() == 1
    assert Message.objects.filter(workflow=uuid, who="person", text="yes").count() == 1

    stale = person.say(uuid, "back to facility", version=1)
    assert (stale.status, stale.code) == (409, "STALE_VERSION")
    assert person.state(uuid)["stage"] == "complete"
    everything_agrees(person, uuid)
