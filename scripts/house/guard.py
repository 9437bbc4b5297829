"""The guard: ends private servers whose last user was killed before it could do so.

It starts with the servers, looks every other second, and goes when nobody holds them any more.
Nothing depends on it: without it the next command would find the servers, use them and stop them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from house import paths

PAUSE = float(os.environ.get("HOUSE_GUARD_PAUSE", "2"))


def begin(data: Path, *, throw_away: bool) -> None:
    """Starts a guard for the installation in `data`, out of reach of the terminal's signals."""
    command = [sys.executable, str(paths.PROJECT / "scripts" / "launch.py"), "guard", str(data)]
    nowhere = subprocess.DEVNULL
    words = [*command, *(["throw-away"] if throw_away else [])]
    subprocess.Popen(
        words, stdin=nowhere, stdout=nowhere, stderr=nowhere, cwd="/", start_new_session=True
    )


def main(words: list[str]) -> int:
    from house.services import Services, locked  # services start the guard: the one circle

    data, throw_away = Path(words[0]), "throw-away" in words[1:]
    try:
        alone = os.open(data / "guard.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return 0
    services = Services(data, throw_away=throw_away)
    while True:
        time.sleep(PAUSE)
        try:
            with locked(services.lock, make=False):
                if services.holders.living():
                    continue
                services.stop()
        except FileNotFoundError:  # the data directory was removed; nothing of it is made again
            return 0
        break
    if throw_away:
        shutil.rmtree(data, ignore_errors=True)
    return 0
