"""Store a new loading of a covariate; the one before it is kept for the runs that used it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from analysis.domain.variables import VariableSpec
from analysis.models import Covariate, CovariateValue
from analysis.services.covariate_table import Description
from tpr.models import BoundaryList

_SAME = ("file_hash", "how_made", "direction", "source", "year", "code")


def direction_for(said: Description, spec: VariableSpec | None) -> str:
    """Return the direction a person gave, else the registry's, else undecided."""
    return said.direction or (spec.direction if spec else "undecided")


def new_covariate(
    ward_list: BoundaryList,
    name: str,
    said: Description,
    spec: VariableSpec | None,
    how_made: str,
    file_name: str,
    digest: str,
) -> Covariate:
    """Return the unsaved row of a loading; its unit and label are the registry's where bound."""
    return Covariate(
        ward_list=ward_list,
        name=name,
        code=spec.code if spec else "",
        label=spec.label if spec else name,
        unit=spec.unit if spec else said.unit,
        direction=direction_for(said, spec),
        source=said.source,
        year=said.year,
        how_made=how_made,
        file_name=file_name,
        file_hash=digest,
        is_sample=said.is_sample or ward_list.is_sample,
    )


def supersede(current: Covariate | None, new: Covariate, values: Sequence[CovariateValue]) -> bool:
    """Save a loading with its values; False, and nothing changed, when it says the same.

    Locks: the caller holds the current row. Writes: Covariate, CovariateValue.
    """
    if current is not None:
        if all(getattr(current, name) == getattr(new, name) for name in _SAME):
            return False
        current.superseded_at = timezone.now()
        current.save(update_fields=["superseded_at"])
    new.save()
    for value in values:
        value.covariate = new
    CovariateValue.objects.bulk_create(values, batch_size=5000)
    return True
