"""Chromium for the browser tests: the machine's own, else Debian's package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from house.say import step, warn
from house.services import locked

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = ("-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1")
LIMIT = 300  # seconds for each of the two steps of the installation


def find() -> Path | None:
    """The browser named by `CHROMIUM`, or the first usual one."""
    named = os.environ.get("CHROMIUM")
    places = [named] if named else ["/usr/bin/chromium", *NAMES]
    return next((Path(found) for place in places if (found := shutil.which(place))), None)


def _apt(*words: str) -> bool:
    surroundings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            ["apt-get", "-qq", *PATIENCE, *words],
            capture_output=True,
            text=True,
            timeout=LIMIT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _install() -> Path | None:
    with locked(Path(tempfile.gettempdir()) / "chatmrpt-apt.lock"):
        if found := find():
            return found
        step("installing Chromium for the browser tests (Debian package, about a minute, once)")
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", "chromium")
    return find()


def environment() -> dict[str, str]:
    """`CHROMIUM` for the tests, or the reason why there is none in `CHATMRPT_BROWSER_MISSING`."""
    if found := find():
        return {"CHROMIUM": str(found)}
    if os.environ.get("CHROMIUM"):
        reason = f"CHROMIUM={os.environ['CHROMIUM']} is not a program"
    elif os.getuid() == 0 and shutil.which("apt-get"):
        if found := _install():
            return {"CHROMIUM": str(found)}
        reason = "apt-get could not install chromium"
    else:
        reason = "there is no Chromium on this machine (Debian: apt-get install chromium)"
    warn(f"{reason}: the browser tests are left out")
    return {"CHATMRPT_BROWSER_MISSING": reason}
