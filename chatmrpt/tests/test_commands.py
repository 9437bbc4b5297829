"""Commands as a shell sees them, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


def manage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
        cwd=folder, env=os.environ | {"PYTHONSAFEPATH": "1", "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words", [["tpr_run"], ["tpr_run", "a.csv", "--level", "bogus"], ["purge"], ["itn_plan", "--x"]]
)
def test_arguments_that_cannot_be_read_are_an_error_with_a_code(
    tmp_path: Path, words: list[str]
) -> None:
    ended = manage(tmp_path, *words)
    assert ended.returncode == 2
    assert "error[INVALID_ARGUMENTS]: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_of_the_callers_folder_takes_no_librarys_place(tmp_path: Path) -> None:
    (tmp_path / "http.py").write_text("raise SystemExit('this is not the library')")
    ended = manage(tmp_path, "chat_interpret", "--help")
    assert ended.returncode == 0, ended.stderr
