"""Calling a management command as a shell would see it."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.management import call_command


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def run(*words: object) -> Ended:
    """Return the exit code, standard output and standard error of a command."""
    out, err, code = StringIO(), StringIO(), 0
    name, *rest = (str(word) for word in words)
    try:
        call_command(name, *rest, stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
