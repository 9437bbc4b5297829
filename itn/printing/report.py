"""The report of a plan as PDF: decision page with signatures, tables, method, run card."""

from collections.abc import Callable, Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from itn.domain.parameter_words import parameter_lines
from itn.domain.strategies import STRATEGIES
from itn.printing.annexes import comparison, costs, what_changes
from itn.printing.facts import PlanFacts
from itn.printing.paper import (
    HEAD,
    SMALL,
    TITLE,
    boxes,
    figure,
    grid,
    pdf,
    strong,
    ward_map,
    words,
)


def report(
    facts: PlanFacts, shapes: Mapping[int, bytes], on_page: Callable[[int], None] | None = None
) -> bytes:
    """Return the whole report: decision page, map, LGAs, every ward with its reason, method."""
    return pdf(
        [*decision_page(facts), PageBreak(), *_map(facts, shapes), *comparison(facts, shapes),
         *_tables(facts), *costs(facts), *what_changes(facts), *_method(facts)],
        title=f"{facts.plan.name}, {facts.state}", foot=facts.foot, on_page=on_page,
    )  # fmt: skip


def sign_off(facts: PlanFacts, on_page: Callable[[int], None] | None = None) -> bytes:
    """Return the decision page alone, for signatures."""
    return pdf(
        decision_page(facts), title=f"Sign-off: {facts.plan.name}", foot=facts.foot,
        on_page=on_page,
    )  # fmt: skip


def decision_page(facts: PlanFacts) -> list[Flowable]:
    plan, totals = facts.plan, facts.plan.totals
    strategy = STRATEGIES[plan.strategy]
    sums: list[tuple[Any, ...]] = [("Nets in stock", figure(plan.stock))]
    if plan.reserve:
        sums.append(("Routine reserve (ANC, EPI)", figure(plan.reserve)))
    if plan.unfunded:
        sums.append(("Beyond the budget", figure(plan.unfunded)))
    sums += [
        ("Nets available", figure(plan.available)),
        (f"Allotted to {totals['wards_served']:,} of {plan.wards:,} wards", figure(plan.allocated)),
        ("Remaining", figure(plan.remaining)),
        ("Allotted + remaining", figure(plan.allocated + plan.remaining)),
    ]
    story: list[Flowable] = [
        words(f"Insecticide-treated nets, {facts.state}" if facts.state else "Net plan", SMALL),
        words(plan.name, TITLE),
        words(f"{plan.get_status_display()}. {strategy.label}: {strategy.sentence}"),
        Spacer(0, 4 * mm),
        grid(["Nets", ""], sums, [3, 1], frozenset({1}), last_is_sum=True),
        Spacer(0, 3 * mm),
        words(
            f"Need of all wards {totals['need_nets']:,} nets at "
            f"{plan.parameters['persons_per_net']} persons per net and a buffer of "
            f"{plan.parameters['buffer']} %. People covered {totals['people_covered']:,} "
            f"({totals['coverage_percent'] or 'no'} %)."
        ),
    ]
    if totals["wards_without_population"]:
        count = totals["wards_without_population"]
        have = "1 ward has" if count == 1 else f"{count:,} wards have"
        story.append(
            strong("No population:", f"{have} no population figure; nothing was filled in.")
        )
    if facts.cost is not None:
        said = f"{facts.cost.total:,.2f} {facts.cost.currency}".strip()
        if facts.cost.budget is not None:
            said += f" of a budget of {facts.cost.budget:,.2f}"
        story.append(strong("Cost:", f"{said}, at the prices listed further on."))
    story += [strong("Out of date:", why) for why in facts.stale]
    story += [words(check["sentence"]) for check in plan.checks]
    if facts.overrides:
        story.append(words("Fixed by hand", HEAD))
        story.append(grid(
            ["Ward", "LGA", "By the rule", "Fixed at", "Why, who, when"],
            [[o.ward_name, o.lga, figure(o.units_before), figure(o.units),
              f"{o.reason} ({o.signed_as or o.actor_name or 'visitor'}, {o.at:%-d %b %Y})"]
             for o in facts.overrides], [3, 3, 1.4, 1.2, 6], frozenset({2, 3}),
        ))  # fmt: skip
    if facts.events:
        story.append(words("Decisions and remarks", HEAD))
        story += [
            strong(f"{e.at:%-d %b %Y, %H:%M} {e.signed_as or e.actor_name or 'A visitor'}: "
                   f"{e.kind}.", e.comment)
            for e in facts.events
        ]  # fmt: skip
    signatures = [
        words("Signatures", HEAD),
        boxes(["Prepared by: name, role, date", "Reviewed by: name, role, date",
               "Approved by: name, role, date"], 20 * mm),
        Spacer(0, 2 * mm),
        boxes(["Dissent, if any"], 16 * mm),
    ]  # fmt: skip
    return [*story, KeepTogether(signatures)]


def _map(facts: PlanFacts, shapes: Mapping[int, bytes]) -> list[Flowable]:
    """Draw who gets nets in three greys; wards without a shape are counted in words."""
    shades = {"full": 2, "partial": 1}
    drawn = [(r, shapes[r.ward_id]) for r in facts.rows if r.ward_id in shapes and r.ward_id]
    found = ward_map((wkb, shades.get(row.status, 0)) for row, wkb in drawn)
    if found is None:
        return [words("No ward boundaries are loaded, so there is no map.", SMALL)]
    counts = {s: sum(row.status == s for row, _ in drawn) for s in shades}
    rest = len(drawn) - sum(counts.values())
    missing = len(facts.rows) - len(drawn)
    caption = (
        f"Dark: {counts['full']:,} wards served in full. Light grey: {counts['partial']:,} in part. "
        f"White: {rest:,} without nets. Ward list: {facts.ward_list}."
        + (f" {missing:,} wards have no boundary and are not drawn." if missing else "")
    )
    return [words("Who gets nets", HEAD), found, Spacer(0, 2 * mm), words(caption, SMALL)]


def _tables(facts: PlanFacts) -> list[Flowable]:
    lgas = [
        [lga.lga, lga.wards, lga.served, figure(float(lga.population)), figure(lga.need),
         figure(lga.bales), figure(lga.nets), figure(lga.loose),
         "" if lga.coverage is None else f"{lga.coverage * 100:.1f}"]
        for lga in facts.lgas()
    ]  # fmt: skip
    wards = [
        [row.rank if row.rank is not None else "none", row.ward_name, row.lga,
         "not known" if row.population is None else figure(float(row.population)),
         figure(row.need), figure(row.nets), row.reason_text]
        for row in facts.rows
    ]  # fmt: skip
    return [
        words("By LGA", HEAD),
        grid(["LGA", "Wards", "Served", "People", "Need", "Bales", "Nets", "Loose at store", "Covered, %"],
             lgas, [3, 1, 1.1, 1.7, 1.5, 1.2, 1.5, 1.3, 1.2], frozenset(range(1, 9))),
        words("Every ward, with the reason", HEAD),
        grid(["Rank", "Ward", "LGA", "People", "Need", "Nets", "Why"], wards,
             [0.8, 2.4, 2.2, 1.3, 1.1, 1.1, 5.5], frozenset({0, 3, 4, 5})),
    ]  # fmt: skip


def _method(facts: PlanFacts) -> list[Flowable]:
    plan, run = facts.plan, facts.plan.run
    parameters = parameter_lines(plan.parameters)
    story: list[Flowable] = [
        words("Method, sources and limits", HEAD),
        grid(["Parameter", "Value"], parameters, [1, 2]),
        Spacer(0, 2 * mm),
        strong("Population:", f"{facts.source}. Ward list: {facts.ward_list or 'none'}."),
    ]
    if run is not None:
        story.append(strong("Ranking:", f"run {run.pk}, profile {run.profile}, seed {run.seed}, "
                            f"{run.draws:,} draws, {run.algorithm}."))  # fmt: skip
    story += [words(note, SMALL) for note in plan.notes]
    buffers = [i for i in facts.inputs if i.buffer_percent is not None]
    if buffers:
        table = grid(
            ["Ward", "LGA", "Buffer, %", "Why"],
            [[i.ward_name, i.lga, f"{i.buffer_percent:.1f}", i.buffer_reason] for i in buffers],
            [3, 3, 1.4, 6], frozenset({2}),
        )  # fmt: skip
        title = words("Wards with a buffer of their own", HEAD)
        story += [KeepTogether([title, table])] if len(buffers) < 20 else [title, table]
    story.append(strong("Verification code:", f"{facts.code}, from the plan's fingerprint "
                        f"{plan.fingerprint[:16]} and revision {plan.revision}."))  # fmt: skip
    return story
