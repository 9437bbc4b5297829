"""Write into the ledger that a run ended, so that the conversation can say it."""

from __future__ import annotations

from analysis.domain.frames import Outcome, wards_in_words
from analysis.models import AnalysisRun
from analysis.services.run_inputs import RunInputs
from chatmrpt.common.actors import job_actor
from tpr.api import record
from tpr.models import Workflow

_SAID = ("tpr_only", "no_tests", "many_missing")


def tell(workflow: Workflow, command: str, run: AnalysisRun, text: str) -> None:
    """Append a ledger line for the end of a run. The caller holds the workflow's lock.

    No person decided it, so the workflow's version stays.
    """
    record(
        workflow,
        command=command,
        payload={"slots": {}, "facts": {}, "run": str(run.pk), "text": text},
        actor=job_actor("analysis"),
        decided=False,
    )


def finished_text(inputs: RunInputs, outcome: Outcome) -> str:
    """Return two or three sentences: how many wards, the highest, and what to know."""
    first = sorted(range(len(inputs.places)), key=lambda i: outcome.rank[i])[:3]
    names = ", ".join(f"{inputs.places[i].ward} ({inputs.places[i].lga})" for i in first)
    used = [v.label for v in outcome.variables if v.status == "used"]
    lines = [
        f"{wards_in_words(len(inputs.places))} ranked with the {outcome.profile} profile on "
        f"{', '.join(used)}. Risk rank 1 = highest risk. Highest: {names}."
    ]
    lines.extend(n.message for n in outcome.notes if n.code in _SAID)
    if inputs.out:
        lines.append(f"Not ranked, because not on the list: {wards_in_words(len(inputs.out))}.")
    return " ".join(lines)
