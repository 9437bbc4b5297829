"""The envelope of an xlsx or zip, checked before anything parses it (inputs.md section 9).

Declared and real expansion, number of parts, paths, DOCTYPE, encryption, macros, links, and the
real extent of every sheet (`extent`). A 1.4 kB file whose cells are A1 and XFD1048576 aborts the
reader's process; here it is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from tpr.domain.verdict import Refused
from tpr.reading.extent import Extent, SheetExtent
from tpr.reading.limits import Limits
from tpr.reading.sniff import encrypted

_CHUNK: Final = 1 << 20
_DOCTYPE: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<\0!\0D\0O\0", b"\0<\0!\0D\0O")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class Envelope(NamedTuple):
    """What the parts of a workbook show.

    Attributes
    ----------
    expanded_bytes : real size of all parts.
    macros, links : the workbook holds a macro project, or refers to other workbooks.
    formulas : cells with a formula.
    extents : real extent per part; zero where a part holds no cells.
    """

    expanded_bytes: int
    macros: bool
    links: bool
    formulas: int
    extents: dict[str, Extent]


def check_archive(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """Check entries, paths and declared sizes of a zip; returns its files.

    Raises
    ------
    Refused
        ``HOSTILE_FILE``, ``TOO_LARGE_EXPANDED``, ``ENCRYPTED``.
    """
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.entries or len(set(names)) != len(names):
        raise _hostile(f"{len(entries):,} parts, some of the same name or more than allowed")
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in entry.filename:
            raise _hostile(f"a path that leads outside: '{entry.filename[:80]}'")
        if entry.flag_bits & 1:
            raise encrypted()
    _check_size(sum(entry.file_size for entry in entries), path.stat().st_size, limits)
    return [entry for entry in entries if not entry.is_dir()]


def check_workbook(path: Path, limits: Limits) -> Envelope:
    """Stream every part of an xlsx once and check what it really holds.

    Raises
    ------
    Refused
        ``HOSTILE_FILE``, ``TOO_LARGE_EXPANDED``, ``TOO_MANY_CELLS``, ``ENCRYPTED``,
        ``UNREADABLE_FILE``.
    """
    entries = check_archive(path, limits)
    compressed = path.stat().st_size
    expanded, formulas = 0, 0
    extents: dict[str, Extent] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in entries:
                name = entry.filename
                # Every part, whatever its name: the workbook may call any of them a sheet.
                sheet = SheetExtent()
                for chunk in _chunks(archive, entry):
                    expanded += len(chunk)
                    _check_size(expanded, compressed, limits)
                    _check_markup(chunk, name)
                    sheet.feed(chunk)
                if sheet.doubtful or not fits(sheet.extent(), limits):
                    extents[name] = sheet.exact(_chunks(archive, entry))
                else:
                    extents[name] = sheet.extent()
                formulas += sheet.formulas
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise Refused(
            "UNREADABLE_FILE",
            "The workbook is damaged: one of its parts cannot be unpacked. "
            "Please open it in Excel, save it again and send the new file.",
            {"detail": str(error)[:200]},
        ) from error
    for name, extent in extents.items():
        _check_extent(name, extent, limits)
    lower = [entry.filename.casefold() for entry in entries]
    return Envelope(
        expanded,
        any(name.endswith("vbaproject.bin") for name in lower),
        any(name.startswith("xl/externallinks/") for name in lower),
        formulas,
        extents,
    )


def fits(extent: Extent, limits: Limits) -> bool:
    """Say whether a sheet's extent is within the limits."""
    return (
        extent.rows <= limits.rows
        and extent.columns <= limits.columns
        and extent.rows * extent.columns <= limits.cells
    )


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _check_size(expanded: int, compressed: int, limits: Limits) -> None:
    too_dense = expanded > limits.ratio_from_bytes and expanded > limits.ratio * max(compressed, 1)
    if expanded > limits.expanded_bytes or too_dense:
        raise Refused(
            "TOO_LARGE_EXPANDED",
            f"The compressed content is implausibly large: {compressed:,} bytes expand to more "
            f"than {expanded:,}. Please send one state per file, or a CSV.",
            {"bytes": compressed, "expanded_bytes": expanded},
        )


def _check_markup(chunk: bytes, name: str) -> None:
    if any(mark in chunk for mark in _DOCTYPE) or chunk.startswith(_UTF16):
        raise _hostile(f"a document type or entity declaration in '{name}'")


def _check_extent(name: str, extent: Extent, limits: Limits) -> None:
    if fits(extent, limits):
        return
    facts = {
        "part": name,
        "rows": extent.rows,
        "columns": extent.columns,
        "filled_cells": extent.cells,
    }
    if extent.cells * 100 < extent.rows * extent.columns:
        raise Refused(
            "HOSTILE_FILE",
            f"A sheet spans {extent.rows:,} rows and {extent.columns:,} columns but has only "
            f"{extent.cells:,} filled cells. Reading it could stop the server. Please copy the "
            "table into a new workbook and send that.",
            facts,
        )
    raise Refused(
        "TOO_MANY_CELLS",
        f"A sheet has {extent.rows:,} rows and {extent.columns:,} columns; at most "
        f"{limits.rows:,} rows, {limits.columns:,} columns and {limits.cells:,} cells can be "
        "read. Please send one state per file.",
        facts,
    )


def _hostile(what: str) -> Refused:
    return Refused(
        "HOSTILE_FILE",
        f"The file contains {what}, which no export contains, so it was not opened. "
        "Please export the data again.",
        {"found": what},
    )
