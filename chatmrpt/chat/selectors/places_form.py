"""Which place of a result a page is about: the state, an LGA, or a ward."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.common.errors import NotFound
from chatmrpt.common.language import say
from tpr.models import TprResult
from tpr.selectors.results import ward_rows


def place_form(result: TprResult, params: Mapping[str, str]) -> dict[str, Any]:
    """Return the choices of the form and the place asked for (`place=LGA` or `place=LGA|ward`).

    Raises NotFound PLACE_UNKNOWN for a place that the result does not have.
    """
    rows = [r for r in ward_rows(result) if r.ward_name and r.status != "not_in_file"]
    lgas: dict[str, list[str]] = {}
    for r in rows:
        lgas.setdefault(r.lga, []).append(r.ward_name)
    wanted = params.get("place", "")
    lga, _, ward = wanted.partition("|")
    if (lga and lga not in lgas) or (ward and ward not in lgas.get(lga, ())):
        raise NotFound(
            "PLACE_UNKNOWN",
            say("There is no place '{wanted}' in this result.", wanted=wanted[:200]),
        )
    name = (
        say("{ward}, {lga} LGA", ward=ward, lga=lga)
        if ward
        else f"{lga} LGA"
        if lga
        else result.state
    )
    return {
        "lga": lga, "ward": ward, "name": name, "wanted": wanted,
        "lgas": [
            {"name": one, "wards": [{"name": w, "value": f"{one}|{w}"} for w in sorted(lgas[one])]}
            for one in sorted(lgas)
        ],
    }  # fmt: skip


def number_in(params: Mapping[str, str], name: str, default: int, most: int = 500) -> int:
    """Read a whole number from 1 to `most`; anything else is the default."""
    text = params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return default
    return min(int(text), most) or default
