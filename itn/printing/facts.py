"""What every paper of a plan says: read once, in plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from analysis import api as analysis_api
from chatmrpt.common.fingerprints import fingerprint
from itn.domain.need import ACCESS_PERSONS_PER_NET
from itn.models import ItnPlan, PlanEvent, WardAllocation, WardOverride
from itn.selectors import PlanCost, costs_of, rows_of, stale_reasons

DECIDED = ("submitted", "approved", "returned", "unlocked", "dissented", "commented")


@dataclass(frozen=True, slots=True)
class LgaSum:
    """The wards of one LGA added up; people over people, never the mean of wards.

    `loose`: nets that served wards still need, from the bale opened at the LGA store (nets.md §2).
    """

    lga: str
    wards: int
    served: int
    population: Decimal
    need: int
    bales: int
    nets: int
    covered: int
    loose: int

    @property
    def coverage(self) -> float | None:
        return float(self.covered / self.population) if self.population else None


@dataclass(frozen=True)
class PlanFacts:
    """One plan as its papers need it; `scores` by ward id, `chances` of nets by rank."""

    plan: ItnPlan
    rows: Sequence[WardAllocation]
    overrides: Sequence[WardOverride]
    events: Sequence[PlanEvent]
    stale: Sequence[str]
    scores: dict[int, analysis_api.RankedWard] = field(default_factory=dict)
    chances: dict[int, float] = field(default_factory=dict)
    cost: PlanCost | None = None

    @property
    def state(self) -> str:
        return next((row.state for row in self.rows if row.state), "")

    @property
    def source(self) -> str:
        found = self.plan.population_source
        return "no population list" if found is None else f"{found.name}, {found.year}"

    @property
    def ward_list(self) -> str:
        found = self.plan.population_source
        return "" if found is None else str(found.list.name)

    @property
    def code(self) -> str:
        """Verification code of the plan's present state, for the foot of every page."""
        return fingerprint([self.plan.fingerprint, self.plan.revision])[:10].upper()

    @property
    def foot(self) -> str:
        plan = self.plan
        run = str(plan.run_id)[:8] if plan.run_id else "none"
        return (
            f"{plan.name} · {plan.get_status_display()} · plan {str(plan.pk)[:8]} · run {run} · "
            f"{plan.created_at:%-d %b %Y} · population {self.source} · code {self.code}"
        )

    def lgas(self) -> list[LgaSum]:
        by_lga: dict[str, list[WardAllocation]] = {}
        for row in self.rows:
            by_lga.setdefault(row.lga, []).append(row)
        return [
            LgaSum(
                lga, len(rows), sum(row.nets > 0 for row in rows),
                sum((row.population or Decimal(0) for row in rows), Decimal(0)),
                sum(row.need or 0 for row in rows), sum(row.bales for row in rows),
                sum(row.nets for row in rows), sum(row.people_covered or 0 for row in rows),
                sum(max(0, (row.need or 0) - row.nets) for row in rows
                    if row.reason in ("full", "rounding")),
            )
            for lga, rows in sorted(by_lga.items())
        ]  # fmt: skip


def facts_of(plan: ItnPlan, chances: dict[int, float]) -> PlanFacts:
    scores = {}
    if plan.run is not None:
        scores = {
            ward.ward_id: ward
            for ward in analysis_api.ranked_wards(plan.run)
            if ward.ward_id is not None
        }
    return PlanFacts(
        plan=plan, rows=rows_of(plan),
        overrides=list(plan.overrides.filter(released_at__isnull=True)),
        events=list(plan.events.filter(kind__in=DECIDED)), stale=stale_reasons(plan),
        scores=scores, chances=chances, cost=costs_of(plan),
    )  # fmt: skip


WARD_COLUMNS = (
    "state", "lga", "ward_code", "ward", "rank", "rank_5", "rank_95", "p_high", "stability",
    "risk_class", "tested", "positive", "tpr", "tpr_shrunk", "urban_percentage", "population",
    "population_source", "population_year", "persons_per_net", "buffer_percent", "need_nets",
    "target_bales", "allocated_bales", "allocated_nets", "coverage_percent", "access_percent",
    "gap_nets", "p_funded", "reason", "reason_text", "override_by", "override_reason", "plan", "fingerprint",
)  # fmt: skip
"""Columns of nets.md §13, in order."""


def ward_lines(facts: PlanFacts) -> list[dict[str, Any]]:
    """Return one line per ward, unfunded ones too; what is not known is None."""
    plan, source = facts.plan, facts.plan.population_source
    fixed = {(o.ward_code, o.lga, o.ward_name): o for o in facts.overrides}
    lines = []
    for row in facts.rows:
        score = facts.scores.get(row.ward_id) if row.ward_id is not None else None
        override = fixed.get((row.ward_code, row.lga, row.ward_name))
        access = None
        if row.population:
            access = (
                min(1.0, row.nets * float(ACCESS_PERSONS_PER_NET) / float(row.population)) * 100
            )
        lines.append({
            "state": row.state, "lga": row.lga, "ward_code": row.ward_code, "ward": row.ward_name,
            "rank": row.rank, "rank_5": score and score.rank_low, "rank_95": score and score.rank_high,
            "p_high": score and score.p_high, "stability": score and score.stability,
            "risk_class": score and score.category, "tested": score and score.tested,
            "positive": score and score.positive, "tpr": score and score.tpr,
            "tpr_shrunk": score and score.tpr_shrunk,
            "urban_percentage": _number(row.urban_percentage),
            "population": _number(row.population),
            "population_source": source and source.name, "population_year": source and source.year,
            "persons_per_net": plan.parameters["persons_per_net"],
            "buffer_percent": plan.parameters["buffer"], "need_nets": row.need,
            "target_bales": row.target_bales, "allocated_bales": row.bales,
            "allocated_nets": row.nets,
            "coverage_percent": None if row.coverage is None else float(row.coverage) * 100,
            "access_percent": access,
            "gap_nets": None if row.need is None else max(0, row.need - row.nets),
            "p_funded": facts.chances.get(row.rank or 0), "reason": row.reason,
            "reason_text": row.reason_text,
            "override_by": override and (override.signed_as or override.actor_name or "visitor"),
            "override_reason": override and override.reason,
            "plan": plan.name, "fingerprint": plan.fingerprint,
        })  # fmt: skip
    return lines


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
