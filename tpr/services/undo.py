"""Taking back the last thing a person did; said again, the one before it.

Decisions that moved the workflow are restored here. A decision that changed other rows writes its
ledger line with `"undoable": True` in the payload and registers how to take it back:

    @takes_back("fix_match")
    def _unmatch(workflow, event, actor): ...   # restores the rows, returns a sentence

Nothing is deleted from the ledger: `undo` is a line of its own that names the line it takes back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chatmrpt.common.actors import Actor
from tpr.domain.history import Line, tell
from tpr.domain.stages import Move, Refusal, Stage, changes
from tpr.models import TprResult, Workflow, WorkflowEvent
from tpr.services.ledger import record
from tpr.services.workflow import complete

Restore = Callable[[Workflow, WorkflowEvent, Actor], str]
_RESTORERS: dict[str, Restore] = {}


def takes_back(command: str) -> Callable[[Restore], Restore]:
    """Register what takes a command's other rows back; called under the workflow's lock."""

    def register(restore: Restore) -> Restore:
        _RESTORERS[command] = restore
        return restore

    return register


@dataclass(frozen=True, slots=True)
class Undone:
    """The `undo` line, the line it took back, and where that leads; or why nothing was done."""

    event: WorkflowEvent
    line: WorkflowEvent | None = None
    move: Move | None = None
    result: TprResult | None = None
    said: str = ""
    refusal: Refusal | None = None


def undo_last(workflow: Workflow, *, actor: Actor, key: str = "") -> Undone:
    """Take back the newest decision that still stands.

    Locks: the caller holds `locks.workflow`. Writes: Workflow, one ledger line, what the
    registered restorer of the command writes, TprResult when a result comes back that was never
    computed. Idempotent by: the key, looked up by the caller.
    """
    refusal = _refusal(workflow)
    events = {e.sequence: e for e in workflow.events.order_by("sequence")}
    story = tell(Line(e.sequence, e.command, e.payload) for e in events.values())
    if refusal is None and not story.decisions:
        earlier = str(workflow.parent_id) if workflow.parent_id else None
        refusal = Refusal("nothing_to_undo", {"earlier": earlier})
    if refusal is not None:
        payload = {"slots": {}, "facts": {}, "refusal": {"code": refusal.code, **refusal.facts}}
        event = record(workflow, command="undo", payload=payload, actor=actor, key=key,
                       decided=False)  # fmt: skip
        return Undone(event, refusal=refusal)
    decision = story.decisions[-1]
    line = events[decision.sequence]
    before = workflow.position
    said = ""
    if decision.before is None:
        said = _RESTORERS[decision.command](workflow, line, actor)
    else:
        workflow.position = decision.before
    filled, cleared = changes(before, workflow.position)
    result = None
    if workflow.stage == Stage.COMPLETE:
        result = complete(workflow, None)
    event = record(
        workflow, command="undo", actor=actor, key=key, stage_from=before.stage.value,
        payload={
            "slots": {}, "facts": {}, "undoes": line.sequence, "undone": line.command,
            "filled": filled, "cleared": cleared,
            **({"result": result.number} if result else {}),
        },
    )  # fmt: skip
    return Undone(event, line, Move(workflow.position, filled, cleared), result, said)


def _refusal(workflow: Workflow) -> Refusal | None:
    if workflow.stage == Stage.CANCELLED:
        return Refusal("not_here", {"command": "undo", "stage": workflow.stage})
    return None
