"""The tables of a plan line by line, with the columns of nets.md §13; for files and papers."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from itn.domain.budget import CostKind, CostLine, Quantities, cost, money
from itn.domain.exact import exact
from itn.domain.need import ACCESS_PERSONS_PER_NET
from itn.models import WardAllocation
from itn.printing.facts import PlanFacts

WARD_COLUMNS = (
    "state", "lga", "ward_code", "ward", "rank", "rank_5", "rank_95", "p_high", "stability",
    "risk_class", "tested", "positive", "tpr", "tpr_shrunk", "tpr_lower", "tpr_upper",
    "too_few_tests", "urban_percentage", "population", "population_source", "population_year",
    "persons_per_net", "buffer_percent", "need_nets", "target_bales", "allocated_bales",
    "allocated_nets", "coverage_percent", "access_percent", "gap_nets", "p_funded", "reason",
    "reason_text", "override_by_role", "override_reason", "plan", "fingerprint",
    "existing_nets", "strategy", "bale_size", "ward_list", "made_on",
)  # fmt: skip
"""Columns of nets.md §13 in order, then what else every file carries."""
LGA_COLUMNS = (
    "lga", "wards", "wards_served", "population", "need_nets", "bales", "nets",
    "loose_nets_at_store", "coverage_percent", "access_percent", "share_of_burden", "cost",
)  # fmt: skip
"""`share_of_burden`: of the state's burden, 0 to 1; `cost`: without fixed lines, plan's currency."""


def ward_lines(facts: PlanFacts) -> list[dict[str, Any]]:
    """Return one line per ward, unfunded ones too; what is not known is None."""
    plan, source = facts.plan, facts.plan.population_source
    fixed = {(o.ward_code, o.lga, o.ward_name): o for o in facts.overrides}
    own = {(i.ward_code, i.lga, i.ward_name): i for i in facts.inputs}
    to = plan.parameters.get("target_year")
    lines = []
    for row in facts.rows:
        score = facts.scores.get(row.ward_id) if row.ward_id is not None else None
        figure = facts.figures.get(row.ward_id) if row.ward_id is not None else None
        named = (row.ward_code, row.lga, row.ward_name)
        override, given = fixed.get(named), own.get(named)
        buffer = given.buffer_percent if given else None
        access = access_of([row])
        lines.append({
            "state": row.state, "lga": row.lga, "ward_code": row.ward_code, "ward": row.ward_name,
            "rank": row.rank, "rank_5": score and score.rank_low, "rank_95": score and score.rank_high,
            "p_high": score and score.p_high, "stability": score and score.stability,
            "risk_class": score and score.category, "tested": score and score.tested,
            "positive": score and score.positive, "tpr": score and score.tpr,
            "tpr_shrunk": score and score.tpr_shrunk, "tpr_lower": figure and figure.wide_low,
            "tpr_upper": figure and figure.wide_high,
            "too_few_tests": figure and ("yes" if figure.status == "too_few" else "no"),
            "urban_percentage": plain(row.urban_percentage), "population": plain(row.population),
            "population_source": source and source.name,
            "population_year": to or (source and source.year),
            "persons_per_net": plan.parameters["persons_per_net"],
            "buffer_percent": plan.parameters["buffer"]
            if buffer is None else f"{buffer.normalize():f}",
            "need_nets": row.need, "target_bales": row.target_bales, "allocated_bales": row.bales,
            "allocated_nets": row.nets,
            "coverage_percent": None if row.coverage is None else float(row.coverage) * 100,
            "access_percent": None if access is None else access * 100,
            "gap_nets": None if row.need is None else max(0, row.need - row.nets),
            "p_funded": facts.chances.get(row.rank or 0), "reason": row.reason,
            "reason_text": row.reason_text,
            "override_by_role": override and (override.signed_as or override.actor_name or "visitor"),
            "override_reason": override and override.reason,
            "plan": plan.name, "fingerprint": plan.fingerprint,
            "existing_nets": given.existing_nets if given else None, "strategy": plan.strategy,
            "bale_size": plan.bale_size, "ward_list": facts.ward_list or None,
            "made_on": f"{plan.created_at:%Y-%m-%d}",
        })  # fmt: skip
    return lines


def lga_lines(facts: PlanFacts) -> list[dict[str, Any]]:
    """Return one line per LGA; people over people, never the mean of wards."""
    burden = _burden_by_lga(facts)
    whole = sum(burden.values()) if burden else 0.0
    lines = []
    for lga in facts.lgas():
        access = access_of([row for row in facts.rows if row.lga == lga.lga])
        lines.append({
            "lga": lga.lga, "wards": lga.wards, "wards_served": lga.served,
            "population": float(lga.population), "need_nets": lga.need, "bales": lga.bales,
            "nets": lga.nets, "loose_nets_at_store": lga.loose,
            "coverage_percent": None if lga.coverage is None else lga.coverage * 100,
            "access_percent": None if access is None else access * 100,
            "share_of_burden": burden[lga.lga] / whole if burden and whole else None,
            "cost": _cost(facts, lga.nets, lga.served),
        })  # fmt: skip
    return lines


def access_of(rows: Sequence[WardAllocation]) -> float | None:
    """Return the share of people with access at 1.64 persons per net; None without people."""
    people = sum((row.population or Decimal(0) for row in rows), Decimal(0))
    if not people:
        return None
    reached = sum(
        (
            min(exact(row.population), row.nets * ACCESS_PERSONS_PER_NET)
            for row in rows
            if row.population
        ),
        Fraction(0),
    )
    return float(reached / exact(people))


def _burden_by_lga(facts: PlanFacts) -> dict[str, float] | None:
    """Return rate x people by LGA; None where a ward with people has no rate."""
    sums: dict[str, float] = {}
    for row in facts.rows:
        sums.setdefault(row.lga, 0.0)
        if not row.population:
            continue
        score = facts.scores.get(row.ward_id) if row.ward_id is not None else None
        rate = (
            None if score is None else score.tpr if score.tpr_shrunk is None else score.tpr_shrunk
        )
        if rate is None:
            return None
        sums[row.lga] += rate * float(row.population)
    return sums


def _cost(facts: PlanFacts, nets: int, served: int) -> float | None:
    """Return what an LGA's nets cost, without the fixed lines; None where no cost was given."""
    lines = [
        CostLine(row.name, CostKind(row.kind), row.unit_cost, rate=row.rate)
        for row in facts.cost_rows
        if row.kind != CostKind.FIXED
    ]
    if not lines:
        return None
    handed_out = Quantities(nets, -(-nets // facts.plan.bale_size), served)
    return float(money(cost(lines, handed_out)))


def plain(value: Decimal | None) -> int | float | None:
    """Return a decimal as a number for output: whole numbers whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
