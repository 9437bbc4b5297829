"""A small Excel writer: sheets of texts and numbers, nothing else.

The libraries that write workbooks import numpy where it is installed, which a web process must not
(docs/decisions/0012). A sheet of values is a few lines of XML in a zip file (ECMA-376, part 1).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from chatmrpt.common.exports import cell, number, printable

Sheet = tuple[str, Sequence[str], Iterable[Mapping[str, Any]]]
"""Title, columns, rows."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XLSX = f"{_TYPE}.sheet"
"""The content type of a workbook."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_A_TITLE = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE, LONGEST_TEXT = 31, 32767
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The same rows give the same bytes."""


def xlsx_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook. Numbers stay numbers, null is an empty cell, texts are safe as in CSV."""
    named = list(sheets)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _frame([title for title, _, _ in named]).items():
            archive.writestr(_entry(name), _HEAD + text, zipfile.ZIP_DEFLATED)
        for place, (_, columns, rows) in enumerate(named, 1):
            name = f"xl/worksheets/sheet{place}.xml"
            archive.writestr(_entry(name), _HEAD + _sheet(columns, rows), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, MOMENT)


def _frame(titles: Sequence[str]) -> dict[str, str]:
    places = range(1, len(titles) + 1)
    names = [_NOT_A_TITLE.sub(" ", title)[:LONGEST_TITLE] for title in titles]
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                  f'ContentType="{_TYPE}.worksheet+xml"/>' for n in places) + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
                  for n, name in zip(places, names, strict=True)) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" '
                  f'Target="worksheets/sheet{n}.xml"/>' for n in places) + "</Relationships>",
    }  # fmt: skip


def _sheet(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    lines = ["".join(_text(name) for name in columns)]
    lines += ["".join(_cell(row.get(name)) for name in columns) for row in rows]
    body = "".join(f"<row>{line}</row>" for line in lines)
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews><sheetData>{body}</sheetData></worksheet>"
    )


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return f"<c><v>{number(value)}</v></c>"
    return _text(cell(value))


def _text(value: str) -> str:
    clean = escape(printable(value)[:LONGEST_TEXT])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'
