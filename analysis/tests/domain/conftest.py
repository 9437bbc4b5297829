import csv
import json
from dataclasses import dataclass

import numpy as np
import pytest

from analysis.domain.frames import Column, WardFrame
from analysis.domain.variables import bind
from chatmrpt.testing.shared import shared_path

VARIABLES = ("distance", "meanEVI", "val_housing_15", "settlement_type", "tpr_u5_new")


@dataclass(frozen=True)
class Ilorin:
    """The 35 wards of the reference file, in its order."""

    rows: list[dict[str, str]]
    wards: WardFrame

    def numbers(self, column):
        return np.array([float(r[column]) if r[column] else np.nan for r in self.rows])

    def column(self, name, suffix="_raw"):
        spec = bind(name)
        return Column(
            name=name,
            code="" if name.startswith("tpr") else spec.code,
            label=spec.label,
            unit=spec.unit,
            direction=spec.direction,
            values=self.numbers(name + suffix),
            minimum=spec.plausible_min,
            maximum=spec.plausible_max,
            group=spec.group,
        )


@pytest.fixture(scope="session")
def ilorin():
    import pyogrio

    from tpr.boundaries.neighbours import queen_neighbours

    path = shared_path("cases/ilorin_reference.csv")
    with path.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    archive = shared_path("data/wards/Ilorin_3LGA.zip")
    meta, _, geometry, fields = pyogrio.raw.read(f"/vsizip/{archive}", columns=["WardCode"])
    by_code = dict(zip(fields[list(meta["fields"]).index("WardCode")], geometry, strict=True))
    codes = tuple(r["WardCode"] for r in rows)
    wards = WardFrame(
        codes=codes,
        lgas=tuple(r["LGACode"] for r in rows),
        states=("Kwara",) * len(rows),
        neighbours=queen_neighbours([by_code[c] for c in codes]),
    )
    return Ilorin(rows, wards)


@pytest.fixture(scope="session")
def traps():
    return json.loads(shared_path("cases/normalisation_traps.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def beta_cases():
    return json.loads(shared_path("cases/beta_binomial.json").read_text(encoding="utf-8"))["cases"]
