"""Fixtures for every floor. Services (PostgreSQL, Redis, Chromium) come from `scripts/test`."""

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if reason := os.environ.get("CHATMRPT_BROWSER_MISSING"):
        terminalreporter.write_line(f"browser tests did not run: {reason}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("CHROMIUM"):
        return
    reason = os.environ.get("CHATMRPT_BROWSER_MISSING", "CHROMIUM is not set")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))
