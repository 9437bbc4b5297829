"""Positivity of a place: the rate, both intervals, enough tests, few tests, the result, verified."""

from itertools import pairwise
from typing import Any

from chatmrpt.chat.replies.answers.groups import (
    Group,
    grouped,
    rate_columns,
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
from chatmrpt.common.language import say
from tpr.domain.positivity import FEW_TESTS, Figure
from tpr.models import TprResult, Workflow
from tpr.selectors.results import current_result


def rate_sentence(scope: Scope, found: Figure) -> str:
    """T, P, TPR, interval, facilities, completeness, with the filter."""
    name = say("Positives per out-patient") if scope.definition == "opd" else say("TPR")
    if found.tpr is None:
        return say(
            "There is no rate for {place} ({said}): {reason}. {facilities} with "
            "{rows} in the file.",
            place=scope.place,
            said=scope.said,
            reason=str(found.reason).replace("_", " "),
            facilities=plural(found.facilities, "facility", "facilities"),
            rows=plural(found.rows, "row"),
        )
    shown = (
        say(" (95 % interval {value})", value=interval(*found.shown))
        if found.low is not None
        else ""
    )
    few = say(" Fewer than {few_tests} tests: too few to rely on.", few_tests=FEW_TESTS) \
        if (found.tested or 0) < FEW_TESTS else ""  # fmt: skip
    return say(
        "{name} of {place} is {tpr}{shown}: {positive} positive of {tested} "
        "tested, in {reporting} of {facilities} ({said}). {facility_periods} of "
        "{rows} facility-periods hold a complete pair "
        "({facility_periods_2}).{few}",
        name=name,
        place=scope.place,
        tpr=percent(found.tpr),
        shown=shown,
        positive=count(found.positive),
        tested=count(found.tested),
        reporting=count(found.reporting),
        facilities=plural(found.facilities, "facility", "facilities"),
        said=scope.said,
        facility_periods=count(found.facility_periods),
        rows=count(found.rows),
        facility_periods_2=percent(100 * found.facility_periods / found.rows),
        few=few,
    )


def positivity(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    scope = scope_of(workflow, slots)
    found = scope.figure()
    figures = []
    if scope.state is None and len(scope.states) > 1:
        groups = grouped(scope, "state")
        rows = sorted(groups.rows, key=lambda r: (-(r.figure.tpr or -1), r.name))
        figures = [
            rate_table(say("By state"), groups, rows, total=found, total_label=say("All states"))
        ]
    return Reply(text=f"{rate_sentence(scope, found)}\n\n{scope.source}", figures=figures)


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
            say(
                "LGAs range from {tpr} in {low} to {tpr_2} in {top}. {wards} of {bool} "
                "of the file have a rate; no tests means unknown, not zero.",
                tpr=percent(low.figure.tpr),
                low=low.name,
                tpr_2=percent(top.figure.tpr),
                top=top.name,
                wards=count(len(wards)),
                bool=plural(sum(bool(g.key[2]) for g in groups.rows), "ward"),
            )
        )
    figures = []
    n = min(5, len(order) // 2)
    if n:
        figures.append(rate_table(say("Highest {n} wards", n=n), groups, order[:n]))
        figures.append(rate_table(say("Lowest {n} wards", n=n), groups, order[: -n - 1 : -1]))
    figures.append(band_figure(scope)[0])
    return Reply(text="\n\n".join([*lines, scope.source]), figures=figures)


def bands_of(workflow: Workflow) -> list[tuple[str, float]]:
    """Return the bands in force as (label, lower limit): the workflow's own, else the map's."""
    from chatmrpt.chat.selectors.shapes import BANDS

    if not workflow.bands:
        return [(label, lower) for _, label, lower in BANDS]
    limits = [float(part) for part in workflow.bands.split(",")]
    labels = [
        say("under {limits:g} %", limits=limits[0]),
        *(say("{a:g} to {b:g} %", a=a, b=b) for a, b in pairwise(limits)),
        say("{limits:g} % and over", limits=limits[-1]),
    ]
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
    said = say(
        "{counts} with a rate, {few} of them on fewer than {few_tests} tests.",
        counts=plural(sum(counts), "ward"),
        few=few,
        few_tests=FEW_TESTS,
    )
    if counts and max(counts) == sum(counts) > 1:
        said += say(" All fall into one band; thirds of the wards would tell them apart.")
    return bars(say("Wards by band"), say("Band"), rows, unit="wards", note=said), said


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
            say(
                "{yes_it}: result {number} holds {old} ({positive} of {tested}); added "
                "up again from the reports just now: {tpr} ({positive_2} of {tested_2}).",
                yes_it=say("Yes, it is the same number") if same else say("No, it differs"),
                number=result.number,
                old=percent(old),
                positive=count(result.totals["positive"]),
                tested=count(result.totals["tested"]),
                tpr=percent(again.tpr),
                positive_2=count(again.positive),
                tested_2=count(again.tested),
            )
        )
    else:
        lines.append(
            say(
                "Added up from the reports just now: {rate_sentence}",
                rate_sentence=rate_sentence(scope, again),
            )
        )
    figures = []
    if results:
        now = results[0] if result is None else result
        columns = [
            (say("Result"), True),
            (say("Filter"), False),
            *rate_columns()[:3],
            (say("Differs by"), False),
        ]
        cells = [
            [str(r.number), _filter_of(r), count(r.totals["tested"] or 0),
             count(r.totals["positive"] or 0), percent(r.totals["tpr"]), _differs(r, now)]
            for r in results
        ]  # fmt: skip
        figures = [table(say("Results of this workflow"), columns, cells)]
        if len(results) > 1:
            lines.append(
                say("Numbers differ when the filter differs; the last column says in what.")
            )
    return Reply(text="\n\n".join([*lines, scope.source]), figures=figures)


def _filter_of(r: TprResult) -> str:
    when = f", {period(r.period_start, r.period_end)}" if r.period_start else ""
    return f"{r.state}, {LEVEL_LABELS[r.level].lower()}, {AGE_LABELS[r.age_group].lower()}{when}"


def _differs(r: TprResult, now: TprResult) -> str:
    if r.pk == now.pk:
        return say("shown now")
    named = {
        "state": r.state, "level": LEVEL_LABELS[r.level], "age_group": AGE_LABELS[r.age_group],
        "definition": DEFINITION_LABELS[r.definition],
        "exceeding": say("exceeding rows {exceeding_labels}", exceeding_labels=EXCEEDING_LABELS[r.exceeding]),
        "period_start": f"from {period(r.period_start, None)}" if r.period_start else say("all months"),
        "period_end": f"to {period(r.period_end, None)}" if r.period_end else say("all months"),
    }  # fmt: skip
    found = [
        words.lower() for name, words in named.items() if getattr(r, name) != getattr(now, name)
    ]
    a, b = now.totals["tpr"], r.totals["tpr"]
    gap = f" ({points(b - a)})" if a is not None and b is not None else ""
    return (", ".join(dict.fromkeys(found)) or say("ward list")) + gap
