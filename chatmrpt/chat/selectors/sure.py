"""How sure the figures are: raw and shrunk side by side, plots, classes, one ward in words."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.selectors.guide import READING, prior_words, too_few_words, ward_guide
from chatmrpt.chat.selectors.results import summary_of
from chatmrpt.chat.words import AGE_LABELS, count, interval, join, percent, plural
from chatmrpt.common.language import say
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
    return row.ward_name or say("Unknown ward")


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
        drawn,
        state_rate=result.totals["tpr"],
        standalone=standalone,
        label=say(
            "Wards of {state} by shrunk TPR with 90 % intervals; the table below has "
            "the same figures.",
            state=result.state,
        ),
        note=choice_words(result) if standalone else "",
    )


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
        points,
        mean,
        standalone=standalone,
        label=say(
            "Funnel plot: raw TPR of {points} wards of {state} against their "
            "effective tests; limits of 95 and 99.8 % around the state.",
            points=len(points),
            state=result.state,
        ),
        note=choice_words(result) if standalone else "",
    )


def _caterpillar_words(rows: list[WardTpr]) -> str:
    thin = sum("too_few_tests" in r.flags for r in rows)
    untested = sum(r.tpr is None for r in rows)
    moved = [r for r in rows if r.tpr is not None]
    if not moved:
        return ""
    most = max(moved, key=lambda r: abs((r.tpr or 0) - (r.tpr_shrunk or 0)))
    return say(
        "{thin} with too few tests, {untested} without any. The figure of {name} "
        "({lga}) moves most when it is shrunk: {tpr} of {tested} tests becomes "
        "{tpr_shrunk}.",
        thin=plural(thin, "ward"),
        untested=untested,
        name=_name(most),
        lga=most.lga,
        tpr=percent(most.tpr),
        tested=count(most.tested),
        tpr_shrunk=percent(most.tpr_shrunk),
    )


def _funnel_words(result: TprResult, rows: list[WardTpr]) -> str:
    mean = result.totals["tpr"]
    points = _points(rows)
    if mean is None or not points:
        return ""
    above = [p.name for p in points if outside(p, mean) > 0]
    below = [p.name for p in points if outside(p, mean) < 0]
    if not above and not below:
        return say(
            "No ward lies outside the limits that chance alone would keep around "
            "{mean}: the differences between wards may be chance.",
            mean=percent(mean),
        )
    first = (
        say(
            " Above: {above}{and_others}.",
            above=join(above[:5]),
            and_others=say(" and others") if len(above) > 5 else "",
        )
        if above
        else ""
    )
    return say(
        "{above} above and {below} below what chance alone would allow around "
        "the state's {mean}.{first}",
        above=plural(len(above), "ward"),
        below=len(below),
        mean=percent(mean),
        first=first,
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
        for name in [*order, *between, say("not classified")] if name in order or name in said
    ]  # fmt: skip


def _ward(r: WardTpr, result: TprResult, bands: Bands | None) -> dict[str, Any]:
    prior = result.totals.get("prior") or {}
    formula = []
    if r.tpr is not None:
        formula.append(
            say(
                "Raw: {positive} positives ÷ {tested} tests = {tpr}",
                positive=count(r.positive),
                tested=count(r.tested),
                tpr=percent(r.tpr),
            )
        )
    if r.deff is not None and r.n_eff is not None:
        formula.append(
            say(
                "Effective tests: {tested} ÷ design effect {deff:.2f} = {n_eff:.1f}; 95 "
                "% interval {wide_low} (Wilson), as if tests were independent {tpr_low}",
                tested=count(r.tested),
                deff=r.deff,
                n_eff=r.n_eff,
                wide_low=interval(r.wide_low, r.wide_high),
                tpr_low=interval(r.tpr_low, r.tpr_high),
            )
        )
    lga_mean = prior.get("lgas", {}).get(r.lga)
    if r.alpha is not None and r.beta is not None and r.n_stable is not None:
        positives = (r.positive or 0) / r.deff_stable if r.deff_stable and r.tpr is not None else 0
        usual = (
            say(" (usual in the LGA: {lga_mean})", lga_mean=percent(lga_mean))
            if lga_mean is not None
            else ""
        )
        formula.append(
            say(
                "Shrunk{usual}: α = μM + x = {alpha:.2f}, β = (1 − μ)M + n − x = "
                "{beta:.2f}, with M = {precision:.1f}, n = {n_stable:.1f} and x = "
                "{positives:.1f} after the design effect {deff_stable:.2f}; α ÷ (α + β) "
                "= {tpr_shrunk}, 5 to 95 %: {shrunk_low}",
                usual=usual,
                alpha=r.alpha,
                beta=r.beta,
                precision=prior.get("precision", 0),
                n_stable=r.n_stable,
                positives=positives,
                deff_stable=r.deff_stable or 1,
                tpr_shrunk=percent(r.tpr_shrunk),
                shrunk_low=interval(r.shrunk_low, r.shrunk_high),
            )
        )
    missing = missing_bounds(result, r.lga, r.ward_name) if r.ward_name else None
    found = classed(r, bands) if bands else None
    chances = []
    if found and bands:
        chances = [
            say(
                "We are {p:.0f} % sure that the positivity is above {limit:g} %.",
                p=100 * p,
                limit=limit,
            )
            for p, limit in zip(found.above, bands.limits, strict=True)
        ]
    return {
        "name": _name(r),
        "lga": r.lga,
        "guide": ward_guide(r),
        "formula": formula,
        "missing": say(
            "{present} of {expected} reports have both numbers. If the missing "
            "reports looked like the lowest facilities of {state} ({lowest}), the "
            "ward would stand at {low}; like the highest ({highest}), at {high}. "
            "This is not part of the bars.",
            present=count(missing.present),
            expected=count(missing.expected),
            state=result.state,
            lowest=percent(missing.lowest),
            low=percent(missing.low),
            highest=percent(missing.highest),
            high=percent(missing.high),
        )
        if missing
        else "",
        "chances": chances,
        "klass": bands.words(found) if bands and found else "",
    }
