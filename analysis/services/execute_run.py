"""Carry out a queued run: claim, load, compute, and finish in one transaction."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction

from analysis.domain.choices import SOUND
from analysis.domain.frames import Outcome, Step
from analysis.models import AnalysisRun
from analysis.services.run_inputs import RunInputs, load_inputs
from analysis.services.store_outcome import store_outcome
from analysis.services.tell_workflow import finished_text, tell
from chatmrpt.common.actors import this_process
from chatmrpt.common.errors import DomainError
from chatmrpt.common.jobs import Claim, claimed
from tpr.api import locked_workflow


def execute_run(run_id: Any, *, worker: str = "") -> bool:
    """Execute a run if it can be claimed; True when this call finished it.

    Locks: the run row while results are written. Writes: WardScore, VariableUse, AnalysisRun.
    Idempotent by: the claim; a second message finds nothing to do. Known failures become `failed`
    with code and words, a bug is retried through the queue at most three times.
    """
    finished = False
    with claimed(AnalysisRun, run_id, worker=worker or this_process()) as claim:
        if claim is not None:
            try:
                work(claim)
                finished = True
            except DomainError as error:
                _fail(claim, error)
    return finished


def work(claim: Claim[AnalysisRun]) -> None:
    """Compute outside any transaction and write everything in one.

    Raises
    ------
    DomainError : a known reason; the caller marks the run failed.
    LeaseLost, Cancelled : stop without writing.
    """
    run = claim.load()
    timings: dict[str, float] = {}
    clock = time.monotonic()
    claim.progress(2, 100, "Loading wards and variables")
    inputs = load_inputs(run)
    timings["load"] = time.monotonic() - clock
    clock = time.monotonic()
    outcome = compute(run, inputs, claim.progress)
    timings["compute"] = time.monotonic() - clock
    claim.progress(92, 100, "Writing the ranking")
    with transaction.atomic():
        # The workflow first: requests and cancellations lock in the same order.
        workflow = locked_workflow(run.workflow_id) if run.workflow_id else None
        with claim.finish() as row:
            store_outcome(row, inputs, outcome, timings)
        if workflow is not None:
            tell(workflow, "run_finished", row, finished_text(inputs, outcome))


def _fail(claim: Claim[AnalysisRun], error: DomainError) -> None:
    """Mark the run failed and say so in the workflow, when the claim is still ours."""
    workflow_id = AnalysisRun.objects.values_list("workflow_id", flat=True).get(pk=claim.pk)
    with transaction.atomic():
        workflow = locked_workflow(workflow_id) if workflow_id else None
        if claim.fail(error) and workflow is not None:
            run = AnalysisRun.objects.get(pk=claim.pk)
            tell(workflow, "run_failed", run, error.message)


def compute(run: AnalysisRun, inputs: RunInputs, on_step: Step) -> Outcome:
    """Score by the run's profile. Pure but for `on_step`."""
    if not inputs.places:
        raise DomainError(
            "NO_WARDS",
            "No ward of this result is on the ward list, so there is nothing to rank. "
            "Check the matching of ward names.",
            {"left_out": len(inputs.out)},
        )
    if run.profile == SOUND:
        from analysis.domain.sound import SoundOptions, score_sound

        options = SoundOptions(
            normalisation=run.normalisation,  # type: ignore[arg-type]
            weights=run.parameters.get("weights"),
            draws=run.draws,
            seed=run.seed,
            top=run.parameters["top"],
        )
        return score_sound(
            inputs.wards, inputs.columns, inputs.indicator, options,
            others=inputs.others, on_step=on_step,
        )  # fmt: skip
    from analysis.domain.published import score_legacy

    return score_legacy(inputs.wards, inputs.columns, inputs.indicator, on_step=on_step)
