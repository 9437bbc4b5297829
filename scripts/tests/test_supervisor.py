"""Processes are started again when they die, with growing pauses, and ended in seconds."""

import os
import sys
import time
from pathlib import Path

import pytest
from house.processes import is_alive, wait_until
from house.supervisor import Program, Supervisor

STUBBORN = """
import signal, subprocess, sys, time
for each in (signal.SIGTERM, signal.SIGQUIT):
    signal.signal(each, signal.SIG_IGN)
grandchild = subprocess.Popen(["sleep", "60"])
print(grandchild.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> int:
    return os.open(tmp_path / "holder", os.O_CREAT | os.O_RDWR)


def program(tmp_path: Path, source: str, patience: float = 6.0) -> Program:
    command = [sys.executable, "-c", source]
    return Program("a program", command, dict(os.environ), tmp_path / "log", patience)


def test_a_program_that_dies_is_started_again_with_growing_pauses(
    tmp_path: Path, holder: int, capsys: pytest.CaptureFixture[str]
) -> None:
    mortal = program(tmp_path, "print('a word before dying')")
    supervisor = Supervisor([mortal], holder)
    supervisor.start()
    supervisor.watch(10, until=lambda: mortal.failures == 2)
    supervisor.stop()
    assert [mortal.has_died(), mortal.has_died(), mortal.has_died()] == [4.0, 8.0, 16.0]
    assert tmp_path.joinpath("log").read_text().count("a word before dying") >= 2
    assert "a word before dying" in capsys.readouterr().err


def test_a_program_that_will_not_end_is_ended_with_all_it_started(
    tmp_path: Path, holder: int
) -> None:
    stubborn = program(tmp_path, STUBBORN, patience=0.2)
    supervisor = Supervisor([stubborn], holder)
    supervisor.start()
    log = tmp_path / "log"
    assert wait_until(lambda: log.read_text().strip() != "", 10)
    grandchild = int(log.read_text())
    begun = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begun < 20
    assert not stubborn.is_running()
    assert wait_until(lambda: not is_alive(grandchild), 2)
