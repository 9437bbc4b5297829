"""House rules of this floor that imports can show."""

import ast
import subprocess
import sys
from pathlib import Path

from analysis import domain

HEAVY = ("numpy", "pandas", "shapely", "pyogrio", "scipy", "analysis.domain.sound")


def test_the_api_and_the_admin_import_nothing_heavy():
    code = (
        "import os, sys, django\n"
        "os.environ['CHATMRPT_NO_SERVICES'] = '1'\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'chatmrpt.settings'\n"
        "django.setup()\n"
        "import analysis.api, analysis.admin, analysis.tasks, analysis.exports\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_domain_imports_only_itself_numpy_and_the_foundations():
    allowed = {"analysis", "chatmrpt", "numpy"} | set(sys.stdlib_module_names)
    for path in sorted(Path(domain.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in allowed, f"{path.name} imports {name}"
                if name.startswith(("analysis", "chatmrpt")):
                    foundations = ("chatmrpt.common.errors", "chatmrpt.common.statistics")
                    assert name.startswith(("analysis.domain", *foundations))


def test_plain_modules_of_the_domain_do_without_numpy():
    for name in ("choices", "directions", "selection", "variables", "ward_table", "zones"):
        source = (Path(domain.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        assert "\nimport numpy" not in source
