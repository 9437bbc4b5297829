"""From a result to its map: classes, titles, legend."""

from dataclasses import asdict
from typing import Any

from chatmrpt.chat.words import DEFINITION_LABELS, STATUS_LABELS, count, percent
from chatmrpt.common.cache import recomputable
from chatmrpt.common.language import mark, say
from tpr.maps.choropleth import LegendItem, Shape, draw
from tpr.models import TprResult, Ward, WardTpr

BANDS = (
    ("m1", mark("under 40 %"), 0.0),
    ("m2", mark("40 to 50 %"), 40.0),
    ("m3", mark("50 to 60 %"), 50.0),
    ("m4", mark("60 to 70 %"), 60.0),
    ("m5", mark("70 % and over"), 70.0),
)
LABELS_UP_TO = 30
"""More LGAs than this crowd the map with their names; they are then left to the table."""


def band_of(tpr: float | None) -> str:
    """Return the class of a rate; `m0` when it is not known."""
    if tpr is None:
        return "m0"
    return next(klass for klass, _, lower in reversed(BANDS) if tpr >= lower)


def choropleth_of(result: TprResult, *, link: str, standalone: bool = False) -> str:
    """Return the map of a result; `link` is a pattern with `{id}`, the id of the ward's row."""
    key = f"map:{result.pk}:{result.computed_at.timestamp()}:{standalone}:{bool(link)}"
    return recomputable(key, lambda: _draw(result, link, standalone=standalone))


def legend_of(result: TprResult) -> list[dict[str, Any]]:
    return [asdict(item) for item in _legend(_rows_on_list(result))]


def _rows_on_list(result: TprResult) -> list[WardTpr]:
    return list(result.rows.filter(ward__isnull=False).defer("flags"))


def _legend(rows: list[WardTpr]) -> list[LegendItem]:
    bands = [band_of(row.tpr) for row in rows]
    items = [LegendItem(klass, say(label), bands.count(klass)) for klass, label, _ in BANDS]
    few = sum(row.status == "too_few" for row in rows)
    items.append(LegendItem("m3", say("fewer than 20 tests"), few, few=True))
    items.append(LegendItem("m0", say("no tests"), bands.count("m0")))
    return items


def _title(row: WardTpr | None, ward: Ward) -> str:
    where = f"{ward.name}, {row.lga if row else ward.lga}"
    if row is None or row.tpr is None:
        return f"{where}: {STATUS_LABELS[row.status] if row else 'no tests'}"
    few = say(", few tests") if row.status == "too_few" else ""
    return say(
        "{where}: {tpr} of {tested} tests{few}",
        where=where,
        tpr=percent(row.tpr),
        tested=count(row.tested),
        few=few,
    )


def _draw(result: TprResult, link: str, *, standalone: bool) -> str:
    assert result.ward_list is not None
    frame = result.ward_list.display.get(result.state)
    if not frame:
        return ""
    rows = _rows_on_list(result)
    by_ward = {row.ward_id: row for row in rows}
    wards = (
        Ward.objects.filter(list=result.ward_list, state=result.state, display__isnull=False)
        .defer("geometry")
        .order_by("lga", "name")
    )
    shapes = []
    for ward in wards:
        row = by_ward.get(ward.pk)
        shapes.append(
            Shape(
                path=ward.display["d"], klass=band_of(row.tpr if row else None),
                title=_title(row, ward), few=bool(row and row.status == "too_few"),
                href=link.format(id=row.pk) if link and row else "",
            )
        )  # fmt: skip
    borders = [(b["lga"], b["d"], b["x"], b["y"]) for b in frame["lgas"]]
    label = say(
        "Map of {state} by ward, {definition_labels}; the same figures are in the table.",
        state=result.state,
        definition_labels=DEFINITION_LABELS[result.definition],
    )
    return draw(
        shapes, width=frame["width"], height=frame["height"], borders=borders, label=label,
        legend=_legend(rows), standalone=standalone,
        lga_labels=len(borders) <= LABELS_UP_TO,
    )  # fmt: skip
