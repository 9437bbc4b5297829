"""Where the servers come from: the system, else a pinned wheel (only its binaries are used)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from house import environment
from house.say import Stop

OLDEST_POSTGRES = 15  # unique constraints with NULLS NOT DISTINCT
WHEELS = environment.VENV / "services"


@cache
def version_of(home: Path) -> int:
    """Major version of the PostgreSQL in `home`, 0 if it does not answer."""
    try:
        said = subprocess.run(
            [home / "postgres", "--version"], capture_output=True, text=True, timeout=10
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\(PostgreSQL\)\s+(\d+)", said)
    return int(found.group(1)) if found else 0


def _is_server(directory: Path) -> bool:
    """Whether `directory` holds a whole server: `psql` alone, or a link to a `postgres` without its
    `initdb`, is none.
    """
    return all(os.access(directory / name, os.X_OK) for name in ("postgres", "initdb"))


def _system_postgres() -> dict[int, Path]:
    """Directories of whole servers on this machine by major version."""
    homes = list(Path("/usr/lib/postgresql").glob("*/bin"))
    for name in ("postgres", "initdb"):
        found = shutil.which(name)
        if found:
            homes.append(Path(found).resolve().parent)
    versions = {version_of(home): home for home in dict.fromkeys(homes) if _is_server(home)}
    return {version: home for version, home in versions.items() if version >= OLDEST_POSTGRES}


def _in_wheels(name: str) -> Path | None:
    for found in sorted(WHEELS.rglob(name)):
        if found.is_file() and found.stat().st_size > 10_000:
            return found
    return None


def _from_wheels(name: str) -> Path:
    environment.install_services(WHEELS)
    found = _in_wheels(name)
    if found is None:
        raise Stop(
            f"The pinned wheels in requirements/services.txt hold no {name}. "
            "Install PostgreSQL and Redis, or set DATABASE_URL and REDIS_URL."
        )
    return found


def _only_wheels() -> bool:
    return os.environ.get("HOUSE_SERVERS") == "wheels"


@cache
def postgres_home(made_by: int | None = None) -> Path:
    """Directory with `postgres` and `initdb` of one version, 15 or newer.

    The newest of the system, else the wheel's. A cluster that exists already needs the version
    `made_by` that made it: then the system's of that version, else the wheel's.
    """
    found = {} if _only_wheels() else _system_postgres()
    if made_by in found:
        return found[made_by]
    if made_by is None and found:
        return found[max(found)]
    return _from_wheels("postgres").parent


@cache
def redis_server() -> Path:
    """The `redis-server` binary."""
    found = None if _only_wheels() else shutil.which("redis-server")
    return Path(found) if found else _from_wheels("redis-server")
