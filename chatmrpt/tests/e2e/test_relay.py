"""The relay of `scripts/cluster` for machines without nginx, started and used."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from chatmrpt.testing.processes import ROOT, Process, Web, free_port, running, wait_until
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from chatmrpt.tests.e2e.person import Person

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

COMMAND = (
    "import sys; sys.path.insert(0, 'scripts')\n"
    "from pathlib import Path\n"
    "from house import front\n"
    "print('\\n'.join(front.command(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), "
    "[int(each) for each in sys.argv[3:]])))"
)


@pytest.fixture
def door(webs: list[Web], tmp_path: Path) -> Iterator[Person]:
    """A person in front of the relay that `FRONT=relay` chooses, before two hosts and a dead one."""
    port, dead = free_port(), free_port()
    hosts = [webs[0].port, dead, webs[1].port]
    told = [str(tmp_path), str(port), *map(str, hosts)]
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *told], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"FRONT": "relay"},
    )  # fmt: skip
    command = done.stdout.split()
    assert command[1].endswith("relay.py"), "not nginx"
    relay = Process([sys.executable, *command[1:]], dict(os.environ), tmp_path / "relay.log")
    person = Person([port])

    def answers() -> bool:
        with suppress(OSError):
            return person.get("/ping").status == 200
        return False

    with running(relay):
        wait_until(answers, seconds=20, what="the relay", log=relay.log)
        yield person


def test_connections_go_to_all_hosts_and_never_to_the_dead_one(door: Person) -> None:
    door.served.clear()
    assert {door.get("/ping").status for _ in range(24)} == {200}
    hosts = {served.rpartition(":")[2] for served in door.served}
    assert len(hosts) >= 3, "both hosts, several processes"


def test_a_file_a_cookie_and_a_csrf_token_go_through(door: Person) -> None:
    content = csv_bytes(TWO_STATES * 2000)
    assert len(content) > 1_000_000
    workflow = door.upload("large.csv", content)
    assert door.state(workflow)["upload"]["status"] == "queued"
