"""Maps of what came after the TPR: a ranking, a net plan, what changed between two plans."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.selectors.run_maps import map_of
from chatmrpt.chat.selectors.shapes import LABELS_UP_TO
from chatmrpt.chat.words import count
from chatmrpt.common.errors import Conflict
from itn import api as itn_api
from itn.models import ItnPlan, WardAllocation
from tpr.geojson import geometry_of
from tpr.maps.choropleth import LegendItem, Shape, draw
from tpr.models import BoundaryList, Ward

SERVED = (
    ("m5", "full", "served in full"), ("m3", "partial", "served in part"),
    ("m1", "none", "no nets"), ("m2", "left_out", "left out of the campaign"),
    ("m0", "not_planned", "not planned"),
)  # fmt: skip
MOVED = (("m5", "more nets"), ("m3", "fewer nets"), ("m1", "the same"), ("m0", "not planned"))


class NoBoundaries(Conflict):
    """The wards of this work have no boundaries."""

    def __init__(self) -> None:
        super().__init__(
            "NO_WARD_LIST", "The wards of this work have no boundaries loaded, so there is no map."
        )


@dataclass(frozen=True, slots=True)
class WardMap:
    """An SVG with its legend, for a page or for itself."""

    svg: str
    legend: list[dict[str, Any]]
    missing: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How one ward is drawn: class, what is read on it, dots, where it leads."""

    klass: str
    title: str
    dotted: bool = False
    href: str = ""


def run_map(run: analysis_api.AnalysisRun) -> str:
    """Return the thirds of a ranking as an SVG for itself. Raises Conflict NO_WARD_LIST."""
    drawn = map_of(
        run, analysis_api.scores(run), analysis_api.variable_uses(run), "", standalone=True
    )
    if drawn is None:
        raise NoBoundaries
    return str(drawn["svg"])


def plan_map(plan: ItnPlan, *, standalone: bool = False, links: bool = False) -> WardMap:
    """Draw who gets nets. Raises Conflict NO_WARD_LIST."""
    classes = {status: klass for klass, status, _ in SERVED}
    rows = itn_api.rows_of(plan)
    base = f"/workflows/{plan.workflow_id}/plans/{plan.pk}/wards/"
    marks = {
        row.ward_id: Mark(
            classes[row.status],
            f"{row.ward_name}, {row.lga}: {count(row.nets)} nets"
            + (f" for a need of {count(row.need)}" if row.need is not None else ", no population"),
            href=f"{base}{row.place}/" if links else "",
        )
        for row in rows
        if row.ward_id is not None
    }
    found = {status: sum(row.status == status for row in rows) for _, status, _ in SERVED}
    legend = [LegendItem(k, label, found[s]) for k, s, label in SERVED if found[s]]
    return _drawn(*_place_of(plan, rows), marks, legend, f"Net plan {plan.name} by ward",
                  unknown="not in the plan", standalone=standalone)  # fmt: skip


def difference_map(first: ItnPlan, second: ItnPlan, *, standalone: bool = False) -> WardMap:
    """Draw which wards get more or fewer nets in the second plan. Raises Conflict NO_WARD_LIST."""
    before = {row.ward_id: row for row in itn_api.rows_of(first)}
    rows = itn_api.rows_of(second)
    classes = {label: klass for klass, label in MOVED}
    marks, found = {}, dict.fromkeys(classes, 0)
    for row in rows:
        old = before.get(row.ward_id)
        word = _moved(old, row)
        found[word] += 1
        if row.ward_id is not None:
            was = count(old.nets) if old else "no row"
            marks[row.ward_id] = Mark(
                classes[word], f"{row.ward_name}, {row.lga}: {was} → {count(row.nets)} nets"
            )
    legend = [LegendItem(klass, label, found[label]) for klass, label in MOVED if found[label]]
    return _drawn(*_place_of(second, rows), marks, legend, f"From {first.name} to {second.name}",
                  unknown="not in the plan", standalone=standalone)  # fmt: skip


def _moved(old: WardAllocation | None, row: WardAllocation) -> str:
    if row.status == "not_planned":
        return "not planned"
    change = row.nets - (old.nets if old else 0)
    return "more nets" if change > 0 else "fewer nets" if change < 0 else "the same"


def _place_of(
    plan: ItnPlan, rows: Sequence[WardAllocation]
) -> tuple[BoundaryList | None, str | None]:
    ward_list = plan.run.ward_list if plan.run is not None else None
    return ward_list, next((row.state for row in rows if row.state), None)


def _drawn(
    ward_list: BoundaryList | None, state: str | None, marks: Mapping[int, Mark],
    legend: list[LegendItem], label: str, *, unknown: str, standalone: bool,
) -> WardMap:  # fmt: skip
    frame = ward_list.display.get(state) if ward_list is not None and state else None
    if ward_list is None or not frame:
        raise NoBoundaries
    shapes = []
    wards = Ward.objects.filter(list=ward_list, state=state, display__isnull=False)
    for ward in wards.defer("geometry").order_by("lga", "name"):
        mark = marks.get(ward.pk) or Mark("m0", f"{ward.name}, {ward.lga}: {unknown}")
        shapes.append(
            Shape(ward.display["d"], mark.klass, mark.title, few=mark.dotted, href=mark.href)
        )
    drawn = {ward.pk for ward in wards}
    if off := len(drawn - set(marks)):
        legend = [*legend, LegendItem("m0", unknown, off)]
    borders = [(b["lga"], b["d"], b["x"], b["y"]) for b in frame["lgas"]]
    svg = draw(
        shapes, width=frame["width"], height=frame["height"], borders=borders,
        label=f"{label}. Ward list: {ward_list.name}.", legend=legend, standalone=standalone,
        lga_labels=len(borders) <= LABELS_UP_TO,
    )  # fmt: skip
    return WardMap(svg, [asdict(item) for item in legend], len(set(marks) - drawn))


def plan_geojson(plan: ItnPlan) -> dict[str, Any]:
    """Return a FeatureCollection of `allocation.csv`; null geometry where no boundary is loaded."""
    ward_list, state = _place_of(plan, itn_api.rows_of(plan))
    shapes: dict[str, bytes] = {}
    if ward_list is not None:
        wards = Ward.objects.filter(list=ward_list, state=state, geometry__isnull=False)
        shapes = {code: bytes(wkb) for code, wkb in wards.values_list("code", "geometry")}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": geometry_of(wkb) if (wkb := shapes.get(line["ward_code"])) else None,
                "properties": {**line, "plan": plan.name, "fingerprint": plan.fingerprint},
            }
            for line in itn_api.allocation_rows(plan)
        ],
    }
