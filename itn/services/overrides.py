"""Fixing single wards by hand, one or many, and letting them go again (nets.md §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound
from itn.domain.reasons import Reason
from itn.models import ItnPlan, PlanEventKind, WardAllocation, WardOverride
from itn.models.history import REASON_LEAST
from itn.selectors import parameters_of_plan
from itn.services.change_plan import change_plan, replan
from tpr.models import Workflow

Identity = tuple[str, str, str, str]
NEVER_FIXED = (Reason.NO_POPULATION, Reason.NO_RANK, Reason.NO_NEED, Reason.NOT_IN_PLAN_AREA,
               Reason.LEFT_OUT_OF_CAMPAIGN)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fix:
    """One ward fixed at `units` bales (nets where the plan counts single nets)."""

    ward: Identity
    units: int
    reason: str


def fix_wards(
    workflow: UUID | str, plan: UUID | str, *, fixes: Sequence[Fix], actor: Actor,
    revision: int | None, signed_as: str = "", above_target: bool = False, key: str = "",
    imported_from: str = "",
) -> ItnPlan:  # fmt: skip
    """Fix wards and share the rest of the stock among the others by the plan's strategy.

    A ward fixed before is fixed anew; the earlier row is released and stays. Writes: WardOverride,
    and what `change_plan` writes.

    Raises
    ------
    NotFound WARD_NOT_IN_PLAN. InvalidInput REASON_TOO_SHORT, INVALID_NUMBER. Conflict
    WARD_NOT_PLANNED, ABOVE_TARGET (not confirmed), FIXED_ABOVE_STOCK; those of `change_plan`.
    """

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        rows = {identity_of(row): row for row in found.rows.all()}
        parameters = parameters_of_plan(found)
        fixed, said = dict(parameters.fixed), []
        for fix in fixes:
            row = _row(rows, fix)
            before = units_of(found, row)
            target = target_of(found, row)
            _check(fix, row, target, above_target=above_target)
            _release(found, actor, fix.ward)
            WardOverride.objects.create(
                plan=found, ward_code=row.ward_code, state=row.state, lga=row.lga,
                ward_name=row.ward_name, units_before=before, units=fix.units, target=target,
                above_target=fix.units > target, reason=fix.reason.strip(), actor=actor.owner,
                actor_name=actor.name, signed_as=signed_as,
            )  # fmt: skip
            fixed[fix.ward] = fix.units
            said.append({"ward": row.ward_name, "lga": row.lga, "before": before,
                         "after": fix.units, "reason": fix.reason.strip()})  # fmt: skip
        replan(found, replace(parameters, fixed=fixed))
        first = said[0]
        return {
            "wards": said, "file": imported_from,
            "said": f"{first['ward']}: {first['before']:,} to {first['after']:,}"
            + (f" and {len(said) - 1} more" if len(said) > 1 else ""),
        }  # fmt: skip

    signed_as = " ".join(signed_as.split())[:SIGNED_LENGTH]
    kind = PlanEventKind.IMPORTED if imported_from else PlanEventKind.FIXED
    if not fixes:
        raise InvalidInput("NOTHING_TO_CHANGE", "No ward was named, so nothing was changed.")
    return change_plan(
        workflow, plan, kind=kind, act=act, actor=actor, revision=revision, key=key,
        signed_as=signed_as,
    )  # fmt: skip


SIGNED_LENGTH = 150


def release_ward(
    workflow: UUID | str, plan: UUID | str, *, ward: Identity, actor: Actor,
    revision: int | None, key: str = "",
) -> ItnPlan:  # fmt: skip
    """Undo an override: the ward is planned by the strategy again. Raises NotFound NOT_FIXED."""

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        parameters = parameters_of_plan(found)
        if not _release(found, actor, ward):
            raise NotFound("NOT_FIXED", f"{ward[3]} is not fixed in this plan.")
        fixed = {key: units for key, units in parameters.fixed.items() if key != ward}
        replan(found, replace(parameters, fixed=fixed))
        return {"wards": [{"ward": ward[3], "lga": ward[2]}], "said": f"{ward[3]} is free again"}

    return change_plan(
        workflow, plan, kind=PlanEventKind.RELEASED, act=act, actor=actor, revision=revision,
        key=key,
    )  # fmt: skip


def identity_of(row: WardAllocation | WardOverride) -> Identity:
    return (row.ward_code, row.state, row.lga, row.ward_name)


def units_of(plan: ItnPlan, row: WardAllocation) -> int:
    """Return what the strategy hands out in: bales, or nets in a plan of single nets."""
    return row.nets if plan.parameters["bale"] == 1 else row.bales


def target_of(plan: ItnPlan, row: WardAllocation) -> int:
    return (row.need if plan.parameters["bale"] == 1 else row.target_bales) or 0


def _row(rows: Mapping[Identity, WardAllocation], fix: Fix) -> WardAllocation:
    row = rows.get(fix.ward)
    if row is None:
        raise NotFound(
            "WARD_NOT_IN_PLAN",
            f"{fix.ward[3]} ({fix.ward[2]}) is not a ward of this plan.",
            {"ward": list(fix.ward)},
        )
    return row


def _check(fix: Fix, row: WardAllocation, target: int, *, above_target: bool) -> None:
    if len(fix.reason.strip()) < REASON_LEAST:
        raise InvalidInput(
            "REASON_TOO_SHORT",
            f"Say in at least {REASON_LEAST} characters why {row.ward_name} is fixed. The reason "
            "is printed on the plan.",
            {"ward": row.ward_name},
        )
    if fix.units < 0:
        raise InvalidInput(
            "INVALID_NUMBER", f"{fix.units} for {row.ward_name}: bales are 0 or more.",
            {"ward": row.ward_name, "units": fix.units},
        )  # fmt: skip
    if row.reason in {reason.value for reason in NEVER_FIXED}:
        raise Conflict(
            "WARD_NOT_PLANNED",
            f"{row.ward_name} takes no part in the plan: {row.reason_text}",
            {"ward": row.ward_name, "reason": row.reason},
        )
    if fix.units > target and not above_target:
        raise Conflict(
            "ABOVE_TARGET",
            f"{fix.units:,} is more than {row.ward_name} needs ({target:,}). If that is meant, "
            "confirm it a second time.",
            {"ward": row.ward_name, "target": target, "units": fix.units},
        )


def _release(plan: ItnPlan, actor: Actor, ward: Identity) -> int:
    return plan.overrides.filter(
        ward_code=ward[0], state=ward[1], lga=ward[2], ward_name=ward[3], released_at__isnull=True
    ).update(released_at=timezone.now(), released_by=actor.owner)
