"""Places of a file by the names that people type, and what they are called in answers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from chatmrpt.common.names import lga_key, ward_key
from tpr.domain.wardlists import memory_key
from tpr.models import BoundaryList, Facility
from tpr.selectors.decisions import decisions_for, join_places, list_wards_of
from tpr.selectors.file_places import places_of

Key = tuple[str, str]
"""(state, LGA key)."""


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """Every LGA and ward of the asked states, by the spelling that most facilities use.

    A ward is (state, LGA key, ward key); the key of the unknown ward is empty. `ward_of` leads from
    the keys stored with a facility to its ward: spellings of one name, and two names of one ward of
    the list, are one. `listed` is the id of the ward on the list, where it is joined.
    """

    lgas: dict[Key, str]
    wards: dict[tuple[str, str, str], str]
    ward_of: dict[tuple[str, str, str], tuple[str, str, str]]
    listed: dict[tuple[str, str, str], int]

    def stored_keys(self, ward: tuple[str, str, str]) -> list[tuple[str, str]]:
        """Return the (LGA key, ward key) of the facilities of a ward, as stored."""
        return sorted(stored[1:] for stored, place in self.ward_of.items() if place == ward)

    def lga(self, name: str) -> list[Key]:
        """Return the LGAs of this name: equal, or equal after the spelling rules."""
        key = lga_key(name)
        return [place for place, shown in self.lgas.items()
                if place[1] == key or shown.casefold() == name.casefold()]  # fmt: skip

    def ward(self, name: str, lga: Key | None = None) -> list[tuple[str, str, str]]:
        """Return the wards of this name, in one LGA when it is given."""
        return [
            place for place, shown in self.wards.items()
            if place[2] and (lga is None or place[:2] == lga)
            and (shown.casefold() == name.casefold()
                 or place[2] == memory_key(ward_key(name, lga=self.lgas[place[:2]])))
        ]  # fmt: skip

    def nearest(self, name: str, n: int = 2) -> list[str]:
        """Return names that look like this one, best first."""
        known = {shown.casefold(): shown for shown in (*self.lgas.values(), *self.wards.values())
                 if shown}  # fmt: skip
        return [known[k] for k in get_close_matches(name.casefold(), list(known), n, 0.6)]


def place_names(
    upload: Any, states: Iterable[str], ward_list: BoundaryList | None = None, owner: str = ""
) -> PlaceNames:
    """Read the names of these states of an upload: one query.

    With one state and its ward list the wards are those of a result: `owner` is whose decisions
    about names count.
    """
    states = list(states)
    lgas: dict[Key, Counter[str]] = {}
    wards: dict[tuple[str, str, str], Counter[str]] = {}
    ward_of: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    heads: dict[tuple[str, str], tuple[str, str]] = {}
    joined: dict[tuple[str, str], tuple[int, str]] = {}
    if ward_list is not None and len(states) == 1:
        decisions = decisions_for(owner, ward_list, states[0])
        places = places_of(upload, states[0])
        joined, heads = join_places(
            places, states[0], list_wards_of(ward_list, states[0]), decisions
        )
    rows = Facility.objects.filter(upload_id=upload, state__in=states).values_list(
        "state", "lga_key", "ward_key", "lga", "ward"
    )
    for state, lga_of, stored, lga, ward in rows:
        place = (lga_of, memory_key(stored))
        head = heads.get(place, place)
        lgas.setdefault((state, lga_of), Counter())[lga] += 1
        ward_of[state, lga_of, stored] = (state, *head)
        if head == place:
            wards.setdefault((state, *place), Counter())[ward] += 1
    return PlaceNames(
        {key: _most(found) for key, found in sorted(lgas.items())},
        {key: _most(found) for key, found in sorted(wards.items())},
        ward_of, {(states[0], *place): pk for place, (pk, _) in joined.items()},
    )  # fmt: skip


def _most(names: Counter[str]) -> str:
    return min(names, key=lambda name: (-names[name], name))
