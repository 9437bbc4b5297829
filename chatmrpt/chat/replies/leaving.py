"""Whether leaving a workflow needs a word first (workflow.md §3: exit asks once)."""

from analysis import api as analysis_api
from chatmrpt.chat.words import plural
from chatmrpt.common.language import say
from chatmrpt.common.once import once
from tpr.domain.stages import Stage
from tpr.models import Workflow
from tpr.selectors.review import review_questions

EXIT_ASKED = "EXIT_ASKED"
DETOURS = (
    "ask", "trend", "compare", "explain", "chart", "map", "filter", "export", "status", "help",
    "greet", "smalltalk", "clarify", "unknown", "error", "refuse",
)  # fmt: skip
MAY_ASK = (Stage.REVIEW_UPLOAD, Stage.COMPLETE)


def reason_to_stay(workflow: Workflow) -> str:
    """Return what would be left behind: a running calculation, open cards; empty when nothing."""
    if workflow.stage == Stage.REVIEW_UPLOAD and workflow.upload is not None:
        number = len(review_questions(workflow.upload))
        return say(
            "{number} about the file {is_} open",
            number=plural(number, "question"),
            is_="is" if number == 1 else "are",
        )
    if workflow.stage == Stage.COMPLETE and analysis_api.live_run(workflow) is not None:
        return say("A risk analysis is running")
    return ""


@once
def asked_to_end(workflow: Workflow) -> bool:
    """Whether the last thing done was to ask "end it?"; questions in between leave it open."""
    if workflow.stage not in MAY_ASK:
        return False
    last = workflow.events.exclude(command__in=DETOURS).order_by("-sequence").first()
    refusal = (last.payload.get("refusal") or {}) if last and last.command == "exit" else {}
    return bool(refusal.get("code") == EXIT_ASKED)
