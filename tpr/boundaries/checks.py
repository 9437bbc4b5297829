"""A ward as read, and what is said about a whole list: names twice, overlaps, codes made."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import shapely

OVERLAP = 0.05
SAID_AT_MOST = 10


@dataclass(slots=True)
class ListedWard:
    """A ward as read, with its geometry in EPSG:4326 (None: in the list, not on the map)."""

    code: str
    name: str
    key: str
    lga: str
    lga_key: str
    state: str
    urban: str
    shape: Any


def made_codes(states: list[str], lgas: list[str], names: list[str], said: list[str]) -> list[str]:
    """Return a code of state, LGA and name for each ward; a repeated one gets a number."""
    said.append(
        "The file has no ward codes; codes were made of state, LGA and name. They hold for this "
        "list only: nothing of another list can be joined by them."
    )
    seen: Counter[str] = Counter()
    codes = []
    for place in zip(states, lgas, names, strict=True):
        code = "/".join(re.sub(r"[^a-z0-9]+", "-", part.casefold()).strip("-") for part in place)
        seen[code] += 1
        codes.append(f"{code[:52]}~{seen[code]}" if seen[code] > 1 else code[:56])
    return codes


def same_names(wards: list[ListedWard]) -> list[str]:
    """Say which wards share a name inside their LGA: only their codes tell them apart."""
    groups: dict[tuple[str, str, str], list[ListedWard]] = {}
    for ward in wards:
        groups.setdefault((ward.state, ward.lga_key, ward.key), []).append(ward)
    twice = [group for group in groups.values() if len(group) > 1 and group[0].key]
    if not twice:
        return []
    shown = "; ".join(
        f"{group[0].name} in {group[0].lga or 'no LGA'} ({', '.join(w.code for w in group[:4])})"
        for group in twice[:SAID_AT_MOST]
    )
    more = f"; and {len(twice) - SAID_AT_MOST} more" if len(twice) > SAID_AT_MOST else ""
    return [
        f"One name stands for several wards of one LGA, so it joins by code only: {shown}{more}."
    ]


def overlaps(wards: list[ListedWard]) -> list[str]:
    """Warn when the wards of a state overlap, or leave holes, by more than 5 % of its area."""
    found = []
    for state in sorted({ward.state for ward in wards}):
        shapes = [w.shape for w in wards if w.state == state and w.shape is not None]
        if len(shapes) < 2:
            continue
        whole = shapely.union_all(shapes)
        area = whole.area
        twice = sum(shape.area for shape in shapes) - area
        holes = sum(
            shapely.Polygon(ring).area
            for part in shapely.get_parts(whole)
            for ring in part.interiors
        )
        for size, what in ((twice, "overlap by"), (holes, "leave holes of")):
            if area and size > OVERLAP * area:
                found.append(f"The wards of {state} {what} {100 * size / area:.1f} % of its area.")
    return found
