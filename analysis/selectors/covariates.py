"""Reading the registry and the loaded covariates."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max

from analysis.domain.variables import REGISTRY_VERSION, VariableSpec
from analysis.models import Covariate, CovariateValue, Variable, ZoneDefault
from chatmrpt.common.fingerprints import fingerprint

URBAN_CODE = "urban_percentage"


def registry() -> tuple[VariableSpec, ...]:
    """Return the registry as it stands in the database."""
    return tuple(
        VariableSpec(
            code=row.code, label=row.label, unit=row.unit, direction=row.direction,
            plausible_min=row.plausible_min, plausible_max=row.plausible_max, group=row.group,
            aliases=tuple(row.aliases), role=row.role, source=row.source, year=row.year,
            transform=row.transform, note=row.note,
        )
        for row in Variable.objects.order_by("code")
    )  # fmt: skip


def registry_version(specs: Iterable[VariableSpec]) -> str:
    """Return the version that a run stores: it changes with any row of the registry."""
    rows = [
        [s.code, s.direction, s.plausible_min, s.plausible_max, s.group, list(s.aliases)]
        for s in sorted(specs, key=lambda s: s.code)
    ]
    return f"{REGISTRY_VERSION}.{fingerprint(rows)[:8]}"


def limits_of(spec: VariableSpec | None) -> dict[str, Any]:
    """Return what a run keeps of a registry row, so that a later change of it changes no run."""
    return {
        "minimum": spec.plausible_min if spec else None,
        "maximum": spec.plausible_max if spec else None,
        "group": spec.group if spec else "",
    }


def zone_default(state: str) -> ZoneDefault | None:
    return ZoneDefault.objects.filter(state=state).first()


def current_covariates(list_id: int | None) -> list[Covariate]:
    """Return the current covariates of a ward list, by name; none without a list."""
    if list_id is None:
        return []
    return list(
        Covariate.objects.filter(ward_list_id=list_id, superseded_at__isnull=True).order_by("name")
    )


def covariates_by_id(pks: Iterable[int]) -> dict[int, Covariate]:
    return Covariate.objects.in_bulk(list(pks))


def values_of(covariate_ids: Iterable[int], ward_ids: Iterable[int]) -> dict[int, dict[int, float]]:
    """Return covariate id to ward id to value."""
    out: dict[int, dict[int, float]] = {pk: {} for pk in covariate_ids}
    rows = CovariateValue.objects.filter(
        covariate_id__in=list(out), ward_id__in=list(ward_ids)
    ).values_list("covariate_id", "ward_id", "value")
    for covariate_id, ward_id, value in rows.iterator(chunk_size=5000):
        out[covariate_id][ward_id] = value
    return out


def urban_covariate(list_id: int | None) -> Covariate | None:
    """Return the newest current covariate bound to `urban_percentage`."""
    if list_id is None:
        return None
    return (
        Covariate.objects.filter(
            ward_list_id=list_id, code=URBAN_CODE, superseded_at__isnull=True
        )
        .order_by("-loaded_at", "-pk")
        .first()
    )  # fmt: skip


def urban_shares(list_id: int, state: str) -> Mapping[int, float]:
    """Return ward id to urban percentage; empty when no such covariate is loaded."""
    covariate = urban_covariate(list_id)
    return shares_of(covariate.pk, state) if covariate else {}


def shares_of(covariate_id: int, state: str) -> Mapping[int, float]:
    """Return ward id to the value of one loading."""
    return dict(
        CovariateValue.objects.filter(covariate_id=covariate_id, ward__state=state).values_list(
            "ward_id", "value"
        )
    )


def newest_loading(list_id: int | None) -> str:
    """Return the time of the newest loading for a list as text, empty when there is none."""
    found = Covariate.objects.filter(ward_list_id=list_id).aggregate(at=Max("loaded_at"))["at"]
    return found.isoformat() if found else ""
