"""The parent's side of a reading: a child with limits, watched, and killed when it must be.

Imported by services; nothing heavy may be imported here.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from chatmrpt.common.errors import DomainError

OnProgress = Callable[[str, int, int], None]

DEFAULT_TIMEOUT: Final = 300.0
DEFAULT_MEMORY_MB: Final = 2048
_PROJECT: Final = Path(__file__).resolve().parents[2]
_TICK: Final = 2.0  # seconds between two calls of on_progress while the child is silent
_log = logging.getLogger(__name__)


class UnreadableFile(DomainError):
    """The child ended without a result; the upload is kept."""


def read_in_child(
    input_path: Path,
    outdir: Path,
    settings: Mapping[str, Any],
    *,
    on_progress: OnProgress,
    timeout: float = DEFAULT_TIMEOUT,
    memory_mb: int = DEFAULT_MEMORY_MB,
) -> dict[str, Any]:
    """Read one file in a child process and return the content of its ``result.json``.

    Parameters
    ----------
    input_path : the uploaded bytes.
    outdir : an existing folder of its own; receives the files of the reading.
    settings : ``assume``, ``mapping``, ``original_name``, ``today``, ``limits``.
    on_progress : called with step, done, total, and every two seconds while nothing is reported,
        so that it can extend a lease. When it raises, the child and all it started are killed and
        the exception goes on.
    timeout : seconds of wall clock; the same number of CPU seconds is allowed.
    memory_mb : address space of the child.

    Returns
    -------
    dict
        ``result.json``; status ``ok``, ``review`` or ``rejected``.

    Raises
    ------
    UnreadableFile
        ``UNREADABLE_FILE`` with a reference when the child was killed, ran out of memory or time,
        or ended without a result. The reference stands in the log beside the child's last words.
    """
    settings_path = outdir / "settings.json"
    settings_path.write_text(json.dumps(dict(settings)), encoding="utf-8")
    command = [sys.executable, "-m", "tpr.reading.child"]
    arguments = [str(input_path), str(outdir), str(settings_path)]
    errors_path = outdir / "child.stderr"
    with errors_path.open("wb") as errors:
        child = subprocess.Popen(  # noqa: S603 - fixed command, no shell
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=_PROJECT,
            env=_environment(),
            start_new_session=True,
        )
        try:
            _limit(child.pid, timeout, memory_mb)
            in_time = _watch(child, on_progress, timeout)
            code = child.wait(timeout=10) if in_time else None
        finally:
            _end(child)
    result_path = outdir / "result.json"
    if code == 0 and result_path.exists():
        result: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
        return result
    raise _unreadable(code, errors_path, timeout)


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


def _without_values(words: str) -> str:
    """Keep the places and the type of a traceback; its message may quote cells of the file."""
    lines = words.splitlines()
    places = [line.strip() for line in lines if line.lstrip().startswith('File "')]
    kind = lines[-1].partition(":")[0][:80] if lines and places else "no traceback"
    return " ".join([*places[-12:], kind])


def _unreadable(code: int | None, errors_path: Path, timeout: float) -> UnreadableFile:
    reference = uuid.uuid4().hex[:8].upper()
    words = errors_path.read_bytes()[-8000:].decode("utf-8", "replace")
    _log.error("reading %s ended with %s: %s", reference, code, _without_values(words))
    if code is None:
        why = f"it took longer than {timeout:,.0f} seconds"
    elif code < 0:
        why = "the reader was stopped because the file needs too much memory or is damaged"
    else:
        why = "the reader met something it does not know"
    return UnreadableFile(
        "UNREADABLE_FILE",
        f"The file could not be read: {why}. Your upload is kept; reference {reference}. "
        "Please save the table as a new workbook or CSV and send that, or one state per file.",
        {"reference": reference, "exit_code": code},
    )
