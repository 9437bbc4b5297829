"""A zip that is not a workbook: its one readable file is opened (domain/inputs.md section 4)."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from tpr.domain.verdict import Refused
from tpr.reading.envelope import check_archive
from tpr.reading.limits import Limits

_READABLE: Final = (".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt")
_CHUNK: Final = 1 << 20


def take_only_file(path: Path, folder: Path, limits: Limits) -> tuple[Path, str]:
    """Copy the one readable file of the archive into `folder` under a name of our own.

    Returns
    -------
    (Path, str)
        The copy, and the name inside the archive (display only).

    Raises
    ------
    Refused
        ``ARCHIVE_CONTENT`` when there is none or more than one; ``HOSTILE_FILE`` and
        ``TOO_LARGE_EXPANDED`` as in `check_archive`.
    """
    entries = check_archive(path, limits)
    readable = [
        entry
        for entry in entries
        if entry.filename.casefold().endswith(_READABLE)
        and not entry.filename.startswith("__MACOSX/")
        and not entry.filename.rpartition("/")[2].startswith(".")
    ]
    if len(readable) != 1:
        names = [entry.filename for entry in (readable or entries)][:20]
        what = f"holds {len(readable)} workbooks or tables" if readable else "holds no workbook"
        raise Refused(
            "ARCHIVE_CONTENT",
            f"This archive {what} ({', '.join(names) or 'nothing'}). "
            "Please upload the one file with the facility data.",
            {"files": names},
        )
    target = folder / "from_archive"
    written = 0
    with (
        zipfile.ZipFile(path) as archive,
        archive.open(readable[0]) as part,
        target.open("wb") as copy,
    ):
        while chunk := part.read(_CHUNK):
            written += len(chunk)
            if written > limits.expanded_bytes:
                raise Refused("TOO_LARGE_EXPANDED", "The archive expands to more than is allowed.")
            copy.write(chunk)
    return target, readable[0].filename.rpartition("/")[2]
