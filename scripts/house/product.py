"""What the product is told: its environment, and the state of its database and static files."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from house import environment, paths
from house.say import Stop, step
from house.services import Connections, locked

DEFAULTS = {
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "EXPOSE_WORKER": "1",
    "ACCESS": "open",
    "DJANGO_SETTINGS_MODULE": "chatmrpt.settings",
}


def secret_key_file(data: Path) -> Path:
    """The file of the secret key, made once and readable by its owner only."""
    file = data / "secret-key"
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(64))
    return file


def surroundings(data: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of the product's processes but for keys and services: the caller's wishes,
    our defaults, `more`.
    """
    told = DEFAULTS | {name: value for name, value in os.environ.items() if value} | dict(more)
    told |= {"DATA_DIR": str(data), "VIRTUAL_ENV": str(environment.VENV)}
    told.setdefault("STATIC_ROOT", str(data / "staticfiles"))
    told["PATH"] = f"{environment.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    told["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(paths.PROJECT), os.environ.get("PYTHONPATH", "")])
    )
    return told


def settings(
    data: Path, connections: Connections, more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The whole environment: `surroundings`, the services' addresses and the secret key's file."""
    told = surroundings(data, connections.environment | dict(more or {}))
    if not told.get("SECRET_KEY") and not told.get("SECRET_KEY_FILE"):
        told["SECRET_KEY_FILE"] = str(secret_key_file(data))
    return told


def django(
    told: Mapping[str, str], *words: str, quiet: bool = True
) -> subprocess.CompletedProcess[str]:
    """Runs `manage.py WORDS` with its output kept."""
    command = [str(environment.PYTHON), str(paths.PROJECT / "manage.py"), *words]
    return subprocess.run(
        command, env=dict(told), capture_output=quiet, text=True, stdin=subprocess.DEVNULL
    )


def must(told: Mapping[str, str], *words: str) -> str:
    """Runs `manage.py WORDS`, gives its output, and stops with its words when it fails."""
    done = django(told, *words)
    if done.returncode != 0:
        raise Stop(f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def _state_of_migrations() -> str:
    """Fingerprint of all migration files of the project and of the pinned packages."""
    digest = hashlib.sha256((environment.REQUIREMENTS / "base.txt").read_bytes())
    for file in sorted(paths.PROJECT.glob("*/**/migrations/*.py")):
        if not file.is_relative_to(environment.VENV):
            digest.update(str(file.relative_to(paths.PROJECT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def migrate(data: Path, told: Mapping[str, str], *, private: bool) -> None:
    """Brings the database up to the code, once per state of the code.

    The mark lies in the private cluster itself and is lost with it. A database that is not ours can
    change without us: there `migrate` asks every time.
    """
    mark = data / "postgres" / "chatmrpt.migrated"
    with locked(data / "migrate.lock"):
        state = _state_of_migrations()
        if private and mark.exists() and mark.read_text() == state:
            return
        if private:
            step("bringing the database up to date")
        must(told, "migrate", "--noinput", "--verbosity", "0")
        if private:
            mark.write_text(state)


def complain(problem: Stop) -> int:
    """Says what is wrong and gives the exit code of a start that failed."""
    print(f"error: {problem}", file=sys.stderr)
    return 1
