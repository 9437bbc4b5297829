"""The plan as a workbook: every table, parameter, method and source; no cell runs as a formula."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from chatmrpt.common.exports import safe_text
from itn.domain.parameter_words import parameter_lines
from itn.domain.strategies import STRATEGIES
from itn.printing.facts import PlanFacts
from itn.printing.lines import LGA_COLUMNS, WARD_COLUMNS, lga_lines, ward_lines
from itn.selectors import needs_by_ratio

BOLD = Font(bold=True)
OnPage = Callable[[int, int], None]


def workbook(facts: PlanFacts, on_page: OnPage | None = None) -> bytes:
    """Return the .xlsx file; `on_page(done, total)` after each sheet."""
    book = Workbook(write_only=True)
    sheets = _sheets(facts)
    for number, (title, columns, lines) in enumerate(sheets, 1):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for index, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(index)].width = max(
                10, min(42, len(column) + 4)
            )
        head = []
        for column in columns:
            cell = WriteOnlyCell(sheet, value=column)
            cell.font = BOLD
            head.append(cell)
        sheet.append(head)
        for line in lines:
            sheet.append([_safe(value) for value in line])
        if on_page:
            on_page(number, len(sheets))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    return safe_text(str(value))


Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def _sheets(facts: PlanFacts) -> list[Sheet]:
    plan = facts.plan
    wards = ward_lines(facts)
    left = [line for line in wards if not line["allocated_nets"]]
    short = ("state", "lga", "ward", "rank", "population", "need_nets", "reason", "reason_text")
    return [
        ("Read me", ("what", "value"), _read_me(facts)),
        ("Summary", ("figure", "value", "unit"), _summary(facts)),
        ("Wards", WARD_COLUMNS, [[line[name] for name in WARD_COLUMNS] for line in wards]),
        ("LGAs", LGA_COLUMNS, [[line[name] for name in LGA_COLUMNS] for line in lga_lines(facts)]),
        ("Left out", short, [[line[name] for name in short] for line in left]),
        ("Overrides", ("lga", "ward", "before", "fixed_at", "target", "reason", "by", "at"),
         [[o.lga, o.ward_name, o.units_before, o.units, o.target, o.reason,
           o.signed_as or o.actor_name or "visitor", f"{o.at:%Y-%m-%d %H:%M}"]
          for o in facts.overrides]),
        ("Ward inputs",
         ("ward_code", "state", "lga", "ward", "existing_nets", "existing_source", "existing_year",
          "buffer_percent", "buffer_reason"),
         [[i.ward_code, i.state, i.lga, i.ward_name, i.existing_nets, i.existing_source,
           i.existing_year, None if i.buffer_percent is None else float(i.buffer_percent),
           i.buffer_reason] for i in facts.inputs]),
        ("Budget", ("line", "calculation", "amount", "currency", "source", "date"), _budget(facts)),
        ("Limits", ("limit", "state", "lga", "bales"), _limits(facts)),
        ("Sensitivity",
         ("what", "value", "need_nets", "allotted_nets", "wards_served", "people_covered",
          "coverage_percent", "wards_gained", "wards_lost", "why_not"),
         [[v.what, v.value, v.need, v.allocated, v.served, v.people,
           None if v.coverage is None else v.coverage * 100, v.gained, v.lost, v.problem]
          for v in facts.sensitivity]),
        ("Data quality", ("check", "level", "places", "sentence"),
         [[check["id"], check["level"], check["count"], check["sentence"]]
          for check in plan.checks]),
        ("Decisions", ("at", "who", "act", "words"),
         [[f"{e.at:%Y-%m-%d %H:%M}", e.signed_as or e.actor_name or "visitor", e.kind, e.comment]
          for e in facts.events]),
        ("Run card", ("what", "value"), _run_card(facts)),
    ]  # fmt: skip


def _limits(facts: PlanFacts) -> list[Sequence[Any]]:
    """Floor and cap of every ward in per cent of its target, then minima and maxima of LGAs."""
    given = facts.plan.parameters
    lines: list[Sequence[Any]] = [
        (f"{name}, % of target, every ward", None, None, given[name])
        for name in ("floor", "cap")
        if given.get(name)
    ]
    for kind in ("lga_minimum", "lga_maximum"):
        lines += [(kind, *quota) for quota in given.get(kind) or []]
    return lines


def _budget(facts: PlanFacts) -> list[Sequence[Any]]:
    found = facts.cost
    if found is None:
        return [("No cost was given", "", None, "", "", "")]
    lines: list[Sequence[Any]] = [
        (name, how, float(amount), found.currency, source, date)
        for name, how, amount, source, date in found.lines
    ]
    lines.append(("All", "", float(found.total), found.currency, "", ""))
    if found.budget is not None and found.left is not None:
        lines.append(("Budget", "", float(found.budget), found.currency, "", ""))
        lines.append(("Left of the budget", "", float(found.left), found.currency, "", ""))
    if found.exchange_rate:
        lines.append(("Exchange rate", "", float(found.exchange_rate), found.currency, "", ""))
    return lines


def _read_me(facts: PlanFacts) -> list[Sequence[Any]]:
    plan = facts.plan
    strategy = STRATEGIES[plan.strategy]
    return [
        ("Plan", plan.name), ("Status", plan.get_status_display()),
        ("Strategy", f"{strategy.label}: {strategy.sentence}"),
        *((f"Parameter: {label}", value) for label, value in parameter_lines(plan.parameters)),
        ("Population", facts.source), ("Ward list", facts.ward_list),
        *(("Note", note) for note in plan.notes), *(("Out of date", why) for why in facts.stale),
        ("Verification code", facts.code),
    ]  # fmt: skip


def _summary(facts: PlanFacts) -> list[Sequence[Any]]:
    plan, totals, equity = facts.plan, facts.plan.totals, facts.plan.equity
    return [
        ("Stock", plan.stock, "nets"), ("Routine reserve", plan.reserve, "nets"),
        ("Beyond the budget", plan.unfunded, "nets"), ("Available", plan.available, "nets"),
        ("Allotted", plan.allocated, "nets"), ("Remaining", plan.remaining, "nets"),
        ("Need", totals["need_nets"], "nets"), ("Wards", plan.wards, "wards"),
        ("Wards served", totals["wards_served"], "wards"),
        ("Wards without a population", totals["wards_without_population"], "wards"),
        ("People covered", totals["people_covered"], "people"),
        ("Coverage", totals["coverage_percent"], "% of people"),
        ("Gini of coverage", equity["gini_by_population"], "0 = equal"),
        ("Burden covered", equity["share_of_burden_covered"], "share"),
        ("People in wards without nets", equity["people_without_nets"], "people"),
        *((f"Need at {ratio} persons per net", nets, "nets")
          for ratio, nets in needs_by_ratio(plan)),
    ]  # fmt: skip


def _run_card(facts: PlanFacts) -> list[Sequence[Any]]:
    plan, run = facts.plan, facts.plan.run
    lines: list[Sequence[Any]] = [
        ("Plan id", str(plan.pk)), ("Fingerprint", plan.fingerprint), ("Revision", plan.revision),
        ("Made", f"{plan.created_at:%Y-%m-%d %H:%M} UTC"),
    ]  # fmt: skip
    if run is not None:
        lines += [
            ("Run id", str(run.pk)), ("Profile", run.profile), ("Seed", run.seed),
            ("Draws", run.draws), ("Run fingerprint", run.fingerprint),
            ("Algorithm", run.algorithm),
        ]  # fmt: skip
    return lines
