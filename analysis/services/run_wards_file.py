"""A run on a ward table instead of a workflow: the same rules, rows and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from analysis import queue
from analysis.domain.choices import ALGORITHM, LEGACY, SOUND, check_legacy_count
from analysis.domain.choices import malaria_indicator_missing as malaria_missing
from analysis.domain.selection import (
    Selection,
    parse_weights,
    parse_wishes,
    resolve_weights,
    select,
)
from analysis.domain.variables import VariableSpec
from analysis.models import AnalysisRun
from analysis.selectors.covariates import limits_of, registry, registry_version
from analysis.services.boundary_file import polygons_for
from analysis.services.read_wards_file import WardsFile, read_wards_file
from analysis.services.request_run import Options, checked_options
from analysis.services.reuse_run import reusable_run
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import DomainError
from chatmrpt.common.fingerprints import fingerprint
from tpr.boundaries.neighbours import queen_neighbours


def run_wards_file(
    path: Path,
    *,
    actor: Actor,
    boundaries: Path | None = None,
    profile: str = SOUND,
    variables: Any = None,
    weights: Any = None,
    seed: Any = None,
    draws: Any = None,
    top: Any = None,
    normalisation: str | None = None,
    tpr_unit: str = "",
) -> AnalysisRun:
    """Queue a run on the wards of a file, or return the live or finished one of the same inputs.

    The table is stored with the run, so that any worker can execute it. Writes: AnalysisRun.
    Sends: `analysis.execute_run` on commit. Idempotent by: the fingerprint.

    Raises
    ------
    DomainError
        ``MALARIA_INDICATOR_MISSING`` and the refusals of `read_wards_file`, `polygons_for`,
        `analysis.domain.choices` and `analysis.domain.selection`.
    """
    options = checked_options(profile, normalisation, draws, seed, top)
    specs = registry()
    table = read_wards_file(path, profile=profile, specs=specs, tpr_unit=tpr_unit)
    selection = _selection(table, variables, specs)
    if profile == SOUND and table.indicator is None:
        raise malaria_missing()
    inputs = _inputs(table, selection, boundaries, specs, profile=profile, wished=bool(variables))
    typed = parse_weights(weights)
    if profile == LEGACY:
        chosen = sum(1 for c in selection.choices if c.chosen)
        check_legacy_count(chosen + (inputs["indicator"] is not None))
        if typed is not None:
            raise DomainError("INVALID_WEIGHTS", "The legacy rule has no weights.", {})
    name = inputs["indicator"]["name"] if inputs["indicator"] else None
    parameters = {
        "top": options.top,
        "weights": resolve_weights(typed, selection, name, specs),
        "notes": [*table.notes, *inputs.pop("notes")],
        "not_available": [],
    }
    drawn = [] if profile == LEGACY else [options.normalisation, options.draws, options.seed,
                                          options.top]  # fmt: skip
    mark = fingerprint(
        [ALGORITHM, profile, registry_version(specs), drawn, parameters["weights"],
         {k: v for k, v in inputs.items() if k != "file"}]
    )  # fmt: skip
    return _queue(options, inputs, parameters, mark, specs, actor)


def _queue(
    options: Options,
    inputs: dict[str, Any],
    parameters: dict[str, Any],
    mark: str,
    specs: tuple[VariableSpec, ...],
    actor: Actor,
) -> AnalysisRun:
    existing = reusable_run(None, mark)
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            run = AnalysisRun.objects.create(
                owner=actor.owner,
                profile=options.profile,
                normalisation=options.normalisation,
                parameters=parameters,
                inputs=inputs,
                seed=options.seed,
                draws=options.draws,
                fingerprint=mark,
                algorithm=ALGORITHM,
                registry_version=registry_version(specs),
            )
            queue.execute_run(run.pk)
    except IntegrityError:
        # The same table was asked for at the same moment; the other request is first.
        joined = reusable_run(None, mark)
        if joined is None:
            raise
        return joined
    return run


def _selection(table: WardsFile, variables: Any, specs: tuple[VariableSpec, ...]) -> Selection:
    wishes = parse_wishes(variables)
    if wishes is not None:
        named = [w for w in wishes if not _is_indicator(w.name, table)]
        found = select(table.offers, named, (), specs)
        position = next((i for i, w in enumerate(wishes) if _is_indicator(w.name, table)), None)
        if position is None:
            return found
        return Selection(found.choices, found.not_available, position, from_zone=False)
    usual = [o for o in table.offers if o.name not in table.undeclared]
    found = select(usual, None, (), specs, all_by_default=True)
    apart = select(
        [o for o in table.offers if o.name in table.undeclared], [], (), specs
    )  # fmt: skip
    return Selection((*found.choices, *apart.choices), (), 0, from_zone=False)


def _is_indicator(name: str, table: WardsFile) -> bool:
    if table.indicator is None:
        return False
    return name.casefold() in (table.indicator["name"].casefold(), "tpr")


def _inputs(
    table: WardsFile,
    selection: Selection,
    boundaries: Path | None,
    specs: tuple[VariableSpec, ...],
    *,
    profile: str,
    wished: bool,
) -> dict[str, Any]:
    """Return what is stored with the run: enough for any worker to repeat it."""
    by_code = {s.code: s for s in specs}
    notes: list[dict[str, Any]] = []
    neighbours: list[list[int]] | None = None
    if boundaries is not None:
        shapes, found = polygons_for(
            boundaries, [(w["code"], w["lga"], w["ward"]) for w in table.wards]
        )
        neighbours = [list(near) for near in queen_neighbours(shapes)]
        if found < len(table.wards):
            notes.append(
                {
                    "code": "without_polygon",
                    "message": f"{len(table.wards) - found} wards have no polygon in the "
                    "boundaries file; gaps there are filled from the LGA or state.",
                    "facts": {"found": found, "wards": len(table.wards)},
                }
            )
    indicator = dict(table.indicator) if table.indicator else None
    if indicator is not None and wished:
        if selection.indicator_position is not None:
            indicator["position"] = selection.indicator_position
        elif profile == LEGACY:
            indicator = None
        else:
            indicator["position"] = 0
    return {
        "file": table.file_name,
        "sha256": table.sha256,
        "wards": table.wards,
        "neighbours": neighbours,
        "columns": [
            {
                "name": c.name,
                "code": c.code,
                "direction": c.direction,
                "explicit": c.explicit,
                "chosen": c.chosen,
                **limits_of(by_code.get(c.code)),
                "values": list(table.columns[c.key].values),
            }
            for c in selection.choices
        ],
        "indicator": indicator,
        "notes": notes,
    }
