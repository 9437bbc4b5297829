"""Fixtures for every floor. Services (PostgreSQL, Redis, Chromium, Node) come from `scripts/test`."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("machines_are_noisy", deadline=None)
settings.load_profile("machines_are_noisy")

LAUNCHER = Path(__file__).parent / "scripts"

WANTED = {
    "browser": ("CHROMIUM", "CHATMRPT_BROWSER_MISSING", "browser tests"),
    "node": ("NODE", "CHATMRPT_NODE_MISSING", "tests with packages of npm"),
}
"""marker → what it needs in the environment, where the reason for its absence stands, its words."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for _, missing, words in WANTED.values():
        if reason := os.environ.get(missing):
            terminalreporter.write_line(f"{words} did not run: {reason}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:  # what starts processes and waits for them has one core for itself
        if {"processes", "browser", "node"} & set(item.keywords) or item.path.is_relative_to(
            LAUNCHER
        ):
            item.add_marker(pytest.mark.xdist_group("processes"))
    for marker, (needed, missing, _) in WANTED.items():
        if os.environ.get(needed):
            continue
        reason = os.environ.get(missing, f"{needed} is not set")
        for item in items:
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))
