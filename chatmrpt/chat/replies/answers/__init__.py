"""Answers that do not move the workflow. One module per family; one table joins them."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers import asking, explaining, exporting, guidance, showing
from chatmrpt.chat.replies.answers.nets import ask_for_nets, compare_plans, plan_summary
from chatmrpt.chat.replies.reply import Reply
from tpr.models import Workflow

Answerer = Callable[[Workflow, dict[str, Any], str], Reply]

ANSWERERS: dict[str, Answerer] = {
    "status": guidance.status,
    "help": guidance.help_here,
    "greet": guidance.greet,
    "smalltalk": guidance.smalltalk,
    "pause": guidance.pause,
    "clarify": guidance.clarify,
    "error": guidance.error,
    "refuse": guidance.refuse,
    "unknown": guidance.unknown,
    "ask": asking.ask,
    "trend": asking.trend,
    "compare": asking.compare,
    "explain": explaining.explain,
    "chart": showing.chart,
    "map": showing.show_map,
    "filter": showing.filter_table,
    "export": exporting.export,
}


def answer(workflow: Workflow, command: str, slots: dict[str, Any], said: str) -> Reply:
    """Return the answer to a command that moves nothing. Every command of the table has one."""
    if command == "compare" and slots.get("of") == "plans":
        return compare_plans(workflow)
    return ANSWERERS[command](workflow, slots, said)


__all__ = ["ANSWERERS", "answer", "ask_for_nets", "plan_summary"]
