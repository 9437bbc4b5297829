"""The process refuses to start without what it needs, and says what; production is clean."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
    "DATABASE_URL": "postgresql://somebody@db.example.org/chatmrpt",
    "REDIS_URL": "redis://cache.example.org/0",
    "CELERY_BROKER_URL": "redis://broker.example.org/0",
    "ALLOWED_HOSTS": "malaria.example.org",
    "HTTPS": "1",
}


def check(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", *arguments],
        env={"PATH": os.environ["PATH"], **environment}, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip


def test_a_production_configuration_passes_the_deployment_checks() -> None:
    done = check(PRODUCTION, "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL", "ALLOWED_HOSTS"]
)
def test_a_missing_value_is_named_and_nothing_starts(name: str) -> None:
    without = {key: value for key, value in PRODUCTION.items() if key != name}
    done = check(without)
    assert done.returncode != 0
    assert f"Set {name}" in done.stderr


def test_another_database_than_postgresql_is_refused_by_name() -> None:
    done = check({**PRODUCTION, "DATABASE_URL": "sqlite:///db.sqlite3"})
    assert done.returncode != 0
    assert "only PostgreSQL" in done.stderr


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CELERY_BROKER_URL": PRODUCTION["REDIS_URL"]}, "chatmrpt.E004"),
        ({"DEBUG": "1"}, "chatmrpt.E005"),
        ({"ACCESS": "everybody"}, "chatmrpt.E006"),
    ],
)
def test_a_dangerous_configuration_is_refused(changes: dict[str, str], code: str) -> None:
    done = check({**PRODUCTION, **changes})
    assert done.returncode != 0
    assert code in done.stderr
