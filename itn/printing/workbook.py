"""The plan as a workbook: every table, parameter, method and source; no cell runs as a formula."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from chatmrpt.common.exports import safe_text
from itn.domain.strategies import STRATEGIES
from itn.printing.facts import WARD_COLUMNS, PlanFacts, ward_lines

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
        ("LGAs",
         ("lga", "wards", "wards_served", "population", "need_nets", "bales", "nets",
          "loose_nets_at_store", "coverage_percent"),
         [[lga.lga, lga.wards, lga.served, float(lga.population), lga.need, lga.bales, lga.nets,
           lga.loose, None if lga.coverage is None else lga.coverage * 100] for lga in facts.lgas()]),
        ("Left out", short, [[line[name] for name in short] for line in left]),
        ("Overrides", ("lga", "ward", "before", "fixed_at", "target", "reason", "by", "at"),
         [[o.lga, o.ward_name, o.units_before, o.units, o.target, o.reason,
           o.signed_as or o.actor_name or "visitor", f"{o.at:%Y-%m-%d %H:%M}"]
          for o in facts.overrides]),
        ("Budget", ("line", "calculation", "amount"), _budget(facts)),
        ("Limits", ("limit", "state", "lga", "bales"),
         [[kind, *quota] for kind in ("lga_minimum", "lga_maximum")
          for quota in plan.parameters.get(kind) or []]),
        ("Data quality", ("check", "level", "places", "sentence"),
         [[check["id"], check["level"], check["count"], check["sentence"]]
          for check in plan.checks]),
        ("Decisions", ("at", "who", "act", "words"),
         [[f"{e.at:%Y-%m-%d %H:%M}", e.signed_as or e.actor_name or "visitor", e.kind, e.comment]
          for e in facts.events]),
        ("Run card", ("what", "value"), _run_card(facts)),
    ]  # fmt: skip


def _budget(facts: PlanFacts) -> list[Sequence[Any]]:
    if facts.cost is None:
        return [("No cost was given", "", None)]
    lines: list[Sequence[Any]] = [(n, how, float(amount)) for n, how, amount in facts.cost.lines]
    lines.append(("All", "", float(facts.cost.total)))
    if facts.cost.budget is not None:
        lines.append(("Budget", "", float(facts.cost.budget)))
    return lines


def _read_me(facts: PlanFacts) -> list[Sequence[Any]]:
    plan = facts.plan
    strategy = STRATEGIES[plan.strategy]
    return [
        ("Plan", plan.name), ("Status", plan.get_status_display()),
        ("Strategy", f"{strategy.label}: {strategy.sentence}"),
        *((f"Parameter {name}", value) for name, value in plan.parameters.items()
          if name not in ("fixed", "lga_minimum", "lga_maximum")),
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
          for ratio, nets in totals["need_by_ratio"].items()),
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
