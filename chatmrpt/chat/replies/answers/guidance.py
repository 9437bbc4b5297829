"""Where am I, what can I do here, and what was not understood."""

from typing import Any

from chatmrpt.chat.replies.questions import question_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS, join, table
from chatmrpt.common.language import Words, say
from tpr.models import Workflow

STAGE_LABELS = Words(
    {
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
)


def choices_here(workflow: Workflow) -> str:
    """Return the pending question with its possible answers, in one or two sentences."""
    question = question_of(workflow)
    if question is None:
        return say("The file is being read; you can leave the page, nothing is lost.")
    labels = [option["label"] for option in question["options"][:6]]
    more = len(question["options"]) - len(labels)
    text = question["title"]
    if labels:
        text += say(
            " You can answer: {labels}{more}",
            labels=join(labels, "or"),
            more=say(", or {more} more.", more=more) if more else ".",
        )
    examples = [e for e in question["examples"] if e]
    if examples:
        text += say(" For example: “{examples}”.", examples=examples[0])
    return text


def status(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    rows = [[say("Stage"), STAGE_LABELS[workflow.stage]]]
    if workflow.upload:
        rows.append([say("File"), workflow.upload.original_name])
    if workflow.state:
        rows.append([say("State"), workflow.state])
    if workflow.level:
        rows.append([say("Facility level"), LEVEL_LABELS[workflow.level]])
    if workflow.age_group:
        rows.append([say("Age group"), AGE_LABELS[workflow.age_group]])
    return Reply(
        lead=say("Where you are."), text=choices_here(workflow),
        figures=[table(say("Your selections"), [("", False), ("", False)], rows)],
    )  # fmt: skip


def help_here(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        lead=say("What you can do here."),
        text=say(
            "{choices_here}\n\nYou can also ask about the data, for example “how many "
            "facilities are there?”, and say “back”, “status”, “restart” or “exit” "
            "at any time. A question never changes your answers.",
            choices_here=choices_here(workflow),
        ),
        links=[
            {"href": "/help/", "label": say("How it works")},
            {"href": "/glossary/", "label": say("Glossary")},
        ],
    )


def greet(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(text=say("Good day. {choices_here}", choices_here=choices_here(workflow)))


def smalltalk(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(text=say("You are welcome. {choices_here}", choices_here=choices_here(workflow)))


def pause(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        text=say(
            "Everything is saved. Close the page whenever you like; the link of this "
            "page or the resume code above brings you back to this point, on any "
            "device."
        )
    )


def clarify(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Ask back: what was heard, and the choices nearest to it."""
    about = slots.get("about")
    candidates = [_label(c) for c in slots.get("candidates") or []]
    exclude = [_label(c) for c in slots.get("exclude") or []]
    heard = say("You said “{said}”. ", said=said.strip()) if said.strip() else ""
    if candidates:
        text = say(
            "{heard}Did you mean {candidates}?", heard=heard, candidates=join(candidates[:6], "or")
        )
    elif exclude:
        text = say(
            "{heard}Not {exclude}; which one, then?",
            heard=heard,
            exclude=join(exclude, say("and not")),
        )
    elif about == "yes_no":
        text = say("{heard}Is that a yes or a no?", heard=heard)
    elif about == "input":
        text = say("Nothing readable arrived.")
    else:
        text = say("{heard}I did not want to guess.", heard=heard)
    return Reply(text=f"{text} {choices_here(workflow)}")


def _label(value: Any) -> str:
    text = str(value)
    return LEVEL_LABELS.get(text) or AGE_LABELS.get(text) or text


def error(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    kind = slots.get("kind")
    heard = say("You said “{said}”.", said=said.strip())
    states = sorted((workflow.upload.counts or {}).get("by_state", {})) if workflow.upload else []
    text = {
        "unknown_state": say(
            "{heard} That state is not in this file. It has: {states}{states_2}",
            heard=heard,
            states=join(states[:8]),
            states_2=say(" and {states} more.", states=len(states) - 8) if len(states) > 8 else ".",
        ),
        "unknown_place": say("{heard} I do not find that place in the file.", heard=heard),
        "number_out_of_range": say(
            "There is no number {number} in the list.", number=slots.get("number")
        ),
        "unsupported_file": say("Please upload an Excel or CSV export of facility test counts."),
        "not_in_data": say("{heard} The file does not hold that.", heard=heard),
        "not_supported": say(
            "{heard} That cannot be done with these data: they are counts of tests "
            "per facility, month and three age groups.",
            heard=heard,
        ),
        "invalid_number": say("{heard} I could not read the number.", heard=heard),
    }.get(str(kind), heard)
    return Reply(text=f"{text} {choices_here(workflow)}")


def refuse(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        text=say(
            "The data are counts per facility; there is nothing about single "
            "patients in them, and nothing of that kind may be added. {choices_here}",
            choices_here=choices_here(workflow),
        )
    )


def unknown(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """What was heard, then the question with its answers. Never a generic sentence."""
    heard = said.strip()
    short = heard if len(heard) <= 120 else heard[:117] + "…"
    return Reply(
        text=say(
            "I could not read “{short}” as an answer here. {choices_here}",
            short=short,
            choices_here=choices_here(workflow),
        )
    )
