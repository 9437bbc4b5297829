"""Maps of a run: classes, chances, or one variable. The same wards as in the table."""

from typing import Any

from analysis.models import AnalysisRun, VariableUse, WardScore
from chatmrpt.common.language import mark, say
from tpr.maps.choropleth import LegendItem, Shape, draw
from tpr.models import Ward

LABELS_UP_TO = 30
CLASSES = (("Low", "m1", mark("lower third")), ("Medium", "m3", mark("middle third")),
           ("High", "m5", mark("upper third")))  # fmt: skip
CHANCES = (("m1", mark("under 20 of 100"), 0.0), ("m2", mark("20 to 40"), 0.2), ("m3", mark("40 to 60"), 0.4),
           ("m4", mark("60 to 80"), 0.6), ("m5", mark("80 and over"), 0.8))  # fmt: skip


def map_choices(run: AnalysisRun, uses: list[VariableUse], chosen: str) -> list[dict[str, Any]]:
    """Return what can be drawn: thirds, chances, and every variable of the score."""
    named = [("", say("Thirds of the ranking"))]
    if run.profile == "sound":
        named.append(("p_high", say("Chance of the upper third")))
    named += [(u.name, u.label) for u in uses if u.status == "used"]
    return [{"value": v, "label": label, "current": v == chosen} for v, label in named]


def map_of(
    run: AnalysisRun, scores: list[WardScore], uses: list[VariableUse], what: str,
    *, standalone: bool = False,
) -> dict[str, Any] | None:  # fmt: skip
    """Return the drawing with its legend and caption; None without a list to draw from."""
    if run.ward_list is None or run.result is None:
        return None
    frame = run.ward_list.display.get(run.result.state)
    if not frame:
        return None
    klass, items, title, caption = _classes(run, scores, uses, what)
    by_ward = {s.ward_id: s for s in scores}
    shapes = []
    wards = Ward.objects.filter(list=run.ward_list, state=run.result.state, display__isnull=False)
    for ward in wards.defer("geometry").order_by("lga", "name"):
        s = by_ward.get(ward.pk)
        thin = s is not None and bool(
            {"too_few_tests", "mostly_imputed", "no_tests"} & set(s.flags)
        )
        shapes.append(
            Shape(
                path=ward.display["d"],
                klass=klass.get(ward.pk, "m0"),
                title=f"{ward.name}, {ward.lga}: "
                + (
                    say("risk rank {rank} of {n_wards}", rank=s.rank, n_wards=run.n_wards)
                    if s
                    else say("not ranked")
                ),
                few=thin,
                href=f"/workflows/{run.workflow_id}/runs/{run.pk}/wards/{s.pk}/"
                if s and not standalone
                else "",
            )
        )
    borders = [(b["lga"], b["d"], b["x"], b["y"]) for b in frame["lgas"]]
    unknown = sum(ward.klass == "m0" for ward in shapes)
    legend = [*items, LegendItem("m3", say("positivity or variables not firm"), sum(
        w.few for w in shapes), few=True), LegendItem("m0", say("not ranked"), unknown)]  # fmt: skip
    svg = draw(
        shapes, width=frame["width"], height=frame["height"], borders=borders, label=title,
        legend=legend, lga_labels=len(borders) <= LABELS_UP_TO, standalone=standalone,
    )  # fmt: skip
    return {"svg": svg, "legend": legend, "title": title, "caption": caption}


Classes = tuple[dict[int | None, str], list[LegendItem], str, str]


def _classes(
    run: AnalysisRun, scores: list[WardScore], uses: list[VariableUse], what: str
) -> Classes:
    use = next((u for u in uses if u.name == what and u.status == "used"), None)
    if use is not None:
        return _variable(scores, use)
    if what == "p_high" and run.profile == "sound":
        klass = {
            s.ward_id: next(k for k, _, low in reversed(CHANCES) if (s.p_high or 0) >= low)
            for s in scores
        }
        items = [
            LegendItem(k, say(label), list(klass.values()).count(k)) for k, label, _ in CHANCES
        ]
        return (
            klass,
            items,
            say("Chance that a ward is in the upper third"),
            (
                say(
                    "Of {draws:,} plausible rankings. Dark wards are in the upper third in "
                    "80 of 100.",
                    draws=run.draws,
                )
            ),
        )
    klass = {s.ward_id: next(k for name, k, _ in CLASSES if name == s.category) for s in scores}
    items = [
        LegendItem(k, say(label), sum(s.category == name for s in scores))
        for name, k, label in reversed(CLASSES)
    ]
    return (
        klass,
        items,
        say("Thirds of the risk ranking"),
        (
            say(
                "Classes are relative to this state: a state of uniformly low risk still "
                "has an upper third."
            )
        ),
    )


def _variable(scores: list[WardScore], use: VariableUse) -> Classes:
    """Draw a variable in fifths of the wards; dark = higher value, whatever that means for risk."""
    values = {s.ward_id: s.variables.get(use.name, {}).get("value") for s in scores}
    known = sorted(v for v in values.values() if v is not None)
    cuts = [known[len(known) * i // 5] for i in range(1, 5)] if known else []
    names = ("m1", "m2", "m3", "m4", "m5")
    klass = {
        ward: "m0" if v is None else names[sum(v >= cut for cut in cuts)]
        for ward, v in values.items()
    }
    ends = [known[0], *cuts, known[-1]] if known else []
    items = [
        LegendItem(k, f"{ends[i]:.3g} to {ends[i + 1]:.3g}", list(klass.values()).count(k))
        for i, k in enumerate(names) if ends
    ]  # fmt: skip
    worse = (
        say("higher means more risk")
        if use.direction == "direct"
        else say("higher means less risk")
    )
    made = f" {use.how_made[0].upper()}{use.how_made[1:]}." if use.how_made else ""
    origin = ", ".join(p for p in (use.source, use.year) if p)
    return (
        klass,
        items,
        f"{use.label} ({use.unit or 'no unit'})",
        (
            say(
                "Fifths of the wards; dark = higher value; {worse}. {n_imputed} filled "
                "in.{source}{made}",
                worse=worse,
                n_imputed=use.n_imputed,
                source=say(" Source: {origin}.", origin=origin) if origin else "",
                made=made,
            )
        ),
    )
