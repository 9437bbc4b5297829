"""Highest and lowest, by a class, what drives a figure, and what is unusual."""

from collections.abc import Sequence
from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.groups import (
    UNITS,
    Group,
    Groups,
    grouped,
    rate_cells,
)
from chatmrpt.chat.replies.answers.measures import MEASURES, text_of, values
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, interval, percent, plural, table
from chatmrpt.common.language import say
from tpr.domain.positivity import FEW_TESTS
from tpr.models import Workflow
from tpr.selectors.results import current_result

MOST_ROWS = 50
SHOWN = 25


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
    scope = for_unit(workflow, slots, unit)
    note = ""
    if by == "burden":
        scope, note = burden_scope(scope, slots)
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
            named=plural(len(named), unit_word(groups, 1), unit_word(groups, 2)),
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
        text="\n\n".join([*lines, scope.source]), figures=figures, links=table_link(workflow, unit)
    )


def for_unit(workflow: Workflow, slots: dict[str, Any], unit: str) -> Scope:
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


def burden_scope(scope: Scope, slots: dict[str, Any]) -> tuple[Scope, str]:
    """Burden of all ages where the chosen group has no population and was not asked for."""
    if scope.age in ("u5", "o5") and not slots.get("age"):
        return scope.but(age="all"), (
            say("All ages are used: the population list counts whole populations.")
        )
    return scope, ""


def unit_word(groups: Groups, number: int) -> str:
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


def table_link(workflow: Workflow, unit: str) -> list[dict[str, str]]:
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


def quality_link(workflow: Workflow) -> list[dict[str, str]]:
    return [{"href": f"/workflows/{workflow.uuid}/quality/", "label": say("Quality report")}]
