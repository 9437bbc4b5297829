"""The wards of a file as it names them: from its facilities, whatever they reported and when."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tpr.domain.positivity import Figure
from tpr.domain.wardlists import memory_key
from tpr.models import Facility

Place = tuple[str, str]
"""(LGA key, ward key without blanks); the latter is empty for the unknown ward of an LGA.

Spellings that differ only by blanks are one ward of the file (wards.md §2).
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Facilities to places, and the spelling that most facilities use (ties: the alphabet)."""

    keys: Mapping[int, Place]
    names: Mapping[Place, tuple[str, str]]
    lga_names: Mapping[str, str]
    facilities: Mapping[tuple[Place, str], int]
    codes: Mapping[Place, str]
    """The ward code that most facilities of the place carry; absent where none does."""
    spellings: Mapping[Place, tuple[str, ...]]
    """Every way in which the file writes the place, the most used one first."""

    def joined(self, heads: Mapping[Place, Place]) -> "Places":
        """Return the places with each place of `heads` counted as the other one it leads to."""
        facilities: Counter[tuple[Place, str]] = Counter()
        for (place, level), number in self.facilities.items():
            facilities[heads.get(place, place), level] += number
        spellings = {p: s for p, s in self.spellings.items() if p not in heads}
        for place, head in heads.items():
            spellings[head] = (*spellings[head], *self.spellings[place])
        return Places(
            keys={pk: heads.get(place, place) for pk, place in self.keys.items()},
            names={p: name for p, name in self.names.items() if p not in heads},
            lga_names=self.lga_names, facilities=facilities, codes=self.codes, spellings=spellings,
        )  # fmt: skip

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
        "id", "lga_key", "ward_key", "lga", "ward", "level", "ward_code"
    )
    codes: dict[Place, Counter[str]] = {}
    for pk, lga_key, ward_key, lga, ward, level, code in rows:
        place = keys[pk] = (lga_key, memory_key(ward_key))
        spellings.setdefault(place, Counter())[lga, ward] += 1
        lgas.setdefault(lga_key, Counter())[lga] += 1
        facilities[place, "all"] += 1
        if code:
            codes.setdefault(place, Counter())[code] += 1
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
        codes={
            place: min(found, key=lambda c, n=found: (-n[c], c)) for place, found in codes.items()
        },
        spellings={
            place: tuple(
                dict.fromkeys(
                    ward for _lga, ward in sorted(names, key=lambda n, c=names: (-c[n], n))
                )
            )
            for place, names in spellings.items()
        },
    )
