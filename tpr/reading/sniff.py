"""What kind of file the bytes are, whatever the name says (domain/inputs.md section 8, step 1)."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from tpr.domain.verdict import Refused

XLSX: Final = "xlsx"
XLS: Final = "xls"
TEXT: Final = "csv"
ZIP: Final = "zip"

KIND_WORDS: Final = {
    XLSX: "an Excel workbook",
    XLS: "an old Excel workbook",
    TEXT: "a text table",
    ZIP: "a zip archive",
}
_EXTENSIONS: Final = {
    XLSX: ("xlsx", "xlsm"),
    XLS: ("xls",),
    TEXT: ("csv", "tsv", "txt"),
    ZIP: ("zip",),
}
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTION_MARKS: Final = tuple(
    name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo")
)
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|\?xml|table)\b", re.I)
_NAMED: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format", "a database"),
)
_MOST_CONTROL: Final = 0.01


def kind_of(path: Path) -> str:
    """Return ``xlsx``, ``xls``, ``csv`` or ``zip`` from the first bytes of the file.

    Raises
    ------
    Refused
        ``EMPTY_FILE``, ``ENCRYPTED``, ``UNSUPPORTED_TYPE`` or ``UNREADABLE_FILE``.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(65536)
    if not head.strip():
        raise Refused(
            "EMPTY_FILE",
            f"The file is empty ({size:,} bytes). Please export it again and send the new file.",
            {"bytes": size},
        )
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(_OLE):
        data = path.read_bytes()
        if any(mark in data for mark in _ENCRYPTION_MARKS):
            raise encrypted()
        return XLS
    for mark, words in _NAMED:
        if head.startswith(mark):
            raise _unsupported(words)
    if _MARKUP.match(head):
        raise _unsupported("a web page or XML file, as some DHIS2 servers send under the name .xls")
    if not _is_text(head):
        raise _unsupported("neither a workbook nor text")
    return TEXT


def name_differs(kind: str, original_name: str) -> bool:
    """Say whether the extension of the name belongs to another kind of file."""
    extension = original_name.rpartition(".")[2].casefold() if "." in original_name else ""
    return bool(extension) and extension not in _EXTENSIONS[kind]


def encrypted() -> Refused:
    return Refused(
        "ENCRYPTED",
        "The workbook is password-protected, so I cannot read it. "
        "Please save a copy without a password and send that.",
    )


def _unsupported(words: str) -> Refused:
    return Refused(
        "UNSUPPORTED_TYPE",
        f"The file is {words}. I can read Excel workbooks (.xlsx) and text tables (.csv). "
        "Please export the data in one of these forms.",
        {"found": words},
    )


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.casefold() for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise Refused(
            "UNREADABLE_FILE",
            "The file begins like a workbook or an archive but is damaged or cut off. "
            "Please send it again, or export it once more.",
            {"detail": str(error)[:200]},
        ) from error
    if "xl/workbook.xml" in names:
        return XLSX
    if "xl/workbook.bin" in names:
        raise _unsupported("a binary Excel workbook (.xlsb)")
    if "mimetype" in names and "content.xml" in names:
        raise _unsupported("an OpenDocument file")
    if any(name.startswith("word/") for name in names):
        raise _unsupported("a Word document")
    if any(name.endswith((".shp", ".geojson", ".gpkg")) for name in names):
        raise Refused(
            "UNSUPPORTED_TYPE",
            "The archive holds a boundary file. Please send it through the boundary upload; "
            "here I need the test counts.",
            {"found": "boundary file"},
        )
    return ZIP


def _is_text(head: bytes) -> bool:
    if head.startswith(_UTF16_MARKS) or _utf16_without_mark(head):
        return True
    control = sum(head.count(bytes([c])) for c in range(32) if c not in (9, 10, 12, 13, 26))
    return control <= _MOST_CONTROL * len(head)


def _utf16_without_mark(head: bytes) -> bool:
    sample = head[: len(head) // 2 * 2]
    if len(sample) < 4:
        return False
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return (odd > 0.8 * half and even == 0) or (even > 0.8 * half and odd == 0)
