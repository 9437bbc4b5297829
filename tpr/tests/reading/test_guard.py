"""The parent's side: a child that hangs, dies, eats memory or outlives its lease is ended."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatmrpt.common import children
from chatmrpt.common.errors import DomainError
from tpr.reading import guard

SLEEPER = """
import json, os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[2] + "/pids", "w").write(f"{os.getpid()} {child.pid}")
print(json.dumps({"step": "read", "done": 1, "total": 9}), flush=True)
time.sleep(60)
"""


@pytest.fixture
def replaced(monkeypatch, tmp_path):
    """Run another program in place of the child, under the same guard."""

    def use(program):
        script = tmp_path / "program.py"
        script.write_text(program, encoding="utf-8")
        original = subprocess.Popen

        def popen(command, **options):
            return original([sys.executable, str(script), *command[3:]], **options)

        monkeypatch.setattr(children.subprocess, "Popen", popen)
        out = tmp_path / "out"
        out.mkdir()
        return out

    return use


def alive(pid):
    """A killed process is a zombie until init collects it; that counts as ended."""
    for _ in range(50):
        try:
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return False
        except (FileNotFoundError, ProcessLookupError):
            return False
        time.sleep(0.02)
    return True


def read(out, **options):
    return guard.read_in_child(
        out, out, {"today": "2026-01-01"}, **{"on_progress": lambda *_: None, **options}
    )


def test_a_raise_in_on_progress_kills_the_child_and_all_it_started(replaced):
    out = replaced(SLEEPER)

    class LeaseLost(Exception):
        pass

    def lost(step, done, total):
        if step == "read":
            raise LeaseLost

    with pytest.raises(LeaseLost):
        read(out, on_progress=lost)
    pids = [int(pid) for pid in (out / "pids").read_text().split()]
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)


def test_a_child_that_takes_too_long_is_ended_with_a_reference(replaced):
    out = replaced(SLEEPER)
    started = time.monotonic()
    with pytest.raises(DomainError) as failed:
        read(out, timeout=1)
    assert time.monotonic() - started < 30
    assert failed.value.code == "UNREADABLE_FILE"
    assert failed.value.facts["reference"] in failed.value.message
    assert not any(alive(int(pid)) for pid in (out / "pids").read_text().split())


def test_an_abort_of_the_child_reads_as_could_not_be_read(replaced):
    out = replaced("import os; os.abort()")
    with pytest.raises(DomainError) as failed:
        read(out)
    assert failed.value.code == "UNREADABLE_FILE"
    assert failed.value.facts["exit_code"] == -6
    assert "could not be read" in failed.value.message
    assert "Traceback" not in failed.value.message


def test_memory_beyond_the_limit_ends_the_child_only(replaced):
    out = replaced("x = bytearray(900 << 20); print(len(x))")
    with pytest.raises(DomainError) as failed:
        read(out, memory_mb=400)
    assert failed.value.code == "UNREADABLE_FILE"


def test_an_exit_without_a_result_is_a_failure_even_with_code_zero(replaced):
    out = replaced("print('fine')")
    with pytest.raises(DomainError):
        read(out)


def test_the_log_names_the_place_and_the_type_of_a_failure_and_no_cell(replaced, caplog, tmp_path):
    out = replaced("raise ValueError('Aisha Bello, 080 1234')")
    with pytest.raises(DomainError) as failed:
        guard.read_in_child(tmp_path / "file", out, {}, on_progress=lambda *step: None)
    (line,) = caplog.messages
    assert failed.value.facts["reference"] in line
    assert "ValueError" in line and "program.py" in line
    assert "Aisha" not in line


def test_the_child_sees_no_settings_and_no_secrets(replaced, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setenv("SECRET_KEY", "secret")
    program = (
        "import json, os, sys\n"
        "open(sys.argv[2] + '/result.json', 'w').write(json.dumps(dict(os.environ)))"
    )
    result = read(replaced(program))
    assert "secret" not in json.dumps(result)
    assert result["OPENBLAS_NUM_THREADS"] == "1"


def test_progress_is_repeated_while_the_child_is_silent(replaced, monkeypatch):
    monkeypatch.setattr(children, "_TICK", 0.05)
    program = (
        "import json, sys, time\n"
        "print(json.dumps({'step': 'read', 'done': 0, 'total': 1}), flush=True)\n"
        "time.sleep(0.6)\n"
        "open(sys.argv[2] + '/result.json', 'w').write('{}')"
    )
    told = []
    read(replaced(program), on_progress=lambda *step: told.append(step))
    assert told.count(("read", 0, 1)) >= 3


def test_the_guard_imports_nothing_heavy():
    program = (
        "import sys, tpr.reading.guard, tpr.reading.formats, tpr.domain.issues\n"
        "heavy = {'numpy', 'pandas', 'python_calamine'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=children._PROJECT,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_the_child_gives_way_to_what_people_ask_for(replaced):
    program = (
        "import json, os, sys, time\n"
        "time.sleep(0.3)\n"
        "told = {'nice': os.getpriority(os.PRIO_PROCESS, 0)}\n"
        "open(sys.argv[2] + '/result.json', 'w').write(json.dumps(told))"
    )
    assert read(replaced(program), niceness=13)["nice"] == 13
