"""Writing down what a telephone call to a facility found."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound
from tpr import locks
from tpr.models import OUTCOMES, CallAnswer, Facility
from tpr.services.ledger import line_with_key, record

FOUND_LENGTH = 1000


@transaction.atomic
def record_call(
    workflow_id: object, *, facility: int, period: date | None, called_on: date, called_by: str,
    outcome: str, found: str, actor: Actor, key: str = "",
) -> CallAnswer | None:  # fmt: skip
    """Store one answer with a ledger line; no figure changes.

    Locks: the workflow. Writes: CallAnswer, ledger. Idempotent by: the key (None: it was written
    before). Raises NotFound for a facility of another file; InvalidInput CALL_INCOMPLETE,
    CALL_OUTCOME, CALL_DATE; Conflict KEY_USED.
    """
    workflow = locks.workflow(workflow_id)  # type: ignore[arg-type]
    before = line_with_key(workflow, key)
    if before is not None and before.command != "answer_call":
        raise Conflict("KEY_USED", "This idempotency key belongs to another command.", {"key": key})
    if before is not None:
        return None
    called_by, found = called_by.strip(), found.strip()
    if outcome not in OUTCOMES:
        raise InvalidInput(
            "CALL_OUTCOME", f"Say how the call ended: {', '.join(OUTCOMES.values())}.",
            {"outcome": outcome, "known": list(OUTCOMES)},
        )  # fmt: skip
    if not called_by or (outcome == "wrong" and not found):
        raise InvalidInput(
            "CALL_INCOMPLETE",
            "Say who called, and for a wrong figure what the register says instead.",
            {"called_by": called_by, "found": found},
        )
    if called_on > timezone.localdate() + timedelta(days=1):  # the caller's day may be ahead
        raise InvalidInput(
            "CALL_DATE", f"{called_on:%d %b %Y} is in the future. When was the call?",
            {"called_on": called_on.isoformat()},
        )  # fmt: skip
    place = Facility.objects.filter(pk=facility, upload=workflow.upload_id).first()
    if place is None:
        raise NotFound("NOT_FOUND", "The facility is not in the file of this workflow.")
    answer = CallAnswer.objects.create(
        workflow=workflow, state=place.state, lga=place.lga, ward=place.ward, facility=place.name,
        period_start=period, called_on=called_on, called_by=called_by[:120], outcome=outcome,
        found=found[:FOUND_LENGTH], recorded_by=actor.owner,
    )  # fmt: skip
    record(
        workflow, command="answer_call", actor=actor, key=key, decided=False,
        payload={
            "slots": {"facility": place.name, "ward": place.ward, "lga": place.lga,
                      "period": period.isoformat() if period else None, "outcome": outcome},
            "facts": {}, "call": answer.pk,
        },
    )  # fmt: skip
    return answer
