"""Loading a named ward list: read, simplify, store in one transaction."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.db import transaction
from django.utils import timezone

from chatmrpt.common.errors import Conflict, InvalidInput
from tpr.boundaries.reading import NOTHING, ListedWard, Told, area_km2, read_ward_file
from tpr.boundaries.simplify import display_paths
from tpr.models import BoundaryList, Ward
from tpr.services.carry_over import carry_over


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was loaded, per state, and what was assumed or repaired."""

    ward_list: BoundaryList
    wards: dict[str, int]
    lgas: int
    same_names: int
    without_geometry: int
    said: list[str]


def load_wards(
    path: Path, *, name: str, year: int | None = None, publisher: str = "", licence: str = "",
    replace: bool = False, told: Told = NOTHING, is_sample: bool = False,
) -> LoadReport:  # fmt: skip
    """Load a ward list under a name.

    Writes: BoundaryList, Ward. A current list of that name is refused (LIST_EXISTS) unless
    `replace`, which supersedes it: results that used it keep it, and what people decided about
    names is carried over where the new list has the ward's code.
    """
    if not name.strip():
        raise InvalidInput("NO_LIST_NAME", "Give the list a name with --name.")
    existing = BoundaryList.objects.filter(name=name, superseded_at__isnull=True).first()
    if existing is not None and not replace:
        raise Conflict(
            "LIST_EXISTS",
            f"A ward list named '{name}' is loaded already ({existing.wards.count()} wards, "
            f"{existing.loaded_at:%d %b %Y}). Choose another name, or --replace to put this one in "
            "its place; earlier results keep the old one.",
            {"name": name},
        )
    found = read_ward_file(path, told)
    paths, frames = _displays(found.wards)
    with transaction.atomic():
        BoundaryList.objects.filter(name=name, superseded_at__isnull=True).update(
            superseded_at=timezone.now()
        )
        ward_list = BoundaryList.objects.create(
            name=name, year=year, publisher=publisher, licence=licence, file_name=path.name,
            is_sample=is_sample,
            file_hash=hashlib.sha256(path.read_bytes()).hexdigest(), notes={"said": found.said},
            display=frames,
        )  # fmt: skip
        Ward.objects.bulk_create(
            [_row(ward_list, ward, d) for ward, d in zip(found.wards, paths, strict=True)],
            batch_size=500,
        )
        if existing is not None:
            found.said += carry_over(existing, ward_list)
            ward_list.notes = {"said": found.said}
            ward_list.save(update_fields=["notes"])
    names = Counter((w.state, w.lga_key, w.key) for w in found.wards)
    return LoadReport(
        ward_list=ward_list,
        wards=dict(Counter(w.state for w in found.wards)),
        lgas=len({(w.state, w.lga_key) for w in found.wards if w.lga_key}),
        same_names=sum(n for n in names.values() if n > 1),
        without_geometry=sum(w.shape is None for w in found.wards),
        said=found.said,
    )


def _displays(wards: list[ListedWard]) -> tuple[list[str | None], dict[str, object]]:
    """Return a display path per ward and the frame per state."""
    paths: list[str | None] = [None] * len(wards)
    frames: dict[str, object] = {}
    for state in sorted({ward.state for ward in wards}):
        there = [i for i, ward in enumerate(wards) if ward.state == state]
        found, frame = display_paths([wards[i].shape for i in there], [wards[i].lga for i in there])
        if frame:
            frames[state] = frame
        for index, path in zip(there, found, strict=True):
            paths[index] = path
    return paths, frames


def _row(ward_list: BoundaryList, ward: ListedWard, path: str | None) -> Ward:
    point = shapely.point_on_surface(ward.shape) if ward.shape is not None else None
    return Ward(
        list=ward_list, code=ward.code, name=ward.name[:300], ward_key=ward.key[:300],
        lga=ward.lga[:200], lga_key=ward.lga_key[:200], state=ward.state[:100],
        geometry=shapely.to_wkb(ward.shape) if ward.shape is not None else None,
        display={"d": path} if path else None, centroid_lon=point.x if point else None,
        centroid_lat=point.y if point else None, area_km2=area_km2(ward.shape),
        urban=ward.urban[:20],
    )  # fmt: skip
