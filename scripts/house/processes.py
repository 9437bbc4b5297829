"""Questions about processes that may not be our children."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether `pid` is a running process (a zombie is not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return Path("/proc/self").exists() is False
    return status.rpartition(")")[2].split()[0] != "Z"


def mentions(pid: int, text: str) -> bool:
    """Whether the command line of `pid` holds `text`: a pid file left by a crash may name a
    stranger by now.
    """
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists() and is_alive(pid)
    return os.fsencode(text) in words


def wait_until(question: Callable[[], bool], seconds: float) -> bool:
    """Asks until the answer is yes or the time is over; gives the last answer."""
    end = time.monotonic() + seconds
    pause = 0.01
    while not (answer := question()) and time.monotonic() < end:
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return answer


def end(pid: int, *, gently: signal.Signals, seconds: float) -> None:
    """Asks `pid` to end, waits, and ends it by force when the time is over."""
    for sent, patience in ((gently, seconds), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, sent)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), patience):
            return


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
