"""Check E3: the medians of ranks that the Ilorin pilot published (doi 10.1186/s44263-025-00126-0)."""

import csv
from itertools import pairwise

import numpy as np
import pytest

from analysis.domain.normalisation import normalise
from chatmrpt.testing.shared import shared_path

TEN = ("T+S", "W+S", "E+S", "T+W+S", "T+E+S", "W+E+S", "T+W+E+S", "T+W/2+E+S", "T+W+E/2+S",
       "T+W/2+E/2+S")  # fmt: skip
FOUR = ("T+E+W", "T+W", "T+E", "E+W")


def table(relative):
    with shared_path(f"data/{relative}").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def parts():
    """T, S, E and W (reversed distance), each between 0 and 1, of the 35 wards in file order."""
    rows = {r["WardName"]: r for r in table("tpr/scoring_data02.csv")}
    rates = {r["WardName"]: r for r in table("tpr/ward_levelsmoothed_tpr_u5.csv")}
    names = list(rows)

    def column(source, name, direction):
        values = np.array([float(source[n][name]) for n in names])
        return normalise(values, direction, "minmax")

    first = rows[names[0]]
    distance = next(c for c in first if c.startswith("distance"))
    return names, {
        "T": column(rates, "tpr_u5_new", "direct"),
        "S": column(rows, "settlement_type", "direct"),
        "E": column(rows, "meanEVI", "direct"),
        "W": column(rows, distance, "inverse"),
    }


def score(model, parts):
    terms = [term.split("/") for term in model.split("+")]
    return sum(parts[t[0]] / (float(t[1]) if len(t) > 1 else 1.0) for t in terms)


@pytest.mark.parametrize(("models", "file"), [(TEN, "10"), (FOUR, "4")])
def test_published_medians_of_ranks_are_exact_for_35_of_35_wards(models, file, parts):
    names, found = parts
    ranks = []
    for model in models:
        order = np.argsort(score(model, found), kind="stable")  # rank 1 = LOWEST, ties by row
        place = np.empty(len(names))
        place[order] = np.arange(1, len(names) + 1)
        ranks.append(place)
    medians = dict(zip(names, np.median(ranks, axis=0).tolist(), strict=True))
    rows = table(f"checks/medians_{file}_models.csv")
    column = next(c for c in rows[0] if "median" in c.lower())
    published = {r["WardName"]: float(r[column]) for r in rows}
    assert medians == published
    assert len(published) == 35
    if file == "10":
        lowest = sorted(medians, key=medians.get)[:4]
        assert lowest == ["Are 2", "Akanbi 3", "Akanbi 4", "M/Ngeri"]
        assert all(a <= b for a, b in pairwise(medians[n] for n in lowest))
