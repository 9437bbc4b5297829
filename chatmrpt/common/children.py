"""A child process with limits, watched, and killed when it must be: for files of strangers.

Imported by services; nothing heavy may be imported here.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

OnProgress = Callable[[str, int, int], None]

_PROJECT: Final = Path(__file__).resolve().parents[2]
_TICK: Final = 2.0  # seconds between two calls of on_progress while the child is silent


def run_child(
    module: str,
    arguments: Sequence[str],
    errors_path: Path,
    *,
    on_progress: OnProgress,
    timeout: float,
    memory_mb: int,
    niceness: int = 0,
) -> int | None:
    """Run ``python -m module arguments`` with limits and return its exit code.

    Parameters
    ----------
    errors_path : receives what the child says on its error output
    on_progress : called with step, done, total, and every two seconds while nothing is reported,
        so that it can extend a lease. When it raises, the child and all it started are killed and
        the exception goes on.
    timeout : seconds of wall clock; the same number of CPU seconds is allowed
    memory_mb : address space of the child
    niceness : how much the child gives way to the web and the database beside it, 0 to 19

    Returns
    -------
    int or None
        Negative when a signal ended it; None when the time was over.
    """
    with errors_path.open("wb") as errors:
        child = subprocess.Popen(  # noqa: S603 - fixed command, no shell
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=_PROJECT,
            env=_environment(),
            start_new_session=True,
        )
        try:
            _limit(child.pid, timeout, memory_mb)
            _give_way(child.pid, niceness)
            in_time = _watch(child, on_progress, timeout)
            return child.wait(timeout=10) if in_time else None
        finally:
            _end(child)


def _environment() -> dict[str, str]:
    """No secrets and no settings of ours: the child needs a path and one thread."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }


def _limit(pid: int, timeout: float, memory_mb: int) -> None:
    memory, seconds = memory_mb << 20, int(timeout) + 1
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except ProcessLookupError:
        return  # it has ended already; its exit code says how


def _give_way(pid: int, niceness: int) -> None:
    """Let people's requests go first. The child leads a session of its own, and Linux may share
    the processor between sessions before it looks at processes: both are told.
    """
    with suppress(ProcessLookupError):  # it has ended already
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
    with suppress(OSError):  # no such grouping on this machine, or it may not be changed
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness))


def _watch(child: subprocess.Popen[bytes], on_progress: OnProgress, timeout: float) -> bool:
    """Pass progress on until the child closes its output; False when the time is over."""
    stream: IO[bytes] | None = child.stdout
    if stream is None:
        raise RuntimeError("the child has no output pipe")
    descriptor = stream.fileno()
    deadline = time.monotonic() + timeout
    last = ("start", 0, 1)
    told = 0.0
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if now >= deadline:
                return False
            if selector.select(min(_TICK, deadline - now)):
                data = os.read(descriptor, 65536)
                if not data:
                    return True
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    last = _progress_of(line, last)
            if time.monotonic() - told >= _TICK or last[0] == "done":
                told = time.monotonic()
                on_progress(*last)


def _progress_of(line: bytes, last: tuple[str, int, int]) -> tuple[str, int, int]:
    """Read one progress line; anything else a library prints is passed over."""
    try:
        told = json.loads(line)
        return str(told["step"]), int(told["done"]), int(told["total"])
    except (ValueError, KeyError, TypeError):
        return last


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill the child's whole group, whatever it started, and collect it."""
    with suppress(ProcessLookupError, PermissionError):  # the group may be gone
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def places_only(words: str) -> str:
    """Keep the places and the type of a traceback; its message may quote cells of the file."""
    lines = words.splitlines()
    places = [line.strip() for line in lines if line.lstrip().startswith('File "')]
    kind = lines[-1].partition(":")[0][:80] if lines and places else "no traceback"
    return " ".join([*places[-12:], kind])
