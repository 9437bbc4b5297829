"""A choropleth of wards as SVG.

On a page the classes are coloured by the page's stylesheet (no style inside: strict CSP); a
downloaded file carries its own. Light = low, dark = high, hatched = not known, dotted = few tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from chatmrpt.common.exports import printable

STYLE = """
.w{stroke:#fff;stroke-width:.7}.b{fill:none;stroke:#2e3a37;stroke-width:1.6}
.m1{fill:#fdf1d7}.m2{fill:#f8ca87}.m3{fill:#e8944a}.m4{fill:#c05526}.m5{fill:#742013}
.m0{fill:url(#none)}.few{fill:url(#few);stroke:none}.hb{fill:#e4e7e6}.hl{stroke:#7b8582}
.fd{fill:#15211f}text{font:600 15px sans-serif;fill:#15211f;text-anchor:middle;paint-order:stroke;
stroke:#fff;stroke-width:3px}
.k{font:14px sans-serif;text-anchor:start;stroke:none}.c{stroke:#4d5b58;stroke-width:.7}
"""
PATTERNS = (
    '<defs><pattern id="none" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="hb" width="8" height="8"/><path class="hl" d="M-2 2l4-4M0 8l8-8M6 10l4-4"/>'
    '</pattern><pattern id="few" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<circle class="fd" cx="2" cy="2" r="1.1"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A ward to draw: its path in the list's grid, its class (m0 to m5), what a pointer reads."""

    path: str
    klass: str
    title: str
    few: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class LegendItem:
    klass: str
    label: str
    count: int
    few: bool = False


def draw(
    shapes: Sequence[Shape],
    *,
    width: int,
    height: int,
    borders: Sequence[tuple[str, str, int, int]],
    label: str,
    legend: Sequence[LegendItem] = (),
    standalone: bool = False,
    lga_labels: bool = True,
) -> str:
    """Return the SVG text.

    Parameters
    ----------
    borders : (LGA, path, x, y of its label) in the same grid.
    label : what the picture shows, for those who do not see it.
    legend : drawn inside only when `standalone`; a page writes its own as text.
    """
    below = 26 * len(legend) + 14 if standalone else 0
    # A picture has nothing to choose in it; with links it is a group of them.
    role = "group" if any(shape.href for shape in shapes) else "img"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + below}" '
        f'class="map" role="{role}" aria-label={quoteattr(label)}>'
    ]
    if standalone:
        parts.append(f"<style>{STYLE}</style>")
    parts.append(PATTERNS)
    parts += [_ward(shape) for shape in shapes]
    parts += [f'<path class="b" d="{path}"/>' for _, path, _, _ in borders]
    if lga_labels:
        parts += [f'<text x="{x}" y="{y}">{escape(name)}</text>' for name, _, x, y in borders]
    if standalone:
        parts += _legend(legend, height)
    parts.append("</svg>")
    return printable("".join(parts))


def _ward(shape: Shape) -> str:
    title = f"<title>{escape(shape.title)}</title>"
    ward = f'<path class="w {shape.klass}" d="{shape.path}">{title}</path>'
    if shape.few:
        ward += f'<path class="few" d="{shape.path}">{title}</path>'
    if not shape.href:
        return ward
    return f"<a href={quoteattr(shape.href)} aria-label={quoteattr(shape.title)}>{ward}</a>"


def _legend(items: Sequence[LegendItem], top: int) -> list[str]:
    parts = []
    for row, item in enumerate(items):
        y = top + 12 + 26 * row
        parts.append(f'<rect class="c {item.klass}" x="10" y="{y}" width="28" height="18"/>')
        if item.few:
            parts.append(f'<rect class="few" x="10" y="{y}" width="28" height="18"/>')
        parts.append(
            f'<text class="k" x="48" y="{y + 14}">{escape(item.label)}: {item.count}</text>'
        )
    return parts
