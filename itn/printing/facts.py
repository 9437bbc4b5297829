"""What every paper of a plan says: read once, in plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from analysis import api as analysis_api
from chatmrpt.common.fingerprints import fingerprint
from itn.contracts import SensitivityLine
from itn.domain.comparison import Comparison
from itn.models import ItnPlan, PlanCostLine, PlanEvent, PlanWardInput, WardAllocation, WardOverride
from itn.selectors import PlanCost, costs_of, rows_of, stale_reasons
from tpr import api as tpr_api

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
    """One plan as its papers need it; `scores` and `figures` by ward id, `chances` by rank.

    `compared`: with the plan that it was copied from, None where it is no copy.
    """

    plan: ItnPlan
    rows: Sequence[WardAllocation]
    overrides: Sequence[WardOverride]
    events: Sequence[PlanEvent]
    stale: Sequence[str]
    scores: dict[int, analysis_api.RankedWard] = field(default_factory=dict)
    chances: dict[int, float] = field(default_factory=dict)
    cost: PlanCost | None = None
    cost_rows: Sequence[PlanCostLine] = ()
    inputs: Sequence[PlanWardInput] = ()
    figures: dict[int, tpr_api.WardFigure] = field(default_factory=dict)
    sensitivity: Sequence[SensitivityLine] = ()
    compared: Comparison | None = None

    @property
    def state(self) -> str:
        return next((row.state for row in self.rows if row.state), "")

    @property
    def source(self) -> str:
        found = self.plan.population_source
        if found is None:
            return "no population list"
        to = self.plan.parameters.get("target_year")
        return f"{found.name}, {found.year}" + (f" projected to {to}" if to else "")

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
            f"{plan.created_at:%-d %b %Y} · population {self.source.replace(' projected to ', '→')} · "
            f"code {self.code}"
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


def facts_of(
    plan: ItnPlan, chances: dict[int, float], *, sensitivity: Sequence[SensitivityLine] = (),
    compared: Comparison | None = None,
) -> PlanFacts:  # fmt: skip
    """Read a plan for its papers; what needs planning again is computed by the caller."""
    scores = {}
    figures = {}
    if plan.run is not None:
        scores = {
            ward.ward_id: ward
            for ward in analysis_api.ranked_wards(plan.run)
            if ward.ward_id is not None
        }
        if plan.run.result is not None:
            figures = {
                ward.ward_id: ward
                for ward in tpr_api.ward_figures(plan.run.result)
                if ward.ward_id is not None
            }
    return PlanFacts(
        plan=plan, rows=rows_of(plan),
        overrides=list(plan.overrides.filter(released_at__isnull=True)),
        events=list(plan.events.filter(kind__in=DECIDED)), stale=stale_reasons(plan),
        scores=scores, chances=chances, cost=costs_of(plan),
        cost_rows=list(plan.cost_lines.all()), inputs=list(plan.ward_inputs.all()),
        figures=figures, sensitivity=sensitivity, compared=compared,
    )  # fmt: skip
