"""Yearly or monthly rates of one place: points, the fitted line, tests as bars below."""

from collections.abc import Sequence
from dataclasses import dataclass

from tpr.plots.frame import stroke, svg, text, titled

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BARS, BOTTOM = 480, 250, 44, 8, 16, 36, 22
LABELS = 9
"""More names than this do not fit below; every second, third … is written then."""


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One period; `rate` in percent, None = a gap. `hollow`: only part of it was reported."""

    label: str
    rate: float | None
    tested: float | None
    hollow: bool = False


def series(
    points: Sequence[SeriesPoint], *, label: str, line: tuple[float, float] | None = None,
    standalone: bool = False,
) -> str:  # fmt: skip
    """Draw the points in their order at equal steps.

    Parameters
    ----------
    line : fitted rate at the first and at the last point, in percent; None draws no line.
    """
    n = len(points)
    floor = HEIGHT - BOTTOM - BARS
    most = max((p.tested or 0 for p in points), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(n, 1)

    def x(i: int) -> float:
        return LEFT + step * (i + 0.5)

    def y(rate: float) -> float:
        return TOP + (floor - 8 - TOP) * (1 - max(0.0, min(100.0, rate)) / 100)

    parts = []
    for tick in range(0, 101, 25):
        parts.append(stroke(LEFT, y(tick), WIDTH - RIGHT, y(tick), "grid"))
        parts.append(text(LEFT - 6, y(tick) + 4, f"{tick} %", "t e"))
    parts.append(text(LEFT - 6, HEIGHT - BOTTOM - 2, "tests", "t e"))
    if line is not None and n > 1:
        parts.append(stroke(x(0), y(line[0]), x(n - 1), y(line[1]), "ref"))
    for run in _runs(points):
        if len(run) > 1:
            path = "L".join(f"{x(i):.1f} {y(points[i].rate or 0):.1f}" for i in run)
            parts.append(f'<path class="run" d="M{path}"/>')
    every = max(1, -(-n // LABELS))
    for i, p in enumerate(points):
        tall = BARS * (p.tested or 0) / most
        inner = (
            f'<rect class="qty" x="{x(i) - step * 0.35:.1f}" y="{HEIGHT - BOTTOM - tall:.1f}" '
            f'width="{step * 0.7:.1f}" height="{tall:.1f}"/>'
        )
        if p.rate is not None:
            klass = "raw" if p.hollow else "pt"
            inner += f'<circle class="{klass}" cx="{x(i):.1f}" cy="{y(p.rate):.1f}" r="4"/>'
            if n <= 12:
                inner += text(x(i), y(p.rate) - 9, f"{p.rate:.1f}", "m")
        said = "no rate" if p.rate is None else f"{p.rate:.1f} %"
        parts.append(titled(f"{p.label}: {said}, {p.tested or 0:,.0f} tests", inner))
        if i % every == 0:
            parts.append(text(x(i), HEIGHT - 6, p.label, "t m"))
    return svg(WIDTH, HEIGHT, label, parts, standalone=standalone)


def _runs(points: Sequence[SeriesPoint]) -> list[list[int]]:
    """Neighbouring points with a rate; a gap ends a run."""
    runs: list[list[int]] = [[]]
    for i, p in enumerate(points):
        if p.rate is None:
            runs.append([])
        else:
            runs[-1].append(i)
    return [run for run in runs if run]
