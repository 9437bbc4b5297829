"""The wards of a file as it names them: from its facilities, whatever they reported and when."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tpr.domain.positivity import Figure
from tpr.models import Facility

Place = tuple[str, str]
"""(LGA key, ward key); the ward key is empty for the unknown ward of an LGA."""


@dataclass(frozen=True, slots=True)
class Places:
    """Facilities to places, and the spelling that most facilities use (ties: the alphabet)."""

    keys: Mapping[int, Place]
    names: Mapping[Place, tuple[str, str]]
    lga_names: Mapping[str, str]
    facilities: Mapping[tuple[Place, str], int]

    def complete(self, place: Place, level: str, found: Figure | None) -> Figure:
        """Return the figure with all facilities of the level counted, also those without a row.

        A place whose facilities have no row in the period is `not_reported`; a place without a
        facility of the level is `no_level_match`.
        """
        figure = found or Figure()
        figure.facilities = self.facilities.get((place, level), 0)
        if found is None:
            figure.reason = "not_reported" if figure.facilities else "no_level_match"
        return figure


def places_of(upload_id: Any, state: str) -> Places:
    """Read the places of one state of an upload: one query."""
    keys: dict[int, Place] = {}
    spellings: dict[Place, Counter[tuple[str, str]]] = {}
    lgas: dict[str, Counter[str]] = {}
    facilities: Counter[tuple[Place, str]] = Counter()
    rows = Facility.objects.filter(upload_id=upload_id, state=state).values_list(
        "id", "lga_key", "ward_key", "lga", "ward", "level"
    )
    for pk, lga_key, ward_key, lga, ward, level in rows:
        place = keys[pk] = (lga_key, ward_key)
        spellings.setdefault(place, Counter())[lga, ward] += 1
        lgas.setdefault(lga_key, Counter())[lga] += 1
        facilities[place, "all"] += 1
        if level:
            facilities[place, level] += 1
    return Places(
        keys=keys,
        names={
            place: min(names, key=lambda name, n=names: (-n[name], name))
            for place, names in spellings.items()
        },
        lga_names={
            key: min(names, key=lambda name, n=names: (-n[name], name))
            for key, names in lgas.items()
        },
        facilities=facilities,
    )
