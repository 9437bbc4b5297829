"""Ward lists and their wards."""

from django.db.models import Count, Q

from chatmrpt.common.errors import NotFound
from chatmrpt.common.once import once
from tpr.contracts import WardRow
from tpr.models import BoundaryList, Facility, TprResult, Ward


def current_lists() -> list[BoundaryList]:
    return list(BoundaryList.objects.filter(superseded_at__isnull=True).order_by("-loaded_at"))


@once
def newest_list_covering(state: str) -> BoundaryList | None:
    """Return the newest current list of the whole state.

    A list of one city, or one that knows its LGAs only by code, would leave most of a file without
    a place: a list with fewer than half of the named wards of the fullest one is passed over, and
    is used only when somebody names it.
    """
    lists = (
        BoundaryList.objects.filter(superseded_at__isnull=True, wards__state=state)
        .annotate(named=Count("wards", filter=Q(wards__lga__regex=r"[[:alpha:]]{3}")))
        .order_by("-loaded_at", "-pk")
    )
    most = max((found.named for found in lists), default=0)
    return next((found for found in lists if 2 * found.named >= most), None)


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


def facilities_by_ward(result: TprResult) -> dict[int, list[str]]:
    """Return ward id of the list → names of the facilities of the file that lie there, by name."""
    upload = result.workflow.upload
    if upload is None:
        return {}
    wards: dict[tuple[str, str], int] = {
        (lga, name): pk
        for lga, name, pk in result.rows.filter(ward__isnull=False).values_list(
            "lga", "ward_name", "ward_id"
        )
    }
    found: dict[int, list[str]] = {}
    facilities = Facility.objects.filter(upload=upload, state=result.state).order_by("name")
    for lga, ward, name in facilities.values_list("lga", "ward", "name"):
        if (pk := wards.get((lga, ward))) is not None:
            found.setdefault(pk, []).append(name)
    return found
