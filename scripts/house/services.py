"""One private PostgreSQL and Redis for all commands of an installation: started by the first,
stopped by the last.

Who uses them is counted by locks, not by numbers: each command holds a locked file below
`holders/`. The kernel lets a lock go when its process ends, however it ends, so the count cannot be
wrong after a `kill -9`. The child that does the command's work inherits the lock: services stay
while it lives, even if the launcher above it was killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from house import guard, paths
from house.postgres import Cluster, url
from house.redis import Redis
from house.say import warn


@dataclass(frozen=True)
class Connections:
    """Where the product finds its parts, and the lock that keeps them running.

    Attributes
    ----------
    environment: `DATABASE_URL`, `REDIS_URL`, `CELERY_BROKER_URL`.
    holder: file descriptor to hand to the processes that use the services (`pass_fds`).
    private_database: whether the database is our own below the data directory.
    """

    environment: dict[str, str]
    holder: int
    private_database: bool


class Holders:
    """The commands that use the services now, each a locked file in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def enter(self) -> int:
        """Adds this process; gives the descriptor whose lock counts. Call it under the
        installation's lock.
        """
        mine = paths.private_directory(self.directory) / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        handle = os.open(mine, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        return handle

    def living(self) -> int:
        """How many hold a lock; files of the dead are removed. Call it under the installation's
        lock.
        """
        count = 0
        for each in self.directory.iterdir():
            handle = os.open(each, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                count += 1
            else:
                each.unlink()
            finally:
                os.close(handle)
        return count


@contextmanager
def locked(path: Path, *, make: bool = True) -> Iterator[None]:
    """One process at a time. Without `make` a missing file is an error."""
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if make else 0)
    handle = os.open(path, flags, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Services:
    """The private servers of the installation in `data`, as far as the environment names none of
    its own.
    """

    def __init__(self, data: Path, *, throw_away: bool = False) -> None:
        self.data = data
        self.logs = data / "logs"
        self.sockets = paths.socket_directory(data)
        self.holders = Holders(data / "holders")
        self.lock = data / "lock"
        self.throw_away = throw_away
        self.cluster: Cluster | None = None
        self.redis: Redis | None = None
        if throw_away or not os.environ.get("DATABASE_URL"):
            of_postgres = self.sockets / "pg"
            self.cluster = Cluster(
                data / "postgres", of_postgres, self.logs / "postgres.log", throw_away
            )
        if throw_away or not os.environ.get("REDIS_URL"):
            self.redis = Redis(self.sockets, self.logs / "redis.log")

    def environment(self) -> dict[str, str]:
        """The addresses of the services; what the caller named stays as it is."""
        found: dict[str, str] = {}
        if self.cluster:
            found["DATABASE_URL"] = url(self.cluster.sockets)
        if self.redis:
            found |= {"REDIS_URL": self.redis.cache_url, "CELERY_BROKER_URL": self.redis.broker_url}
        elif not os.environ.get("CELERY_BROKER_URL"):
            found["CELERY_BROKER_URL"] = broker_beside(os.environ["REDIS_URL"])
        return found

    def start(self) -> None:
        """Starts what does not run. Call it under the lock."""
        paths.private_directory(self.logs)
        inside = self.sockets.is_relative_to(self.data)
        (paths.private_directory if inside else paths.own_directory)(self.sockets)
        if self.cluster:
            paths.private_directory(self.cluster.sockets)
        started = False
        if self.cluster and not (self.cluster.pid() and self.cluster.is_ready()):
            self.cluster.start()
            started = True
        if self.redis and not self.redis.is_ready():
            self.redis.start()
            started = True
        if started:
            guard.begin(self.data, throw_away=self.throw_away)

    def mend(self) -> None:
        """Starts again what died while we hold it."""
        whole = (self.cluster is None or self.cluster.pid()) and (
            self.redis is None or self.redis.is_ready()
        )
        if not whole:
            warn("a private server has ended; starting it again")
            with locked(self.lock):
                self.start()

    def stop(self) -> None:
        """Stops what runs. Call it under the lock."""
        if self.redis:
            self.redis.stop()
        if self.cluster:
            self.cluster.stop()
        if not self.sockets.is_relative_to(self.data):
            shutil.rmtree(self.sockets, ignore_errors=True)  # nobody would find it by itself

    @contextmanager
    def use(self) -> Iterator[Connections]:
        """Keeps the services running inside the block; the last one that leaves stops them."""
        paths.private_directory(self.data)
        with locked(self.lock):
            handle = self.holders.enter()
            try:
                self.start()
            except BaseException:
                self._leave(handle)
                raise
        try:
            yield Connections(self.environment(), handle, self.cluster is not None)
        finally:
            with locked(self.lock):
                self._leave(handle)

    def _leave(self, handle: int) -> None:
        os.close(handle)  # the lock itself stays as long as a child has it
        if not self.holders.living():
            self.stop()


def broker_beside(redis_url: str) -> str:
    """The broker's address on the Redis of `redis_url`: the same server, the next database."""
    base, _, query = redis_url.partition("?")
    if base.startswith("unix://"):
        return f"redis+socket://{base.removeprefix('unix://')}?virtual_host=1"
    scheme, _, rest = base.partition("://")
    host, _, number = rest.partition("/")
    database = int(number) + 1 if number.isdigit() else 1
    return f"{scheme}://{host}/{database}" + (f"?{query}" if query else "")
