"""`scripts/bench [NAME …]`: runs `benchmarks/NAME.py` and prints one table with ratios.

Without a name all run. A benchmark is a program. It prints one JSON line for each figure
(`benchmarks/report.py` writes them); its other words go to stderr. It runs on a fresh PostgreSQL
with the settings of `scripts/run`, not with those of the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from house import environment, paths, product
from house.say import Stop, step, warn
from house.services import Services

FOLDER = paths.PROJECT / "benchmarks"
NOT_BENCHMARKS = {"report", "__init__", "conftest"}
HEADINGS = ("benchmark", "figure", "value", "unit", "compared with", "ratio", "budget", "kept")


def known() -> dict[str, Path]:
    """The benchmarks by name."""
    found = {each.stem: each for each in sorted(FOLDER.glob("*.py"))}
    return {name: file for name, file in found.items() if name not in NOT_BENCHMARKS}


def chosen(names: Sequence[str]) -> dict[str, Path]:
    """The benchmarks that `names` ask for; all without a name."""
    every = known()
    unknown = [name for name in names if name not in every]
    if unknown:
        raise Stop(f"No benchmark {', '.join(unknown)}. There are: {', '.join(every) or 'none'}.")
    return {name: every[name] for name in names} if names else every


def _figures(output: str) -> list[dict[str, Any]]:
    rows = []
    for line in output.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and "what" in row and "value" in row:
            rows.append(row)
    return rows


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def cells(name: str, row: dict[str, Any]) -> tuple[str, ...]:
    """One line of the table.

    The ratio is the value by what it is compared with. A budget is the most that is allowed, or the
    least with `more_is_better`.
    """
    value, against, budget = row["value"], row.get("against_value"), row.get("budget")
    ratio = f"{value / against:.2f}×" if against else ""
    kept = ""
    if budget is not None:
        good = value >= budget if row.get("more_is_better") else value <= budget
        kept = "yes" if good else "NO"
    compared = f"{row.get('against') or ''} {_text(against)}".strip()
    figure = (row["what"], _text(value), row.get("unit", ""))
    return (name, *figure, compared, ratio, _text(budget), kept)


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """The rows below their headings, in columns."""
    lines = [HEADINGS, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def main(names: list[str]) -> int:
    wanted = chosen(names)
    environment.ensure("dev")
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)  # a benchmark never loads a database that is in use
    rows: list[tuple[str, ...]] = []
    failed: list[str] = []
    for name, file in wanted.items():
        step(f"benchmark {name}")
        data = Path(tempfile.mkdtemp(prefix="chatmrpt-bench-"))
        try:
            with Services(data).use() as connections:
                told = product.settings(data, connections)
                product.migrate(data, told, private=True)
                done = subprocess.run(
                    [str(environment.PYTHON), str(file)],
                    env=told,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=paths.PROJECT,
                    pass_fds=(connections.holder,),
                )
        finally:
            shutil.rmtree(data, ignore_errors=True)
        rows += [cells(name, row) for row in _figures(done.stdout)]
        if done.returncode != 0:
            failed.append(name)
    print(table(rows))
    sys.stdout.flush()
    if failed:
        warn(f"failed: {', '.join(failed)}")
    return 1 if failed else 0
