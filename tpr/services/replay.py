"""Recomputing a workflow's state from its ledger, by the same table that made it."""

from dataclasses import asdict, replace
from typing import Any

from tpr.domain.stages import Facts, Move, Position, Stage, advance
from tpr.models import Workflow

START = Position(stage=Stage.AWAITING_UPLOAD)


def replay(workflow: Workflow) -> dict[str, Any]:
    """Fold the ledger and compare with the row.

    Returns
    -------
    dict : `identical`, `events`, `position` (replayed) and `differs`, a list of
        {what, ledger, row}.
    """
    position, version, differs = START, 1, []
    events = list(workflow.events.order_by("sequence"))
    for number, event in enumerate(events, 1):
        if event.sequence != number:
            differs.append({"what": "sequence", "ledger": event.sequence, "row": number})
        if event.stage_from != position.stage.value:
            differs.append({"what": f"line {number} begins at", "ledger": event.stage_from,
                            "row": position.stage.value})  # fmt: skip
        if "refusal" not in event.payload:
            position = _apply(position, event.command, event.payload)
        if event.stage_to != position.stage.value:
            differs.append({"what": f"line {number} ends at", "ledger": event.stage_to,
                            "row": position.stage.value})  # fmt: skip
        version = event.version
    stored = asdict(workflow.position)
    for name, value in asdict(position).items():
        if value != stored[name]:
            differs.append({"what": name, "ledger": value, "row": stored[name]})
    if events and version != workflow.version:
        differs.append({"what": "version", "ledger": version, "row": workflow.version})
    return {
        "identical": not differs, "events": len(events), "position": asdict(position),
        "differs": differs,
    }  # fmt: skip


def _apply(position: Position, command: str, payload: dict[str, Any]) -> Position:
    facts = payload.get("facts") or {}
    outcome = advance(
        position, command, payload.get("slots") or {},
        Facts(
            states=facts.get("states", ()), levels=facts.get("levels", ()),
            offer_threshold=facts.get("offer_threshold", False), lists=facts.get("lists", ()),
        ),
    )  # fmt: skip
    return outcome.position if isinstance(outcome, Move) else replace(position)
