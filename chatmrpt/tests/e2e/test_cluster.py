"""The cluster of `scripts/cluster`, the topology of docker-compose.yml, and what it survives."""

import contextlib
import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from chatmrpt.testing.affinity.journey import workbook
from chatmrpt.testing.affinity.rows import differences
from chatmrpt.testing.affinity.traveller import Traveller
from chatmrpt.testing.cluster import ROOT, Cluster, cluster
from chatmrpt.testing.processes import wait_until
from chatmrpt.tests.e2e.person import Person

pytestmark = pytest.mark.processes

SMALL = {
    "AFFINITY_PEOPLE": "2", "AFFINITY_AT_ONCE": "2", "AFFINITY_STEPS": "8", "AFFINITY_PAUSE": "0.6",
    "AFFINITY_LEAST": "6", "AFFINITY_MOST": "8", "AFFINITY_FAULTS": "0.3",
    "AFFINITY_PATIENCE": "120",
}  # fmt: skip


@pytest.fixture(scope="module")
def hosts() -> Iterator[Cluster]:
    with cluster(JOB_LEASE_SECONDS="6", SWEEP_EVERY="0.5") as found:
        wait_until(found.answers, seconds=60, what="the cluster")
        yield found


def ask(url: str, path: str) -> tuple[int, str, str]:
    """Status, body and serving process of a GET with a connection of its own."""
    try:
        with urllib.request.urlopen(f"{url}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode(), answer.headers.get("X-Served-By", "")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers.get("X-Served-By", "")


def test_the_front_deals_requests_round_robin_over_all_hosts(hosts: Cluster) -> None:
    served = [ask(hosts.front, "/ping")[2] for _ in range(18)]
    pids = {int(each.rpartition(":")[2]) for each in served}
    masters = {hosts.pid(name) for name in hosts.webs}
    parents = Counter(_parent(pid) for pid in pids)
    assert set(parents) == masters, "every host has served"
    again = sum(one == two for one, two in itertools.pairwise(served))
    assert again < 6, f"one process answered twice running {again} times: {served}"


def _parent(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return int(file.read().rpartition(")")[2].split()[1])


def renew(hosts: Cluster, name: str) -> None:
    """`kill -HUP`: the master keeps the door open and replaces its processes."""
    os.kill(hosts.pid(name), signal.SIGHUP)


def replace_host(hosts: Cluster, name: str) -> None:
    """As docs/operations.md says: out of nginx, a moment for what is under way, then TERM."""
    conf = hosts.data / "front" / "nginx.conf"
    text = conf.read_text()
    address = hosts.webs[name].removeprefix("http://")
    conf.write_text(text.replace(f"server {address} ", f"server {address} down "))
    assert conf.read_text() != text
    os.kill(hosts.pid("front"), signal.SIGHUP)
    time.sleep(2)
    os.kill(hosts.pid(name), signal.SIGTERM)
    wait_until(lambda: not answering(hosts.webs[name]), seconds=20, what="the end of a host")
    wait_until(lambda: answering(hosts.webs[name]), seconds=40, what="the host")
    conf.write_text(text)
    os.kill(hosts.pid("front"), signal.SIGHUP)


@pytest.mark.parametrize("how", [renew, replace_host])
def test_hosts_restarted_gracefully_one_after_the_other_lose_no_request(
    hosts: Cluster, how: Callable[[Cluster, str], None]
) -> None:
    """New code by `kill -HUP`, another host by taking one out. People look and ask through the front
    all the while; none of them repeats anything.
    """
    if how is replace_host and not (hosts.data / "front" / "nginx.conf").exists():
        pytest.skip("the front is not nginx")
    asker = Traveller(3, hosts.ports, workbook(3, [("Kwara", "Moro", "Ajanaku")]),
                      faults=0, steps=0)  # fmt: skip
    asker.travel()
    assert asker.problem == ""
    over = threading.Event()
    answers: Counter[object] = Counter()

    def people() -> None:
        who = Person([hosts.ports[-1]])
        who.cookies = dict(asker.person.cookies)
        while not over.is_set():
            try:
                answers["looked", who.get(f"/workflows/{asker.uuid}/state/").status] += 1
                reply = who.post_json(
                    f"/workflows/{asker.uuid}/messages/", {"text": "how many wards are there?"}
                )
                answers["asked", reply.status] += 1
            except (OSError, http.client.HTTPException) as error:
                answers[type(error).__name__] += 1

    crowd = [threading.Thread(target=people) for _ in range(3)]
    for one in crowd:
        one.start()
    before = {name: _children(hosts.pid(name)) for name in hosts.webs}
    some = list(hosts.webs.items())[: 2 if how is replace_host else 3]  # it takes a while
    for name, url in some:
        how(hosts, name)
        wait_until(
            lambda name=name, url=url: answering(url)
            and not _children(hosts.pid(name)) & before[name],
            seconds=40, what=f"new processes of {name}",
        )  # fmt: skip
    over.set()
    for one in crowd:
        one.join()
    assert set(answers) == {("looked", 200), ("asked", 200)}, answers
    assert min(answers.values()) > 5
    lines = run(sys.executable, ROOT / "manage.py", "workflow_replay", asker.uuid,
                database=hosts.environment["DATABASE_URL"])  # fmt: skip
    assert "identical" in lines


def answering(url: str) -> bool:
    with contextlib.suppress(OSError):
        return ask(url, "/ping")[0] == 200
    return False


def _children(pid: int) -> set[str]:
    with contextlib.suppress(OSError):  # a master that has just ended
        return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return set()


def test_the_database_away_is_503_in_words_and_every_host_recovers_without_a_restart(
    hosts: Cluster,
) -> None:
    masters = {name: hosts.pid(name) for name in hosts.programs}
    processes = {name: _children(masters[name]) for name in hosts.webs}
    assert ask(hosts.front, "/system-health")[0] == 200
    postgres = int((hosts.data / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postgres, signal.SIGSTOP)  # no new connection is taken; then it is gone
    assert hosts.crash_database()
    os.kill(postgres, signal.SIGCONT)
    seen: Counter[int] = Counter()
    words = set()
    end = time.monotonic() + 30
    while time.monotonic() < end and not (seen[503] and seen[200] > 5):
        for url in hosts.webs.values():
            status, body, _ = ask(url, "/")
            seen[status] += 1
            if status == 503:
                words.add("Nothing that was saved is lost" in body)
                seen[200] = 0
    assert seen[503] > 0, "the database was never away"
    assert (set(seen), words) == ({200, 503}, {True})
    wait_until(hosts.answers, seconds=20, what="the cluster")
    assert {name: hosts.pid(name) for name in hosts.programs} == masters
    assert {name: _children(masters[name]) for name in hosts.webs} == processes


EXPAND = "ALTER TABLE {} ADD COLUMN next_release text NOT NULL DEFAULT 'as before'"
CONTRACT = "ALTER TABLE {} DROP COLUMN next_release"


def test_a_migration_that_expands_and_contracts_every_table_disturbs_nobody_who_works(
    hosts: Cluster,
) -> None:
    """Processes of this release serve while the tables get a column of the next, and lose it."""
    with psycopg.connect(hosts.environment["DATABASE_URL"], autocommit=True) as database:
        tables = [str(name) for (name,) in database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename ~ '^(tpr|chat|analysis|itn|chatmrpt)_' ORDER BY 1"
        )]  # fmt: skip
        assert len(tables) > 20
        person = Traveller(1, hosts.ports, workbook(1, [("Kwara", "Moro", "Ajanaku")]),
                           faults=0, steps=6)  # fmt: skip
        working = threading.Thread(target=person.travel)
        working.start()
        rounds = 0
        while working.is_alive():
            for change in (EXPAND, CONTRACT):
                for table in tables:
                    alter(database, change.format(table))
            rounds += 1
        working.join()
    assert (person.problem, rounds > 0) == ("", True)
    assert [stage for stage, _ in person.replies][-1] == "complete"
    refused = {status: times for status, times in person.statuses.items() if status >= 400}
    assert not refused, "a request failed while the database was changed"


def test_a_dump_restored_into_an_empty_database_gives_the_same_answers(
    hosts: Cluster, tmp_path: Path
) -> None:
    """The backup of docs/operations.md, rehearsed: the same rows, the same state, ledgers replay."""
    person = Traveller(2, hosts.ports, workbook(2, [("Kwara", "Moro", "Ajanaku")]),
                       faults=0, steps=6)  # fmt: skip
    person.travel()
    assert person.problem == ""
    url = hosts.environment["DATABASE_URL"]
    restored = url.replace("/chatmrpt?", "/restored?")
    postmaster = (hosts.data / "postgres" / "postmaster.pid").read_text().split()[0]
    programs = Path(f"/proc/{postmaster}/exe").resolve().parent
    dump = tmp_path / "chatmrpt.dump"
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE DATABASE restored")
    run(programs / "pg_dump", "--format=custom", f"--file={dump}", url)
    run(programs / "pg_restore", f"--dbname={restored}", "--no-owner", dump)
    before, after = contents(url), contents(restored)
    quiet = {"chatmrpt_heartbeat"}  # workers went on showing signs of life
    assert [name for name in before if name not in quiet and before[name] != after[name]] == []
    assert len(before) > 30
    manage = [sys.executable, ROOT / "manage.py"]
    shown = [run(*manage, "workflow_show", person.uuid, "--json", database=each)
             for each in (url, restored)]  # fmt: skip
    assert shown[0] == shown[1]
    assert "identical" in run(*manage, "workflow_replay", person.uuid, database=restored)


def run(*words: object, database: str = "") -> str:
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, **({"DATABASE_URL": database} if database else {})},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def contents(url: str) -> dict[str, str]:
    """Table → digest of all its rows."""
    with psycopg.connect(url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        digest = sql.SQL("SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t")
        return {
            str(name): str(database.execute(digest.format(sql.Identifier(name))).fetchone())
            for (name,) in tables.fetchall()
        }


def alter(database: "psycopg.Connection[Any]", statement: str) -> None:
    """A change waits briefly for its lock and comes again: nobody queues behind it for long."""
    while True:
        try:
            database.execute("SET lock_timeout = '200ms'")
            database.execute(statement)
            return
        except psycopg.errors.LockNotAvailable:
            time.sleep(0.05)


def test_two_people_in_a_storm_leave_the_same_rows_as_in_a_calm(hosts: Cluster) -> None:
    """The small affinity; `scripts/bench affinity` is the large one."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "affinity.py")],
        env={**os.environ, **SMALL, "AFFINITY_CLUSTER": str(hosts.data), "PYTHONPATH": str(ROOT)},
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    rows = [json.loads(each) for each in done.stdout.splitlines() if each.startswith("{")]
    figures = {row["what"]: row["value"] for row in rows}
    assert figures["kills and crashes"] >= 6
    assert figures["repeated by the client"] > 0
    assert figures["rows compared with the calm run"] > 500
    assert figures["of them answered by another process than the one before"] > 60
    for name in ("people who did not arrive", "acknowledged steps lost", "steps doubled",
                 "replies that differ from the calm run", "rows that differ from the calm run",
                 "ledgers that do not replay", "answers 500", "503 without words"):  # fmt: skip
        assert figures[name] == 0, done.stderr[-3000:]


def test_a_lost_a_doubled_and_a_changed_row_are_found() -> None:
    calm = {"table": ['{"tpr": 40}', '{"tpr": 41}', '{"tpr": 42}']}
    assert differences(calm, {"table": [*reversed(calm["table"])]}) == []
    assert "lost" in differences(calm, {"table": calm["table"][:2]})[0]
    assert "more" in differences(calm, {"table": [*calm["table"], calm["table"][0]]})[0]
    assert differences(calm, {"table": [*calm["table"][:2], '{"tpr": 43}']}) == [
        "table differs: tpr: 42 | 43"
    ]
