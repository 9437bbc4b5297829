"""Fixtures for every floor. Services (PostgreSQL, Redis, Chromium, Node) come from `scripts/test`."""

import os

import pytest

WANTED = {
    "browser": ("CHROMIUM", "CHATMRPT_BROWSER_MISSING", "browser tests"),
    "node": ("NODE", "CHATMRPT_NODE_MISSING", "tests with the stock JavaScript client"),
}
"""marker → what it needs in the environment, where the reason for its absence stands, its words."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for _, missing, words in WANTED.values():
        if reason := os.environ.get(missing):
            terminalreporter.write_line(f"{words} did not run: {reason}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for marker, (needed, missing, _) in WANTED.items():
        if os.environ.get(needed):
            continue
        reason = os.environ.get(missing, f"{needed} is not set")
        for item in items:
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))
