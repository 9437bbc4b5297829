"""What is peculiar about a plan as a whole, in sentences that stand first among its notes."""

from collections.abc import Sequence

from itn.domain.parameters import PlanParameters
from itn.domain.reasons import Reason, Status
from itn.domain.wards import WardPlan

BY_RANK = ("risk_order", "floor_then_risk", "legacy_two_tier")


def situation_notes(
    rows: Sequence[WardPlan], parameters: PlanParameters, *, stock: int, available: int
) -> list[str]:
    """Say what a reader would stumble over: no nets, no people, more than needed, tied ranks.

    `rows` in reading order. Shared ranks are those of the ranking before ties were broken by code.
    """
    known = [row for row in rows if row.need is not None]
    allocated = sum(row.nets for row in rows)
    notes = []
    if not any(row.ward.population for row in rows):
        notes.append(
            "No ward has a population above 0, so no need is known and nothing is allotted. Load a "
            "population list, or correct the one used."
        )
    elif stock == 0:
        notes.append("The stock is 0 nets: nobody gets any, and the plan only shows the need.")
    left = available - allocated
    served = [row for row in known if row.reason in SERVED_WHOLE]
    planned = [row for row in known if row.status is not Status.NOT_PLANNED and row.need]
    if planned and left >= parameters.unit and len(served) == len(planned):
        notes.append(
            f"There are more nets than needed: every ward with a need is served in full and {left:,} "
            "nets remain at the store."
        )
    return [*notes, *_ties(rows, parameters)]


SERVED_WHOLE = (Reason.FULL, Reason.ROUNDING)


def _ties(rows: Sequence[WardPlan], parameters: PlanParameters) -> list[str]:
    """Say where equal risk decides nothing: among all wards, or just where the nets end."""
    if parameters.filling not in BY_RANK:
        return []
    ranked = sorted((r for r in rows if r.ward.rank is not None), key=lambda r: r.ward.rank or 0)
    shared = [row.ward.shared_rank for row in ranked]
    if len(ranked) > 1 and shared[0] is not None and len(set(shared)) == 1:
        return [
            f"All {len(ranked):,} wards have the same risk, so their order is that of the ward list "
            "and says nothing. Choose a strategy that does not go by rank, such as proportional."
        ]
    wanting = [r for r in ranked if r.need and r.reason is not Reason.FIXED_BY_OVERRIDE]
    inside = [r for r in wanting if r.status is Status.FULL or r.status is Status.PARTIAL]
    outside = [r for r in wanting if r.status is Status.NONE and r.reason is not Reason.ROUNDING]
    if not inside or not outside:
        return []
    last, first = inside[-1].ward, outside[0].ward
    if last.shared_rank is None or last.shared_rank != first.shared_rank:
        return []
    return [
        f"{last.place} and {first.place} have the same risk, and the nets end between them: the "
        "order of the ward list decided. Fix one of them by hand if that is not meant."
    ]
