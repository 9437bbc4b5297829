"""The cluster of `scripts/cluster`, started for a trial, and what may happen to it."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import redis

ROOT = Path(__file__).resolve().parents[2]
OWN = (
    "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DATA_DIR", "STATIC_ROOT", "SECRET_KEY_FILE",
    "SECRET_KEY", "STATICFILES_BACKEND", "DEBUG", "PYTEST_XDIST_WORKER", "PORT", "BIND",
)  # fmt: skip
START = 150


@dataclass
class Cluster:
    """A running cluster.

    Attributes
    ----------
    front : address of the round-robin door.
    webs : name of a host → its own address.
    environment : what a process needs to use its database and Redis.
    data : its data directory.
    """

    front: str
    webs: dict[str, str]
    environment: dict[str, str]
    data: Path
    programs: list[str] = field(default_factory=list)

    @property
    def ports(self) -> list[int]:
        """The hosts' ports and, last, that of the front."""
        return [int(urlsplit(url).port or 0) for url in [*self.webs.values(), self.front]]

    def pid(self, name: str) -> int:
        """Process id of a program as last started; 0 when it has none."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.data / "logs" / f"{name}.pid").read_text())
        return 0

    def kill(self, name: str) -> bool:
        """kill -9 of a program and all that it started in its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if pid := self.pid(name):
                os.killpg(pid, signal.SIGKILL)
                return True
        return False

    def kill_one_process_of(self, name: str, which: int) -> bool:
        """kill -9 of one web process; its master starts another."""
        with contextlib.suppress(OSError, ValueError, ArithmeticError):
            pid = self.pid(name)
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(children[which % len(children)]), signal.SIGKILL)
            return True
        return False

    def crash_database(self) -> bool:
        """PostgreSQL ends at once and recovers from its log at the next start."""
        with contextlib.suppress(OSError, ValueError, ProcessLookupError):
            first = (self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0]
            os.kill(int(first), signal.SIGQUIT)
            return True
        return False

    def kill_broker(self) -> bool:
        """kill -9 of the broker's Redis, with all that it held."""
        with contextlib.suppress(OSError, ValueError, ProcessLookupError):
            pids = list(self.data.glob("sockets/redis.pid"))
            os.kill(int(pids[0].read_text()), signal.SIGKILL)
            return True
        return False

    def empty_redis(self) -> bool:
        """FLUSHALL of cache and broker."""
        done = False
        for name in ("sockets/redis.sock", "sockets/cache/redis.sock"):
            with contextlib.suppress(redis.RedisError, OSError):
                client = redis.Redis(unix_socket_path=str(self.data / name), socket_timeout=1)
                client.flushall()
                client.close()
                done = True
        return done

    def answers(self) -> bool:
        """All hosts and the front serve, and the database answers them."""
        for url in [*self.webs.values(), self.front]:
            try:
                with urllib.request.urlopen(f"{url}/system-health", timeout=5) as answer:
                    if answer.status != 200:
                        return False
            except (urllib.error.URLError, OSError):
                return False
        return True


@contextlib.contextmanager
def cluster(**told: str) -> Iterator[Cluster]:
    """Start `scripts/cluster` in a folder of its own; it ends with us, however we end."""
    with tempfile.TemporaryDirectory(prefix="crpt-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "c"
        environment = {name: value for name, value in os.environ.items() if name not in OWN}
        environment |= {
            "DATA_DIR": str(data), "PORT": "0", "THROW_AWAY": "1", "UNTIL_EOF": "1",
            "ACCESS_LOG": "0", "LOG_LEVEL": "WARNING", "READING_NICE": "0", **told,
        }  # fmt: skip
        with tempfile.TemporaryFile() as words:
            process = subprocess.Popen(  # noqa: S603 - our own script
                [str(ROOT / "scripts" / "cluster")], env=environment, stdin=subprocess.PIPE,
                stdout=words, stderr=words, start_new_session=True,
            )  # fmt: skip
            try:
                yield _ready(process, data, words)
            finally:
                if process.stdin:
                    process.stdin.close()
                try:
                    process.wait(40)
                except subprocess.TimeoutExpired:
                    process.kill()


def _ready(process: "subprocess.Popen[bytes]", data: Path, words: object) -> Cluster:
    state = data / "cluster.json"
    end = time.monotonic() + START
    while not state.exists() or not state.read_text().endswith("}"):
        if process.poll() is not None or time.monotonic() > end:
            words.seek(0)  # type: ignore[attr-defined]
            said = words.read().decode(errors="replace")  # type: ignore[attr-defined]
            raise RuntimeError(f"the cluster did not start:\n{said[-3000:]}")
        time.sleep(0.1)
    return running_in(data)


def running_in(data: Path) -> Cluster:
    """The cluster that runs with this data directory."""
    told = json.loads((data / "cluster.json").read_text())
    return Cluster(told["front"], told["webs"], told["environment"], data, told["programs"])
