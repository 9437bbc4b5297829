"""Recomputing a workflow's state from its ledger, by the same table that made it."""

from dataclasses import asdict
from typing import Any

from tpr.domain.history import Line, Story, after
from tpr.models import Workflow


def replay(workflow: Workflow) -> dict[str, Any]:
    """Fold the ledger and compare with the row.

    Returns
    -------
    dict : `identical`, `events`, `position` (replayed) and `differs`, a list of
        {what, ledger, row}.
    """
    story, version, differs = Story(), 1, []
    events = list(workflow.events.order_by("sequence"))
    for number, event in enumerate(events, 1):
        if event.sequence != number:
            differs.append({"what": "sequence", "ledger": event.sequence, "row": number})
        if event.stage_from != story.position.stage.value:
            differs.append({"what": f"line {number} begins at", "ledger": event.stage_from,
                            "row": story.position.stage.value})  # fmt: skip
        story = after(story, Line(event.sequence, event.command, event.payload))
        if event.stage_to != story.position.stage.value:
            differs.append({"what": f"line {number} ends at", "ledger": event.stage_to,
                            "row": story.position.stage.value})  # fmt: skip
        version = event.version
    differs += [{"what": fault, "ledger": "", "row": ""} for fault in story.faults]
    stored = asdict(workflow.position)
    for name, value in asdict(story.position).items():
        if value != stored[name]:
            differs.append({"what": name, "ledger": value, "row": stored[name]})
    if events and version != workflow.version:
        differs.append({"what": "version", "ledger": version, "row": workflow.version})
    return {
        "identical": not differs, "events": len(events), "position": asdict(story.position),
        "differs": differs,
    }  # fmt: skip
