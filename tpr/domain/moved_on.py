"""What happened to a workflow since an older page was made, in one sentence. Pure."""

from collections.abc import Mapping
from typing import Any

NOW_AT = {
    "awaiting_upload": "the file",
    "reading_upload": "the reading of the file",
    "review_upload": "the questions about the file",
    "state_selection": "the choice of the state",
    "state_confirmation": "the confirmation of the state",
    "facility_selection": "the facility level",
    "age_group_selection": "the age group",
    "threshold_check": "the out-patient ratio",
    "complete": "the result",
    "cancelled": "its end",
}
VALUES = {
    "level": {"all": "all facilities"},
    "age_group": {"u5": "under five", "o5": "five and over", "pw": "pregnant women",
                  "all": "all ages"},
    "threshold_answer": {"add": "the out-patient ratio", "without": "no out-patient ratio"},
}  # fmt: skip
DONE = {
    "back": "an answer was taken back",
    "confirm": "the state was confirmed",
    "exit": "it was ended",
    "plan_nets": "a net plan was made",
    "receive_file": "a file arrived",
    "run_risk": "a risk analysis was asked for",
    "undo": "the last step was undone",
}


def what_happened(command: str, payload: Mapping[str, Any]) -> str:
    """Return `primary was chosen` for the ledger line that raised the version."""
    filled = payload.get("filled") or {}
    if command not in ("undo", "back") and filled:
        named = [VALUES.get(name, {}).get(value, str(value)) for name, value in filled.items()]
        many = ", ".join(named[:-1]) + " and " if named[1:] else ""
        return f"{many}{named[-1]} {'were' if many else 'was'} chosen"
    return DONE.get(command, f"'{command.replace('_', ' ')}' was done")


def moved_on(stage: str, command: str, payload: Mapping[str, Any], at: str, by: str) -> str:
    """Return the sentence of workflow.md §6: where it stands, what was done, when and by whom."""
    return (
        f"This workflow has moved on: it is now at {NOW_AT[stage]} "
        f"({what_happened(command, payload)} at {at}{f' {by}' if by else ''}). What you sent "
        "changed nothing."
    )
