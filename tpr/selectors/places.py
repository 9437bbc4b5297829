"""Ward lists and their wards."""

from django.db.models import Q

from chatmrpt.common.errors import NotFound
from tpr.contracts import WardRow
from tpr.models import BoundaryList, Ward


def current_lists() -> list[BoundaryList]:
    return list(BoundaryList.objects.filter(superseded_at__isnull=True).order_by("-loaded_at"))


def newest_list_covering(state: str) -> BoundaryList | None:
    """Return the newest current list that has wards of this state."""
    return (
        BoundaryList.objects.filter(
            Q(superseded_at__isnull=True), pk__in=Ward.objects.filter(state=state).values("list")
        )
        .order_by("-loaded_at", "-pk")
        .first()
    )


def boundary_list(name: str) -> BoundaryList:
    """Return the current list of that name. Raises NotFound LIST_UNKNOWN naming those there are."""
    found = BoundaryList.objects.filter(name=name, superseded_at__isnull=True).first()
    if found is None:
        names = sorted(row.name for row in current_lists())
        raise NotFound(
            "LIST_UNKNOWN",
            f"There is no ward list named '{name}'. "
            + (f"Loaded are: {', '.join(names)}." if names else "None is loaded yet: load_wards."),
            {"name": name, "lists": names},
        )
    return found


def wards_of(ward_list: BoundaryList, state: str | None = None) -> list[WardRow]:
    """Return the wards of a list, ordered by code."""
    wards = Ward.objects.filter(list=ward_list)
    if state:
        wards = wards.filter(state=state)
    return [
        WardRow(*row)
        for row in wards.order_by("code").values_list("id", "code", "name", "lga", "state", "urban")
    ]


def ward_geometries(ward_list: BoundaryList, state: str | None = None) -> dict[int, bytes]:
    """Return WKB (EPSG:4326) of every ward that has a geometry."""
    wards = Ward.objects.filter(list=ward_list, geometry__isnull=False)
    if state:
        wards = wards.filter(state=state)
    return {pk: bytes(wkb) for pk, wkb in wards.values_list("id", "geometry")}
