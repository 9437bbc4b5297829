"""Taking back what was decided about ward names, and computing again with what holds now.

Every function is called with the workflow locked (`locks.workflow`).
"""

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, NotFound
from tpr.models import TprResult, WardAlias, Workflow, WorkflowEvent
from tpr.selectors.decisions import changes_since
from tpr.selectors.results import current_result
from tpr.services.compute_tpr import choice_of, compute, store
from tpr.services.decide_match import COMMAND, list_of, one_moment, take_back, write_line
from tpr.services.ledger import record
from tpr.services.undo import takes_back


def withdraw(workflow: Workflow, alias_id: int, *, actor: Actor, key: str = "") -> WorkflowEvent:
    """Take back one remembered decision of the workflow's owner.

    Only those of the workflow's list and state: whoever holds its code sees no others. Writes:
    WardAlias, ledger. Raises NotFound DECISION_UNKNOWN for one that is not the owner's, is shared,
    or was withdrawn already.
    """
    row = (
        WardAlias.objects.select_for_update(of=("self",))
        .filter(
            pk=alias_id,
            owner=workflow.owner,
            list=list_of(workflow),
            state=workflow.state,
            withdrawn_at__isnull=True,
        )
        .first()
    )
    if row is None:
        raise NotFound("DECISION_UNKNOWN", "This decision is gone already, or is not yours.")
    gone = take_back([row], actor)
    payload = {"source": row.name, "target": "", "lga": row.lga, "kind": "withdrawn"}
    return write_line(workflow, actor, key, [], gone, payload)


@takes_back(COMMAND)
def reverse(workflow: Workflow, event: WorkflowEvent, actor: Actor) -> str:
    """Turn one fix_match line round: what it made is withdrawn, what it withdrew holds again.

    Writes: WardAlias; the caller writes the ledger line. Returns what was done, in words. Raises
    Conflict DECIDED_AGAIN when something was decided on top of it, here or in another workflow.
    """
    made, gone = event.payload["made"], event.payload["withdrawn"]
    live = list(
        WardAlias.objects.select_for_update(of=("self",)).filter(
            pk__in=made, withdrawn_at__isnull=True
        )
    )
    if len(live) != len(made):
        raise Conflict(
            "DECIDED_AGAIN", "These ward names were decided again later; take back the later "
            "decision on the page of ward names.", {"sequence": event.sequence},
        )  # fmt: skip
    with one_moment():
        take_back(live, actor)
        WardAlias.objects.filter(pk__in=gone).update(withdrawn_at=None, withdrawn_by="")
    slots = event.payload.get("slots") or {}
    if slots.get("kind") == "withdrawn":
        return f"What was remembered about “{slots.get('source')}” holds again."
    return f"The decision about “{slots.get('source', 'the ward names')}” is taken back."


def recalculate(workflow: Workflow, *, actor: Actor, key: str = "") -> TprResult:
    """Compute the present choices again with the present decisions. Writes: TprResult, ledger.

    The earlier result stays. Raises Conflict TPR_NOT_READY before there is one.
    """
    before = current_result(workflow)
    if before is None or workflow.upload is None:
        raise Conflict(
            "TPR_NOT_READY", "The ward TPR is not ready: answer the open questions first."
        )
    computation = compute(
        workflow.upload, choice_of(workflow), before.ward_list, owner=workflow.owner
    )
    result = store(workflow, computation)
    record(
        workflow, command="recalculate", actor=actor, key=key, decided=result.pk != before.pk,
        payload={"slots": {}, "facts": {}, "result": result.number, "before": before.number,
                 "changes": changes_since(workflow, before)},
    )  # fmt: skip
    return result
