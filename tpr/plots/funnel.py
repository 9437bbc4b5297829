"""Funnel plot: raw TPR against effective tests, with the limits that chance alone would keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10, sqrt

from tpr.plots.frame import stroke, svg, text, titled

Z95, Z998 = 1.959964, 3.090232
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 340, 46, 10, 28, 44


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One ward: raw TPR in percent over its effective tests."""

    name: str
    rate: float
    n_eff: float


def outside(point: FunnelPoint, mean: float) -> int:
    """Return +1 above, -1 below the 99.8 % limits around the state's rate in percent, else 0."""
    p = mean / 100
    half = 100 * Z998 * sqrt(p * (1 - p) / point.n_eff)
    return (point.rate > mean + half) - (point.rate < mean - half)


def funnel(
    points: Sequence[FunnelPoint], mean: float, *, label: str, note: str, standalone: bool = False
) -> str:
    """Draw the wards; those outside the outer limits are filled red and named."""
    most = max((p.n_eff for p in points), default=10.0)
    least = min((p.n_eff for p in points), default=1.0)
    low, high = log10(max(0.5, least * 0.8)), log10(max(most * 1.25, 10.0))

    def x(n: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (log10(n) - low) / (high - low)

    def y(rate: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - max(0.0, min(100.0, rate)) / 100)

    parts = [text(0, 14, note, "t")]
    for tick in range(0, 101, 25):
        parts.append(stroke(LEFT, y(tick), WIDTH - RIGHT, y(tick), "grid"))
        parts.append(text(LEFT - 6, y(tick) + 4, f"{tick} %", "t e"))
    for tick in (1, 10, 30, 100, 300, 1000, 3000, 10_000, 100_000, 1_000_000):
        if low <= log10(tick) <= high:
            parts.append(stroke(x(tick), HEIGHT - BOTTOM, x(tick), HEIGHT - BOTTOM + 5, "axis"))
            parts.append(text(x(tick), HEIGHT - BOTTOM + 18, f"{tick:,}", "t m"))
    parts.append(text((LEFT + WIDTH) / 2, HEIGHT - 6, "effective tests", "t m"))
    parts.append(stroke(LEFT, y(mean), WIDTH - RIGHT, y(mean), "ref"))
    share = mean / 100
    for z in (Z95, Z998):
        for side in (1, -1):
            line = []
            for step in range(61):
                n = 10 ** (low + (high - low) * step / 60)
                rate = mean + side * 100 * z * sqrt(share * (1 - share) / n)
                line.append(f"{x(n):.1f} {y(rate):.1f}")
            parts.append(f'<path class="axis" d="M{"L".join(line)}"/>')
    for p in points:
        klass = "out" if outside(p, mean) else "pt"
        dot = f'<circle class="{klass}" cx="{x(p.n_eff):.1f}" cy="{y(p.rate):.1f}" r="3.2"/>'
        parts.append(titled(f"{p.name}: {p.rate:.1f} %, {p.n_eff:,.0f} effective tests", dot))
    return svg(WIDTH, HEIGHT, label, parts, standalone=standalone)
