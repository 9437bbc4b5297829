"""Wards in the order of their shrunk TPR: point, 90 % interval, raw rate, tests as a bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from tpr.plots.frame import stroke, svg, text, titled

ROW, TOP, NAME, BAR = 20, 40, 160, 60


@dataclass(frozen=True, slots=True)
class CaterpillarRow:
    """One ward; rates in percent. `raw` None: no test, the point is what is usual in the LGA."""

    name: str
    shrunk: float
    low: float
    high: float
    raw: float | None
    tested: float
    thin: bool


def caterpillar(
    rows: Sequence[CaterpillarRow], *, state_rate: float | None, label: str, note: str,
    standalone: bool = False, width: int = 560,
) -> str:  # fmt: skip
    """Draw the rows from top to bottom as they come; the dashed line is the state's raw rate."""
    left, right = NAME + 8, width - BAR - 16
    bottom = TOP + ROW * len(rows)
    most = max((row.tested for row in rows), default=0) or 1

    def at(rate: float) -> float:
        return left + (right - left) * rate / 100

    parts = [text(0, 14, note, "t")]
    for tick in range(0, 101, 25):
        parts.append(stroke(at(tick), TOP - 4, at(tick), bottom, "grid"))
        parts.append(text(at(tick), TOP - 8, f"{tick} %", "t m"))
    parts.append(text(width, TOP - 8, "tests", "t e"))
    if state_rate is not None:
        parts.append(stroke(at(state_rate), TOP - 4, at(state_rate), bottom, "ref"))
    for n, row in enumerate(rows):
        y = TOP + ROW * n + ROW / 2
        inner = [text(NAME, y + 4, _short(row.name), "e")]
        inner.append(stroke(at(row.low), y, at(row.high), y, "whisk"))
        if row.raw is not None:
            inner.append(f'<circle class="raw" cx="{at(min(row.raw, 100)):.1f}" cy="{y}" r="4"/>')
        inner.append(f'<circle class="pt" cx="{at(row.shrunk):.1f}" cy="{y}" r="3.4"/>')
        wide = BAR * row.tested / most
        inner.append(
            f'<rect class="qty" x="{width - BAR}" y="{y - 5}" width="{wide:.1f}" height="10"/>'
        )
        raw = "no tests" if row.raw is None else f"raw {row.raw:.1f} % of {row.tested:,.0f} tests"
        title = f"{row.name}: shrunk {row.shrunk:.1f} %, {row.low:.1f} to {row.high:.1f} %, {raw}"
        parts.append(titled(title, "".join(inner), "thin" if row.thin else ""))
    return svg(width, bottom + 6, label, parts, standalone=standalone)


def _short(name: str) -> str:
    return name if len(name) <= 25 else name[:24] + "…"
