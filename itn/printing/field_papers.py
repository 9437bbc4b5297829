"""Papers for the field: one A4 page per ward, a waybill per LGA in three copies."""

from collections.abc import Callable, Mapping, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer, Table

from itn.domain.spelled import in_words
from itn.models import WardAllocation
from itn.printing.facts import PlanFacts
from itn.printing.paper import (
    HEAD,
    SMALL,
    TITLE,
    WIDTH,
    boxes,
    figure,
    grid,
    outline,
    pdf,
    strong,
    words,
)

COPIES = ("1. state store", "2. LGA store", "3. transporter")
OnPage = Callable[[int], None]


def microplans(
    facts: PlanFacts, shapes: Mapping[int, bytes], facilities: Mapping[int, Sequence[str]],
    on_page: OnPage | None = None,
) -> bytes:  # fmt: skip
    """Return one page per ward that gets nets, by LGA and name.

    Parameters
    ----------
    shapes : WKB by ward id; a ward without one has no outline.
    facilities : names by ward id.
    """
    story: list[Flowable] = []
    for row in sorted((r for r in facts.rows if r.nets), key=lambda r: (r.lga, r.ward_name)):
        story += [*_microplan(facts, row, shapes, facilities), PageBreak()]
    return pdf(story or [words("No ward of this plan gets nets.")],
               title=f"Ward pages: {facts.plan.name}", foot=facts.foot, on_page=on_page)  # fmt: skip


def _microplan(
    facts: PlanFacts, row: WardAllocation, shapes: Mapping[int, bytes],
    facilities: Mapping[int, Sequence[str]],
) -> list[Flowable]:  # fmt: skip
    ward = row.ward_id or 0
    near = [shape for pk, shape in shapes.items() if pk != ward]
    drawing = outline(shapes.get(ward), near)
    people = "not known" if row.population is None else figure(float(row.population))
    left: list[Flowable] = [
        strong("Code:", row.ward_code or "none"), strong("Population:", f"{people} ({facts.source})"),
        strong("Need:", f"{figure(row.need)} nets"),
        strong("Allotted:", f"{figure(row.bales)} bales, {figure(row.nets)} nets"),
        strong("Gap:", f"{figure(max(0, (row.need or 0) - row.nets))} nets"),
        strong("Risk rank:", row.rank if row.rank is not None else "none"),
        words(row.reason_text),
    ]  # fmt: skip
    names = facilities.get(ward, ())
    top = Table(
        [[left, drawing or words("No boundary of this ward is loaded.", SMALL)]],
        colWidths=[WIDTH - 60 * mm, 60 * mm], style=[("VALIGN", (0, 0), (-1, -1), "TOP")],
    )  # fmt: skip
    return [
        words(f"{row.lga} LGA, {row.state}", SMALL), words(row.ward_name, TITLE), top,
        words("Health facilities of the ward", HEAD),
        words(", ".join(names[:40]) + (f" and {len(names) - 40} more" if len(names) > 40 else "")
              if names else "No facility of this ward is in the file."),
        words("Bales by settlement", HEAD),
        grid(["Settlement", "Households", "People", "Bales", "Nets", "Date"], [[" "] * 6] * 17,
             [4, 1.5, 1.5, 1.2, 1.2, 1.5], row_height=7 * mm),
        Spacer(0, 4 * mm),
        boxes(["Nets received", "Distributed", "Returned", "Damaged"]),
        Spacer(0, 4 * mm),
        boxes(["Ward focal person: name, signature", "LGA officer: name, signature",
               "Store keeper: name, signature"], 18 * mm),
        Spacer(0, 2 * mm), words(f"Verification code {facts.code}", SMALL),
    ]  # fmt: skip


def waybills(facts: PlanFacts, on_page: OnPage | None = None) -> bytes:
    """Return a waybill for each LGA that gets nets, three copies each; totals equal the plan's."""
    story: list[Flowable] = []
    for number, lga in enumerate((lga for lga in facts.lgas() if lga.nets), 1):
        rows = sorted(
            (r for r in facts.rows if r.lga == lga.lga and r.nets), key=lambda r: r.ward_name
        )
        for copy in COPIES:
            story += [*_waybill(facts, number, lga.lga, rows, lga.loose, copy), PageBreak()]
    return pdf(story or [words("No LGA of this plan gets nets.")],
               title=f"Waybills: {facts.plan.name}", foot=facts.foot, on_page=on_page)  # fmt: skip


def _waybill(
    facts: PlanFacts, number: int, lga: str, rows: Sequence[WardAllocation], loose: int, copy: str
) -> list[Flowable]:
    bales, nets = sum(row.bales for row in rows), sum(row.nets for row in rows)
    singles = sum(row.loose_nets for row in rows)
    lines: list[Sequence[object]] = [
        [row.ward_name, figure(row.bales), figure(row.loose_nets), figure(row.nets), " "]
        for row in rows
    ]
    lines.append(["Total", figure(bales), figure(singles), figure(nets), " "])
    story: list[Flowable] = [
        words(f"Copy {copy}", SMALL),
        words(f"Waybill {facts.code}-{number:02}", TITLE),
        strong("From:", f"state store, {facts.state}"), strong("To:", f"{lga} LGA store"),
        strong("Product:", f"insecticide-treated nets, {facts.plan.bale_size} per bale"),
        Spacer(0, 3 * mm),
        grid(["Ward", "Bales", "Single nets", "Nets", "Received"], lines, [4, 1.2, 1.4, 1.4, 2],
             frozenset({1, 2, 3}), last_is_sum=True),
        Spacer(0, 2 * mm),
        strong("In words:", f"{in_words(bales)} bales, {in_words(nets)} nets."),
    ]  # fmt: skip
    if loose:
        story.append(words(f"Wards of this LGA need {loose:,} further nets that make no whole bale; "
                           "they come from a bale opened at the LGA store."))  # fmt: skip
    return [
        *story, Spacer(0, 4 * mm),
        boxes(["Date", "Vehicle", "Driver", "Condition on arrival"]), Spacer(0, 3 * mm),
        boxes(["Issued by: name, signature", "Driver: name, signature",
               "Received by: name, signature"], 20 * mm),
    ]  # fmt: skip
