"""An edited allocation comes back: a dry run that is a row, then the changes as overrides."""

from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound, TooLarge
from chatmrpt.common.tables import csv_table
from itn.domain.edited_plan import read_edits
from itn.models import ItnPlan, PlanImport
from itn.selectors import plan_of
from itn.services.change_plan import plan_of_key, refuse_closed
from itn.services.overrides import Fix, fix_wards, identity_of, target_of, units_of
from tpr import api as tpr_api
from tpr.models import Workflow

LIMIT = 5 * 1024 * 1024


def preview_import(
    workflow: Workflow, plan_uuid: UUID | str, *, name: str, content: bytes, actor: Actor
) -> PlanImport:
    """Read a returned CSV, compare it with the plan, keep the comparison. Writes: PlanImport.

    Raises
    ------
    TooLarge TOO_LARGE. InvalidInput NOT_A_TABLE, NOTHING_TO_CHANGE and those of `read_edits`.
    Conflict PLAN_LOCKED and the like.
    """
    plan = plan_of(workflow, plan_uuid)
    refuse_closed(plan)
    if len(content) > LIMIT:
        raise TooLarge(
            "TOO_LARGE", f"The file has {len(content):,} bytes; a plan template has far fewer than "
            f"{LIMIT:,}. Send the CSV that was downloaded here.", {"size": len(content)},
        )  # fmt: skip
    table = csv_table(content, PurePath(name).name or "The file")
    listed = list(plan.rows.all())
    edits = read_edits(
        table.columns, table.rows, {identity_of(row): units_of(plan, row) for row in listed},
        {identity_of(row): target_of(plan, row) for row in listed},
    )  # fmt: skip
    if not edits.changes:
        raise InvalidInput(
            "NOTHING_TO_CHANGE",
            f"All {edits.unchanged:,} wards found in the table have the figures of the plan, so "
            "there is nothing to change. The wanted figures go into the column 'units'.",
            {"not_found": list(edits.not_found[:20])},
        )
    return PlanImport.objects.create(
        plan=plan, revision=plan.revision, file_name=PurePath(name).name[:255] or "plan.csv",
        owner=actor.owner,
        changes=[
            {"ward": list(row.ward), "before": row.before, "units": row.units,
             "reason": row.reason, "problem": row.problem}
            for row in edits.changes
        ],
        not_found=list(edits.not_found), missing=list(edits.missing),
    )  # fmt: skip


@transaction.atomic
def apply_import(
    workflow: Workflow, plan_uuid: UUID | str, number: int, *, actor: Actor,
    above_target: bool = False, signed_as: str = "", key: str = "",
) -> ItnPlan:  # fmt: skip
    """Make the changes of a preview, each an override with its reason.

    Idempotent by: the key, and by the preview being applied once. Raises NotFound NO_IMPORT,
    Conflict IMPORT_APPLIED, those of `fix_wards` (a line with a problem refuses all).
    """
    locked = tpr_api.locked_workflow(workflow.pk)
    if again := plan_of_key(locked, key):
        return again
    found = PlanImport.objects.select_for_update().filter(plan_id=plan_uuid, pk=number).first()
    if found is None or found.plan.workflow_id != workflow.pk:
        raise NotFound("NO_IMPORT", "There is no such preview of this plan; send the file again.")
    if found.applied_at is not None:
        raise Conflict(
            "IMPORT_APPLIED", f"The changes of {found.file_name} are in the plan already."
        )
    plan = fix_wards(
        workflow.pk, plan_uuid,
        fixes=[Fix(tuple(c["ward"]), c["units"], c["reason"]) for c in found.changes],
        actor=actor, revision=found.revision, signed_as=signed_as, above_target=above_target,
        key=key, imported_from=found.file_name,
    )  # fmt: skip
    found.applied_at = timezone.now()
    found.save(update_fields=["applied_at"])
    return plan
