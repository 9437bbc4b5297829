"""A private Redis over a unix socket: nothing on TCP, nothing on disk. Database 0 is the cache, 1
the broker.
"""

from __future__ import annotations

import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from house import binaries, processes
from house.say import Stop

CACHE, BROKER = 0, 1


@dataclass(frozen=True)
class Redis:
    """One private Redis.

    Attributes
    ----------
    sockets: directory of its socket and pid file.
    log: file of its log.
    keeps_everything: a broker refuses when it is full; a cache lets the oldest go.
    """

    sockets: Path
    log: Path
    keeps_everything: bool = True

    @property
    def socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def cache_url(self) -> str:
        """`REDIS_URL` of the private Redis, as django-redis reads it."""
        return f"unix://{self.socket}?db={CACHE}"

    @property
    def broker_url(self) -> str:
        """`CELERY_BROKER_URL` of the private Redis, as Celery reads it."""
        return f"redis+socket://{self.socket}?virtual_host={BROKER}"

    def is_ready(self) -> bool:
        """Whether it answers PING."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def pid(self) -> int | None:
        """Process id of the running server, None if none runs."""
        try:
            pid = int((self.sockets / "redis.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if processes.is_alive(pid) and processes.mentions(pid, "redis-server") else None

    def command(self) -> list[str]:
        """The words that start it."""
        policy = "noeviction" if self.keeps_everything else "allkeys-lru"
        words = ["--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"]
        words += ["--save", "", "--appendonly", "no", "--maxmemory-policy", policy]
        words += ["--databases", "16", "--daemonize", "no", "--dir", self.sockets]
        return [str(binaries.redis_server()), *map(str, words)]

    def start(self) -> None:
        """Starts the server; returns when it answers. One that is only slow is waited for, else ended:
        a second one would take its place and leave its clients alone with the first.
        """
        if slow := self.pid():
            if processes.wait_until(self.is_ready, 10):
                return
            processes.end(slow, gently=signal.SIGTERM, seconds=2)
        command = self.command()
        self.socket.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        processes.wait_until(lambda: self.is_ready() or server.poll() is not None, 20)
        if not self.is_ready():
            if server.poll() is None:
                processes.end(server.pid, gently=signal.SIGTERM, seconds=5)
            raise Stop(f"Redis did not start. The end of {self.log}:\n{processes.tail(self.log)}")
        (self.sockets / "redis.pid").write_text(str(server.pid))

    def stop(self) -> None:
        """Stops the server and waits for it. What it held may vanish at any time."""
        pid = self.pid()
        if pid:
            processes.end(pid, gently=signal.SIGTERM, seconds=10)
        for name in ("redis.pid", "redis.sock"):
            (self.sockets / name).unlink(missing_ok=True)
