"""Layout D, the raw DHIS2 pivot export of Kwara: figures equal the truth, damage is repaired."""

import json
import re
from collections import defaultdict

import pytest

from chatmrpt.testing.shared import shared_path
from tpr.reading.guard import read_in_child
from tpr.tests.reading import oracle
from tpr.tests.reading.small_tables import U5, U5_POSITIVE, figures, table

FILES = {
    "xlsx, whole": ("d.xlsx", ("--seed", "1")),
    "xlsx": ("d.xlsx", ("--seed", "5", "--rows", "1800")),
    "old xls": ("d.xls", ("--seed", "2", "--rows", "1800")),
    "csv": ("d.csv", ("--seed", "3", "--rows", "1200")),
}
# The public INEC list spells two wards in another way than DHIS2 does (inputs.md 6.3).
INEC_SPELLING = {"Ajannaku": "Ajanaku", "Igbonna": "Igbona"}


def inec_places():
    """The public list of wards as the service hands the lists to the child."""
    rows = json.loads(shared_path("data/names/inec_wards_points.json").read_text(encoding="utf-8"))
    wards = defaultdict(lambda: defaultdict(list))
    for row in rows:
        wards[row["State"]][row["LGA"]].append(row["Ward"])
    return {"lgas": {state: list(lgas) for state, lgas in wards.items()}, "wards": wards}


def read_file(path, out, **settings):
    out.mkdir()
    given = {"original_name": path.name, "today": "2026-11-22", **settings}
    return read_in_child(path, out, given, on_progress=lambda *_: None)


@pytest.fixture(scope="module", params=FILES.values(), ids=FILES.keys())
def done(request, tmp_path_factory):
    name, options = request.param
    folder = tmp_path_factory.mktemp("export")
    truth = oracle.make("D", folder / name, *options)
    result = read_file(folder / name, folder / "out", places=inec_places())
    return result, folder / "out", truth


def as_read(ward):
    return "" if ward == "Unknown" else INEC_SPELLING.get(ward, ward)


@pytest.mark.parametrize("exclude", [False, True], ids=["kept", "excluded"])
def test_ward_figures_equal_the_truth_for_every_level_age_and_definition(done, exclude):
    result, out, truth = done
    assert result["status"] == "ok", result["error"] or result["questions"]
    found = oracle.ward_rates(out, exclude=exclude)
    wanted = oracle.truth_rates(truth, exclude=exclude)
    wanted = {(s, lga, as_read(w)): cells for (s, lga, w), cells in wanted.items()}
    assert len(wanted) > 100
    assert oracle.differences(found, wanted) == []


def test_what_was_found_is_what_is_there(done):
    result, _, truth = done
    counts = result["counts"]
    assert (result["layout"], result["header_row"]) == ("D", 2)
    assert counts["rows_read"] == truth["rows"]["written"]
    assert counts["rows_used"] == truth["rows"]["counted"]
    assert counts["facilities"] == truth["distinct"]["facilities"]
    assert (counts["first_period"], counts["last_period"]) == ("2020", "2025")
    assert counts["granularity"] == "year"
    assert result["issue_counts"]["PERIODS_ANNUAL"] == counts["rows_read"]
    assert counts["level_sources"] == {"given": counts["facilities"]}, "levels in mixed case"
    share = counts["unknown_ward_rows"] / counts["rows_used"]
    assert share == pytest.approx(0.168, abs=0.01)


def test_every_damaged_ward_is_repaired_and_listed_once(done):
    result, out, truth = done
    repaired = [i for i in oracle.issues(out) if i["code"] == "NA_ZERO_REPAIRED"]
    read_as = {i["value"]: i["action"].split("'")[1] for i in repaired}
    damaged = {raw: as_read(clean) for clean, raw in truth["corrupted_wards"].items()}
    assert read_as == damaged
    assert "NA_ZERO_KEPT" not in result["issue_counts"]
    assert {f["ward_raw"] for f in oracle.facilities(out).values()} > set(damaged)


def test_the_doubled_columns_are_combined_with_their_sums(done):
    _, out, _ = done
    combined = [i for i in oracle.issues(out) if i["code"] == "DUPLICATE_HEADER_COMBINED"]
    assert len(combined) == 4
    for issue in combined:
        numbers = re.search(r"([\d,]+) \+ ([\d,]+) = ([\d,]+)", issue["action"])
        first, second, total = (int(text.replace(",", "")) for text in numbers.groups())
        assert min(first, second) > 0
        assert first + second == total


def test_ratios_and_drugs_are_listed_and_never_used(done):
    result, _, truth = done
    decoys = [c["header"] for c in truth["columns"] if c["role"] is None]
    assert result["issue_counts"]["RATIO_COLUMN_NOT_USED"] == 4
    for column in result["columns"]:
        if column["header"] in decoys:
            assert column["field"] in ("ratio", "ignored"), column


def test_without_a_ward_list_nothing_is_repaired_and_every_name_is_listed(tmp_path):
    truth = oracle.make("D", tmp_path / "d.xlsx", "--seed", "4", "--rows", "1200")
    result = read_file(tmp_path / "d.xlsx", tmp_path / "out")
    kept = {i["value"]: i for i in oracle.issues(tmp_path / "out") if i["code"] == "NA_ZERO_KEPT"}
    assert result["status"] == "ok"
    assert set(kept) == set(truth["corrupted_wards"].values())
    assert all("no boundary list" in issue["action"] for issue in kept.values())
    wards = {f["ward"] for f in oracle.facilities(tmp_path / "out").values()}
    assert set(kept) <= wards


def test_xls_and_xlsx_give_the_same_rows(tmp_path):
    for suffix in ("xls", "xlsx"):
        path = tmp_path / f"d.{suffix}"
        oracle.make("D", path, "--seed", "6", "--rows", "1200")
        read_file(path, tmp_path / suffix, places=inec_places())
    for name in ("facilities.tsv", "reports.tsv", "issues.jsonl"):
        assert (tmp_path / "xls" / name).read_bytes() == (tmp_path / "xlsx" / name).read_bytes()


def test_a_state_whose_prefix_is_na_is_read_although_the_prefix_became_zero(read):
    header = ["orgunitlevel2", "orgunitlevel3", "Ward", "organisationunit0me", "period0me"]
    rows = [
        [
            "0 0sarawa State",
            "0 Keffi Local Government Area",
            f"0 {ward} Ward",
            f"0 Clinic {i}",
            2024,
        ]
        for i, ward in enumerate(["Angwan Rimi", "Ga0ta"])
    ]
    places = {"lgas": {"Nasarawa": ["Keffi"]}, "wards": {"Nasarawa": {"Keffi": ["Ganata"]}}}
    cells = [[*row, 9, 3] for row in rows]
    result = read(table([*header, U5, U5_POSITIVE], cells), places=places)
    assert result["status"] == "ok", result["error"]
    found = list(oracle.facilities(result["folder"]).values())
    assert [(f["state"], f["lga"], f["ward"], f["name"]) for f in found] == [
        ("Nasarawa", "Keffi", "Angwan Rimi", "Clinic 0"),
        ("Nasarawa", "Keffi", "Ganata", "Clinic 1"),
    ]
    assert figures(result, "period_start", "period_months")[0] == ("2024-01-01", "12")


def test_clean_names_with_numbers_are_never_repaired(read):
    header = ["State", "LGA", "Ward", "Facility", "Year", U5, U5_POSITIVE]
    wards = ["Ward 10", "KN1004", "Phase 0", "Adeti (8)", "10 - Asa/Ajagunlase"]
    rows = [["Osun", "Ife", ward, f"{ward} PHC", 2024, 9, 3] for ward in wards]
    places = {"wards": {"Osun": {"Ife": ["Ward 1na", "Phase na", *wards]}}}
    result = read(table(header, rows), places=places)
    assert not any(code.startswith("NA_ZERO") for code in result["issue_counts"])
