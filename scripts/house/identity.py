"""Who runs PostgreSQL: it refuses to run as root, so root becomes somebody else for it.

Three ways, the first that works:

- a plain user runs it as is;
- root in a user namespace of its own (`unshare`): the files stay root's, and directories closed to
  others (`/root`) stay open to the server;
- root drops to `postgres` or `nobody` (`setpriv`, else `setuid`): the files become that user's.
  Where a directory above is closed to that user, the server keeps the capability to pass it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from house.say import Stop

NOBODY = 65534
LESSER = ("postgres", "nobody")


@dataclass(frozen=True)
class Identity:
    """How to start a server as somebody who is not root.

    Attributes
    ----------
    prefix: words put before the command.
    owner: (uid, gid) that the server's files must have, as seen from outside.
    popen: further arguments of `subprocess.Popen`.
    """

    prefix: tuple[str, ...]
    owner: tuple[int, int]
    popen: dict[str, Any]

    def command(self, arguments: Sequence[str | Path]) -> list[str]:
        return [*self.prefix, *map(str, arguments)]

    def may_own(self, directory: Path) -> bool:
        """Whether `directory` is ours or the server's; taking a third one's would lock them out."""
        return directory.stat().st_uid in {os.getuid(), self.owner[0], *_lesser_numbers()}

    def own(self, directory: Path) -> None:
        """Gives `directory` and all in it to the server's user, if it is not theirs already."""
        if os.getuid() != 0:
            return
        found = directory.stat()
        if (found.st_uid, found.st_gid) == self.owner:
            return
        for root, folders, files in os.walk(directory):
            for name in (*folders, *files):
                os.chown(Path(root) / name, *self.owner, follow_symlinks=False)
        os.chown(directory, *self.owner)


NAMESPACE = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")


@cache
def _namespace_works() -> bool:
    if not shutil.which("unshare"):
        return False
    try:
        pwd.getpwuid(NOBODY)  # initdb looks its user up by number
        asked = subprocess.run([*NAMESPACE, "true"], capture_output=True, timeout=10)
    except (OSError, KeyError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _lesser_user() -> pwd.struct_passwd:
    for name in LESSER:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return found
    raise Stop(
        "PostgreSQL cannot run as root and there is no user 'postgres' or 'nobody' to run it. "
        "Start as another user."
    )


def _lesser_numbers() -> set[int]:
    """Users that root may have given a server's files to at an earlier start."""
    if os.getuid() != 0:
        return set()
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return {known[name] for name in LESSER if name in known}


def _may_enter(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` can walk down to `path` (judged by the mode bits; the last directory itself
    becomes theirs).
    """
    for directory in path.parents:
        found = directory.stat()
        if found.st_uid == user.pw_uid:
            needed = 0o100
        elif found.st_gid == user.pw_gid:
            needed = 0o010
        else:
            needed = 0o001
        if not found.st_mode & needed:
            return False
    return True


def for_server(*paths: Path, way: str | None = None) -> Identity:
    """The identity under which a server that needs `paths` can run. `way` forces one of the three
    (tests).
    """
    way = way or os.environ.get("HOUSE_IDENTITY")
    if os.getuid() != 0:
        return Identity((), (os.getuid(), os.getgid()), {})
    if way != "drop" and _namespace_works():
        return Identity(NAMESPACE, (0, 0), {})
    user = _lesser_user()
    owner = (user.pw_uid, user.pw_gid)
    if all(_may_enter(path, user) for path in paths):
        return Identity((), owner, {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []})
    if not shutil.which("setpriv"):
        raise Stop(
            f"PostgreSQL cannot run as root, and {user.pw_name!r} cannot enter {paths[0]}. "
            "Choose a DATA_DIR outside closed directories such as /root, or start as another user."
        )
    capability = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    drop = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return Identity(("setpriv", *drop, *capability, "--"), owner, {})
