"""Several commands share the servers, and the last one stops them, however the others ended."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from house import postgres
from house.postgres import Cluster
from house.processes import is_alive, wait_until
from house.redis import Redis
from house.services import Holders, Services
from redis import Redis as Client

SCRIPTS = Path(__file__).resolve().parents[1]
HOLD = """
import os, subprocess, sys, time
from pathlib import Path
sys.path.insert(0, {scripts!r})
for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
    os.environ.pop(name, None)
from house.services import Services
with Services(Path({data!r}), throw_away=True).use() as connections:
    child = {child}
    print("holding", child and child.pid, flush=True)
    sys.stdin.read()
"""
SLEEPER = (
    'subprocess.Popen(["sleep", "60"], pass_fds=(connections.holder,), stdout=subprocess.DEVNULL)'
)


@pytest.fixture
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="house-", dir="/tmp", ignore_cleanup_errors=True
    ) as name:
        yield Path(name) / "var"


def hold(data: Path, child: str = "None") -> tuple[subprocess.Popen[str], int | None]:
    """A command that keeps the services until its input ends."""
    source = HOLD.format(scripts=str(SCRIPTS), data=str(data), child=child)
    command = subprocess.Popen(
        [sys.executable, "-c", source],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"HOUSE_GUARD_PAUSE": "0.2"},
    )
    assert command.stdout is not None
    said = command.stdout.readline().split()
    assert said[:1] == ["holding"]
    return command, None if said[1] == "None" else int(said[1])


def finish(command: subprocess.Popen[str]) -> None:
    assert command.stdin is not None
    assert command.stdout is not None
    command.stdin.close()
    assert command.wait(timeout=30) == 0
    command.stdout.close()


def kill(command: subprocess.Popen[str]) -> None:
    command.kill()
    command.wait()
    for pipe in (command.stdin, command.stdout):
        assert pipe is not None
        pipe.close()


def servers(data: Path) -> tuple[Cluster, Redis]:
    found = Services(data, throw_away=True)
    assert found.cluster is not None
    assert found.redis is not None
    return found.cluster, found.redis


def test_a_holder_that_was_killed_is_not_counted(tmp_path: Path) -> None:
    holders = Holders(tmp_path / "holders")
    mine = holders.enter()
    (tmp_path / "holders" / "999999-dead").touch()
    assert holders.living() == 1
    os.close(mine)
    assert holders.living() == 0
    assert list((tmp_path / "holders").iterdir()) == []


@pytest.mark.processes
def test_two_commands_share_the_servers_and_the_last_one_stops_them(data: Path) -> None:
    first, _ = hold(data)
    cluster, redis = servers(data)
    pids = cluster.pid(), redis.pid()
    second, _ = hold(data)
    assert (cluster.pid(), redis.pid()) == pids
    finish(first)
    assert (cluster.pid(), redis.pid()) == pids
    finish(second)
    assert (cluster.pid(), redis.pid()) == (None, None)


@pytest.mark.processes
def test_a_killed_command_leaves_the_count_right_and_the_guard_stops_the_servers(
    data: Path,
) -> None:
    first, _ = hold(data)
    second, _ = hold(data)
    cluster, redis = servers(data)
    kill(first)
    time.sleep(0.6)  # two looks of the guard
    assert cluster.is_ready()
    assert redis.is_ready()
    kill(second)
    assert wait_until(
        lambda: not data.exists() or (cluster.pid() is None and redis.pid() is None), 15
    )


@pytest.mark.processes
def test_services_stay_while_the_child_of_a_killed_command_lives(data: Path) -> None:
    command, child = hold(data, SLEEPER)
    cluster, _ = servers(data)
    kill(command)
    time.sleep(0.6)
    assert cluster.is_ready()
    assert child is not None
    os.kill(child, signal.SIGKILL)
    assert wait_until(lambda: not data.exists() or cluster.pid() is None, 15)


@pytest.mark.processes
def test_the_database_starts_again_after_it_was_killed(data: Path) -> None:
    command, _ = hold(data)
    cluster, redis = servers(data)
    before = cluster.pid()
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(before), 10)
    assert (cluster.data / "postmaster.pid").exists()
    second, _ = hold(data)
    assert cluster.is_ready()
    assert cluster.pid() != before
    finish(second)
    finish(command)
    assert redis.pid() is None


@pytest.mark.processes
def test_a_removed_data_directory_is_not_made_again_by_the_guard(data: Path) -> None:
    command, _ = hold(data)
    finish(command)
    shutil.rmtree(data)
    time.sleep(0.6)  # two looks of the guard
    assert not data.exists()


@pytest.mark.processes
def test_the_servers_listen_on_unix_sockets_only(data: Path) -> None:
    command, _ = hold(data)
    cluster, redis = servers(data)
    with psycopg.connect(postgres.url(cluster.sockets)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with Client.from_url(redis.cache_url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finish(command)
