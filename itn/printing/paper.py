"""A4 pages in black and white: fonts with the letters of Nigerian names, foot, tables, outlines."""

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import shapely
from reportlab.graphics.shapes import Drawing
from reportlab.graphics.shapes import Path as Outline
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table

from chatmrpt.common.exports import printable

FONTS = Path(__file__).parent / "fonts"
MARGIN, FOOT = 16 * mm, 14 * mm
WIDTH = A4[0] - 2 * MARGIN
BODY, BOLD = "DejaVuSans", "DejaVuSans-Bold"
GREY = colors.HexColor("#555555")

for _name in (BODY, BOLD):
    pdfmetrics.registerFont(TTFont(_name, FONTS / f"{_name}.ttf"))
pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)

TEXT = ParagraphStyle("text", fontName=BODY, fontSize=9, leading=12.5)
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=7.5, leading=10, textColor=GREY)
TITLE = ParagraphStyle("title", parent=TEXT, fontName=BOLD, fontSize=17, leading=21, spaceAfter=3)
HEAD = ParagraphStyle(
    "head", parent=TEXT, fontName=BOLD, fontSize=11, leading=14, spaceBefore=9, spaceAfter=4
)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=8, leading=10)
NUMBER = ParagraphStyle("number", parent=CELL, alignment=TA_RIGHT)
HEAD_CELL = ParagraphStyle("headcell", parent=CELL, fontName=BOLD)
HEAD_NUMBER = ParagraphStyle("headnumber", parent=HEAD_CELL, alignment=TA_RIGHT)


def words(text: Any, style: ParagraphStyle = TEXT) -> Paragraph:
    """Return a paragraph of plain text: nothing in it is markup."""
    return Paragraph(escape(printable(str(text))), style)


def strong(label: str, text: Any, style: ParagraphStyle = TEXT) -> Paragraph:
    return Paragraph(f"<b>{escape(label)}</b> {escape(printable(str(text)))}", style)


def figure(value: float | int | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def grid(
    head: Sequence[str], lines: Iterable[Sequence[Any]], widths: Sequence[float],
    numbers: frozenset[int] = frozenset(), *, last_is_sum: bool = False,
    row_height: float | None = None,
) -> Table:  # fmt: skip
    """Return a ruled table that goes on over pages; `widths` are shares of the page's width."""

    def cell(index: int, value: Any) -> Paragraph:
        return words("" if value is None else value, NUMBER if index in numbers else CELL)

    data = [
        [words(name, HEAD_NUMBER if i in numbers else HEAD_CELL) for i, name in enumerate(head)]
    ]
    data += [[cell(i, value) for i, value in enumerate(line)] for line in lines]
    whole = sum(widths)
    rules: list[tuple[Any, ...]] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.grey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]  # fmt: skip
    for index in range(1, len(head)):
        if index - 1 in numbers and index not in numbers:  # words do not touch the figure before
            rules.append(("LEFTPADDING", (index, 0), (index, -1), 8))
    if last_is_sum:
        rules += [("LINEABOVE", (0, -1), (-1, -1), 1, colors.black)]
    return Table(
        data, colWidths=[WIDTH * w / whole for w in widths], repeatRows=1,
        rowHeights=None if row_height is None else [None] + [row_height] * (len(data) - 1), style=rules,
        hAlign="LEFT",
    )  # fmt: skip


def boxes(labels: Sequence[str], height: float = 13 * mm) -> Table:
    """Return empty boxes to fill in by hand, one beside the other."""
    return Table(
        [[words(label, SMALL) for label in labels]], colWidths=[WIDTH / len(labels)] * len(labels),
        rowHeights=[height],
        style=[("BOX", (0, 0), (-1, -1), 0.6, colors.black),
               ("INNERGRID", (0, 0), (-1, -1), 0.6, colors.black),
               ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )  # fmt: skip


def outline(main: bytes | None, others: Sequence[bytes], size: float = 52 * mm) -> Flowable | None:
    """Draw a ward in grey among its neighbours (WKB, degrees); None without a shape."""
    if main is None:
        return None
    centre = shapely.from_wkb(main)
    near = [shape for shape in shapely.from_wkb(list(others)) if shape.distance(centre) < 1e-6]
    return _drawing(
        [*((shape, None) for shape in near), (centre, GREYS[1])], size, size, bold=centre
    )


def ward_map(
    shades: Iterable[tuple[bytes, int]], width: float = WIDTH, height: float = 95 * mm
) -> Flowable | None:
    """Draw wards (WKB, shade 0 = white to 2 = dark grey); None without any shape."""
    found = [(shapely.from_wkb(wkb), GREYS[shade]) for wkb, shade in shades]
    return _drawing(found, width, height) if found else None


GREYS = (None, colors.HexColor("#c9c9c9"), colors.HexColor("#6f6f6f"))


def _drawing(
    shapes: Sequence[tuple[Any, Any]], width: float, height: float, bold: Any = None
) -> Flowable:
    west, south, east, north = shapely.total_bounds([shape for shape, _ in shapes])
    scale = min(width / max(east - west, 1e-9), height / max(north - south, 1e-9))
    tolerance = 0.4 / scale
    drawing = Drawing((east - west) * scale, (north - south) * scale, hAlign="LEFT")
    for shape, fill in shapes:
        for part in getattr(shape, "geoms", [shape]):
            if part.geom_type != "Polygon":
                continue
            path = Outline(
                fillColor=fill, strokeColor=colors.black if shape is bold else GREY,
                strokeWidth=1.4 if shape is bold else 0.35,
            )  # fmt: skip
            for number, (x, y) in enumerate(part.simplify(tolerance).exterior.coords):
                place = ((x - west) * scale, (y - south) * scale)
                path.moveTo(*place) if number == 0 else path.lineTo(*place)
            path.closePath()
            drawing.add(path)
    return drawing


def _fitting(text: str, room: float) -> str:
    """Return as much of the text as fits in points, with dots where something is left out."""
    if pdfmetrics.stringWidth(text, BODY, 6.5) <= room:
        return text
    while text and pdfmetrics.stringWidth(text + "…", BODY, 6.5) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def pdf(
    story: list[Flowable], *, title: str, foot: str, on_page: Callable[[int], None] | None = None
) -> bytes:
    """Lay out a story on A4 with a foot on every page."""
    out = io.BytesIO()

    def decorate(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(BODY, 6.5)
        canvas.setFillColor(GREY)
        says, _, code = foot.rpartition(" · ")
        right = f"{code} · page {document.page}"
        room = WIDTH - pdfmetrics.stringWidth(right, BODY, 6.5) - 4 * mm
        canvas.drawString(MARGIN, FOOT - 5 * mm, _fitting(says, room))
        canvas.drawRightString(A4[0] - MARGIN, FOOT - 5 * mm, right)
        canvas.restoreState()
        if on_page:
            on_page(document.page)

    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN,
        bottomMargin=FOOT, title=title, author="ChatMRPT", lang="en-GB",
    )  # fmt: skip
    frame = Frame(MARGIN, FOOT, WIDTH, A4[1] - MARGIN - FOOT, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate("plain", [frame], onPage=decorate)])
    document.build(story)
    return out.getvalue()
