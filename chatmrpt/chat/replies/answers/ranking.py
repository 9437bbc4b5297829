"""Highest and lowest, by a class, what drives a figure, and what is unusual."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.groups import (
    UNITS,
    Group,
    Groups,
    grouped,
    rate_cells,
    rate_table,
)
from chatmrpt.chat.replies.answers.measures import MEASURES, text_of, values
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, interval, percent, plural, table
from chatmrpt.common.language import say
from tpr.domain.positivity import FEW_TESTS
from tpr.models import QualityThreshold, Workflow
from tpr.selectors.results import current_result

MOST_ROWS = 50
SHOWN = 25
MODIFIED_Z = 0.6745
"""Median absolute deviation of a normal distribution with standard deviation 1."""


def number_in(slots: dict[str, Any], name: str, default: int) -> int:
    value = slots.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 1:
        return min(int(value), MOST_ROWS)
    return default


def rank(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Value, tests, LGA and interval of the highest or lowest of one unit."""
    unit = str(slots.get("unit") or "ward")
    by = str(slots.get("by") or "tpr")
    unit = unit if unit in UNITS else "ward"
    if by == "risk":
        return by_risk(workflow, slots, unit)
    by = by if by in MEASURES else "tpr"
    scope = _for_unit(workflow, slots, unit)
    note = ""
    if by == "burden":
        scope, note = _burden_scope(scope, slots)
    groups = grouped(scope, unit)
    measured, of = values(scope, groups, by)
    named = [g for g in groups.rows if unit != "ward" or g.key[2]]
    known = [g for g in named if measured[g.key] is not None]
    lowest = slots.get("order") == "lowest"
    known.sort(key=lambda g: (
        (measured[g.key] or 0) * (1 if lowest else -1), -(g.figure.tested or 0), g.name))  # fmt: skip
    n = min(number_in(slots, "n", 16 if unit == "combination" else 10), len(known))
    word = say("Lowest") if lowest else say("Highest")
    columns: list[tuple[str, bool]] = [(say("Rank"), True), (groups.label, False)]
    columns += [(say("LGA"), False)] if groups.placed else []
    columns += [(say(MEASURES[by].label), True)] if by != "tpr" else []
    columns += [
        (say("Tested"), True),
        (say("Positive"), True),
        (say("TPR"), True),
        (say("95 % interval"), True),
    ]
    cells = []
    for place, g in enumerate(known[:n], 1):
        cells.append([
            str(place), g.name + (say(" (few tests)") if g.few else ""),
            *([g.lga] if groups.placed else []),
            *([text_of(by, g, measured[g.key])] if by != "tpr" else []), *rate_cells(g.figure),
        ])  # fmt: skip
    few = sum(g.few for g in known)
    lines = [
        _first(known, measured, by, word, groups) if known else say("Nothing has a value here.")
    ]
    lines.append(
        say(
            "{known} of {named} have a value ({place}, {said}); {measures} = "
            "{of}.{few}{note}{note_2}",
            known=count(len(known)),
            named=plural(len(named), _unit_word(groups, 1), _unit_word(groups, 2)),
            place=scope.place,
            said=scope.said,
            measures=say(MEASURES[by].label),
            of=of,
            few=say(
                " {few} on fewer than {few_tests} tests: extreme rates there are mostly chance.",
                few=plural(few, "of them rests", "of them rest"),
                few_tests=FEW_TESTS,
            )
            if few and by == "tpr"
            else "",
            note=f" {note}" if note else "",
            note_2=f" {groups.note}" if groups.note else "",
        )
    )
    figures = [table(f"{word} {n} by {say(MEASURES[by].label)}", columns, cells)] if cells else []
    return Reply(
        text="\n\n".join([*lines, scope.source]), figures=figures, links=_table_link(workflow, unit)
    )


def _for_unit(workflow: Workflow, slots: dict[str, Any], unit: str) -> Scope:
    """A question by level or age is not about the one that was chosen."""
    free: dict[str, str] = {}
    if unit in ("level", "combination"):
        free["level"] = "all"
    if unit in ("age", "combination"):
        free["age"] = "all"
    scope = scope_of(workflow, slots, **free)
    if unit == "state" and not slots.get("state"):
        scope = scope.but(states=tuple(scope.upload.counts["by_state"]), lga=None, ward=None)
    return scope


def _burden_scope(scope: Scope, slots: dict[str, Any]) -> tuple[Scope, str]:
    """Burden of all ages where the chosen group has no population and was not asked for."""
    if scope.age in ("u5", "o5") and not slots.get("age"):
        return scope.but(age="all"), (
            say("All ages are used: the population list counts whole populations.")
        )
    return scope, ""


def _unit_word(groups: Groups, number: int) -> str:
    one, many = {
        "lga": (say("LGA"), say("LGAs")),
        "facility": ("facility", "facilities"),
        "age": (say("age group"), say("age groups")),
        "level": (say("facility level"), say("facility levels")),
    }.get(groups.unit, (groups.unit, groups.unit + "s"))
    return one if number == 1 else many


def _first(
    known: Sequence[Group], measured: dict[Any, float | None], by: str, word: str, groups: Groups
) -> str:
    g = known[0]
    where = say(" ({lga} LGA)", lga=g.lga) if groups.placed and g.lga else ""
    f = g.figure
    rate = (
        say(
            "{positive} positive of {tested} tested{interval}",
            positive=count(f.positive),
            tested=count(f.tested),
            interval=say(", 95 % interval {value}", value=interval(*f.shown))
            if f.low is not None
            else "",
        )
        if f.tpr is not None
        else say("no rate")
    )
    value = text_of(by, g, measured[g.key])
    return f"{word}: {g.name}{where}, {say(MEASURES[by].label)} {value} ({rate})."


def _table_link(workflow: Workflow, unit: str) -> list[dict[str, str]]:
    if unit != "ward" or current_result(workflow) is None:
        return []
    return [{"href": "?tab=table", "label": say("All wards")}]


def by_risk(workflow: Workflow, slots: dict[str, Any], unit: str) -> Reply:
    """Rank by the finished risk analysis; without one, what is nearest."""
    run = analysis_api.latest_done_run(current_result(workflow))
    if run is None:
        nearest = rank(workflow, {**slots, "by": "tpr", "unit": "lga" if unit == "lga" else "ward"})
        nearest.text = say(
            "There is no finished risk analysis of the present choices, so nothing "
            "is ranked by risk yet; say “run the risk analysis” when the ward TPR is "
            "there. Nearest, ranked by TPR alone:\n\n{text}",
            text=nearest.text,
        )
        return nearest
    wards = analysis_api.ranked_wards(run)
    lga = slots.get("lga")
    if isinstance(lga, str):
        wards = [w for w in wards if w.lga.casefold() == lga.casefold()]
    if slots.get("order") == "lowest":
        wards = wards[::-1]
    n = number_in(slots, "n", 10)
    said = say(
        "Risk analysis of {n_wards}, profile {profile}, {draws} draws; risk rank "
        "1 = highest risk. The interval holds 90 % of the draws.",
        n_wards=plural(run.n_wards, "ward"),
        profile=run.profile,
        draws=run.draws,
    )
    links = [{"href": "?tab=risk", "label": say("Open the ranking")}]
    if unit == "lga":
        return Reply(text=said, figures=[_risk_by_lga(wards, n)], links=links)
    columns = [
        (say("Rank"), True),
        (say("Ward"), False),
        (say("LGA"), False),
        (say("Third"), False),
        (say("Rank interval"), True),
        (say("P(top)"), True),
        (say("Tests"), True),
        (say("TPR"), True),
    ]
    cells = [
        [str(w.rank), w.ward, w.lga, w.category,
         f"{w.rank_low} to {w.rank_high}" if w.rank_low else "",
         f"{w.p_top:.2f}" if w.p_top is not None else "", count(w.tested or 0), percent(w.tpr)]
        for w in wards[:n]
    ]  # fmt: skip
    return Reply(
        text=said,
        links=links,
        figures=[table(say("First {cells} by risk", cells=len(cells)), columns, cells)],
    )


def _risk_by_lga(wards: Sequence[Any], n: int) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for w in wards:
        found.setdefault(w.lga, []).append(w)
    rows = sorted(
        ((lga, sum(w.category == "High" for w in mine), len(mine), min(mine, key=lambda w: w.rank))
         for lga, mine in found.items()),
        key=lambda r: (-r[1] / r[2], r[3].rank),
    )  # fmt: skip
    cells = [[lga, f"{high} of {of}", say("{ward} (rank {rank})", ward=first.ward, rank=first.rank)]
             for lga, high, of, first in rows[:n]]  # fmt: skip
    return table(
        say("LGAs by share of wards in the high third"),
        [(say("LGA"), False), (say("High third"), True), (say("First ward"), False)],
        cells,
    )


def breakdown(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """One row per class; the rows add up to the whole, and the note says so or why not."""
    unit = str(slots.get("by") or "lga")
    unit = unit if unit in UNITS else "lga"
    measure = str(slots.get("measure") or "tpr")
    measure = measure if measure in MEASURES else "tpr"
    scope = _for_unit(workflow, slots, unit)
    note = ""
    if measure == "burden":
        scope, note = _burden_scope(scope, slots)
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
        unit_word=_unit_word(groups, 1),
        measures=say(MEASURES[measure].label),
        of=of,
        adds=adds,
        note=groups.note,
        note_2=note,
    )
    left = say("{rest} more are not shown here.", rest=count(rest)) if rest else ""
    if measure == "tpr":
        figure = rate_table(f"By {_unit_word(groups, 1)}", groups, rows, total=whole, note=left)
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
        figure = table(f"{say(MEASURES[measure].label)} by {_unit_word(groups, 1)}", columns, cells,
                       total=total, note=left)  # fmt: skip
    return Reply(text=f"{' '.join(text.split())}\n\n{scope.source}", figures=[figure],
                 links=_table_link(workflow, unit))  # fmt: skip


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
        return Reply(text=say("There are no positives in {place} ({said}), so nothing drives the "
"figure.\n\n{source}", place=scope.place, said=scope.said, source=scope.source))  # fmt: skip
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
    one, many = _unit_word(groups, 1), _unit_word(groups, 2)
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


def quality_link(workflow: Workflow) -> list[dict[str, str]]:
    return [{"href": f"/workflows/{workflow.uuid}/quality/", "label": say("Quality report")}]
