"""Real input: 275 wards of Niger State with polygons, a positivity and covariates."""

import csv
import json

import pytest
from django.core.management import call_command

from chatmrpt.testing.shared import shared_path

pytestmark = pytest.mark.django_db

COVARIATES = (
    "mean_rainfall", "distance_to_water", "temp_mean", "housing_quality", "pfpr", "avgRAD",
    "NDWI", "NDMI", "elevation", "urbanPercentage", "building_height",
)  # fmt: skip


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.services.await_run.worker_is_running", lambda: False)
    with shared_path("data/tpr/Niger_plus.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    path = tmp_path / "niger.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["ward", "lga", "state", "ward_code", "population", "tpr", *COVARIATES])
        for r in rows:
            place = [r["WardName"], r["lga_name"], r["state_name"], r["WardCode"]]
            writer.writerow([*place, r["population"], r["u5_tpr_rdt"], *(r[c] for c in COVARIATES)])
    return path


def ranked(table, folder, profile):
    call_command(
        "analysis_run", "--wards", str(table), "--profile", profile, "--out", str(folder),
        "--boundaries", str(shared_path("data/wards/Niger_State.zip")),
    )  # fmt: skip
    with (folder / "ward_scores.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return rows, json.loads((folder / "run.json").read_text(encoding="utf-8"))


def test_all_275_wards_are_ranked_once_and_gaps_are_filled_from_neighbours(table, tmp_path):
    rows, card = ranked(table, tmp_path / "sound", "sound")
    assert [int(r["rank"]) for r in rows] == list(range(1, 276))
    assert [r["category"] for r in rows].count("High") == 91
    assert "without_polygon" not in [n["code"] for n in card["notes"]]
    filled = [r for r in rows if r["imputed_housing_quality"]]
    assert len(filled) == 17
    assert "neighbours" in {r["imputed_housing_quality"] for r in filled}
    (kpada,) = [r for r in rows if r["ward"] == "Kpada"]
    assert (kpada["tpr"], kpada["flags"]) == ("", "no_tests")
    left = {v["name"]: v["reason_code"] for v in card["variables"]["left_out"]}
    assert left == {"building_height": "DIRECTION_UNDECIDED", "urbanPercentage": "not_chosen"}
    assert sum(float(r["p_top"]) for r in rows) == pytest.approx(10)
    assert sum(float(r["p_high"]) for r in rows) == pytest.approx(91)


def test_wards_of_five_repeated_names_keep_their_own_covariates(table, tmp_path):
    rows, _ = ranked(table, tmp_path / "sound", "sound")
    twins = [r for r in rows if r["ward"] == "Sabon Gari"]
    assert {r["lga"] for r in twins} == {"Chanchaga", "Wushishi", "Rafi"}
    assert len({r["norm_elevation"] for r in twins}) > 1
    assert len({r["score"] for r in twins}) == 3


def test_legacy_names_the_variables_it_leaves_out(table, tmp_path):
    rows, card = ranked(table, tmp_path / "legacy", "legacy")
    assert [int(r["rank"]) for r in rows] == list(range(1, 276))
    assert card["facts"]["models"] == 16
    used = [v["name"] for v in card["variables"]["used"]]
    assert used == ["tpr", "mean_rainfall", "distance_to_water", "temp_mean", "housing_quality"]
    (note,) = [n for n in card["notes"] if n["code"] == "legacy_only_five"]
    assert note["facts"]["left_out"][0] == "pfpr"
