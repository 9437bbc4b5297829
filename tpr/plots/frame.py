"""What all plots share: the frame of the picture and its own colours when it is a file."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from chatmrpt.common.exports import printable

STYLE = """
text{font:12px sans-serif;fill:#15211f}.t{fill:#4d5b58}.e{text-anchor:end}.m{text-anchor:middle}
.grid{stroke:#d6ddda;stroke-width:1;fill:none}.axis{stroke:#7b8884;stroke-width:1;fill:none}
.whisk{stroke:#7b8884;stroke-width:3}.thin .whisk{stroke-dasharray:4 3}.ref{stroke:#7d4a00;
stroke-width:1.5;stroke-dasharray:4 3;fill:none}.pt{fill:#0b5c58}.raw{fill:none;stroke:#15211f;
stroke-width:1.4}.out{fill:#9d1f17}.qty{fill:#cfdcd9}.run{stroke:#0b5c58;stroke-width:2;fill:none}
"""


def svg(width: float, height: float, label: str, parts: Iterable[str], *, standalone: bool) -> str:
    """Wrap the parts. `label` says what the picture shows, for those who do not see it."""
    style = f"<style>{STYLE}</style>" if standalone else ""
    return printable(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'class="chart" role="img" aria-label={quoteattr(label)}>{style}{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, klass: str = "") -> str:
    shown = f' class="{klass}"' if klass else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{shown}>{escape(words)}</text>'


def stroke(x1: float, y1: float, x2: float, y2: float, klass: str) -> str:
    return f'<path class="{klass}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def titled(title: str, inner: str, klass: str = "") -> str:
    shown = f' class="{klass}"' if klass else ""
    return f"<g{shown}><title>{escape(title)}</title>{inner}</g>"
