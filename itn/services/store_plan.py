"""Writing a finished plan: its sums and all its rows, by one function, in one transaction."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from itn.domain.exact import half_up
from itn.domain.parameters import PlanParameters
from itn.domain.result import PlanResult, equity_json
from itn.domain.wards import WardPlan
from itn.models import (
    ItnPlan,
    PlanCostLine,
    PlanWardInput,
    PopulationSource,
    WardAllocation,
)


@dataclass(frozen=True, slots=True)
class PlanOrigin:
    """Whose plan it is and what it was made from."""

    owner: str
    name: str
    fingerprint: str
    workflow_id: object | None = None
    run_id: object | None = None
    population_source: PopulationSource | None = None
    duplicate_of: ItnPlan | None = None
    notes: tuple[str, ...] = ()


@transaction.atomic
def store_plan(result: PlanResult, origin: PlanOrigin) -> ItnPlan:
    """Store a plan with one row per ward.

    Writes: ItnPlan, WardAllocation. The deferred trigger `itnplan_reconciles` compares the sums
    with the rows when the transaction commits.
    """
    plan = ItnPlan.objects.create(
        workflow_id=origin.workflow_id,
        run_id=origin.run_id,
        population_source=origin.population_source,
        name=origin.name,
        owner=origin.owner,
        duplicate_of=origin.duplicate_of,
        fingerprint=origin.fingerprint,
        **_figures(result, origin.notes),
    )
    _write_rows(plan, result)
    _write_inputs(plan, result.parameters)
    return plan


@transaction.atomic
def rewrite_plan(plan: ItnPlan, result: PlanResult, fingerprint: str) -> None:
    """Put a new result into a plan that is not locked. The caller holds its lock and saves it."""
    kept = tuple(note for note in plan.notes if note.startswith(RANKS_OF_A_TABLE))
    for name, value in _figures(result, kept).items():
        setattr(plan, name, value)
    plan.fingerprint = fingerprint
    plan.rows.all().delete()
    plan.cost_lines.all().delete()
    plan.ward_inputs.all().delete()
    _write_rows(plan, result)
    _write_inputs(plan, result.parameters)


RANKS_OF_A_TABLE = "Ranks and populations as given"


def _figures(result: PlanResult, notes: tuple[str, ...]) -> dict[str, Any]:
    """Return the columns of a plan that its planning decides."""
    equity = result.equity()
    return {
        "strategy": result.parameters.strategy,
        "parameters": result.parameters.as_json(),
        "bale_size": result.parameters.packing,
        "stock": result.stock,
        "reserve": result.reserve,
        "unfunded": result.unfunded,
        "available": result.available,
        "allocated": result.allocated,
        "remaining": result.remaining,
        "wards": len(result.rows),
        "totals": result.totals(equity),
        "equity": equity_json(equity),
        "checks": [
            {
                "id": check.id,
                "level": check.level,
                "count": check.count,
                "places": list(check.places),
                "sentence": check.sentence,
            }
            for check in result.checks()
        ],
        "notes": [*notes, *result.notes],
    }


def _write_rows(plan: ItnPlan, result: PlanResult) -> None:
    WardAllocation.objects.bulk_create(
        [_row(plan, place, row) for place, row in enumerate(result.rows, start=1)],
        batch_size=2000,
    )


def _write_inputs(plan: ItnPlan, parameters: PlanParameters) -> None:
    """Write cost lines and figures of single wards; `parameters` holds a digest of each."""
    PlanCostLine.objects.bulk_create(
        PlanCostLine(
            plan=plan, number=number, name=line.name, kind=line.kind.value,
            unit_cost=line.unit_cost, currency=line.currency, rate=line.rate, source=line.source,
            date=line.date,
        )
        for number, line in enumerate(parameters.lines, 1)
    )  # fmt: skip
    existing = parameters.existing
    counts = existing.nets if existing is not None else {}
    buffers = parameters.ward_buffers
    rows = []
    for ward in sorted({*counts, *buffers}):
        code, state, lga, name = ward
        row = PlanWardInput(plan=plan, ward_code=code, state=state, lga=lga, ward_name=name)
        if existing is not None and ward in counts:
            row.existing_nets = counts[ward]
            row.existing_source, row.existing_year = existing.source, existing.year
        if ward in buffers:
            row.buffer_percent, row.buffer_reason = buffers[ward].percent, buffers[ward].reason
        rows.append(row)
    PlanWardInput.objects.bulk_create(rows, batch_size=2000)


def _row(plan: ItnPlan, place: int, row: WardPlan) -> WardAllocation:
    ward = row.ward
    return WardAllocation(
        plan=plan,
        ward_id=ward.ward_id,
        place=place,
        ward_code=ward.code,
        state=ward.state,
        lga=ward.lga,
        ward_name=ward.ward,
        rank=ward.rank,
        population=ward.population,
        urban_percentage=ward.urban_percentage,
        need=row.need,
        target_bales=row.target_bales,
        bales=row.bales,
        loose_nets=row.loose_nets,
        nets=row.nets,
        people_covered=row.people_covered,
        coverage=None if row.coverage is None else half_up(row.coverage, 12),
        tier=row.tier,
        phase=row.phase or "",
        status=row.status.value,
        reason=row.reason.value,
        reason_text=row.reason_text,
    )
