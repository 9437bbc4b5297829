"""Parts of the report: what it costs, what would change it, how it differs from its original."""

from collections.abc import Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from itn.domain.comparison import WardChange
from itn.printing.facts import PlanFacts
from itn.printing.paper import HEAD, SMALL, figure, grid, strong, ward_map, words

CHANGED_LISTED = 60


def costs(facts: PlanFacts) -> list[Flowable]:
    """Return the cost lines with their calculation, source and date; nothing where none is given."""
    found = facts.cost
    if found is None:
        return []
    lines: list[tuple[Any, ...]] = [
        (name, how, f"{amount:,.2f}", ", ".join(part for part in (source, date) if part))
        for name, how, amount, source, date in found.lines
    ]
    lines.append(("All", "", f"{found.total:,.2f}", ""))
    story: list[Flowable] = [
        words(f"Cost{f' in {found.currency}' if found.currency else ''}", HEAD),
        grid(["Line", "Calculation", "Amount", "Source"], lines, [2.6, 4, 2.4, 4],
             frozenset({2}), last_is_sum=True),
    ]  # fmt: skip
    said = "Prices as typed with the plan, not present ones."
    if found.budget is not None:
        said = f"Budget {found.budget:,.2f}, {found.left:,.2f} left. {said}"
    if found.exchange_rate:
        said = f"Exchange rate {found.exchange_rate}. {said}"
    return [*story, words(said, SMALL)]


def what_changes(facts: PlanFacts) -> list[Flowable]:
    """Return the plan with one thing changed at a time."""
    if not facts.sensitivity:
        return []
    lines = [
        [f"{v.what} {v.value}".strip(), figure(v.need), figure(v.allocated), figure(v.served),
         figure(v.people), "" if v.coverage is None else f"{v.coverage * 100:.1f}",
         "" if v.gained is None else f"+{v.gained} −{v.lost}"]
        for v in facts.sensitivity if not v.problem
    ]  # fmt: skip
    refused = [v for v in facts.sensitivity if v.problem]
    return [
        words("With one thing changed", HEAD),
        grid(["Changed", "Need", "Allotted", "Wards", "People", "Covered, %", "Wards in, out"],
             lines, [4.2, 1.6, 1.6, 1, 1.8, 1.2, 1.4], frozenset(range(1, 7))),
        *(words(f"{v.what} {v.value}: {v.problem}", SMALL) for v in refused),
    ]  # fmt: skip


def comparison(facts: PlanFacts, shapes: Mapping[int, bytes]) -> list[Flowable]:
    """Return how a copy differs from its original: warnings first, sums, a map in greys, wards."""
    found, original = facts.compared, facts.plan.duplicate_of
    if found is None or original is None:
        return []
    story: list[Flowable] = [words(f"Compared with {original.name}", HEAD)]
    story += [strong("Mind:", warning) for warning in found.warnings]
    if found.parameters:
        differing = "; ".join(
            f"{name} {_short(a)} → {_short(b)}" for name, a, b in found.parameters
        )
        story.append(words(f"Chosen differently: {differing}."))
    sums = [
        [label, _amount(a, unit), _amount(b, unit), _amount(d, unit)]
        for label, unit, a, b, d in found.sums
    ]
    story += [
        grid(["Sum", original.name, facts.plan.name, "Difference"], sums, [4, 2, 2, 2],
             frozenset({1, 2, 3})),
        Spacer(0, 3 * mm), *_difference_map(facts, found.wards, shapes),
    ]  # fmt: skip
    moved = [*found.served_now, *found.served_no_more, *found.changed]
    if moved:
        story.append(grid(
            ["Ward", "LGA", "Before", "Now", "Why now"],
            [[c.ward[3], c.ward[2], figure(c.before.nets if c.before else 0),
              figure(c.after.nets if c.after else 0), c.after.sentence if c.after else "no row"]
             for c in moved[:CHANGED_LISTED]],
            [2.6, 2.4, 1.2, 1.2, 6], frozenset({2, 3}),
        ))  # fmt: skip
    more = len(moved) - CHANGED_LISTED
    rest = f"{found.unchanged:,} wards get the same."
    if more > 0:
        rest = f"{more:,} further wards change; the page of the plan lists them. {rest}"
    return [*story, words(rest, SMALL)]


def _difference_map(
    facts: PlanFacts, moved: Mapping[tuple[str, str, str, str], WardChange],
    shapes: Mapping[int, bytes],
) -> list[Flowable]:  # fmt: skip
    drawn = []
    counts = {0: 0, 1: 0, 2: 0}
    for row in facts.rows:
        change = moved.get((row.ward_code, row.state, row.lga, row.ward_name))
        difference = change.difference if change else 0
        shade = 2 if difference > 0 else 1 if difference < 0 else 0
        counts[shade] += 1
        if row.ward_id in shapes and row.ward_id is not None:
            drawn.append((shapes[row.ward_id], shade))
    found = ward_map(drawn, height=80 * mm)
    if found is None:
        return []
    caption = (
        f"Dark: {counts[2]:,} wards get more nets than in the original. Light grey: {counts[1]:,} "
        f"fewer. White: {counts[0]:,} the same."
    )
    return [found, Spacer(0, 2 * mm), words(caption, SMALL)]


def _short(value: Any) -> str:
    return "none" if value in (None, "") else str(value).partition(" #")[0]


def _amount(value: Any, unit: str) -> str:
    if value is None:
        return "not known"
    if unit == "share":
        return f"{value * 100:.1f} %"
    return f"{value:,.3f}" if unit == "number" else f"{value:,}"
