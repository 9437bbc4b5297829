"""Node, the stock upload client and axe-core for the tests: what the machine has, filled by npm from
a lock with hashes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess

from house import environment as python
from house.paths import PROJECT
from house.say import step, warn
from house.services import locked

WISHES = PROJECT / "chatmrpt" / "tests" / "e2e" / "node"
HOME = python.VENV / "node-packages"
LIMIT = 120
OLDEST = 18


def _call(*words: str) -> str:
    """Run a program; its output, empty when it failed or took too long."""
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=LIMIT, cwd=HOME, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _install(npm: str) -> bool:
    """Fill `HOME` with what the lock names; nothing is run that a package brings."""
    lock = (WISHES / "package-lock.json").read_bytes()
    stamp, mark = HOME / ".lock", hashlib.sha256(lock).hexdigest()
    with locked(python.VENV / "node-packages.lock"):
        if stamp.exists() and stamp.read_text() == mark:
            return True
        step("fetching the stock upload client and axe-core for the tests (npm)")
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(WISHES / name, HOME / name)
        if not _call(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"):
            return False
        stamp.write_text(mark)
        return True


def environment() -> dict[str, str]:
    """`NODE`, `TUS_JS_CLIENT` and `AXE` for the tests, or the reason for their absence in
    `CHATMRPT_NODE_MISSING`.
    """
    node, npm = shutil.which(os.environ.get("NODE") or "node"), shutil.which("npm")
    if not node:
        reason = "there is no Node on this machine (Debian: apt-get install nodejs)"
    elif not _is_new_enough(node):
        reason = f"{node} is older than Node {OLDEST}"
    elif not npm:
        reason = "there is no npm on this machine (Debian: apt-get install npm)"
    elif not _install(npm):
        reason = "npm could not install tus-js-client and axe-core from the lock"
    else:
        modules = HOME / "node_modules"
        return {
            "NODE": node, "TUS_JS_CLIENT": str(modules / "tus-js-client"),
            "AXE": str(modules / "axe-core" / "axe.min.js"),
        }  # fmt: skip
    warn(f"{reason}: the tests with the stock JavaScript client and axe-core are left out")
    return {"CHATMRPT_NODE_MISSING": reason}


def _is_new_enough(node: str) -> bool:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    number = said.stdout.strip().removeprefix("v").partition(".")[0]
    return said.returncode == 0 and number.isdigit() and int(number) >= OLDEST
