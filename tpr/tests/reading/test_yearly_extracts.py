"""Layout E, one file a year with changing headers: 2019 to 2021 without tests, then R's names."""

import json
from collections import defaultdict

import pytest

from tpr.reading.guard import read_in_child
from tpr.tests.reading import oracle
from tpr.tests.reading.small_tables import HEADER, PLACE, codes, figures, row, table

SEEDS = (1, 7)
ASKED = {2019: "COLUMN_6", 2020: "COLUMN_7", 2021: None}
R_U5 = "Persons.presenting.with.fever...tested.by.RDT..5yrs"
R_O5 = "Persons.presenting.with.fever...tested.by.RDT....5yrs..excl.PW."
R_U5_POSITIVE = "Persons.tested.positive.for.malaria.by.RDT..5yrs"
R_O5_POSITIVE = "Persons.tested.positive.for.malaria.by.RDT....5yrs..excl.PW."


@pytest.fixture(scope="module", params=SEEDS)
def years(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("years")
    options = ("--registry", "adamawa", "--rows", "2400")
    oracle.make("E", folder / "e", "--seed", str(request.param), *options)
    return folder


def read_year(folder, year, **assume):
    path = folder / "e" / f"hmis_{year}.{'csv' if year >= 2022 else 'xlsx'}"
    out = folder / f"out_{year}_{len(assume)}"
    out.mkdir(exist_ok=True)
    given = {"original_name": path.name, "today": "2026-11-22", "assume": assume}
    result = read_in_child(path, out, given, on_progress=lambda *_: None)
    truth = json.loads(path.with_name(path.name + ".truth.json").read_text(encoding="utf-8"))
    return result, out, truth


@pytest.mark.parametrize("year", [2022, 2023])
def test_names_mangled_by_r_give_the_true_figures_without_a_question(years, year):
    result, out, truth = read_year(years, year)
    assert (result["status"], result["layout"]) == ("ok", "E"), result["questions"]
    assert result["issue_counts"]["HEADER_SIGN_LOST"] == 5
    assert {f["level_source"] for f in oracle.facilities(out).values()} == {"given"}
    for exclude in (False, True):
        found = oracle.ward_rates(out, exclude=exclude)
        assert oracle.differences(found, oracle.truth_rates(truth, exclude=exclude)) == []


@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_years_without_tests_are_refused_and_the_ratio_is_offered(years, year):
    result, _, _ = read_year(years, year)
    assert result["error"]["code"] == "NO_TESTED_COLUMNS"
    assert result["error"]["facts"]["can_offer"] == "opd"
    assert "positives per out-patient" in result["error"]["message"]
    assert result["counts"] == {}


@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_years_without_tests_give_true_positives_per_out_patient_when_asked_for(years, year):
    answers = {"NO_TESTED_COLUMNS": "opd"}
    if ASKED[year]:
        answers[ASKED[year]] = "yes"
    result, out, truth = read_year(years, year, **answers)
    assert (result["status"], result["kind"]) == ("ok", "positives_only")
    places, sums = oracle.facilities(out), defaultdict(lambda: [0, 0])
    for report in oracle.reports(out):
        if report["opd"] is None or report["positive_rdt_u5"] is None:
            continue
        place = places[report["facility"]]
        for level in {"all", place["level"]}:
            cell = sums[place["state"], place["lga"], place["ward"], level]
            cell[0] += int(report["positive_rdt_u5"])
            cell[1] += int(report["opd"])
    # The generator's out-patient sums count repeated rows twice; those wards are left aside.
    repeated = {(a["state"], a["lga"], a["ward"]) for a in truth["anomalies"]}
    levels = truth["level_in_file"]
    compared = 0
    for wanted in truth["outpatients"]:
        *ward, level = (wanted[name] for name in ("state", "lga", "ward", "level"))
        if tuple(ward) in repeated or not (levels or level == "all"):
            continue
        assert sums[(*ward, level)] == [wanted["positive_u5"], wanted["outpatients"]]
        compared += 1
    assert compared > 60


def test_the_level_of_2019_is_read_from_the_names(years):
    result, out, truth = read_year(years, 2019, NO_TESTED_COLUMNS="opd", COLUMN_6="yes")
    assert not truth["level_in_file"]
    assert result["issue_counts"]["LEVEL_INFERRED"] > 0
    for facility in oracle.facilities(out).values():
        if "Primary Health Cent" in facility["name"]:
            assert (facility["level"], facility["level_source"]) == ("primary", "inferred")


def small(header, *cells):
    rows = [row(f"Clinic {i}", 202301, *cells) for i in range(12)]
    return table([*HEADER, *header], rows)


def test_a_lost_sign_is_settled_by_the_sister_that_excludes_pregnant_women(read):
    header = [R_U5, R_O5, R_U5_POSITIVE, R_O5_POSITIVE]
    result = read(small(header, 9, 20, 3, 8))
    assert result["status"] == "ok"
    names = ("tested_rdt_u5", "tested_rdt_o5", "positive_rdt_u5", "positive_rdt_o5")
    assert figures(result, *names)[0] == ("9", "20", "3", "8")
    assert any("lost the sign" in text for text in result["said"])


def test_two_headers_that_differ_only_in_dots_are_asked_and_never_told_apart_by_order(read):
    wider = R_U5.replace("RDT..", "RDT...")
    header = [R_U5, wider, R_U5_POSITIVE, R_U5_POSITIVE.replace("RDT..", "RDT...")]
    asked = read(small(header, 9, 20, 3, 8))
    assert codes(asked) == ["COLUMN_8", "COLUMN_9", "COLUMN_10", "COLUMN_11"]
    assert {q["recommended"] for q in asked["questions"]} == {None}
    assert "lost its sign" in asked["questions"][0]["message"]
    answers = {
        "COLUMN_8": "tested_rdt_o5",
        "COLUMN_9": "tested_rdt_u5",
        "COLUMN_10": "positive_rdt_o5",
        "COLUMN_11": "positive_rdt_u5",
    }
    result = read(small(header, 9, 20, 3, 8), assume=answers)
    assert result["status"] == "ok"
    assert figures(result, "tested_rdt_u5", "tested_rdt_o5")[0] == ("20", "9")


def test_a_copy_suffix_beside_a_lost_sign_is_asked(read):
    header = [R_U5, f"{R_U5}.1", R_O5, R_U5_POSITIVE, R_O5_POSITIVE]
    asked = read(small(header, 9, "", 20, 3, 8))
    assert codes(asked) == ["COLUMN_8", "COLUMN_9"]


def test_a_lost_sign_without_a_sister_is_asked(read):
    asked = read(small([R_U5, R_U5_POSITIVE], 9, 3))
    assert codes(asked) == ["COLUMN_8", "COLUMN_9"]


def test_the_second_unit_name_is_the_level_only_by_its_values(read):
    header = ["orgunitlevel2", "orgunitlevel3", "orgunitlevel4", "organisationunitname",
              "organisationunitname.1", "periodcode", R_U5, R_O5, R_U5_POSITIVE,
              R_O5_POSITIVE]  # fmt: skip
    rows = [[*PLACE, "kn Dala Clinic", "Secondary Health Facility", 202301, 9, 20, 3, 8]] * 1
    result = read(table(header, rows))
    assert next(iter(oracle.facilities(result["folder"]).values()))["level"] == "secondary"
    names = [[*PLACE, "kn Dala Clinic", "kn Dala Annexe", 202301, 9, 20, 3, 8]]
    other = read(table(header, names))
    assert {f["level_source"] for f in oracle.facilities(other["folder"]).values()} == {"inferred"}
