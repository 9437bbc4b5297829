"""Short texts that explain, with the method note; figures beside them come from the data."""

from difflib import get_close_matches
from typing import Any

from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.answers.holdings import kind_of_field, label_of_field
from chatmrpt.chat.replies.answers.rates import bands_of
from chatmrpt.chat.replies.answers.scope import Unanswerable, scope_of
from chatmrpt.chat.replies.answers.topics import TOPICS, text_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, interval, join, percent
from chatmrpt.common.language import say
from chatmrpt.common.names import repair_mojibake
from tpr.domain.columns import by_header
from tpr.models import Workflow

NOTE = "/methods/"


def explain(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    topic = str(slots.get("topic") or "")
    if topic == "column":
        return _column(workflow, slots)
    found = TOPICS.get(topic)
    if found is None:
        known = join([say(TOPICS[t].title) for t in ("tpr", "interval", "levels", "matching")])
        return Reply(
            text=say(
                "I have no text about “{said}”. I can explain, among others: {known}; "
                "the method note has all of it.\n\n{choices_here}",
                said=said.strip(),
                known=known,
                choices_here=choices_here(workflow),
            ),
            links=[{"href": NOTE, "label": say("Method note")}],
        )
    lines = [text_of(topic)]
    if beside := _beside(workflow, topic, slots):
        lines.append(beside)
    return Reply(
        text="\n\n".join([*lines, choices_here(workflow)]),
        links=[{"href": f"{NOTE}#{found.note}", "label": say("Method note")},
               {"href": f"/glossary/#{topic}", "label": say("Glossary")}],
    )  # fmt: skip


def _beside(workflow: Workflow, topic: str, slots: dict[str, Any]) -> str:
    """A sentence from the person's own data where the text speaks of a value."""
    if topic != "interpret_value" or workflow.upload is None or not workflow.upload.counts:
        return ""
    value = slots.get("value")
    try:
        scope = scope_of(workflow, {})
        found = scope.figure()
    except Unanswerable:
        return ""
    lines = []
    if isinstance(value, int | float) and 0 <= value <= 100:
        label = [label for label, lower in bands_of(workflow) if value >= lower][-1]
        lines.append(
            say(
                "{value:g} % lies in the band “{label}” of those in force.",
                value=value,
                label=label,
            )
        )
    if found.tpr is not None:
        lines.append(
            say(
                "For comparison: {place} has {tpr} ({value}) from {tested} tests ({said}).",
                place=scope.place,
                tpr=percent(found.tpr),
                value=interval(*found.shown),
                tested=count(found.tested),
                said=scope.said,
            )
        )
    return " ".join(lines)


def _column(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """What a header means: as it was read in this file, else as such a header would be read."""
    wanted = str(slots.get("column") or "").strip()
    columns = workflow.upload.columns if workflow.upload else []
    headers = {str(c.get("header", "")): c for c in columns}
    folded = {_fold(h): h for h in headers}
    key = _fold(wanted)
    exact = folded.get(key)
    inside = next((folded[h] for h in folded if key and key in h), None)
    near = get_close_matches(key, list(folded), 1, 0.8) if key else []
    header = exact or inside or (folded[near[0]] if near else None)
    links = [{"href": f"{NOTE}#reading-a-file", "label": say("Method note")}]
    if header is not None:
        c = headers[header]
        read_as = str(c.get("field") or "ignored")
        shown = ", ".join(str(v) for v in (c.get("samples") or [])[:3])
        text = say(
            "Column “{header}” was read as {label_of_field} ({kind_of_field}), "
            "because: {reason}.{shown}",
            header=header,
            label_of_field=label_of_field(read_as),
            kind_of_field=kind_of_field(read_as),
            reason=c.get("reason") or say("its values"),
            shown=say(" Values from it: {shown}.", shown=shown) if shown else "",
        )
    elif field := by_header(wanted)[0]:
        there = (
            say("is not in this file") if columns else say("can be looked up once a file is there")
        )
        text = say(
            "A column called “{wanted}” {there}. Such a header is read as "
            "{label_of_field} ({kind_of_field}).",
            wanted=wanted,
            there=there,
            label_of_field=label_of_field(field),
            kind_of_field=kind_of_field(field),
        )
    else:
        some = join([str(h) for h in list(headers)[:4]])
        text = say(
            "No column of the file is called “{wanted}”, and I know no such header.{some}",
            wanted=wanted,
            some=say(
                " It has, among others: {some}. Say “list the columns” for all of them.", some=some
            )
            if some
            else "",
        )
    return Reply(text=f"{text}\n\n{choices_here(workflow)}", links=links)


def _fold(header: str) -> str:
    return " ".join(repair_mojibake(header).casefold().split())
