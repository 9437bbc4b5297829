"""Real data and worked cases stand beside the project in ../shared and are read in place."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2].parent / "shared"


def shared_path(relative: str) -> Path:
    """Return the file's path, or skip the test and say which file is missing."""
    path = ROOT / relative
    if not path.exists():
        pytest.skip(f"shared file is missing: {relative}")
    return path
