"""Which variables a workflow's run would use: read by the request and shown before it."""

from collections.abc import Sequence

from analysis.contracts import OfferedVariable
from analysis.domain.selection import Offer, Selection, Wish, select
from analysis.domain.variables import VariableSpec
from analysis.models import Covariate
from analysis.selectors.covariates import current_covariates, registry, zone_default
from tpr.api import current_result
from tpr.models import TprResult, Workflow


def selection_for(
    result: TprResult,
    wishes: Sequence[Wish] | None,
    covariates: Sequence[Covariate],
    specs: Sequence[VariableSpec],
) -> Selection:
    """Resolve wishes, or the zone's default, against what is loaded for the result's ward list."""
    zone = zone_default(result.state)
    offers = [Offer(c.pk, c.name, c.code, c.direction, c.loaded_at.isoformat()) for c in covariates]
    return select(offers, wishes, zone.variables if zone else [], specs)


def offered_variables(workflow: Workflow) -> list[OfferedVariable]:
    """Return what a run without further choices would use, and what the zone proposes in vain.

    Shown before a run is requested (risk.md §3); empty without a complete result.
    """
    result = current_result(workflow)
    if result is None:
        return []
    covariates = current_covariates(result.ward_list_id)
    specs = registry()
    selection = selection_for(result, None, covariates, specs)
    rows = {c.pk: c for c in covariates}
    by_code = {s.code: s for s in specs}
    offered = [
        OfferedVariable(
            name=choice.name, code=choice.code, label=rows[choice.key].label,
            unit=rows[choice.key].unit, direction=choice.direction,
            source=rows[choice.key].source, year=rows[choice.key].year,
            available=True, chosen=choice.chosen,
            reason="" if choice.chosen else "loaded, not proposed for this zone",
        )
        for choice in selection.choices
    ]  # fmt: skip
    for code in selection.not_available:
        spec = by_code[code]
        offered.append(
            OfferedVariable(
                name=code, code=code, label=spec.label, unit=spec.unit, direction=spec.direction,
                source="", year="", available=False, chosen=False,
                reason="proposed for this zone, not loaded for this ward list",
            )
        )  # fmt: skip
    return offered
