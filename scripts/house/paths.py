"""Where things lie: the project, its data directory and short directories for sockets."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from house.say import Stop

PROJECT = Path(__file__).resolve().parents[2]

# sockaddr_un.sun_path holds 108 bytes with the closing zero; this is the longest name we append.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = len("/pg/.s.PGSQL.5432")
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def data_dir() -> Path:
    """The data directory of this installation: `DATA_DIR`, else `var` in the project."""
    named = os.environ.get("DATA_DIR", "").strip()
    return Path(named).expanduser().absolute() if named else PROJECT / "var"


def private_directory(path: Path) -> Path:
    """Makes `path` if it is missing, closed to other users."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def own_directory(path: Path) -> Path:
    """The same where others may write: what somebody else put there is refused."""
    private_directory(path)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Stop(f"{path} belongs to another user. Remove it, or choose a shorter DATA_DIR.")
    return path


def fits_a_socket(directory: Path) -> bool:
    """Whether sockets in `directory` have addresses that the kernel takes and that need no quoting
    in a URL.
    """
    length = len(os.fsencode(directory)) + LONGEST_SOCKET_NAME
    return length <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(directory)) is not None


def socket_directory(data: Path, *, temporary: Path | None = None) -> Path:
    """The directory of the sockets of the installation in `data`; it need not exist yet.

    `data/sockets` where the path is short and plain enough; else a directory below the temporary
    directory, whose name follows from `data` and the user: every command finds the same one.
    """
    inside = data / "sockets"
    if fits_a_socket(inside):
        return inside
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    roots = [temporary] if temporary else [Path(tempfile.gettempdir()), Path("/tmp")]
    for root in roots:
        short = root / f"chatmrpt-{os.getuid()}-{digest}"
        if fits_a_socket(short):
            return short
    raise Stop(
        f"No directory short enough for a socket: {data} and {roots[0]} are too long. "
        "Choose a shorter DATA_DIR."
    )
