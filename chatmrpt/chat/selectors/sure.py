"""How sure the figures are: raw and shrunk side by side, plots, classes, one ward in words."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.selectors.guide import READING, prior_words, too_few_words, ward_guide
from chatmrpt.chat.selectors.results import summary_of
from chatmrpt.chat.words import AGE_LABELS, count, interval, join, percent, plural
from tpr.domain.positivity import ADDITIVE
from tpr.models import TprResult, WardTpr, Workflow
from tpr.plots.caterpillar import CaterpillarRow, caterpillar
from tpr.plots.funnel import FunnelPoint, funnel, outside
from tpr.selectors.bands import Bands, band_sets, bands_named, classed
from tpr.selectors.definitions import missing_bounds
from tpr.selectors.results import ward_rows

SHOWN = 30


def sure_page(workflow: Workflow, result: TprResult, params: Mapping[str, str]) -> dict[str, Any]:
    """Return the page. `all=1`: every ward; `lga=`: one LGA; `bands=`: a set; `ward=`: a row id."""
    everything = ward_rows(result)
    lga = params.get("lga", "")
    rows = [r for r in everything if r.tpr_shrunk is not None and (not lga or r.lga == lga)]
    rows.sort(key=lambda r: (-(r.tpr_shrunk or 0), r.lga, r.ward_name))
    whole = bool(params.get("all"))
    bands = bands_named(params.get("bands", ""))
    chosen = params.get("ward", "")
    ward = next((r for r in everything if str(r.pk) == chosen), None)
    shown = rows if whole else rows[:SHOWN]
    return {
        "workflow": workflow, "result": result, "summary": summary_of(result),
        "possible": result.definition in ADDITIVE, "found": len(rows), "shown": len(shown),
        "whole": whole, "lga": lga, "lgas": sorted({r.lga for r in everything if r.lga}),
        "caterpillar": caterpillar_of(result, shown) if shown else "",
        "caterpillar_words": _caterpillar_words(rows), "funnel": funnel_of(result, rows),
        "funnel_words": _funnel_words(result, rows), "rows": [_row(r, bands) for r in shown],
        "bands": bands, "band_sets": band_sets(), "classes": _classes(rows, bands),
        "prior": prior_words(result.totals.get("prior"), result.state), "reading": READING,
        "ward": _ward(ward, result, bands) if ward else None,
    }  # fmt: skip


def _name(row: WardTpr) -> str:
    return row.ward_name or "Unknown ward"


def choice_words(result: TprResult) -> str:
    """The choices in one line, for pictures that travel without their page."""
    summary = summary_of(result)
    age = AGE_LABELS[result.age_group].lower()
    return f"{summary['definition_label']}; {summary['level_label'].lower()}; {age}; {summary['period']}"


def caterpillar_of(result: TprResult, rows: list[WardTpr], *, standalone: bool = False) -> str:
    """Draw the rows given, in their order."""
    drawn = [
        CaterpillarRow(
            name=f"{_name(r)}, {r.lga}", shrunk=r.tpr_shrunk or 0.0, low=r.shrunk_low or 0.0,
            high=r.shrunk_high or 0.0, raw=r.tpr, tested=r.tested or 0.0,
            thin="too_few_tests" in r.flags or r.tpr is None,
        )
        for r in rows
    ]  # fmt: skip
    return caterpillar(
        drawn, state_rate=result.totals["tpr"], standalone=standalone,
        label=f"Wards of {result.state} by shrunk TPR with 90 % intervals; the table below has "
        "the same figures.",
        note=choice_words(result) if standalone else "",
    )  # fmt: skip


def _points(rows: list[WardTpr]) -> list[FunnelPoint]:
    return [
        FunnelPoint(f"{_name(r)}, {r.lga}", r.tpr, r.n_eff)
        for r in rows if r.tpr is not None and r.n_eff and r.tpr <= 100
    ]  # fmt: skip


def funnel_of(result: TprResult, rows: list[WardTpr], *, standalone: bool = False) -> str:
    """Draw raw TPR against effective tests; empty when the state has no rate to compare with."""
    points, mean = _points(rows), result.totals["tpr"]
    if not points or mean is None or not 0 < mean < 100:
        return ""
    return funnel(
        points, mean, standalone=standalone,
        label=f"Funnel plot: raw TPR of {len(points)} wards of {result.state} against their "
        "effective tests; limits of 95 and 99.8 % around the state.",
        note=choice_words(result) if standalone else "",
    )  # fmt: skip


def _caterpillar_words(rows: list[WardTpr]) -> str:
    thin = sum("too_few_tests" in r.flags for r in rows)
    untested = sum(r.tpr is None for r in rows)
    moved = [r for r in rows if r.tpr is not None]
    if not moved:
        return ""
    most = max(moved, key=lambda r: abs((r.tpr or 0) - (r.tpr_shrunk or 0)))
    return (
        f"{plural(thin, 'ward')} with too few tests, {untested} without any. The figure of "
        f"{_name(most)} ({most.lga}) moves most when it is shrunk: {percent(most.tpr)} of "
        f"{count(most.tested)} tests becomes {percent(most.tpr_shrunk)}."
    )


def _funnel_words(result: TprResult, rows: list[WardTpr]) -> str:
    mean = result.totals["tpr"]
    points = _points(rows)
    if mean is None or not points:
        return ""
    above = [p.name for p in points if outside(p, mean) > 0]
    below = [p.name for p in points if outside(p, mean) < 0]
    if not above and not below:
        return (
            f"No ward lies outside the limits that chance alone would keep around "
            f"{percent(mean)}: the differences between wards may be chance."
        )
    first = f" Above: {join(above[:5])}{' and others' if len(above) > 5 else ''}." if above else ""
    return (
        f"{plural(len(above), 'ward')} above and {len(below)} below what chance alone would allow "
        f"around the state's {percent(mean)}.{first}"
    )


def _row(r: WardTpr, bands: Bands | None) -> dict[str, Any]:
    found = classed(r, bands) if bands else None
    return {
        "pk": r.pk, "ward": _name(r), "lga": r.lga,
        "tested": "" if r.tested is None else count(r.tested),
        "raw": percent(r.tpr), "interval": interval(r.wide_low, r.wide_high),
        "deff": "" if r.deff is None else f"{r.deff:.1f}",
        "n_eff": "" if r.n_eff is None else count(round(r.n_eff)),
        "shrunk": percent(r.tpr_shrunk), "shrunk_interval": interval(r.shrunk_low, r.shrunk_high),
        "pull": "" if r.pull is None else f"{100 * r.pull:.0f} %",
        "klass": bands.words(found) if bands and found else "",
        "above": [f"{100 * p:.0f} %" for p in found.above] if found else [],
        "few": "too_few_tests" in r.flags, "why_few": too_few_words(r),
    }  # fmt: skip


def _classes(rows: list[WardTpr], bands: Bands | None) -> list[dict[str, Any]]:
    if bands is None:
        return []
    said = [bands.words(found) for r in rows if (found := classed(r, bands))]
    order = [*reversed(bands.names)]
    between = sorted({word for word in said if word not in order and word != "not classified"})
    return [
        {"name": name, "count": said.count(name)}
        for name in [*order, *between, "not classified"] if name in order or name in said
    ]  # fmt: skip


def _ward(r: WardTpr, result: TprResult, bands: Bands | None) -> dict[str, Any]:
    prior = result.totals.get("prior") or {}
    formula = []
    if r.tpr is not None:
        formula.append(
            f"Raw: {count(r.positive)} positives ÷ {count(r.tested)} tests = {percent(r.tpr)}"
        )
    if r.deff is not None and r.n_eff is not None:
        formula.append(
            f"Effective tests: {count(r.tested)} ÷ design effect {r.deff:.2f} = {r.n_eff:.1f}; "
            f"95 % interval {interval(r.wide_low, r.wide_high)} (Wilson), as if tests were "
            f"independent {interval(r.tpr_low, r.tpr_high)}"
        )
    lga_mean = prior.get("lgas", {}).get(r.lga)
    if r.alpha is not None and r.beta is not None and r.n_stable is not None:
        positives = (r.positive or 0) / r.deff_stable if r.deff_stable and r.tpr is not None else 0
        usual = f" (usual in the LGA: {percent(lga_mean)})" if lga_mean is not None else ""
        formula.append(
            f"Shrunk{usual}: α = μM + x = {r.alpha:.2f}, β = (1 − μ)M + n − x = {r.beta:.2f}, with "
            f"M = {prior.get('precision', 0):.1f}, n = {r.n_stable:.1f} and x = {positives:.1f} "
            f"after the design effect {r.deff_stable or 1:.2f}; α ÷ (α + β) = "
            f"{percent(r.tpr_shrunk)}, 5 to 95 %: {interval(r.shrunk_low, r.shrunk_high)}"
        )
    missing = missing_bounds(result, r.lga, r.ward_name) if r.ward_name else None
    found = classed(r, bands) if bands else None
    chances = []
    if found and bands:
        chances = [
            f"We are {100 * p:.0f} % sure that the positivity is above {limit:g} %."
            for p, limit in zip(found.above, bands.limits, strict=True)
        ]
    return {
        "name": _name(r), "lga": r.lga, "guide": ward_guide(r), "formula": formula,
        "missing": f"{count(missing.present)} of {count(missing.expected)} reports have both "
        f"numbers. If the missing reports looked like the lowest facilities of {result.state} "
        f"({percent(missing.lowest)}), the ward would stand at {percent(missing.low)}; like the "
        f"highest ({percent(missing.highest)}), at {percent(missing.high)}. This is not part of "
        "the bars." if missing else "",
        "chances": chances, "klass": bands.words(found) if bands and found else "",
    }  # fmt: skip
