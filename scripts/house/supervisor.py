"""Keeps a few processes running: starts a dead one again with growing pauses, and ends all in
seconds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from house.processes import tail, wait_until
from house.say import warn

LONGEST_PAUSE = 30.0
MENDING = 2.0
CALM = 60.0  # a process that lived this long starts again without a pause
LOG_LIMIT = 20 * 1024 * 1024
PR_SET_PDEATHSIG = 1


def _die_with_the_parent() -> None:
    """In the child: the kernel ends it when the supervisor is killed, so none is left alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Program:
    """One process to keep running.

    Attributes
    ----------
    name: for messages and the log's name.
    command, told: what to start, and its environment.
    log: file that takes its output; beside it, `NAME.pid` holds the process id.
    patience: seconds between the polite and the forced end.
    longest_pause: seconds before the next start of one that dies again and again.
    """

    name: str
    command: Sequence[str]
    told: Mapping[str, str]
    log: Path
    patience: float = 6.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    again_at: float = 0.0
    failures: int = field(default=0)
    longest_pause: float = LONGEST_PAUSE

    def start(self, holder: int) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                env=dict(self.told),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is the supervisor's to pass on, in its order
                pass_fds=(holder,),
                preexec_fn=_die_with_the_parent,  # noqa: PLW1509  (one thread here)
            )
        self.started = time.monotonic()
        self.log.with_suffix(".pid").write_text(str(self.process.pid))

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ends_within(self, seconds: float) -> bool:
        return wait_until(lambda: not self.is_running(), seconds)

    def signal(self, number: signal.Signals) -> None:
        """Signals the process and all it started."""
        if self.process is None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            elif self.is_running():
                self.process.send_signal(number)
        except ProcessLookupError:
            pass

    def has_died(self) -> float:
        """Notes a death; gives the pause before the next start."""
        lived = time.monotonic() - self.started
        self.failures = 0 if lived > CALM else self.failures + 1
        pause = 0.0 if not self.failures else min(self.longest_pause, 2.0 ** (self.failures - 1))
        self.again_at = time.monotonic() + pause
        return pause


class Supervisor:
    """Runs programs until it is told to stop."""

    def __init__(
        self, programs: Sequence[Program], holder: int, mend: Callable[[], None] = lambda: None
    ) -> None:
        self.programs = list(programs)
        self.holder = holder
        self.mend = mend  # looks after what the programs stand on
        self.stopping = False

    def start(self) -> None:
        for program in self.programs:
            program.start(self.holder)

    def watch(
        self, seconds: float | None = None, until: Callable[[], bool] = lambda: False
    ) -> None:
        """Starts the dead again until `until` says yes, the time is over, or `stopping` is set."""
        end = None if seconds is None else time.monotonic() + seconds
        look = time.monotonic() + MENDING
        while not self.stopping and not until() and (end is None or time.monotonic() < end):
            for program in self.programs:
                self._look_after(program)
            if time.monotonic() > look:
                self.mend()
                look = time.monotonic() + MENDING
            time.sleep(0.2)

    def _look_after(self, program: Program) -> None:
        if program.process is not None and not program.is_running():
            code = program.process.returncode
            program.signal(signal.SIGKILL)  # what it started and did not take along
            program.process = None
            pause = program.has_died()
            warn(
                f"{program.name} ended with {code}, starting it again in {pause:.0f} s. "
                f"The end of {program.log}:\n{tail(program.log, 5)}"
            )
        if program.process is None and time.monotonic() >= program.again_at:
            program.start(self.holder)

    def stop(self) -> None:
        """Ends all programs together; what does not go in its time is ended by force."""
        self.stopping = True
        begun = time.monotonic()
        for program in self.programs:
            program.signal(signal.SIGTERM)
        for program in self.programs:
            left = program.patience - (time.monotonic() - begun)
            if not program.ends_within(max(left, 0.1)):
                program.signal(signal.SIGQUIT)
                program.ends_within(1.0)
            program.signal(signal.SIGKILL)
            if program.process is not None:
                program.process.wait()
