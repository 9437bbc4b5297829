"""Positivity of a place: the rate, both intervals, enough tests, few tests, the result, verified."""

from itertools import pairwise
from typing import Any

from chatmrpt.chat.replies.answers.groups import (
    AGES,
    LEVELS,
    RATE_COLUMNS,
    Group,
    grouped,
    rate_cells,
    rate_table,
)
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    EXCEEDING_LABELS,
    LEVEL_LABELS,
    bars,
    count,
    interval,
    percent,
    period,
    plural,
    points,
    table,
)
from tpr.domain.positivity import FEW_TESTS, Figure
from tpr.models import TprResult, Workflow
from tpr.selectors.results import current_result


def rate_sentence(scope: Scope, found: Figure) -> str:
    """T, P, TPR, interval, facilities, completeness, with the filter."""
    name = "Positives per out-patient" if scope.definition == "opd" else "TPR"
    if found.tpr is None:
        return (
            f"There is no rate for {scope.place} ({scope.said}): "
            f"{str(found.reason).replace('_', ' ')}. {plural(found.facilities, 'facility', 'facilities')} "
            f"with {plural(found.rows, 'row')} in the file."
        )  # fmt: skip
    shown = f" (95 % interval {interval(*found.shown)})" if found.low is not None else ""
    few = f" Fewer than {FEW_TESTS} tests: too few to rely on." \
        if (found.tested or 0) < FEW_TESTS else ""  # fmt: skip
    return (
        f"{name} of {scope.place} is {percent(found.tpr)}{shown}: {count(found.positive)} positive "
        f"of {count(found.tested)} tested, in {count(found.reporting)} of "
        f"{plural(found.facilities, 'facility', 'facilities')} ({scope.said}). "
        f"{count(found.facility_periods)} of {count(found.rows)} facility-periods hold a complete "
        f"pair ({percent(100 * found.facility_periods / found.rows)}).{few}"
    )


def positivity(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    scope = scope_of(workflow, slots)
    found = scope.figure()
    figures = []
    if scope.state is None and len(scope.states) > 1:
        groups = grouped(scope, "state")
        rows = sorted(groups.rows, key=lambda r: (-(r.figure.tpr or -1), r.name))
        figures = [rate_table("By state", groups, rows, total=found, total_label="All states")]
    return Reply(text=f"{rate_sentence(scope, found)}\n\n{scope.source}", figures=figures)


SOURCES = {"own": "its own facilities", "borrowed": "the median of the state's wards, borrowed",
           "none": "nothing to estimate it from, so 1"}  # fmt: skip


def intervals(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Both intervals, the design effect and the tests it leaves, of the place and its wards."""
    scope = scope_of(workflow, slots)
    wards = [g for g in _named_wards(scope) if g.figure.n_eff is not None]
    whole = scope.figure()
    if scope.ward is not None and wards:
        whole = wards[0].figure  # with what is borrowed from the other wards of the state
    if whole.n_eff is None:
        return Reply(
            text=f"{rate_sentence(scope, whole)} So there is no interval.\n\n{scope.source}"
        )
    text = (
        f"TPR of {scope.place} is {percent(whole.tpr)}: {count(whole.positive)} positive of "
        f"{count(whole.tested)} tested ({scope.said}). From the tests alone (Wilson, 95 %): "
        f"{interval(whole.low, whole.high)}. Tests of one facility are alike, so with the design effect "
        f"{whole.deff or 1:.1f} (from {SOURCES[whole.deff_source]}) they are worth "
        f"{count(round(whole.n_eff))} independent tests: {interval(*whole.shown)}. The wider one is "
        "shown everywhere."
    )
    figures = []
    if not scope.ward and not scope.facilities and len(wards) > 1:
        wards.sort(key=lambda g: (-width(g.figure), g.name))
        columns = [("Ward", False), ("LGA", False), ("Tests", True), ("TPR", True),
                   ("Tests alone", True), ("With design effect", True), ("Deff", True),
                   ("Worth tests", True)]  # fmt: skip
        cells = [
            [g.name, g.lga, count(f.tested), percent(f.tpr), interval(f.low, f.high),
             interval(*f.shown), f"{f.deff or 1:.1f}" + ("" if f.deff_source == "own" else
                                                         f" ({f.deff_source})"),
             count(round(f.n_eff or 0))]
            for g in wards[:8] for f in (g.figure,)
        ]  # fmt: skip
        figures = [table(f"Widest {len(cells)} of {plural(len(wards), 'ward')}", columns, cells)]
    return Reply(text=f"{text}\n\n{scope.source}", figures=figures)


def width(found: Figure) -> float:
    low, high = found.shown
    return (high or 0) - (low or 0)


def _named_wards(scope: Scope) -> list[Group]:
    """Return the wards of the scope; their design effects may be borrowed from the whole state."""
    wide = scope.but(lga=None, ward=None, facilities=()) if scope.state else scope
    return [
        g for g in grouped(wide, "ward").rows
        if g.key[2] and (scope.ward is None or g.key == scope.ward)
        and (scope.lga is None or g.key[:2] == scope.lga)
    ]  # fmt: skip


def sample_size(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Tests, facilities, effective tests and interval width of each age group."""
    scope = scope_of(workflow, slots)
    ages = (scope.age,) if slots.get("age") in AGES else (*AGES, "all")
    cells, wide = [], []
    for age in ages:
        found = scope.but(age=age).figure()
        if found.n_eff is None:
            cells.append([AGE_LABELS[age], count(found.tested or 0), "0", "", "", "no interval"])
            continue
        m = found.clusters.count if found.clusters else found.reporting
        half = width(found) / 2
        cells.append([AGE_LABELS[age], count(found.tested), count(m), f"{found.deff or 1:.1f}",
                      count(round(found.n_eff)), f"±{half:.1f} points"])  # fmt: skip
        wide.append((half, AGE_LABELS[age].lower()))
    columns = [("Age group", False), ("Tests", True), ("Facilities", True), ("Design effect", True),
               ("Worth tests", True), ("Interval", True)]  # fmt: skip
    wards = [g for g in grouped(scope, "ward").rows if g.key[2]]
    few = sum((g.figure.tested or 0) < FEW_TESTS for g in wards)
    text = (
        f"{scope.place}, {scope.said}. "
        + (f"For the whole of it the least certain group is {max(wide)[1]}, ±{max(wide)[0]:.1f} "
           "points. " if wide else "There are no tests. ")
        + (f"Ward by ward it is less: {few} of {plural(len(wards), 'ward')} have fewer than "
           f"{FEW_TESTS} tests ({AGE_LABELS[scope.age].lower()})." if not scope.ward else "")
    )  # fmt: skip
    note = "Worth tests = tests ÷ design effect; the interval (95 %) is that of so many tests."
    return Reply(text=f"{text}\n\n{scope.source}",
                 figures=[table("Enough tests?", columns, cells, note=note)])  # fmt: skip


def low_volume(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    scope = scope_of(workflow, slots)
    below = slots.get("below")
    limit = below if isinstance(below, int | float) and below > 0 else FEW_TESTS
    groups = grouped(scope, "ward")
    wards = [g for g in groups.rows if g.key[2]]
    found = sorted(
        (g for g in wards if (g.figure.tested or 0) < limit),
        key=lambda g: (-(g.figure.tested or 0), g.name),
    )
    tests = sum(g.figure.tested or 0 for g in found)
    none = sum(not g.figure.tested for g in found)
    text = (
        f"{len(found)} of {plural(len(wards), 'ward')} of {scope.place} have fewer than "
        f"{count(limit)} tests, together {count(tests)} tests; {none} of them have none "
        f"({scope.said}). Their rates swing by chance: read them with the tests."
    )
    figures = []
    if found:
        figures = [rate_table("The most tests first", groups, found[:12],
                              note=_more(len(found), 12))]  # fmt: skip
    return Reply(text=f"{text}\n\n{scope.source}", figures=figures,
                 links=[{"href": "?tab=table&sort=tests", "label": "Table by tests"}]
                 if current_result(workflow) else [])  # fmt: skip


def _more(found: int, shown: int) -> str:
    return f"{count(found - shown)} more are not shown here." if found > shown else ""


def summary(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """State figure, LGA range, top and bottom wards, bands."""
    scope = scope_of(workflow, slots)
    whole = scope.figure()
    if whole.tpr is None or scope.state is None:
        return positivity(workflow, slots)
    lgas = [g for g in grouped(scope, "lga").rows if g.figure.tpr is not None]
    groups = grouped(scope, "ward")
    wards = [g for g in groups.rows if g.key[2] and g.figure.tpr is not None]
    order = sorted(wards, key=_highest)
    lines = [rate_sentence(scope, whole)]
    if lgas:
        top, low = (
            max(lgas, key=lambda g: g.figure.tpr or 0),
            min(lgas, key=lambda g: g.figure.tpr or 0),
        )
        lines.append(
            f"LGAs range from {percent(low.figure.tpr)} in {low.name} to {percent(top.figure.tpr)} in "
            f"{top.name}. {count(len(wards))} of {plural(sum(bool(g.key[2]) for g in groups.rows), 'ward')} "
            "of the file have a rate; no tests means unknown, not zero."
        )  # fmt: skip
    figures = []
    n = min(5, len(order) // 2)
    if n:
        figures.append(rate_table(f"Highest {n} wards", groups, order[:n]))
        figures.append(rate_table(f"Lowest {n} wards", groups, order[: -n - 1 : -1]))
    figures.append(band_figure(scope)[0])
    return Reply(text="\n\n".join([*lines, scope.source]), figures=figures)


def bands_of(workflow: Workflow) -> list[tuple[str, float]]:
    """Return the bands in force as (label, lower limit): the workflow's own, else the map's."""
    from chatmrpt.chat.selectors.shapes import BANDS

    if not workflow.bands:
        return [(label, lower) for _, label, lower in BANDS]
    limits = [float(part) for part in workflow.bands.split(",")]
    labels = [f"under {limits[0]:g} %", *(f"{a:g} to {b:g} %" for a, b in pairwise(limits)),
              f"{limits[-1]:g} % and over"]  # fmt: skip
    return list(zip(labels, [0.0, *limits], strict=True))


def band_figure(scope: Scope) -> tuple[dict[str, Any], str]:
    """Return the wards by band as bars, and a sentence; the lower limit belongs to its band."""
    bands = bands_of(scope.workflow)
    counts = [0] * len(bands)
    few = 0
    for g in grouped(scope, "ward").rows:
        if g.key[2] and g.figure.tpr is not None:
            place = max(i for i, (_, lower) in enumerate(bands) if g.figure.tpr >= lower)
            counts[place] += 1
            few += g.few
    rows = [{"label": label, "value": float(n), "text": count(n)}
            for (label, _), n in zip(bands, counts, strict=True)]  # fmt: skip
    said = (
        f"{plural(sum(counts), 'ward')} with a rate, {few} of them on fewer than {FEW_TESTS} tests."
    )
    if counts and max(counts) == sum(counts) > 1:
        said += " All fall into one band; thirds of the wards would tell them apart."
    return bars("Wards by band", "Band", rows, unit="wards", note=said), said


def _highest(group: Group) -> tuple[float, float, str]:
    return (-(group.figure.tpr or 0), -(group.figure.tested or 0), group.name)


def verify(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Old and new value with the filter of both, and why they differ."""
    scope = scope_of(workflow, slots)
    again = scope.figure()
    result = current_result(workflow)
    results = list(workflow.results.order_by("-number")[:6])
    lines = []
    same_filter = result is not None and scope.place == scope.state and all(
        getattr(result, name) == value
        for name, value in (("level", scope.level), ("age_group", scope.age),
                            ("definition", scope.definition), ("exceeding", scope.exceeding),
                            ("state", scope.state))
    )  # fmt: skip
    if result is not None and same_filter:
        old = result.totals["tpr"]
        same = old == again.tpr or (
            old is not None and again.tpr is not None and abs(old - again.tpr) < 1e-9
        )
        lines.append(
            f"{'Yes, it is the same number' if same else 'No, it differs'}: result {result.number} "
            f"holds {percent(old)} ({count(result.totals['positive'])} of "
            f"{count(result.totals['tested'])}); added up again from the reports just now: "
            f"{percent(again.tpr)} ({count(again.positive)} of {count(again.tested)})."
        )
    else:
        lines.append(f"Added up from the reports just now: {rate_sentence(scope, again)}")
    figures = []
    if results:
        now = results[0] if result is None else result
        columns = [("Result", True), ("Filter", False), *RATE_COLUMNS[:3], ("Differs by", False)]
        cells = [
            [str(r.number), _filter_of(r), count(r.totals["tested"] or 0),
             count(r.totals["positive"] or 0), percent(r.totals["tpr"]), _differs(r, now)]
            for r in results
        ]  # fmt: skip
        figures = [table("Results of this workflow", columns, cells)]
        if len(results) > 1:
            lines.append("Numbers differ when the filter differs; the last column says in what.")
    return Reply(text="\n\n".join([*lines, scope.source]), figures=figures)


def _filter_of(r: TprResult) -> str:
    when = f", {period(r.period_start, r.period_end)}" if r.period_start else ""
    return f"{r.state}, {LEVEL_LABELS[r.level].lower()}, {AGE_LABELS[r.age_group].lower()}{when}"


def _differs(r: TprResult, now: TprResult) -> str:
    if r.pk == now.pk:
        return "shown now"
    named = {
        "state": r.state, "level": LEVEL_LABELS[r.level], "age_group": AGE_LABELS[r.age_group],
        "definition": DEFINITION_LABELS[r.definition],
        "exceeding": f"exceeding rows {EXCEEDING_LABELS[r.exceeding]}",
        "period_start": f"from {period(r.period_start, None)}" if r.period_start else "all months",
        "period_end": f"to {period(r.period_end, None)}" if r.period_end else "all months",
    }  # fmt: skip
    found = [
        words.lower() for name, words in named.items() if getattr(r, name) != getattr(now, name)
    ]
    a, b = now.totals["tpr"], r.totals["tpr"]
    gap = f" ({points(b - a)})" if a is not None and b is not None else ""
    return (", ".join(dict.fromkeys(found)) or "ward list") + gap


__all__ = ["LEVELS", "intervals", "low_volume", "positivity", "rate_cells", "rate_sentence",
           "sample_size", "summary", "verify"]  # fmt: skip
