"""What a figure is made of: parts, drivers, wards that stand out."""

from statistics import median
from typing import Any

from chatmrpt.chat.replies.answers.groups import (
    UNITS,
    Group,
    Groups,
    grouped,
    rate_cells,
    rate_table,
)
from chatmrpt.chat.replies.answers.measures import MEASURES, text_of, values
from chatmrpt.chat.replies.answers.ranking import (
    SHOWN,
    burden_scope,
    for_unit,
    quality_link,
    table_link,
    unit_word,
)
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, percent, plural, table
from chatmrpt.common.language import say
from tpr.domain.positivity import FEW_TESTS
from tpr.models import QualityThreshold, Workflow

MODIFIED_Z = 0.6745
"""Median absolute deviation of a normal distribution with standard deviation 1."""


def breakdown(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """One row per class; the rows add up to the whole, and the note says so or why not."""
    unit = str(slots.get("by") or "lga")
    unit = unit if unit in UNITS else "lga"
    measure = str(slots.get("measure") or "tpr")
    measure = measure if measure in MEASURES else "tpr"
    scope = for_unit(workflow, slots, unit)
    note = ""
    if measure == "burden":
        scope, note = burden_scope(scope, slots)
    groups = grouped(scope, unit)
    whole = scope.figure()
    measured, of = values(scope, groups, measure)
    rows = groups.rows
    if unit in ("ward", "facility") and len(rows) > SHOWN:
        rows = sorted(rows, key=lambda g: (-(measured[g.key] or 0), g.name))[:SHOWN]
    rest = len(groups.rows) - len(rows)
    adds = ""
    if groups.disjoint and len(groups.rows) > 1:
        tested = sum(g.figure.tested or 0 for g in groups.rows)
        adds = say(
            "The {rows} rows add up to the whole: {tested} of {tested_2} tests.",
            rows=count(len(groups.rows)),
            tested=count(tested),
            tested_2=count(whole.tested or 0),
        )
    text = say(
        "{place}, {said}, by {unit_word}: {measures} = {of}. {adds} {note} {note_2}",
        place=scope.place,
        said=scope.said,
        unit_word=unit_word(groups, 1),
        measures=say(MEASURES[measure].label),
        of=of,
        adds=adds,
        note=groups.note,
        note_2=note,
    )
    left = say("{rest} more are not shown here.", rest=count(rest)) if rest else ""
    if measure == "tpr":
        figure = rate_table(f"By {unit_word(groups, 1)}", groups, rows, total=whole, note=left)
    else:
        columns = [
            (groups.label, False),
            *([(say("LGA"), False)] if groups.placed else []),
            (say(MEASURES[measure].label), True),
            (say("Tested"), True),
            (say("Positive"), True),
        ]
        cells = [
            [g.name, *([g.lga] if groups.placed else []), text_of(measure, g, measured[g.key]),
             *rate_cells(g.figure)[:2]]
            for g in rows
        ]  # fmt: skip
        total = [say("Whole"), *([""] if groups.placed else []), _whole(scope, measure),
                 count(whole.tested or 0), count(whole.positive or 0)]  # fmt: skip
        figure = table(f"{say(MEASURES[measure].label)} by {unit_word(groups, 1)}", columns, cells,
                       total=total, note=left)  # fmt: skip
    return Reply(text=f"{' '.join(text.split())}\n\n{scope.source}", figures=[figure],
                 links=table_link(workflow, unit))  # fmt: skip


def _whole(scope: Scope, measure: str) -> str:
    whole = Groups("whole", [Group("", "", scope.figure(), scope.sums_by()[()])])
    row = whole.rows[0]
    if measure == "burden":
        whole.unit = "state"
        return text_of(measure, row, values(scope, whole, measure)[0][""])
    return text_of(measure, row, values(scope, whole, measure)[0][""])


def drivers(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Share of positives and of tests per ward, cumulative: where the positives come from."""
    scope = scope_of(workflow, slots)
    whole = scope.figure()
    groups = grouped(scope, "lga" if scope.state is None else "ward")
    rows = sorted(groups.rows, key=lambda g: (-(g.figure.positive or 0), g.name))
    if not whole.positive:
        return Reply(
            text=say(
                "There are no positives in {place} ({said}), so nothing drives the "
                "figure.\n\n{source}",
                place=scope.place,
                said=scope.said,
                source=scope.source,
            )
        )
    running, half, cells = 0.0, 0, []
    for number, g in enumerate(rows, 1):
        running += g.figure.positive or 0
        if not half and running >= whole.positive / 2:
            half = number
        if number <= 12:
            cells.append([
                g.name, *([g.lga] if groups.placed else []), count(g.figure.positive or 0),
                percent(100 * (g.figure.positive or 0) / whole.positive),
                percent(100 * (g.figure.tested or 0) / (whole.tested or 1)),
                percent(100 * running / whole.positive), percent(g.figure.tpr),
            ])  # fmt: skip
    columns = [(groups.label, False), *([(say("LGA"), False)] if groups.placed else []),
               (say("Positives"), True), (say("Of positives"), True), (say("Of tests"), True),
               (say("Together"), True), (say("TPR"), True)]  # fmt: skip
    one, many = unit_word(groups, 1), unit_word(groups, 2)
    text = say(
        "{half} of {rows} {holds} half of the {positive} positives of {place} "
        "({said}). Where the share of positives is above the share of tests, the "
        "rate is above that of the whole; where a ward is large, it drives the "
        "number of cases without having a high rate.",
        half=plural(half, one, many),
        rows=count(len(rows)),
        holds="holds" if half == 1 else "hold",
        positive=count(whole.positive),
        place=scope.place,
        said=scope.said,
    )
    return Reply(text=f"{text}\n\n{scope.source}",
                 figures=[table(say("Most positives first"), columns, cells)])  # fmt: skip


def outliers(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Facilities whose rate lies far from the median of the facilities, by MAD."""
    scope = scope_of(workflow, slots)
    rows = [g for g in grouped(scope, "facility").rows
            if g.figure.tpr is not None and (g.figure.tested or 0) >= FEW_TESTS]  # fmt: skip
    limit = QualityThreshold.objects.filter(code="outlier_modified_z").values_list(
        "value", flat=True
    )
    z = next(iter(limit), 3.5)
    if len(rows) < 6:
        return Reply(
            text=say(
                "{rows} of {place} {has} at least {few_tests} tests ({said}); a median "
                "of fewer than 6 says nothing about what is unusual. Months that stand "
                "out inside a facility are on the quality page.\n\n{source}",
                rows=plural(len(rows), "facility", "facilities"),
                place=scope.place,
                has="has" if len(rows) == 1 else "have",
                few_tests=FEW_TESTS,
                said=scope.said,
                source=scope.source,
            ),
            links=quality_link(workflow),
        )
    middle = median(g.figure.tpr or 0 for g in rows)
    mad = median(abs((g.figure.tpr or 0) - middle) for g in rows)

    def distance(g: Group) -> float:
        return MODIFIED_Z * ((g.figure.tpr or 0) - middle) / mad if mad else 0.0

    found = sorted((g for g in rows if abs(distance(g)) > z), key=lambda g: -abs(distance(g)))
    shown = found or sorted(rows, key=lambda g: -abs(distance(g)))[:5]
    cells = [
        [g.name, g.lga, percent(g.figure.tpr), count(g.figure.tested), f"{distance(g):+.1f}"]
        for g in shown[:12]
    ]
    columns = [(say("Facility"), False), (say("LGA"), False), (say("TPR"), True), (say("Tested"), True),
               (say("Modified z"), True)]  # fmt: skip
    high = sum(distance(g) > 0 for g in found)
    text = say(
        "{found} of {rows} with at least {few_tests} tests are unusual, {high} "
        "of them high ({place}, {said}). Median {middle}, MAD {mad:.1f} points. "
        "Rule: modified z = {modified_z} × (value − median) ÷ MAD, unusual above "
        "{z:g} either way. Nothing is flagged for being high alone.{none_passes}",
        found=len(found),
        rows=plural(len(rows), "facility", "facilities"),
        few_tests=FEW_TESTS,
        high=high,
        place=scope.place,
        said=scope.said,
        middle=percent(middle),
        mad=mad,
        modified_z=MODIFIED_Z,
        z=z,
        none_passes="" if found else say(" None passes; these are the furthest."),
    )
    return Reply(text=f"{text}\n\n{scope.source}", links=quality_link(workflow),
                 figures=[table(say("Furthest from the median"), columns, cells)])  # fmt: skip
