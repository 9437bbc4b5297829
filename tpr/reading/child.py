"""The child process that reads one file: ``python -m tpr.reading.child INPUT OUTDIR SETTINGS``.

No Django, no database, no network. Progress goes to stdout, one JSON per line; the exit code is 0
whenever ``result.json`` was written, and only then. The parent (`guard`) sets the limits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tpr.reading.reader import Reading, Settings


def _progress(step: str, done: int, total: int) -> None:
    sys.stdout.write(json.dumps({"step": step, "done": done, "total": total}) + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Read the file and write the results; returns the exit code."""
    if len(arguments) != 3:
        sys.stderr.write("usage: python -m tpr.reading.child INPUT OUTDIR SETTINGS.json\n")
        return 2
    path, folder, settings_path = map(Path, arguments)
    settings = Settings.from_json(json.loads(settings_path.read_text(encoding="utf-8")))
    result = Reading(path, folder, settings, _progress).run()
    # Written under another name first: a half-written result must never look like one.
    draft = folder / "result.json.part"
    draft.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    draft.replace(folder / "result.json")
    _progress("done", 1, 1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
