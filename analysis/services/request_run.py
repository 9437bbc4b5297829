"""Request a risk run for a workflow: queue it, join a live one, or show a finished one."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from analysis import queue
from analysis.domain.choices import (
    ALGORITHM,
    DEFAULT_DRAWS,
    DEFAULT_NORMALISATION,
    DEFAULT_SEED,
    DEFAULT_TOP,
    LEGACY,
    SOUND,
    check_definition,
    check_legacy_count,
    check_options,
)
from analysis.domain.selection import Selection, parse_weights, parse_wishes, resolve_weights
from analysis.domain.variables import VariableSpec
from analysis.models import AnalysisRun, Covariate
from analysis.selectors.covariates import (
    current_covariates,
    limits_of,
    registry,
    registry_version,
    urban_covariate,
)
from analysis.selectors.offers import selection_for
from analysis.services.reuse_run import reusable_run
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, DomainError
from chatmrpt.common.fingerprints import fingerprint
from tpr.api import check_version, current_result, line_with_key, locked_workflow, record
from tpr.models import TprResult, Workflow

_MISSING = {
    "awaiting_upload": "a file of test counts",
    "reading_upload": "the file to be read",
    "review_upload": "an answer to the question about the file",
    "state_selection": "the state",
    "state_confirmation": "the state's confirmation",
    "facility_selection": "the facility level",
    "age_group_selection": "the age group",
    "threshold_check": "an answer about the wards above the threshold",
    "cancelled": "a workflow that is not ended",
}


@dataclass(frozen=True, slots=True)
class Options:
    """Checked options of a request."""

    profile: str
    normalisation: str
    draws: int
    seed: int
    top: int


def checked_options(
    profile: str, normalisation: str | None, draws: Any, seed: Any, top: Any
) -> Options:
    """Turn what a form, JSON or a command said into checked options.

    Raises
    ------
    DomainError
        ``UNKNOWN_PROFILE``, ``UNKNOWN_NORMALISATION`` or ``INVALID_NUMBER``.
    """
    options = Options(
        profile=profile,
        normalisation=normalisation or DEFAULT_NORMALISATION,
        draws=_whole("draws", draws, DEFAULT_DRAWS),
        seed=_whole("seed", seed, DEFAULT_SEED),
        top=_whole("top", top, DEFAULT_TOP),
    )
    check_options(
        profile=options.profile,
        normalisation=options.normalisation,
        draws=options.draws,
        seed=options.seed,
        top=options.top,
    )
    return options


@transaction.atomic
def request_run(
    workflow_uuid: UUID | str,
    *,
    profile: str = SOUND,
    variables: Any = None,
    weights: Any = None,
    seed: Any = None,
    draws: Any = None,
    top: Any = None,
    normalisation: str | None = None,
    actor: Actor,
    key: str = "",
    version: int | None = None,
) -> AnalysisRun:
    """Queue a run, or return the live or finished one with the same inputs.

    Locks: the workflow. Writes: AnalysisRun, one ledger line. Sends: `analysis.execute_run` on
    commit. Idempotent by: the key, and the fingerprint of everything that can change a number.

    Parameters
    ----------
    variables : ``a:+,b:-``, a list of such words, or None for the zone's default
    weights : ``a=2,b=1``, a mapping, ``groups``, or None for equal weights

    Raises
    ------
    DomainError
        ``NOT_READY``, ``STALE_VERSION``, and the refusals of `analysis.domain.choices` and
        `analysis.domain.selection`.
    """
    workflow = locked_workflow(workflow_uuid)
    before = line_with_key(workflow, key)
    if before is not None and before.payload.get("run"):
        return AnalysisRun.objects.get(pk=before.payload["run"])
    check_version(workflow, version)
    result = _complete_result(workflow)
    options = checked_options(profile, normalisation, draws, seed, top)
    specs = registry()
    covariates = current_covariates(result.ward_list_id)
    selection = selection_for(result, parse_wishes(variables), covariates, specs)
    parameters = _parameters(result, options, selection, weights, covariates, specs)
    mark = _fingerprint(result, options, parameters, covariates, specs)
    run = reusable_run(workflow, mark)
    created = run is None
    if run is None:
        run = AnalysisRun.objects.create(
            uuid=uuids.uuid4(),
            workflow=workflow,
            result=result,
            ward_list=result.ward_list,
            owner=workflow.owner,
            profile=options.profile,
            normalisation=options.normalisation,
            parameters=parameters,
            seed=options.seed,
            draws=options.draws,
            fingerprint=mark,
            algorithm=ALGORITHM,
            registry_version=registry_version(specs),
            queued_at=timezone.now(),
        )
        queue.execute_run(run.pk)
    slots = {
        "profile": options.profile,
        "variables": variables if isinstance(variables, str | list) else None,
        "weights": weights if isinstance(weights, str | dict) else None,
        "seed": options.seed,
    }
    record(
        workflow,
        command="run_risk",
        payload={"slots": slots, "facts": {}, "run": str(run.pk), "fingerprint": mark},
        actor=actor,
        key=key,
        decided=created,
    )
    return run


def _whole(name: str, value: Any, default: int) -> int:
    if value is None or value == "":
        return default
    try:
        number = int(str(value).replace(",", "").strip())
    except ValueError:
        raise DomainError(
            "INVALID_NUMBER",
            f"{name} is '{value}'. It is a whole number.",
            {"name": name, "value": str(value)},
        ) from None
    return number


def _complete_result(workflow: Workflow) -> TprResult:
    result = current_result(workflow)
    if result is None:
        missing = _MISSING.get(workflow.stage, "a complete test positivity")
        raise Conflict(
            "NOT_READY",
            f"The risk analysis needs a complete ward TPR. Still missing: {missing}.",
            {"stage": workflow.stage, "missing": missing},
        )
    return result


def _parameters(
    result: TprResult,
    options: Options,
    selection: Selection,
    weights: Any,
    covariates: list[Covariate],
    specs: tuple[VariableSpec, ...],
) -> dict[str, Any]:
    """Return the resolved parameters; refuse what the profile cannot do."""
    names = {c.name.casefold() for c in selection.choices}
    by_code = {s.code: s for s in specs}
    urban = urban_covariate(result.ward_list_id)
    indicator = "tpr" if "tpr" not in names else "tpr_workflow"
    position = selection.indicator_position
    notes: list[dict[str, Any]] = []
    typed = parse_weights(weights)
    if options.profile == SOUND:
        check_definition(result.definition)
        if position is None:
            position = 0
    else:
        chosen = sum(1 for c in selection.choices if c.chosen)
        check_legacy_count(chosen + (position is not None))
        if typed is not None:
            raise DomainError(
                "INVALID_WEIGHTS",
                "The legacy rule has no weights: it combines subsets of variables. Leave the "
                "weights out, or use the sound profile.",
                {},
            )
    if selection.not_available:
        labels = ", ".join(s.label for s in specs if s.code in selection.not_available)
        notes.append(
            {
                "code": "not_available",
                "message": f"Proposed for this zone, but not loaded for this ward list: {labels}.",
                "facts": {"variables": list(selection.not_available)},
            }
        )
    return {
        "indicator": indicator,
        "indicator_position": position,
        "top": options.top,
        "weights": resolve_weights(typed, selection, indicator, specs),
        "variables": [
            {
                "covariate": c.key,
                "name": c.name,
                "direction": c.direction,
                "chosen": c.chosen,
                "explicit": c.explicit,
                # As the registry says now: a later change of a row must not change this run.
                **limits_of(by_code.get(c.code)),
            }
            for c in selection.choices
        ],
        "urban": urban.pk if urban else None,
        "not_available": [
            {"code": s.code, "label": s.label, "unit": s.unit, "direction": s.direction}
            for s in specs
            if s.code in selection.not_available
        ],
        "from_zone": selection.from_zone,
        "notes": notes,
    }


def _fingerprint(
    result: TprResult,
    options: Options,
    parameters: dict[str, Any],
    covariates: list[Covariate],
    specs: tuple[VariableSpec, ...],
) -> str:
    """Return the fingerprint of everything that can change a number."""
    rows = {c.pk: c for c in covariates}
    drawn: list[Any] = [options.normalisation, options.draws, options.seed, options.top]
    return fingerprint(
        [
            ALGORITHM,
            options.profile,
            result.fingerprint,
            registry_version(specs),
            [] if options.profile == LEGACY else drawn,
            parameters["indicator_position"],
            parameters["weights"],
            [
                [v["name"], v["direction"], v["chosen"], v["explicit"], v["minimum"], v["maximum"],
                 v["group"],
                 rows[v["covariate"]].file_hash, rows[v["covariate"]].code,
                 rows[v["covariate"]].how_made]
                for v in parameters["variables"]
            ],
            [v["code"] for v in parameters["not_available"]],
            [rows[pk].file_hash, rows[pk].how_made] if (pk := parameters["urban"]) in rows else None,
        ]
    )  # fmt: skip
