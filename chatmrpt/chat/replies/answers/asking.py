"""Questions about the data, answered from the data, with filter and denominator said."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers.figures import (
    breakdown,
    exceeding,
    figure_table,
    grouped,
    not_yet,
    positivity,
    rank,
)
from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.answers.holdings import (
    count_things,
    covered_period,
    issues,
    list_names,
    missing,
    overview,
    presence,
    source,
)
from chatmrpt.chat.replies.answers.scope import state_of_question
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, plural, table
from tpr.models import Workflow
from tpr.selectors.results import current_result, ward_figures


def ask(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Answer one question; the pending question follows it unchanged."""
    if workflow.upload is None or not (workflow.upload.counts or {}).get("by_state"):
        return Reply(text="There is no file to look into yet. Upload one and I can answer that. "
                     + choices_here(workflow))  # fmt: skip
    kind = str(slots.get("q") or "")
    reply = ANSWERS.get(kind, not_yet)(workflow, slots)
    reply.text = f"{reply.text}\n\n{choices_here(workflow)}"
    return reply


def _places(status: str, words: str) -> Callable[[Workflow, dict[str, Any]], Reply]:
    def answer(workflow: Workflow, slots: dict[str, Any]) -> Reply:
        result = current_result(workflow)
        if result is None:
            return Reply(text="That is known once the ward TPR is there.")
        rows = [w for w in ward_figures(result) if w.status == status]
        if not rows:
            return Reply(text=f"None: there are no wards {words}.")
        shown = [[w.ward or "unknown ward", w.lga, count(w.tested or 0)] for w in rows[:25]]
        return Reply(
            text=f"{plural(len(rows), 'ward')} {words}.",
            figures=[table("Wards", [("Ward", False), ("LGA", False), ("Tested", True)], shown)],
            links=[{"href": "?tab=quality", "label": "Open Quality"}],
        )

    return answer


def _summary(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    from chatmrpt.chat.replies.moves import result_summary

    result = current_result(workflow)
    return result_summary(result) if result else positivity(workflow, slots)


ANSWERS: dict[str, Callable[[Workflow, dict[str, Any]], Reply]] = {
    "overview": overview, "columns": overview, "count": count_things, "list": list_names,
    "presence": presence, "period": covered_period, "feasibility": covered_period, "missing": missing,
    "quality": issues, "cleaning": issues, "total_rows": issues, "exceeding": exceeding,
    "source": source, "tpr": positivity, "interval": positivity, "sample_size": positivity,
    "summary": _summary,
    "rank": rank, "breakdown": breakdown, "unmatched": _places("unmatched", "not on the ward list"),
    "no_data": _places("no_tests", "of the file without tests"),
    "low_volume": _places("too_few", "with fewer than 20 tests"),
}  # fmt: skip


def trend(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(text="Trends over years are not computed in this version. "
                 + _period_text(workflow) + " " + choices_here(workflow))  # fmt: skip


def _period_text(workflow: Workflow) -> str:
    if workflow.upload is None or not workflow.upload.counts:
        return "There is no file yet."
    return f"The file covers: {covered_period(workflow, {}).text}"


def compare(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Compare levels or age groups of the state; other comparisons say what is nearest."""
    of = str(slots.get("of") or "")
    unit = {"levels": "level", "ages": "age"}.get(of)
    state = state_of_question(workflow, slots)
    if workflow.upload is None or not workflow.upload.counts or state is None:
        return Reply(text=f"There is nothing to compare yet. {choices_here(workflow)}")
    unit = unit or ("age" if slots.get("age") else "level")
    place, groups = grouped(workflow, {}, unit)
    return Reply(text=f"{place}. Overlapping intervals do not prove that two rates are equal.\n\n"
                 + choices_here(workflow),
                 figures=[figure_table(f"Compared by {unit}", unit, groups)])  # fmt: skip
