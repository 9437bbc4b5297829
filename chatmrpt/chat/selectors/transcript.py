"""The transcript, from rows: a window of it for the page, all of it as a file."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime

from chatmrpt.chat.models import Message
from chatmrpt.chat.selectors.plots import drawn
from chatmrpt.common.exports import csv_text
from chatmrpt.common.language import Words, say
from tpr.models import Workflow

WINDOW, BEFORE = 40, 5
"""Messages on a page that shows a certain one, and how many of them stand before it."""
WHO = Words({"person": "You", "system": "ChatMRPT"})
COLUMNS = ("sequence", "at", "who", "text", "understood", "slots", "tables", "actor", "channel")


def window_of(workflow: Workflow, *, newest: int, at: str = "") -> dict[str, Any]:
    """Return the newest messages, or those around the one numbered `at`.

    `earlier` and `later` are the numbers of messages not shown on either side, `earlier_at` and
    `later_at` the message to ask for to see them (None: the newest, the page as it is).
    """
    mine = Message.objects.filter(workflow=workflow).select_related("event")
    around = int(at) if at.isdecimal() and len(at) < 7 else 0
    tail = list(mine.order_by("-sequence")[:newest])
    total = tail[0].sequence if tail else 0
    rows: Iterable[Message] = reversed(tail)
    if 1 <= around <= total:
        first = max(1, min(around - BEFORE, total - WINDOW + 1))
        last = min(total, first + WINDOW - 1)
        rows = mine.filter(sequence__gte=first, sequence__lte=last).order_by("sequence")
    else:
        first, last = max(1, total - newest + 1), total
    return {
        "messages": list(_shown(rows)), "total": total, "earlier": first - 1,
        "later": total - last, "earlier_at": max(1, first - WINDOW + BEFORE),
        "last_earlier": first - 1, "first_later": last + 1,
        "later_at": last + 1 if last + WINDOW < total else total,
    }  # fmt: skip


def _shown(rows: Any) -> Iterator[dict[str, Any]]:
    day = None
    for m in rows:
        of = localtime(m.at).date()
        yield {
            "sequence": m.sequence, "who": m.who, "text": m.text, "at": m.at,
            "actor": m.event.actor if m.event else "",
            "actor_name": m.event.actor_name if m.event else "",
            "day": of if of != day else None, "lead": m.parts.get("lead", ""),
            "heard": m.parts.get("heard", ""),
            "figures": [drawn(f) for f in m.parts.get("figures", [])],
            "links": m.parts.get("links", []),
        }  # fmt: skip
        day = of


def named(messages: list[dict[str, Any]], viewer: str) -> None:
    """Say who wrote what somebody else than the viewer wrote; without a name it is a visitor."""
    for message in messages:
        if message["who"] == "person" and message["actor"] not in ("", viewer):
            message["by"] = message["actor_name"] or say("Somebody else")


def _all(workflow: Workflow) -> Any:
    return Message.objects.filter(workflow=workflow).select_related("event").order_by("sequence")


def _full_text(m: Message) -> str:
    return f"{m.parts.get('lead', '')} {m.text}".strip()


def transcript_csv(workflow: Workflow) -> str:
    """Return every message as a line: who said what when, and how it was understood."""
    rows = (
        {
            "sequence": m.sequence, "at": m.at.isoformat(), "who": m.who, "text": _full_text(m),
            "understood": m.command if m.who == "person" else "",
            "slots": json.dumps(m.slots, ensure_ascii=False) if m.slots else "",
            "tables": "\n\n".join(_table(f) for f in m.parts.get("figures", [])),
            "actor": m.event.actor if m.event else "", "channel": m.event.channel if m.event else "",
        }
        for m in _all(workflow)
    )  # fmt: skip
    return csv_text(COLUMNS, rows)


def transcript_text(workflow: Workflow) -> str:
    """Return the conversation as plain text, with its tables, for reading and for mail."""
    file = workflow.upload.original_name if workflow.upload else say("no file")
    lines = [
        say(
            "ChatMRPT conversation · {workflow} · {file}",
            workflow=workflow.name or workflow.uuid,
            file=file,
        ),
        "",
    ]
    for m in _all(workflow):
        at = localtime(m.at)
        lines.append(f"{m.sequence}. {WHO[m.who]}, {at.day} {at:%b %Y, %H:%M}")
        lines += [f"   {part}" for part in (_full_text(m) or say("(nothing)")).split("\n") if part]
        for figure in m.parts.get("figures", []):
            lines += ["", *(f"   {row}" for row in _table(figure).split("\n"))]
        lines.append("")
    return "\n".join(lines)


def _table(figure: dict[str, Any]) -> str:
    """Return a table with its caption as lines of columns divided by a bar; nothing for a drawing."""
    if not figure.get("rows"):
        return str(figure.get("caption", ""))
    if figure.get("kind") in ("bars", "lines"):
        head = say("{label} | Value", label=figure["label"])
        rows = [f"{row['label']} | {row['text']}" for row in figure["rows"]]
    else:
        head = " | ".join(str(c["label"]) for c in figure["columns"])
        whole = [figure["total"]] if figure.get("total") else []
        rows = [" | ".join(str(cell) for cell in row)
                for row in (*figure["rows"], *figure.get("more", ()), *whole)]  # fmt: skip
    return "\n".join([str(figure.get("caption", "")), *([head] if head.strip(" |") else []), *rows])
