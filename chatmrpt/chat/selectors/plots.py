"""Figures of answers laid out for the page: tables with cells, bars and lines drawn as SVG.

What a message stores are the numbers and their words; the drawing is made when it is shown.
"""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chatmrpt.common.language import say

BAR_WIDTH, BAR_HEIGHT = 100, 10
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 480, 170, 38, 24, 10


def drawn(figure: dict[str, Any]) -> dict[str, Any]:
    """Return the figure with what the template lays out."""
    kind = figure.get("kind", "table")
    if kind == "bars":
        return {**figure, "bars": _bars(figure["rows"])}
    if kind == "lines":
        return {**figure, "svg": _lines(figure)}
    numeric = [column["numeric"] for column in figure["columns"]]
    return {
        **figure,
        "cells": [_cells(row, numeric) for row in figure["rows"]],
        "folded": [_cells(row, numeric) for row in figure.get("more") or []],
        "totals": _cells(figure["total"], numeric) if figure.get("total") else None,
    }


def _cells(row: list[str], numeric: list[bool]) -> list[dict[str, Any]]:
    return [{"text": text, "numeric": n} for text, n in zip(row, numeric, strict=True)]


def _top(rows: list[dict[str, Any]]) -> float:
    found = [v for r in rows for v in (r.get("high"), r["value"]) if v is not None]
    return max(found, default=0.0) or 1.0


def _bars(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each row its bar; the longest value or interval end fills the width."""
    scale = BAR_WIDTH / _top(rows)
    return [{**row, "svg": _bar(row, scale)} for row in rows]


def _bar(row: dict[str, Any], scale: float) -> SafeString:
    if row["value"] is None:
        return SafeString("")
    mark = SafeString("")
    if row.get("low") is not None and row.get("high") is not None:
        mark = format_html(
            '<path d="M{} 5H{}"/>', _at(row["low"] * scale), _at(row["high"] * scale)
        )
    return format_html(
        '<svg class="bar-plot" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="10"/>{}</svg>', _at(row["value"] * scale), mark,
    )  # fmt: skip


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _lines(figure: dict[str, Any]) -> SafeString:
    """Draw one series in time order: a dot per value, a line where neighbours are known."""
    rows = figure["rows"]
    top = _ceiling(_top(rows))
    step = (WIDTH - LEFT - 12) / max(len(rows) - 1, 1)
    height = HEIGHT - BOTTOM - TOP

    def y(value: float) -> str:
        return _at(TOP + height * (1 - value / top))

    xs = [_at(LEFT + i * step) for i in range(len(rows))]
    pieces: list[list[str]] = [[]]
    for x, row in zip(xs, rows, strict=True):
        if row["value"] is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{x} {y(row['value'])}")
    path = "".join("M" + "L".join(piece) for piece in pieces if len(piece) > 1)
    every = max(1, -(-len(rows) // 8))
    grid = format_html_join(
        "", '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        ((LEFT, y(v), WIDTH - 12, LEFT - 6, _at(float(y(v)) + 4), f"{v:g}")
         for v in (0, top / 2, top)),
    )  # fmt: skip
    ticks = format_html_join(
        "", '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((x, HEIGHT - 6, row["label"]) for i, (x, row) in enumerate(zip(xs, rows, strict=True))
         if i % every == 0),
    )  # fmt: skip
    spans = "".join(
        f"M{x} {y(row['low'])}V{y(row['high'])}" for x, row in zip(xs, rows, strict=True)
        if row.get("low") is not None and row.get("high") is not None
    )  # fmt: skip
    dots = format_html_join(
        "", '<circle cx="{}" cy="{}" r="3.5"><title>{}: {}</title></circle>',
        ((x, y(row["value"]), row["label"], row["text"]) for x, row in zip(xs, rows, strict=True)
         if row["value"] is not None),
    )  # fmt: skip
    return format_html(
        '<svg class="line-plot" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}'
        '<path class="span" d="{}"/><path class="line" d="{}"/>{}</svg>',
        WIDTH,
        HEIGHT,
        say("{caption}; the values are in the list below.", caption=figure["caption"]),
        grid,
        ticks,
        spans,
        path,
        dots,
    )


def _ceiling(value: float) -> float:
    """Return a round number at or above the value."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    while size > value:
        size /= 10
    return next(size * n for n in (1, 2, 2.5, 4, 5, 8, 10) if size * n >= value)
