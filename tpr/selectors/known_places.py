"""The names of places that are known: what a damaged name of a file may be repaired to."""

from typing import Any

from tpr.models import Ward


def known_places() -> dict[str, Any]:
    """Return states, LGAs and wards by name, each state from its newest current ward list.

    ``{"states": [...], "lgas": {state: [...]}, "wards": {state: {lga: [...]}}}``. One list per
    state: two lists spell one ward in two ways, which would leave no single name to repair to.
    """
    rows = (
        Ward.objects.filter(list__superseded_at__isnull=True)
        .order_by("list__loaded_at", "list_id")
        .values_list("list_id", "state", "lga", "name")
    )
    list_of: dict[str, int] = {}
    wards: dict[str, dict[str, list[str]]] = {}
    for list_id, state, lga, name in rows.iterator(chunk_size=5000):
        if list_of.get(state) != list_id:
            list_of[state], wards[state] = list_id, {}
        wards[state].setdefault(lga, []).append(name)
    return {
        "states": sorted(wards),
        "lgas": {state: sorted(filter(None, lgas)) for state, lgas in wards.items()},
        "wards": wards,
    }
