"""The real web server on loopback, and people with a cookie who talk to it."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parents[2]
VERSION = re.compile(rb'data-version="(\d+)"')
SHOWN = re.compile(rb'id="shown" data-mark="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Site:
    port: int
    master: int

    def processes(self) -> list[int]:
        """Return the master and its workers."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        return [self.master, *(int(pid) for pid in children)]

    def cpu_seconds(self) -> float:
        """Processor time of master and workers so far."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def pss_mb(self) -> float:
        """Proportional memory of master and workers: what is shared counts once."""
        total = 0
        for pid in self.processes():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024


@contextlib.contextmanager
def site(workers: int, **more: str) -> Iterator[Site]:
    """Serve with deploy/gunicorn.conf.py and collected static files, as in production."""
    with tempfile.TemporaryDirectory(prefix="chatmrpt-bench-site-") as folder:
        port = free_port()
        told = {
            **os.environ, "PORT": str(port), "WORKERS": str(workers), "ACCESS_LOG": "0",
            "STATIC_ROOT": folder, "EXPOSE_WORKER": "1", "LOG_LEVEL": "WARNING",
            **more,
        }  # fmt: skip
        told.pop("DEBUG", None)
        collect = [sys.executable, str(PROJECT / "manage.py"), "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, env=told, check=True, cwd=PROJECT)
        command = [sys.executable, "-m", "gunicorn", "chatmrpt.wsgi:application", "-c",
                   str(PROJECT / "deploy" / "gunicorn.conf.py")]  # fmt: skip
        server = subprocess.Popen(command, env=told, cwd=PROJECT, stdout=sys.stderr)
        try:
            _wait(port)
            yield Site(port, server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            line.request("GET", "/ping")
            if line.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise SystemExit("the web server did not answer")


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass
class Person:
    """A browser with a session and one workflow. Each request has a connection of its own."""

    port: int
    session: str
    workflow: str = ""
    version: int = 0
    shown: str = ""
    at: int = 0  # where in the walk (chat_turn)
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    def ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, **headers: str
    ) -> Answer:
        body = urlencode(fields) if fields is not None else None
        told = {
            "Cookie": f"sessionid={self.session}; csrftoken={self.token}",
            "Accept-Encoding": "gzip", "Connection": "close",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }  # fmt: skip
        if body is not None:
            told |= {"X-CSRFToken": self.token,
                     "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        begun = time.perf_counter()
        try:
            line.request(method, path, body, told)
            response = line.getresponse()
            content = response.read()
        finally:
            line.close()
        return Answer(
            response.status, dict(response.getheaders()), content, time.perf_counter() - begun
        )

    def _act(self, door: str, **fields: str) -> Answer:
        fields |= {"version": str(self.version), "idempotency_key": uuid.uuid4().hex}
        answer = self.ask(
            "POST",
            f"/workflows/{self.workflow}/{door}/",
            fields,
            HX_Request="true",
            X_Shown=self.shown,
        )
        self._look(answer)
        return answer

    def _look(self, answer: Answer) -> None:
        body = answer.body
        if answer.headers.get("Content-Encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        if found := VERSION.search(body):
            self.version = int(found[1])
        mark = SHOWN.search(body)
        self.shown = mark[1].decode() if mark else ""

    def say(self, text: str) -> Answer:
        return self._act("messages", text=text)

    def choose(self, choice: str) -> Answer:
        return self._act("choices", choice=choice)

    def page(self) -> Answer:
        answer = self.ask("GET", f"/workflows/{self.workflow}/")
        self._look(answer)
        return answer

    def state(self) -> Answer:
        return self.ask("GET", f"/workflows/{self.workflow}/state/", Accept="application/json")
