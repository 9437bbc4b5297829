"""The wards of a result counted every other way: what a sensitivity table is made of.

Source: `domain/uncertainty.md` section 7: six rates of tests and two ratios, for each facility
level and age group, and the other rules for more positives than tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tpr.aggregation import base_rows
from tpr.domain.positivity import BaseRow, pair
from tpr.models import TprResult
from tpr.selectors.file_places import places_of
from tpr.services.compute_tpr import month_after

POSITIVITY = ("facility_max", "rdt", "microscopy", "pooled", "dominant", "method_max")
RATIOS = ("opd", "fever")
LEVELS = ("primary", "secondary", "tertiary", "all")
AGES = ("u5", "o5", "pw", "all")
EXCEEDING = ("exclude", "keep", "cap")

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OtherCount:
    """One other way to count, per (LGA, ward) as in the result's rows.

    Parameters
    ----------
    totals : place to (tested, positive) summed as the definition says
    facilities : place to the (positive, tested) of each facility with tests
    """

    definition: str
    level: str
    age_group: str
    exceeding: str
    totals: dict[Place, tuple[float, float]]
    facilities: dict[Place, tuple[tuple[float, float], ...]]


def other_counts(result: TprResult) -> list[OtherCount]:
    """Return every combination but the result's own; empty when the workflow has no upload.

    Reads the stored reports three times, once for each rule; writes nothing.
    """
    upload = result.workflow.upload
    if upload is None:
        return []
    registered = places_of(upload.pk, result.state)
    place_of = {pk: registered.names[key] for pk, key in registered.keys.items()}
    found: list[OtherCount] = []
    for exceeding in EXCEEDING:
        rows = base_rows(
            upload_id=upload.pk, state=result.state, exceeding=exceeding,
            start=result.period_start, end=month_after(result.period_end),
        )  # fmt: skip
        own = exceeding == result.exceeding
        if not own:
            found.append(
                _count(rows, place_of, result.definition, result.level, result.age_group, exceeding)
            )
            continue
        found += [
            _count(rows, place_of, definition, level, age, exceeding)
            for definition in (*POSITIVITY, *RATIOS)
            for level in LEVELS
            for age in AGES
            if (definition, level, age) != (result.definition, result.level, result.age_group)
        ]
    return found


def _count(
    rows: Iterable[BaseRow],
    place_of: dict[int, Place],
    definition: str,
    level: str,
    age: str,
    exceeding: str,
) -> OtherCount:
    by_place: dict[Place, list[BaseRow]] = {}
    for row in rows:
        if row.age == age and level in ("all", row.level):
            by_place.setdefault(place_of[row.facility_id], []).append(row)
    totals: dict[Place, tuple[float, float]] = {}
    facilities: dict[Place, tuple[tuple[float, float], ...]] = {}
    for place, members in by_place.items():
        tested, positive = pair(members, definition)
        if not tested or positive is None:
            continue
        totals[place] = (tested, positive)
        each = (pair([row], definition) for row in members)
        facilities[place] = tuple(sorted((p, t) for t, p in each if t and p is not None))
    return OtherCount(definition, level, age, exceeding, totals, facilities)
