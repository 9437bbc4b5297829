"""Real processes for tests: gunicorn on a free port, a Celery worker; started, killed, stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """Return the URL of the database the test uses (pytest-django renames it)."""
    entry = settings.DATABASES["default"]
    host = entry["HOST"]
    place = (
        f"/{entry['NAME']}?host={quote(host, safe='/')}"
        if host.startswith("/")
        else (f"{host}:{entry['PORT'] or 5432}/{entry['NAME']}")
    )
    user = entry["USER"] + (f":{entry['PASSWORD']}" if entry["PASSWORD"] else "")
    return f"postgresql://{user}@{place}"


def environment(**extra: str) -> dict[str, str]:
    return {
        **os.environ, "DATABASE_URL": database_url(), "EXPOSE_WORKER": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DEBUG": "1", "LOG_LEVEL": "ERROR", **extra,
    }  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A process group that can be killed the hard way."""

    def __init__(
        self, command: list[str], env: dict[str, str], log: Path, *, code: Path = ROOT
    ) -> None:
        self.log = log
        self.file = log.open("ab")
        self.popen = subprocess.Popen(  # noqa: S603 - fixed commands
            command, env=env, cwd=code, stdout=self.file, stderr=self.file, start_new_session=True
        )

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.file.close()

    def stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(10)
        self.kill()


class Web(Process):
    """One gunicorn with some workers on its own port."""

    def __init__(self, folder: Path, *, workers: int = 2, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable, "-m", "gunicorn", "chatmrpt.wsgi:application", "--bind",
            f"127.0.0.1:{self.port}", "--workers", str(workers), "--preload", "--no-control-socket",
            "--keep-alive", "0",
        ]  # fmt: skip
        super().__init__(command, environment(), folder / f"web-{self.port}.log")
        wait_until(self.answers, seconds=30, what=f"web on {self.port}", log=self.log)

    def answers(self) -> bool:
        if self.popen.poll() is not None:
            raise RuntimeError(f"web ended: {self.log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(f"{self.url}/ping", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class Worker(Process):
    """One Celery worker, as in production but for its name and its size."""

    def __init__(self, folder: Path, *, concurrency: int = 1, **env: str) -> None:
        self.name = f"test-{free_port()}@localhost"
        command = [
            sys.executable, "-m", "celery", "-A", "chatmrpt", "worker", "-Q",
            "intake,analysis,exports", "-c", str(concurrency), "-n", self.name, "--loglevel",
            "WARNING", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        super().__init__(command, environment(**env), folder / f"worker-{self.name}.log")

    def wait_ready(self) -> "Worker":
        from chatmrpt.models import Heartbeat

        wait_until(
            lambda: Heartbeat.objects.filter(name=f"worker:{self.name}").exists(), seconds=40,
            what="worker", log=self.log,
        )  # fmt: skip
        return self


def wait_until(
    condition: object, *, seconds: float, what: str, log: Path | None = None, every: float = 0.1
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return
        time.sleep(every)
    tail = log.read_text(errors="replace")[-3000:] if log and log.exists() else ""
    raise AssertionError(f"{what} was not ready within {seconds} s\n{tail}")


@contextlib.contextmanager
def running(*processes: Process) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.stop()
