"""The rules of the house: imports point down, no drift of migrations, lint and types clean."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command

from analysis import queue as analysis_queue
from itn import queue as itn_queue
from tpr import queue as tpr_queue

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PACKAGES = ("chatmrpt", "tpr", "analysis", "itn")


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command], cwd=cwd, capture_output=True, text=True)


def test_imports_point_down() -> None:
    done = run(str(BIN / "lint-imports"), "--no-cache")
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("tpr/domain/positivity.py", "import django\n", "are pure BROKEN"),
        ("tpr/models/upload.py", "import tpr.services.ledger\n", "Inside tpr"),
        ("tpr/selectors/states.py", "import analysis.api\n", "imports point down BROKEN"),
        ("itn/selectors/plans.py", "import celery\n", "own them BROKEN"),
    ],
)
def test_a_planted_violation_is_found(file: str, line: str, contract: str, tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package,
                        ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / file
    text = planted.read_text(encoding="utf-8")
    end = ast.parse(text).body[0].end_lineno or 1
    lines = text.splitlines(keepends=True)
    at = end
    if any("from __future__" in part for part in lines):
        at = next(i for i, part in enumerate(lines) if "from __future__" in part) + 1
    planted.write_text("".join([*lines[:at], line, *lines[at:]]), encoding="utf-8")
    done = run(str(BIN / "lint-imports"), "--no-cache", cwd=tmp_path)
    assert done.returncode != 0
    broken = [part for part in done.stdout.splitlines() if "BROKEN" in part]
    assert any(contract.removesuffix(" BROKEN") in part for part in broken), done.stdout[-2000:]


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)],
    ids=["lint", "format", "types"],
)
def test_the_code_is_clean(command: tuple[str, ...]) -> None:
    done = run(str(BIN / command[0]), *command[1:])
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_hint_has_a_task_of_its_name() -> None:
    current_app.loader.import_default_modules()
    for name in (
        tpr_queue.READ_UPLOAD,
        tpr_queue.RUN_COMBINATION,
        analysis_queue.EXECUTE_RUN,
        itn_queue.MAKE_DOCUMENT,
        itn_queue.CHECK_SHEET,
    ):
        assert name in current_app.tasks


def test_the_web_imports_no_numerics() -> None:
    code = (
        "import sys, django\n"
        "django.setup()\n"
        "import chatmrpt.wsgi, chatmrpt.urls\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "heavy = {'numpy', 'pandas', 'shapely', 'pyogrio', 'pyproj', 'openpyxl', 'python_calamine',"
        " 'reportlab', 'PIL'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = run(sys.executable, "-c", code)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr[-2000:]


PURE = ("tpr/domain/", "analysis/domain/", "itn/domain/", "chatmrpt/chat/understand/",
        "chatmrpt/common/statistics/")  # fmt: skip
"""Where functools.cache may stand: the same arguments give the same value in every process."""
REGISTRIES = {"tpr/urban.py", "tpr/services/undo.py"}
"""Filled when Django starts, with code and never with facts."""
COMPILED = {"chatmrpt/chat/services/vocabulary.py"}
"""Keeps what rows say under the stamp of those rows, which is read anew at every request."""


def test_no_module_remembers_facts() -> None:
    found = []
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if "/tests/" in name or "/migrations/" in name or name in REGISTRIES:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(isinstance(node, ast.Global) for node in ast.walk(tree)):
                found.append(f"{name}: global")
            cached = "functools" in ast.dump(tree) and "cache" in ast.dump(tree)
            if cached and not name.startswith(PURE) and name not in COMPILED:
                found.append(f"{name}: cache")
            for node in tree.body:
                value = getattr(node, "value", None)
                empty = isinstance(value, ast.List | ast.Set) and not value.elts
                empty = empty or (isinstance(value, ast.Dict) and not value.keys)
                if empty:
                    found.append(f"{name}:{node.lineno}: empty container")
    assert found == []
