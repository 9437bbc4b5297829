"""Making a plan from a finished risk run: lock, plan, store, ledger line, one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from analysis import api as analysis_api
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput
from chatmrpt.common.fingerprints import fingerprint
from itn.domain.allocation import plan
from itn.domain.parameters import PlanParameters
from itn.domain.request import parameters_from
from itn.domain.resolve import resolved
from itn.domain.result import ALGORITHM_VERSION
from itn.models import ItnPlan, PopulationSource
from itn.selectors import plan_with
from itn.services.run_wards import run_wards
from itn.services.store_plan import PlanOrigin, store_plan
from tpr import api as tpr_api
from tpr.models import Workflow


@transaction.atomic
def make_plan(
    workflow_uuid: UUID | str,
    *,
    actor: Actor,
    key: str = "",
    version: int | None = None,
    name: str = "",
    population_source: str | None = None,
    **options: Any,
) -> ItnPlan:
    """Plan the nets of a workflow from its latest finished run.

    Parameters
    ----------
    name : empty = "Plan 1", "Plan 2" ...; unique within the workflow.
    population_source : name of a population list; empty = the newest for the run's ward list.
    options : see `itn.domain.request.OPTIONS` (`nets` required), as typed or as numbers.

    Locks: the workflow. Writes: ItnPlan, WardAllocation, one ledger line `plan_nets`.
    Idempotent by: the key; a key seen before returns the plan it made.

    Raises
    ------
    NotFound : no such workflow. StaleVersion : the page is older than the workflow.
    Conflict : `TPR_NOT_READY`, `RISK_NOT_READY`, `PLAN_NAME_TAKEN`, `KEY_USED`.
    DomainError : those of `parameters_from`, `run_wards` and `plan`.
    """
    workflow = tpr_api.locked_workflow(workflow_uuid)
    line = tpr_api.line_with_key(workflow, key)
    if line is not None:
        if line.command != "plan_nets" or "plan" not in line.payload:
            raise Conflict(
                "KEY_USED", "This idempotency key belongs to another command.", {"key": key}
            )
        return plan_with(line.payload["plan"])
    tpr_api.check_version(workflow, version)
    made = _plan_run(
        _finished_run(workflow), workflow, options, population_source, name, actor.owner
    )
    tpr_api.record(
        workflow,
        command="plan_nets",
        payload={
            "slots": made.parameters,
            "facts": {},
            "plan": str(made.uuid),
            "run": str(made.run_id),
            "available": made.available,
            "allocated": made.allocated,
            "remaining": made.remaining,
        },
        actor=actor,
        key=key,
    )
    return made


@transaction.atomic
def make_plan_for_run(
    run_uuid: UUID | str,
    *,
    actor: Actor,
    name: str = "",
    population_source: str | None = None,
    **options: Any,
) -> ItnPlan:
    """Plan the nets of one finished run (`itn_plan --run`).

    A run of a workflow leaves a ledger line there, a run of a ward table does not.
    """
    run = _run_with(run_uuid)
    if run.workflow_id is None:
        return _plan_run(run, None, options, population_source, name, actor.owner)
    workflow = tpr_api.locked_workflow(run.workflow_id)
    made = _plan_run(run, workflow, options, population_source, name, workflow.owner)
    tpr_api.record(
        workflow,
        command="plan_nets",
        payload={
            "slots": made.parameters,
            "facts": {},
            "plan": str(made.uuid),
            "run": str(made.run_id),
            "available": made.available,
            "allocated": made.allocated,
            "remaining": made.remaining,
        },
        actor=actor,
    )
    return made


def _run_with(uuid: UUID | str) -> analysis_api.AnalysisRun:
    """Return a finished run by its id; a text that is no id names no run."""
    try:
        key = uuid if isinstance(uuid, UUID) else UUID(uuid)
    except ValueError:
        raise InvalidInput(
            "RUN_UNKNOWN", f"'{uuid}' is not the id of an analysis run.", {"run": str(uuid)}
        ) from None
    run = analysis_api.run_with_uuid(key)
    if run.status != "done":
        raise Conflict(
            "RISK_NOT_READY",
            f"The analysis run {key} is {run.status}. Nets are planned from a finished run.",
            {"run": str(key), "status": run.status},
        )
    return run


def _finished_run(workflow: Workflow) -> analysis_api.AnalysisRun:
    """Return the finished run of the workflow's current result, or say what is missing."""
    result = tpr_api.current_result(workflow)
    if result is None:
        raise Conflict(
            "TPR_NOT_READY",
            "Nets are planned from a risk ranking, and the ranking needs the TPR of the wards. "
            "Finish the choices of state, facility level and age group first, then run the risk "
            "analysis.",
            {"stage": workflow.stage},
        )
    run = analysis_api.latest_done_run(result)
    if run is None:
        live = analysis_api.live_run(workflow)
        raise Conflict(
            "RISK_NOT_READY",
            "The risk analysis of these choices is still running. Plan the nets when it is done."
            if live is not None
            else "Nets are planned from a risk ranking, and none is finished for these choices. "
            "Run the risk analysis first.",
            {"live_run": str(live.pk) if live is not None else None},
        )
    return run


def _plan_run(
    run: analysis_api.AnalysisRun,
    workflow: Workflow | None,
    options: Mapping[str, Any],
    population_source: str | None,
    name: str,
    owner: str,
) -> ItnPlan:
    found = run_wards(run, population_source)
    parameters = parameters_from(with_base_year(resolved(options, found.wards), found.source))
    result = plan(found.wards, parameters, rate_is_tpr=True)
    source = found.source
    return store_plan(
        result,
        PlanOrigin(
            owner=owner,
            name=free_name(workflow, name.strip()),
            fingerprint=plan_fingerprint(run, source, result.parameters),
            workflow_id=workflow.pk if workflow else None,
            run_id=run.pk,
            population_source=source,
        ),
    )


def with_base_year(options: Mapping[str, Any], source: PopulationSource | None) -> dict[str, Any]:
    """Return the options with the year of the population list, where a projection is asked for.

    Raises InvalidInput BASE_YEAR where another year was typed.
    """
    raw = dict(options)
    if source is None or not any(raw.get(name) for name in ("growth", "target_year")):
        return raw
    typed = str(raw.get("base_year") or source.year).strip()
    if typed != str(source.year):
        raise InvalidInput(
            "BASE_YEAR",
            f"The population list {source.name} stands for {source.year}, so a projection starts "
            f"there and not in {typed[:20]}.",
            {"year": source.year, "given": typed[:20]},
        )
    return raw | {"base_year": source.year}


def plan_fingerprint(
    run: analysis_api.AnalysisRun, source: PopulationSource | None, parameters: PlanParameters
) -> str:
    """Return what makes two plans the same: their run, population list and parameters."""
    return fingerprint(
        [
            ALGORITHM_VERSION, run.fingerprint, str(run.pk), source.pk if source else None,
            parameters.as_json(),
        ]
    )  # fmt: skip


def free_name(workflow: Workflow | None, name: str) -> str:
    """Return the name asked for, or the next free "Plan N". The workflow's lock is held."""
    if len(name) > 120:
        raise InvalidInput(
            "NAME_TOO_LONG", "A plan's name has at most 120 characters.", {"length": len(name)}
        )
    if workflow is None:
        return name or "Plan"
    taken = set(ItnPlan.objects.filter(workflow=workflow).values_list("name", flat=True))
    if name in taken:
        raise Conflict(
            "PLAN_NAME_TAKEN",
            f"This workflow already has a plan named '{name}'. Choose another name.",
            {"name": name},
        )
    number = len(taken) + 1
    while not name and f"Plan {number}" in taken:
        number += 1
    return name or f"Plan {number}"
