"""E1 and E2: real facility rows of Ilorin against the published ward rates (read in place)."""

import csv

import pytest

from chatmrpt.testing.shared import shared_path
from tpr.domain.filling import neighbour_means
from tpr.domain.positivity import BaseRow, figures_by

FILE = "data/tpr/ward_level_unsmoothed_tpr_u5.csv"
PUBLISHED = "data/tpr/ward_levelsmoothed_tpr_u5.csv"


def number(text: str) -> float | None:
    return float(text) if text not in ("", "NA") else None


def facility_rows() -> list[BaseRow]:
    """`conf` and `tested` are exchanged in this file; its subtotal rows were kept by the authors."""
    rows = []
    with shared_path(FILE).open(encoding="utf-8", newline="") as handle:
        for line, r in enumerate(csv.DictReader(handle)):
            tested, positive = number(r["conf_u5_new"]), number(r["tested_u5_new"])
            rows.append(
                BaseRow(line, "", r["Wardname"], "primary", "u5", tested, positive, tested,
                        positive, None, None, tested, positive, None, None, 1, 0, 1, 1, 0, 0, 0, 0,
                        0, 0)
            )  # fmt: skip
    return rows


def published() -> dict[str, tuple[float | None, float | None]]:
    with shared_path(PUBLISHED).open(encoding="utf-8", newline="") as handle:
        return {
            r["WardName"]: (number(r["tpr_u5"]), number(r["tpr_u5_new"]))
            for r in csv.DictReader(handle)
        }


def test_the_published_rates_of_34_wards_come_out_of_their_facility_rows() -> None:
    found = figures_by(facility_rows(), lambda row: row.ward, "rdt")
    known = {ward: raw for ward, (raw, _) in published().items() if raw is not None}
    assert len(known) == 34
    apart = {ward: abs((found[ward].tpr or 0) / 100 - raw) for ward, raw in known.items()}
    assert max(apart.values()) < 1e-12, max(apart, key=apart.__getitem__)


def test_akanbi_2_takes_the_mean_of_its_queen_neighbours_only_when_asked() -> None:
    import pyogrio

    from tpr.boundaries.neighbours import queen_neighbours

    archive = shared_path("data/wards/Ilorin_3LGA.zip")
    meta, _, shapes, fields = pyogrio.raw.read(f"/vsizip/{archive}", columns=["WardName"])
    names = [str(n) for n in fields[list(meta["fields"]).index("WardName")]]
    found = figures_by(facility_rows(), lambda row: row.ward, "rdt")
    rates = [found[name].tpr if name in found else None for name in names]
    assert rates[names.index("Akanbi 2")] is None  # the default: unknown stays unknown
    near = queen_neighbours(list(shapes))
    around = {names[i] for i in near[names.index("Akanbi 2")]}
    assert around == {"Akanbi 1", "Maya/Ileapa"}
    filled = neighbour_means(rates, near, cap=100.0)
    assert filled[names.index("Akanbi 2")] == pytest.approx(20.1475464613639, abs=1e-12)
    for name, (_, completed) in published().items():
        if completed is not None and name in names:
            assert filled[names.index(name)] == pytest.approx(100 * completed, abs=1e-9)


def test_a_ward_without_known_neighbours_stays_unknown() -> None:
    assert neighbour_means([None, None, 40.0], [(1,), (0,), ()], cap=100.0) == [None, None, 40.0]
    assert neighbour_means([None, 150.0], [(1,), (0,)], cap=100.0) == [100.0, 100.0]
    assert neighbour_means([None, 150.0], [(1,), (0,)]) == [150.0, 150.0]
