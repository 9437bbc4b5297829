"""Joining ward names to a loaded list, for inspection; nothing is stored."""

from collections.abc import Sequence
from typing import Any

from chatmrpt.common.names import clean_state, strip_prefix
from chatmrpt.common.states import canonical_state, state_by_name
from tpr.domain.matching import DataWard, ListWard, match
from tpr.models import SHARED, BoundaryList, Ward
from tpr.selectors.decisions import decisions_for


def match_names(ward_list: BoundaryList, places: Sequence[tuple[str, ...]]) -> list[dict[str, Any]]:
    """Return per (state, lga, ward): ward_code, method, score and suggestions, best first.

    Remembered decisions are those that an administrator brought in for everybody.
    """
    wards = [
        ListWard(id=pk, code=code, state=state, lga=lga, name=name)
        for pk, code, state, lga, name in Ward.objects.filter(list=ward_list).values_list(
            "id", "code", "state", "lga", "name"
        )
    ]
    prefixes = _shared_prefixes(places)
    states = {clean_state(place[0]) for place in places}
    outcomes = match(
        [
            DataWard(state, lga, strip_prefix(ward, prefixes.get(state)))
            for state, lga, ward in (place[:3] for place in places)
        ],
        wards,
        [d for state in states for d in decisions_for(SHARED, ward_list, state)],
    )
    return [
        {
            "ward_code": outcome.ward.code if outcome.ward else "",
            "method": outcome.method,
            "score": round(outcome.score, 4),
            "suggestions": " | ".join(
                f"{s.ward.code}:{s.ward.name}:{s.score:.2f}" for s in outcome.suggestions
            ),
        }
        for outcome in outcomes
    ]


def _shared_prefixes(places: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Return per state the DHIS2 prefix that every one of its wards carries (wards.md §3.1)."""
    wards: dict[str, list[str]] = {}
    for state, _, ward in (place[:3] for place in places):
        wards.setdefault(state, []).append(ward.strip().casefold())
    found = {}
    for state, names in wards.items():
        known = state_by_name(canonical_state(state) or "")
        for prefix in known.prefixes if known else ():
            if all(name.startswith(f"{prefix} ") for name in names if name):
                found[state] = prefix
    return found
