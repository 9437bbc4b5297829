"""What a caller sees of the scripts: output, errors, exit codes."""

import os
import socket
import subprocess
from pathlib import Path

import django
import pytest
from house import browser, node, run
from house.say import Stop

SCRIPTS = Path(__file__).resolve().parents[1]


def manage(*words: str) -> subprocess.CompletedProcess[str]:
    """`scripts/manage` on the services of this test run."""
    return subprocess.run([SCRIPTS / "manage", *words], capture_output=True, text=True)


@pytest.mark.processes
def test_manage_prints_the_commands_own_output_and_nothing_else() -> None:
    done = manage("version")
    assert (done.returncode, done.stdout) == (0, f"{django.get_version()}\n")


@pytest.mark.processes
def test_manage_passes_the_exit_code_on() -> None:
    assert manage("help", "no_such_command").returncode == 1
    assert manage("check", "--no-such-option").returncode == 2


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Stop, match=rf"Port {port} on 127\.0\.0\.1 is taken.*PORT={port + 1}"):
            run.check_address("127.0.0.1", port)


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(Stop, match="PORT='eighty' is not a whole number from 1 to 65535"):
        run.main([])


def test_a_named_browser_that_is_none_is_a_reason_not_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    assert "is not a program" in browser.environment()["CHATMRPT_BROWSER_MISSING"]
    program = tmp_path / "chrome"
    program.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", os.fspath(program))
    assert browser.environment() == {"CHROMIUM": str(program)}


def test_without_node_or_with_an_old_one_there_is_a_reason_not_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NODE", str(tmp_path / "nothing"))
    assert "there is no Node" in node.environment()["CHATMRPT_NODE_MISSING"]
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v16.20.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("NODE", str(old))
    assert "is older than Node 18" in node.environment()["CHATMRPT_NODE_MISSING"]
    old.write_text("#!/bin/sh\necho v20.1.0\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "there is no npm" in node.environment()["CHATMRPT_NODE_MISSING"]
