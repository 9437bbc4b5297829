"""Where am I, what can I do here, and what was not understood."""

from typing import Any

from chatmrpt.chat.replies.questions import question_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS, join, table
from tpr.models import Workflow

STAGE_LABELS = {
    "awaiting_upload": "Waiting for a file",
    "reading_upload": "Reading the file",
    "review_upload": "The file needs an answer",
    "state_selection": "Choose the state",
    "state_confirmation": "Confirm the state",
    "facility_selection": "Choose the facility level",
    "age_group_selection": "Choose the age group",
    "threshold_check": "Out-patient ratio: add or not",
    "complete": "TPR ready",
    "cancelled": "Ended",
}


def choices_here(workflow: Workflow) -> str:
    """Return the pending question with its possible answers, in one or two sentences."""
    question = question_of(workflow)
    if question is None:
        return "The file is being read; you can leave the page, nothing is lost."
    labels = [option["label"] for option in question["options"][:6]]
    more = len(question["options"]) - len(labels)
    text = question["title"]
    if labels:
        text += " You can answer: " + join(labels, "or") + (f", or {more} more." if more else ".")
    examples = [e for e in question["examples"] if e]
    if examples:
        text += f" For example: “{examples[0]}”."
    return text


def status(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    rows = [["Stage", STAGE_LABELS[workflow.stage]]]
    if workflow.upload:
        rows.append(["File", workflow.upload.original_name])
    if workflow.state:
        rows.append(["State", workflow.state])
    if workflow.level:
        rows.append(["Facility level", LEVEL_LABELS[workflow.level]])
    if workflow.age_group:
        rows.append(["Age group", AGE_LABELS[workflow.age_group]])
    return Reply(
        lead="Where you are.", text=choices_here(workflow),
        figures=[table("Your selections", [("", False), ("", False)], rows)],
    )  # fmt: skip


def help_here(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        lead="What you can do here.",
        text=f"{choices_here(workflow)}\n\nYou can also ask about the data, for example “how many "
        "facilities are there?”, and say “back”, “status”, “restart” or “exit” at any time. "
        "A question never changes your answers.",
        links=[{"href": "/help/", "label": "How it works"},
               {"href": "/glossary/", "label": "Glossary"}],
    )  # fmt: skip


def greet(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(text=f"Good day. {choices_here(workflow)}")


def smalltalk(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(text=f"You are welcome. {choices_here(workflow)}")


def pause(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        text="Everything is saved. Close the page whenever you like; the link of this page or the "
        "resume code above brings you back to this point, on any device."
    )


def undo(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        text="Undo of single actions is not available yet; “back” asks the last question again, "
        "and any answer can be changed in the list of steps. Results already computed are kept. "
        + choices_here(workflow)
    )


def clarify(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Ask back: what was heard, and the choices nearest to it."""
    about = slots.get("about")
    candidates = [_label(c) for c in slots.get("candidates") or []]
    exclude = [_label(c) for c in slots.get("exclude") or []]
    heard = f"You said “{said.strip()}”. " if said.strip() else ""
    if candidates:
        text = f"{heard}Did you mean {join(candidates[:6], 'or')}?"
    elif exclude:
        text = f"{heard}Not {join(exclude, 'and not')}; which one, then?"
    elif about == "yes_no":
        text = f"{heard}Is that a yes or a no?"
    elif about == "input":
        text = "Nothing readable arrived."
    else:
        text = f"{heard}I did not want to guess."
    return Reply(text=f"{text} {choices_here(workflow)}")


def _label(value: Any) -> str:
    text = str(value)
    return LEVEL_LABELS.get(text) or AGE_LABELS.get(text) or text


def error(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    kind = slots.get("kind")
    heard = f"You said “{said.strip()}”."
    states = sorted((workflow.upload.counts or {}).get("by_state", {})) if workflow.upload else []
    text = {
        "unknown_state": f"{heard} That state is not in this file. It has: {join(states[:8])}"
        + (f" and {len(states) - 8} more." if len(states) > 8 else "."),
        "unknown_place": f"{heard} I do not find that place in the file.",
        "number_out_of_range": f"There is no number {slots.get('number')} in the list.",
        "unsupported_file": "Please upload an Excel or CSV export of facility test counts.",
        "not_in_data": f"{heard} The file does not hold that.",
        "not_supported": f"{heard} That cannot be done with these data: they are counts of tests "
        "per facility, month and three age groups.",
        "invalid_number": f"{heard} I could not read the number.",
    }.get(str(kind), heard)
    return Reply(text=f"{text} {choices_here(workflow)}")


def refuse(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        text="The data are counts per facility; there is nothing about single patients in them, "
        f"and nothing of that kind may be added. {choices_here(workflow)}"
    )


def unknown(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """What was heard, then the question with its answers. Never a generic sentence."""
    heard = said.strip()
    short = heard if len(heard) <= 120 else heard[:117] + "…"
    return Reply(text=f"I could not read “{short}” as an answer here. {choices_here(workflow)}")
