"""Questions about the data, answered from the data, with filter, denominator and source said."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers import (
    breaking_down,
    comparing,
    completeness,
    counting,
    evidence,
    holdings,
    onward,
    ranking,
    rates,
    repairs,
    trending,
    why,
)
from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.answers.scope import Unanswerable
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.common.language import say
from tpr.models import Workflow

Answer = Callable[[Workflow, dict[str, Any]], Reply]

ANSWERS: dict[str, Answer] = {
    "overview": holdings.overview, "columns": holdings.columns, "count": counting.count_things,
    "list": counting.list_names, "presence": counting.presence, "period": holdings.covered_period,
    "feasibility": holdings.feasibility, "source": holdings.source,
    "missing": completeness.missing, "quality": completeness.quality,
    "exceeding": completeness.exceeding, "cleaning": repairs.cleaning,
    "total_rows": repairs.total_rows, "non_reporting": repairs.non_reporting,
    "unmatched": onward.unmatched, "no_data": onward.no_data, "tpr": rates.positivity,
    "summary": rates.summary, "sample_size": evidence.sample_size, "low_volume": evidence.low_volume,
    "interval": evidence.intervals, "verify": rates.verify, "rank": ranking.rank,
    "breakdown": breaking_down.breakdown, "drivers": breaking_down.drivers,
    "outliers": breaking_down.outliers,
    "coverage": onward.coverage, "autocorrelation": why.autocorrelation,
    "why_rank": why.why_rank, "nets_needed": onward.nets_needed,
}  # fmt: skip
"""Every `q` of workflow.md section 7."""


def ask(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Answer one question; the pending question follows it unchanged."""
    kind = str(slots.get("q") or "overview")
    return answered(workflow, slots, ANSWERS.get(kind, holdings.overview))


def answered(workflow: Workflow, slots: dict[str, Any], answer: Answer) -> Reply:
    """Give the answer, or why there is none and what is nearest; then the pending question."""
    if workflow.upload is None or not (workflow.upload.counts or {}).get("by_state"):
        return Reply(
            text=say(
                "There is no file to look into yet. Upload one and I can answer that. "
                "{choices_here}",
                choices_here=choices_here(workflow),
            )
        )
    try:
        reply = answer(workflow, slots)
    except Unanswerable as error:
        reply = Reply(text=str(error))
    reply.text = f"{reply.text}\n\n{choices_here(workflow)}"
    return reply


def compare(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return answered(workflow, slots, comparing.compare)


def trend(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return answered(workflow, slots, trending.answer_trend)
