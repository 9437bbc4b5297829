"""The parent's side of a reading: the child process and what became of it.

Imported by services; nothing heavy may be imported here.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from chatmrpt.common.children import OnProgress, places_only, run_child
from chatmrpt.common.errors import DomainError

DEFAULT_TIMEOUT: Final = 300.0
DEFAULT_MEMORY_MB: Final = 2048
_log = logging.getLogger(__name__)


class UnreadableFile(DomainError):
    """The child ended without a result; the upload is kept."""


def read_in_child(
    input_path: Path,
    outdir: Path,
    settings: Mapping[str, Any],
    *,
    on_progress: OnProgress,
    timeout: float = DEFAULT_TIMEOUT,
    memory_mb: int = DEFAULT_MEMORY_MB,
    niceness: int = 0,
) -> dict[str, Any]:
    """Read one file in a child process and return the content of its ``result.json``.

    Parameters
    ----------
    input_path : the uploaded bytes.
    outdir : an existing folder of its own; receives the files of the reading.
    settings : ``assume``, ``mapping``, ``original_name``, ``today``, ``limits``.
    on_progress : called with step, done, total, and every two seconds while nothing is reported,
        so that it can extend a lease. When it raises, the child and all it started are killed and
        the exception goes on.
    timeout : seconds of wall clock; the same number of CPU seconds is allowed.
    memory_mb : address space of the child.
    niceness : how much the child gives way to the web and the database beside it, 0 to 19.

    Returns
    -------
    dict
        ``result.json``; status ``ok``, ``review`` or ``rejected``.

    Raises
    ------
    UnreadableFile
        ``UNREADABLE_FILE`` with a reference when the child was killed, ran out of memory or time,
        or ended without a result. The reference stands in the log beside the child's last words.
    """
    settings_path = outdir / "settings.json"
    settings_path.write_text(json.dumps(dict(settings)), encoding="utf-8")
    errors_path = outdir / "child.stderr"
    code = run_child(
        "tpr.reading.child",
        [str(input_path), str(outdir), str(settings_path)],
        errors_path,
        on_progress=on_progress,
        timeout=timeout,
        memory_mb=memory_mb,
        niceness=niceness,
    )
    result_path = outdir / "result.json"
    if code == 0 and result_path.exists():
        result: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
        return result
    raise _unreadable(code, errors_path, timeout)


def _unreadable(code: int | None, errors_path: Path, timeout: float) -> UnreadableFile:
    reference = uuid.uuid4().hex[:8].upper()
    words = errors_path.read_bytes()[-8000:].decode("utf-8", "replace")
    _log.error("reading %s ended with %s: %s", reference, code, places_only(words))
    if code is None:
        why = f"it took longer than {timeout:,.0f} seconds"
    elif code < 0:
        why = "the reader was stopped because the file needs too much memory or is damaged"
    else:
        why = "the reader met something it does not know"
    return UnreadableFile(
        "UNREADABLE_FILE",
        f"The file could not be read: {why}. Your upload is kept; reference {reference}. "
        "Please save the table as a new workbook or CSV and send that, or one state per file.",
        {"reference": reference, "exit_code": code},
    )
