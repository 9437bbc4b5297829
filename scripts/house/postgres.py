"""A private PostgreSQL cluster below the data directory: made once, started, stopped. Unix socket
only.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from house import binaries, identity, processes
from house.say import Stop, step

USER = "chatmrpt"
DATABASE = "chatmrpt"
PORT = 5432  # only a part of the socket's name; nothing listens on TCP

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",  # compiling costs more than it saves on queries of our size
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROW_AWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


def url(sockets: Path) -> str:
    """`DATABASE_URL` of the private database: `postgresql://USER@/DBNAME?host=/abs/dir`."""
    return f"postgresql://{USER}@/{DATABASE}?host={quote(str(sockets), safe='/')}"


@dataclass(frozen=True)
class Cluster:
    """One private cluster.

    Attributes
    ----------
    data: directory of the cluster.
    sockets: directory of its socket.
    log: file of its log.
    throw_away: faster and not safe against power loss, for tests.
    """

    data: Path
    sockets: Path
    log: Path
    throw_away: bool = False

    @property
    def socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}"

    def pid(self) -> int | None:
        """Process id of the running server of this very cluster, None if none runs."""
        try:
            first = (self.data / "postmaster.pid").read_text().splitlines()[0]
            pid = int(first)
        except (OSError, ValueError, IndexError):
            return None
        return pid if processes.is_alive(pid) and processes.mentions(pid, str(self.data)) else None

    def is_ready(self) -> bool:
        """Whether the server says that it accepts connections (line 8 of its pid file)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready" and self.socket.exists()

    def start(self) -> None:
        """Makes the cluster if it is missing and starts its server; returns when it accepts
        connections.
        """
        home = binaries.postgres_home(self.made_by())
        who = identity.for_server(self.data, self.sockets, home)
        self._check_version(home)
        if self.made_by() is None:
            self._make(home, who)
        elif not who.may_own(self.data):
            raise Stop(
                f"The database in {self.data} belongs to user {self.data.stat().st_uid}. "
                "Start as that user, or choose another DATA_DIR."
            )
        who.own(self.data)
        who.own(self.sockets)
        self._forget_the_dead()
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        settings |= THROW_AWAY if self.throw_away else {}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                who.command([home / "postgres", "-D", self.data, *words]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,
                **who.popen,
            )
        processes.wait_until(lambda: self.is_ready() or server.poll() is not None, 60)
        if server.poll() is not None or not self.is_ready():
            if server.poll() is None:
                processes.end(server.pid, gently=signal.SIGQUIT, seconds=5)
            raise Stop(
                f"PostgreSQL did not start. The end of {self.log}:\n{processes.tail(self.log)}"
            )

    def stop(self) -> None:
        """Stops the server and waits for it; open transactions are rolled back (fast shutdown)."""
        pid = self.pid()
        if pid:
            fast = signal.SIGQUIT if self.throw_away else signal.SIGINT
            processes.end(pid, gently=fast, seconds=30)

    def made_by(self) -> int | None:
        """Major version of the PostgreSQL that made this cluster, None without a cluster."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except (OSError, ValueError):
            return None

    def _check_version(self, home: Path) -> None:
        made_by, here = self.made_by(), binaries.version_of(home)
        if made_by not in (None, here):
            raise Stop(
                f"The database in {self.data} was made by PostgreSQL {made_by}, "
                f"and this machine has {here}. Install PostgreSQL {made_by}, "
                "move the data with pg_dump, or choose another DATA_DIR."
            )

    def _make(self, home: Path, who: identity.Identity) -> None:
        """Makes the cluster beside its place and moves it there when it is whole: a kill in between
        leaves nothing half made.
        """
        step("making a private database")
        draft = self.data.with_name(self.data.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        who.own(draft)
        options = ["--no-sync"] if self.throw_away else ["--data-checksums"]
        for locale in ("C.UTF-8", "C"):
            wishes = [f"--locale={locale}", "--encoding=UTF8", "--auth=trust", "--no-instructions"]
            words: list[str | Path] = [home / "initdb", "-D", draft, "-U", USER, *wishes, *options]
            made = _run(who.command(words), who)
            if made.returncode == 0:
                break
        else:
            raise Stop(f"PostgreSQL could not make a database in {self.data}:\n{made.stderr}")
        safety = "fsync=off" if self.throw_away else "fsync=on"
        single: list[str | Path] = [
            home / "postgres",
            "--single",
            "-D",
            draft,
            "-c",
            safety,
            "postgres",
        ]
        create = f"CREATE DATABASE {DATABASE} OWNER {USER}\n"
        made = _run(who.command(single), who, said=create)
        if made.returncode != 0 or "ERROR" in made.stderr:
            raise Stop(f"PostgreSQL could not make the database {DATABASE!r}:\n{made.stderr}")
        draft.rename(self.data)

    def _forget_the_dead(self) -> None:
        """Removes what a crashed server left, if no server of this cluster lives: PostgreSQL
        refuses when a stranger has its old pid.
        """
        if self.pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self.socket.unlink(missing_ok=True)
            self.socket.with_name(self.socket.name + ".lock").unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    """A server's environment: nothing of the caller's PG* settings, and a language that every
    machine has.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "LANG"))
    }
    return kept | {"LC_ALL": "C"}


def _run(
    command: list[str], who: identity.Identity, said: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=said,
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(),
        **who.popen,
    )
