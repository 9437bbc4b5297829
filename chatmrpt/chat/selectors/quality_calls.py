"""The call list of the quality page: what to ask, what was found, and the form to write it down."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.utils import timezone

from chatmrpt.common.language import Words, say
from tpr.domain.quality.calls import Call
from tpr.exports_quality import call_row, reasons
from tpr.models import OUTCOMES, CallAnswer, Workflow
from tpr.selectors.calls import CallKey, call_answers, key_of
from tpr.selectors.quality_report import QualityReport

CALLS_SHOWN = 50
REASONS_SHOWN = 3
ALL = "all"


def call_part(workflow: Workflow, report: QualityReport, wanted: str) -> dict[str, Any]:
    """Return the first calls with their latest answers, and the call that is being written down."""
    answers = call_answers(workflow, report.state)
    shown = [_row(call, report, answers) for call in report.calls[:CALLS_SHOWN]]
    chosen = next((c for c in report.calls if wanted and mark_of(c) == wanted), None)
    return {
        "rows": shown, "of": len(report.calls), "made": sum(map(len, answers.values())),
        "denominator": DENOMINATOR.get(report.basis.definition, "tests"),
        "form": _form(chosen, report, answers) if chosen else None,
    }  # fmt: skip


DENOMINATOR = Words({"opd": "out-patients", "fever": "persons with fever"})


def mark_of(call: Call) -> str:
    """`12.2024-03`, or `12.all` for a call about the whole file."""
    return (
        f"{call.facility.id}.{call.start:%Y-%m-%d}" if call.start else f"{call.facility.id}.{ALL}"
    )


def read_mark(mark: str) -> tuple[int, date | None]:
    """Read what `mark_of` wrote. Raises ValueError."""
    facility, _, period = mark.partition(".")
    return int(facility[:18]), None if period == ALL else date.fromisoformat(period)


def _row(
    call: Call, report: QualityReport, answers: dict[CallKey, list[CallAnswer]]
) -> dict[str, Any]:
    told = answers.get(key_of(call.facility, call.start), [])
    why = reasons(call, report)
    more = say("; and {why} more", why=len(why) - REASONS_SHOWN) if len(why) > REASONS_SHOWN else ""
    short = "; ".join(why[:REASONS_SHOWN]) + more
    return {**call_row(call, report), "short": short, "mark": mark_of(call),
            "answer": _words(told[0]) if told else "", "earlier": len(told) - 1}  # fmt: skip


def _words(answer: CallAnswer) -> str:
    found = f": {answer.found}" if answer.found else ""
    return (
        f"{answer.called_on.day} {answer.called_on:%b %Y}, {answer.called_by}: "
        f"{OUTCOMES[answer.outcome].lower()}{found}"
    )


def _form(
    call: Call, report: QualityReport, answers: dict[CallKey, list[CallAnswer]]
) -> dict[str, Any]:
    return {
        **_row(call, report, answers), "outcomes": OUTCOMES.items(),
        "today": timezone.localdate().isoformat(), "key": uuid4().hex,
        "told": [_words(a) for a in answers.get(key_of(call.facility, call.start), [])],
    }  # fmt: skip
