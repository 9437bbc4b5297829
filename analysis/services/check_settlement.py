"""Record or withdraw what a person found in a ward that could be left out of a campaign."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from analysis.models import SettlementCheck
from analysis.models.settlement import DECISIONS, FINDINGS
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound
from tpr.api import (
    current_result,
    line_with_key,
    locked_workflow,
    record,
    takes_back,
    wards_of,
)
from tpr.models import Workflow, WorkflowEvent


def live_checks(workflow: Workflow) -> dict[int, SettlementCheck]:
    """Return ward id to the check that counts."""
    rows = SettlementCheck.objects.filter(workflow=workflow, withdrawn_at__isnull=True)
    return {row.ward_id: row for row in rows}


def all_checks(workflow: Workflow) -> list[SettlementCheck]:
    """Return every check, withdrawn ones too, newest first."""
    return list(
        SettlementCheck.objects.filter(workflow=workflow)
        .select_related("ward")
        .order_by("-recorded_at")
    )


@transaction.atomic
def check_settlement(
    workflow_uuid: UUID | str,
    *,
    ward_id: Any,
    finding: str,
    decision: str,
    reason: str,
    signed_by: str,
    share_left_out: Any = None,
    actor: Actor,
    key: str = "",
) -> SettlementCheck:
    """Record a signed check; an earlier one of the same ward is withdrawn by it.

    Locks: the workflow. Writes: SettlementCheck, one ledger line. Idempotent by: the key.

    Parameters
    ----------
    share_left_out : per cent of the ward's people, for a mixed ward that is left out in part

    Raises
    ------
    InvalidInput
        ``CHECK_INCOMPLETE`` naming what is missing, ``ONLY_FORMAL_LEFT_OUT``.
    NotFound
        ``NOT_FOUND`` for a ward that is not on the workflow's list.
    """
    workflow = locked_workflow(workflow_uuid)
    before = line_with_key(workflow, key)
    if before is not None:
        return _check_of(before, "check_settlement")
    share = _checked(finding, decision, reason, signed_by, share_left_out)
    result = current_result(workflow)
    listed = wards_of(result.ward_list, result.state) if result and result.ward_list else []
    ward = next((w for w in listed if str(w.id) == str(ward_id)), None)
    if ward is None:
        raise NotFound("NOT_FOUND", "This ward is not on the ward list of this workflow.")
    now = timezone.now()
    earlier = SettlementCheck.objects.filter(
        workflow=workflow, ward_id=ward.id, withdrawn_at__isnull=True
    ).first()
    if earlier is not None:
        _withdraw(earlier, signed_by)
    row = SettlementCheck.objects.create(
        workflow=workflow,
        ward_id=ward.id,
        finding=finding,
        decision=decision,
        share_left_out=share,
        reason=reason.strip()[:500],
        signed_by=signed_by.strip()[:120],
        actor=actor.name[:200],
        recorded_at=now,
    )
    record(
        workflow,
        command="check_settlement",
        payload={
            "slots": {"ward": ward.code, "finding": finding, "decision": decision, "share": share},
            "facts": {"reason": row.reason, "signed_by": row.signed_by},
            "check": str(row.pk),
            "replaced": str(earlier.pk) if earlier else None,
            "undoable": True,
        },
        actor=actor,
        key=key,
    )
    return row


def _check_of(line: WorkflowEvent, command: str) -> SettlementCheck:
    """Return the check of the line that a key wrote before. Raises Conflict KEY_USED."""
    if line.command != command:
        raise Conflict(
            "KEY_USED", "This idempotency key belongs to another command.",
            {"key": line.idempotency_key},
        )  # fmt: skip
    return SettlementCheck.objects.get(pk=line.payload["check"])


@takes_back("check_settlement")
def _undo_check(workflow: Workflow, event: WorkflowEvent, actor: Actor) -> str:
    """Withdraw the check of a ledger line, and let the one that it replaced count again."""
    row = SettlementCheck.objects.select_related("ward").get(pk=event.payload["check"])
    if row.withdrawn_at is None:
        _withdraw(row, actor.name or "undo")
    replaced = event.payload.get("replaced")
    if replaced:
        SettlementCheck.objects.filter(pk=replaced).update(withdrawn_at=None, withdrawn_by="")
    return f"The settlement check of {row.ward.name} is taken back."


def _withdraw(row: SettlementCheck, by: str) -> None:
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by.strip()[:120]
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])


@transaction.atomic
def withdraw_check(
    workflow_uuid: UUID | str,
    check_uuid: UUID | str,
    *,
    signed_by: str,
    actor: Actor,
    key: str = "",
) -> SettlementCheck:
    """Take a check back; the ward is a candidate without a check again.

    Locks: the workflow. Writes: SettlementCheck, one ledger line. Idempotent by: the key; a
    withdrawn check stays as it is.
    """
    workflow = locked_workflow(workflow_uuid)
    before = line_with_key(workflow, key)
    if before is not None:
        return _check_of(before, "withdraw_check")
    row = SettlementCheck.objects.filter(workflow=workflow, pk=check_uuid).first()
    if row is None:
        raise NotFound("NOT_FOUND", "This check does not exist, or it is not yours.")
    if row.withdrawn_at is not None:
        return row
    if not signed_by.strip():
        raise _incomplete("who withdraws it")
    _withdraw(row, signed_by)
    record(
        workflow,
        command="withdraw_check",
        payload={"slots": {}, "facts": {"signed_by": row.withdrawn_by}, "check": str(row.pk)},
        actor=actor,
        key=key,
    )
    return row


def _checked(finding: str, decision: str, reason: str, signed_by: str, share: Any) -> float | None:
    for good, what in (
        (finding in FINDINGS, f"what was found ({', '.join(FINDINGS)})"),
        (decision in DECISIONS, "the decision (leave_out or keep_in)"),
        (bool(reason.strip()), "the reason"),
        (bool(signed_by.strip()), "who signs it"),
    ):
        if not good:
            raise _incomplete(what)
    if decision == "keep_in":
        return None
    if finding not in ("formal", "mixed"):
        raise InvalidInput(
            "ONLY_FORMAL_LEFT_OUT",
            "Only formal settlements may be left out of the campaign. A ward that is informal or "
            "has not been checked keeps its nets: choose 'keep in', or check it first.",
            {"finding": finding},
        )
    if finding == "formal":
        return None
    try:
        value = 0.0 if isinstance(share, bool) else float(share)
    except (TypeError, ValueError, OverflowError):
        value = 0.0
    if not 0 < value < 100:
        raise _incomplete("the per cent of its people who live in formal settlements (0 to 100)")
    return value


def _incomplete(what: str) -> InvalidInput:
    return InvalidInput(
        "CHECK_INCOMPLETE", f"The check needs {what}. Nothing was recorded.", {"missing": what}
    )
