"""The worked cases of nets.md, read in place."""

import json
from decimal import Decimal
from typing import Any

from chatmrpt.testing.shared import shared_path
from itn.domain.wards import WardInput


def vectors(name: str = "itn_worked.json") -> dict[str, Any]:
    return json.loads(shared_path(f"cases/{name}").read_text())


def wards_a_to_d() -> list[WardInput]:
    return [
        ward(w["ward"], w["rank"], w["population"], w["urban_percentage"], w["lga"], w["rate"])
        for w in vectors()["wards"]
    ]


def ward(
    name: str,
    rank: int | None,
    population: int | str | None,
    urban: int | str | None = 0,
    lga: str = "L1",
    rate: int | str | None = None,
    state: str = "S",
) -> WardInput:
    return WardInput(
        code=f"W-{name}",
        state=state,
        lga=lga,
        ward=name,
        rank=rank,
        population=None if population is None else Decimal(population),
        urban_percentage=None if urban is None else Decimal(urban),
        rate=None if rate is None else Decimal(rate),
    )
