"""Questions about the data, answered from the data, with filter, denominator and source said."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers import (
    comparing,
    completeness,
    holdings,
    onward,
    ranking,
    rates,
    trending,
)
from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.answers.scope import Unanswerable
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.common.language import say
from tpr.models import Workflow

Answer = Callable[[Workflow, dict[str, Any]], Reply]

ANSWERS: dict[str, Answer] = {
    "overview": holdings.overview, "columns": holdings.columns, "count": holdings.count_things,
    "list": holdings.list_names, "presence": holdings.presence, "period": holdings.covered_period,
    "feasibility": holdings.feasibility, "source": holdings.source,
    "missing": completeness.missing, "quality": completeness.quality,
    "exceeding": completeness.exceeding, "cleaning": completeness.cleaning,
    "total_rows": completeness.total_rows, "non_reporting": completeness.non_reporting,
    "unmatched": onward.unmatched, "no_data": onward.no_data, "tpr": rates.positivity,
    "summary": rates.summary, "sample_size": rates.sample_size, "low_volume": rates.low_volume,
    "interval": rates.intervals, "verify": rates.verify, "rank": ranking.rank,
    "breakdown": ranking.breakdown, "drivers": ranking.drivers, "outliers": ranking.outliers,
    "coverage": onward.coverage, "autocorrelation": onward.autocorrelation,
    "why_rank": onward.why_rank, "nets_needed": onward.nets_needed,
}  # fmt: skip
"""Every `q` of workflow.md section 7."""


def ask(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Answer one question; the pending question follows it unchanged."""
    kind = str(slots.get("q") or "overview")
    return answered(workflow, slots, ANSWERS.get(kind, holdings.overview))


def answered(workflow: Workflow, slots: dict[str, Any], answer: Answer) -> Reply:
    """Give the answer, or why there is none and what is nearest; then the pending question."""
    if workflow.upload is None or not (workflow.upload.counts or {}).get("by_state"):
        return Reply(text=say("There is no file to look into yet. Upload one and I can answer that. "
"{choices_here}", choices_here=choices_here(workflow)))  # fmt: skip
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
