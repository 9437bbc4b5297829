"""Workbooks of ../shared/tools/make_nmep.py, kept between runs: the national one takes minutes.

`BENCH_CACHE` names the folder (default: chatmrpt-bench-files in the temporary folder).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from kit.product import say

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def shared(relative: str) -> Path:
    """Return a file beside the project, or end the benchmark with its name."""
    path = SHARED / relative
    if not path.exists():
        say(f"not measured: {path} is missing")
        sys.exit(0)
    return path


def workbook(variant: str, **options: object) -> Path:
    """Return a made workbook; the same options give the same bytes, so it is made once."""
    folder = Path(
        os.environ.get("BENCH_CACHE") or Path(tempfile.gettempdir()) / "chatmrpt-bench-files"
    )
    folder.mkdir(parents=True, exist_ok=True)
    words = "_".join(f"{name}-{value}" for name, value in sorted(options.items()))
    path = folder / f"{variant}_{words or 'default'}.xlsx"
    if path.exists():
        return path
    say(f"making {path.name}")
    draft = folder / f".{os.getpid()}-{path.name}"
    extra = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    subprocess.run(
        [sys.executable, str(shared("tools/make_nmep.py")), variant, "--out", str(draft),
         "--truth",
            os.devnull,
            "--data", str(shared("data")), *extra],
        check=True, capture_output=True,
    )  # fmt: skip
    draft.rename(path)
    return path
