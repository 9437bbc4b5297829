"""One child that does the command's work, while we hold the services for it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType


@contextmanager
def _passing_on(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Hands SIGTERM and SIGHUP to the child. Ctrl-C reaches it by itself; we outlive it."""

    def hand_on(number: int, _frame: FrameType | None) -> None:
        if child.poll() is None:
            child.send_signal(number)

    def outlive(_number: int, _frame: FrameType | None) -> None:
        pass

    wanted = {signal.SIGTERM: hand_on, signal.SIGHUP: hand_on, signal.SIGINT: outlive}
    before = {number: signal.signal(number, action) for number, action in wanted.items()}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def run(
    command: Sequence[str],
    told: Mapping[str, str],
    holder: int | None = None,
    *,
    cwd: str | None = None,
) -> int:
    """Runs `command` with our own input and output; gives its exit code, 128 + N when signal N
    ended it.
    """
    child = subprocess.Popen(
        list(command), env=dict(told), pass_fds=() if holder is None else (holder,), cwd=cwd
    )
    with _passing_on(child):
        code = child.wait()
    return 128 - code if code < 0 else code
