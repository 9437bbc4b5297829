"""The map of a result: what is drawn, in which classes, one map or two side by side."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chatmrpt.chat.selectors.shapes import BANDS, LABELS_UP_TO, choropleth_of, legend_of
from chatmrpt.chat.selectors.wards import caption_of
from chatmrpt.chat.words import DEFINITION_LABELS, STATUS_LABELS, count, percent, plural
from chatmrpt.common.cache import recomputable
from chatmrpt.common.language import mark, say
from tpr.maps.choropleth import LegendItem, Shape, draw
from tpr.maps.classes import KINDS, Classes, classes
from tpr.models import TprResult, Ward, WardTpr, Workflow
from tpr.selectors.results import ward_rows
from tpr.selectors.trends import years_of

TPR_LIMITS = tuple(lower for _, _, lower in BANDS[1:])
Value = Callable[[WardTpr], float | None]


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that every ward has a value of; `limits` for fixed classes, in its unit."""

    code: str
    label: str
    value: Value
    write: Callable[[float], str]
    limits: tuple[float, ...]


def _width(row: WardTpr) -> float | None:
    if row.shrunk_low is not None and row.shrunk_high is not None:
        return row.shrunk_high - row.shrunk_low
    if row.low is None or row.high is None:
        return None
    return row.high - row.low


def _points(value: float) -> str:
    return say("{value:.1f} points", value=value)


VARIABLES = (
    Variable("tpr", mark("Test Positivity Rate"), lambda r: r.tpr, percent, TPR_LIMITS),
    Variable("shrunk", mark("TPR, shrunk to its LGA"), lambda r: r.tpr_shrunk, percent, TPR_LIMITS),
    Variable("width", mark("How uncertain: width of the interval"), _width, _points, (5, 10, 20, 30)),
    Variable("tested", mark("Tests"), lambda r: r.tested, count, (20, 50, 500, 2000)),
    Variable("positive", mark("Positives"), lambda r: r.positive, count, (10, 100, 500, 1000)),
    Variable("reporting", mark("Facilities with tests"), lambda r: r.facilities_reporting, count,
             (1, 2, 3, 5)),
)  # fmt: skip


def variables_of(result: TprResult) -> list[Variable]:
    """Return what can be drawn: the figures of the result, and the TPR of each year of the file."""
    years = years_of(result)
    if len(years.years) < 2:
        return list(VARIABLES)

    def of_year(year: int) -> Value:
        rates = years.rates_in(year)
        return lambda row: (
            rates[row.lga, row.ward_name].tpr if (row.lga, row.ward_name) in rates else None
        )

    return [
        *VARIABLES,
        *(Variable(f"year{year}", say("TPR of {year}", year=year), of_year(year), percent, TPR_LIMITS)
          for year in years.years),
    ]  # fmt: skip


def map_tab(
    workflow: Workflow, result: TprResult, params: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return one map or two with legend, caption and the choices; no list, no map, and why."""
    if result.ward_list is None:
        return {
            "maps": [],
            "missing": say(
                "No ward list is loaded for {state}, so the wards cannot be drawn. The "
                "table holds every ward; an administrator loads a list with load_wards.",
                state=result.state,
            ),
        }
    params = params or {}
    offered = variables_of(result)
    known = {variable.code: variable for variable in offered}
    chosen = known.get(params.get("show", ""), offered[0])
    beside = known.get(params.get("beside", ""))
    kind = params["classes"] if params.get("classes") in KINDS else "fixed"
    maps = [_one(result, variable, kind) for variable in (chosen, beside) if variable]
    selected = params.get("ward", "")
    if selected.isdecimal():
        for drawn in maps:
            drawn["svg"] = drawn["svg"].replace(
                f'<a href="?tab=map&amp;ward={selected}#ward"',
                f'<a class="on" href="?tab=map&amp;ward={selected}#ward"',
            )
    return {
        "maps": maps, "missing": "", "caption": caption_of(result),
        "variables": [_option(v.code, say(v.label), v is chosen) for v in offered],
        "besides": [_option(v.code, say(v.label), v is beside) for v in offered if v is not chosen],
        "kinds": [_option(code, say(label), code == kind) for code, label in KINDS.items()],
    }  # fmt: skip


def _option(value: str, label: str, current: bool) -> dict[str, Any]:
    return {"value": value, "label": label, "current": current}


def _one(result: TprResult, variable: Variable, kind: str) -> dict[str, Any]:
    link = "?tab=map&ward={id}#ward"
    if variable.code == "tpr" and kind == "fixed":
        return {
            "title": say(variable.label), "svg": choropleth_of(result, link=link),
            "legend": legend_of(result), "note": "",
        }  # fmt: skip
    key = f"map:{result.pk}:{result.computed_at.timestamp()}:{variable.code}:{kind}"
    return recomputable(key, lambda: _drawn(result, variable, kind, link))


def _drawn(result: TprResult, variable: Variable, kind: str, link: str) -> dict[str, Any]:
    assert result.ward_list is not None
    frame = result.ward_list.display.get(result.state)
    rows = {row.ward_id: row for row in ward_rows(result) if row.ward_id is not None}
    values = {pk: variable.value(row) for pk, row in rows.items()}
    found = classes(list(values.values()), kind, variable.limits)
    if not frame:
        return {"title": say(variable.label), "svg": "", "legend": [], "note": ""}
    wards = Ward.objects.filter(
        list=result.ward_list, state=result.state, display__isnull=False
    ).defer("geometry")
    shapes, counts = [], [0] * (found.count + 1)
    for ward in wards.order_by("lga", "name"):
        row, value = rows.get(ward.pk), values.get(ward.pk)
        index = found.of(value)
        counts[-1 if index is None else index] += 1
        said = variable.write(value) if value is not None else _unknown(row)
        shapes.append(
            Shape(
                path=ward.display["d"], klass="m0" if index is None else shade(index, found.count),
                title=f"{ward.name}, {ward.lga}: {said}",
                href=link.format(id=row.pk) if row else "",
            )
        )  # fmt: skip
    legend = [
        LegendItem(shade(i, found.count), _label(found, i, variable.write), counts[i])
        for i in range(found.count)
    ]
    legend.append(LegendItem("m0", say("not known"), counts[-1]))
    borders = [(b["lga"], b["d"], b["x"], b["y"]) for b in frame["lgas"]]
    label = say(
        "Map of {state} by ward, {variable}, {definition_labels}; the figures are in the table.",
        state=result.state,
        variable=say(variable.label),
        definition_labels=DEFINITION_LABELS[result.definition],
    )
    svg = draw(
        shapes, width=frame["width"], height=frame["height"], borders=borders, label=label,
        legend=legend, lga_labels=len(borders) <= LABELS_UP_TO,
    )  # fmt: skip
    note = say("{kinds}. {counts} not known.", kinds=KINDS[kind], counts=plural(counts[-1], "ward"))
    return {
        "title": say(variable.label), "svg": svg, "note": note,
        "legend": [asdict(item) for item in legend],
    }  # fmt: skip


def shade(index: int, of: int) -> str:
    """Return the class name of the palette: the ends are always the lightest and the darkest."""
    if of == 1:
        return "m3"
    return f"m{1 + round(4 * index / (of - 1))}"


def _unknown(row: WardTpr | None) -> str:
    return STATUS_LABELS[row.status] if row and row.tpr is None else say("not known")


def _label(found: Classes, index: int, write: Callable[[float], str]) -> str:
    low, high = found.ends(index)
    if low is None and high is None:
        assert found.low is not None
        return write(found.low)
    if low is None:
        assert high is not None
        return f"under {write(high)}"
    return (
        say("{write} and over", write=write(low))
        if high is None
        else f"{write(low)} to {write(high)}"
    )
