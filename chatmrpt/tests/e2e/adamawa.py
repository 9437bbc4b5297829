"""Adamawa: a workbook as it arrives, and a ward list and population of the same wards.

The list's shapes are a grid: no polygons of Adamawa stand in the shared data.
"""

import csv
import json
from pathlib import Path

from django.core.management import call_command

from chatmrpt.testing.nmep import MadeFile, make_nmep

LIST = "Adamawa wards (grid)"
PEOPLE = 6_000
ACROSS = 16


def workbook(folder: Path, *, rows: int | None = None) -> MadeFile:
    options = {"rows": rows} if rows else {}
    return make_nmep(
        "A", folder, name=f"adamawa_{rows or 'all'}.xlsx", registry="adamawa", **options
    )


def load_places(made: MadeFile, folder: Path) -> int:
    """Load the wards of the file as a list with a population each; returns how many."""
    wards = sorted({(w["lga"], w["ward"]) for w in made.truth["wards"]})
    features, people = [], []
    for number, (lga, ward) in enumerate(wards):
        x, y = 11.5 + 0.1 * (number % ACROSS), 8.0 + 0.1 * (number // ACROSS)
        ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
        code = f"AD{number + 1:03}"
        features.append(
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
             "properties": {"StateName": "Adamawa", "LGAName": lga, "WardName": ward,
                            "WardCode": code}}
        )  # fmt: skip
        people.append([code, "Adamawa", lga, ward, PEOPLE + 10 * number])
    layer, table = folder / "adamawa.geojson", folder / "adamawa_people.csv"
    layer.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["ward_code", "state", "lga", "ward", "population"], *people])
    call_command("load_wards", str(layer), name=LIST, year=2024, verbosity=0)
    call_command("load_population", str(table), source="grid", year=2024, list_name=LIST)
    return len(wards)
