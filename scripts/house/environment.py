"""The Python environment: a venv with the hashed pins of `requirements/`, installed once per state
of the pins.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from house.paths import PROJECT
from house.say import Stop, step

VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = PROJECT / "requirements"
STAMP = VENV / ".installed.json"
WISHES = {"base": ("base",), "dev": ("base", "dev")}  # what an installed list also brings


def _pins(name: str) -> str:
    """Fingerprint of a pinned list and of the Python that it is installed for."""
    digest = hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes())
    digest.update(f"{sys.version_info[:2]}".encode())
    return digest.hexdigest()


def _stamps() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _usable() -> bool:
    """Whether the venv's Python can be run: it may be missing, or lead to a place closed to us."""
    return os.access(PYTHON, os.X_OK)


def _is_installed(name: str) -> bool:
    return _usable() and _stamps().get(name) == _pins(name)


@contextmanager
def _alone() -> Iterator[None]:
    """One installation at a time; the lock lies on the directory itself and leaves no file."""
    handle = os.open(REQUIREMENTS, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _call(*words: str | Path) -> str | None:
    """Runs an installer. None if it went well, else what it said."""
    command = [str(word) for word in words]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return None if done.returncode == 0 else done.stdout.strip() or f"{command[0]} failed"


def _make_venv() -> None:
    if _usable() and not _call(PYTHON, "-m", "pip", "--version"):
        return
    step("making the Python environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    problem = _call(sys.executable, "-m", "venv", VENV)
    if not problem:
        return
    # Debian's python3 comes without ensurepip; its own pip can fill a venv that has none
    shutil.rmtree(VENV, ignore_errors=True)
    if not _call(sys.executable, "-m", "venv", "--without-pip", VENV) and not _call(
        sys.executable, "-m", "pip", "-q", "--python", PYTHON, "install", "pip"
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if os.getuid() == 0 and shutil.which("apt-get"):
        step("installing python3-venv")
        _call("apt-get", "-qq", "update")
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        _call("apt-get", "-qq", "install", "-y", "--no-install-recommends", package)
        problem = _call(sys.executable, "-m", "venv", VENV)
        if not problem:
            return
    raise Stop(
        f"{sys.executable} cannot make a virtual environment. "
        f"Install Python's venv module (Debian: python3-venv). It said:\n{problem}"
    )


def _uv() -> list[str | Path]:
    """The words that install with uv, or an empty list where uv is not to be had."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        pins = REQUIREMENTS / "installer.txt"
        _call(PYTHON, "-m", "pip", "install", "-q", "--no-input", "--require-hashes", "-r", pins)
    if not uv.exists():
        return []
    home = Path(os.environ.get("HOME") or "/nonexistent")
    cache = [] if os.access(home, os.W_OK) or "UV_CACHE_DIR" in os.environ else ["--no-cache"]
    return [uv, "pip", "install", "-q", "--link-mode", "copy", "--system-certs", *cache]


def _install(name: str, *options: str | Path) -> None:
    """Installs the pins of `name` with uv, else with pip, which may know another mirror."""
    pins = REQUIREMENTS / f"{name}.txt"
    uv = _uv()
    if uv and not _call(*uv, "--python", PYTHON, *options, "--require-hashes", "-r", pins):
        return
    pip = [PYTHON, "-m", "pip", "install", "-q", "--no-input", *options]
    problem = _call(*pip, "--require-hashes", "-r", pins)
    if problem:
        raise Stop(
            f"The packages of requirements/{name}.txt could not be installed; "
            f"a package index is needed once. pip said:\n{problem}"
        )


def ensure(name: str = "base") -> Path:
    """Makes sure that the pins of `requirements/NAME.txt` are installed; gives the Python that has
    them.

    Costs two small file reads when nothing changed.
    """
    if _is_installed(name):
        return PYTHON
    with _alone():
        if not _is_installed(name):
            _make_venv()
            step(f"installing the packages of requirements/{name}.txt")
            _install(name)
            stamps = _stamps() | {each: _pins(each) for each in WISHES[name]}
            STAMP.write_text(json.dumps(stamps))
    return PYTHON


def install_services(target: Path) -> None:
    """Unpacks the wheels that carry server binaries into `target`, apart from the product's own
    packages.
    """
    stamp = target / ".pins"
    with _alone():
        if stamp.exists() and stamp.read_text() == _pins("services"):
            return
        _make_venv()
        step("fetching PostgreSQL and Redis from the package index")
        shutil.rmtree(target, ignore_errors=True)
        _install("services", "--target", target)
        for program in target.glob("*/**/bin/*"):
            program.chmod(program.stat().st_mode | 0o555)
        stamp.write_text(_pins("services"))
