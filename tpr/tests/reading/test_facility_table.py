"""Layout F: subtotals named like the ward, cold stores, tested and positive swapped; Ilorin."""

import csv

import pytest

from chatmrpt.common.names import ward_key
from chatmrpt.testing.shared import shared_path
from tpr.reading.guard import read_in_child
from tpr.tests.reading import oracle
from tpr.tests.reading.small_tables import codes, table

COLUMNS = {f"COLUMN_{position}": "yes" for position in (4, 5, 6, 7)}
BY_NAME = {**COLUMNS, "COLUMN_FOR_WARD": "8"}
FILES = {
    "as labelled": (("--seed", "1"), {}),
    "as labelled, another seed": (("--seed", "4"), {}),
    "swapped": (("--seed", "2", "--swap"), {"SWAPPED": "swap"}),
    "swapped, another seed": (("--seed", "5", "--swap"), {"SWAPPED": "swap"}),
}


def read_file(path, out, **assume):
    out.mkdir()
    given = {"original_name": path.name, "today": "2026-11-22", "assume": assume}
    return read_in_child(path, out, given, on_progress=lambda *_: None)


def by_ward(rates):
    """The file names no LGA: wards by state and name."""
    return {(state, ward): cells for (state, _, ward), cells in rates.items()}


@pytest.mark.parametrize(("options", "answers"), FILES.values(), ids=FILES.keys())
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_facility_rows_give_the_true_figures(tmp_path, options, answers, suffix):
    path = tmp_path / f"f.{suffix}"
    truth = oracle.make("F", path, *options)
    result = read_file(path, tmp_path / "out", **BY_NAME, **answers)
    assert (result["status"], result["layout"]) == ("ok", "F"), result["questions"]
    found = result["issue_counts"]
    assert found["SUBTOTAL_LEFT_OUT"] == truth["rows"]["dropped_subtotal"]
    assert found["STORE_LEFT_OUT"] == truth["rows"]["dropped_pseudo_ward"]
    assert result["counts"]["rows_used"] == truth["rows"]["counted"]
    for exclude in (False, True):
        rates = by_ward(oracle.ward_rates(tmp_path / "out", exclude=exclude))
        rates = {w: {k: v for k, v in c.items() if k[0] == "all"} for w, c in rates.items()}
        wanted = by_ward(oracle.truth_rates(truth, exclude=exclude, levels=False))
        # The generator holds the age groups of no method under RDT, as the reader does.
        assert oracle.differences(rates, wanted) == []


def test_swapped_columns_are_asked_with_figures_and_never_swapped_by_themselves(tmp_path):
    oracle.make("F", tmp_path / "f.csv", "--seed", "2", "--swap")
    asked = read_file(tmp_path / "f.csv", tmp_path / "out", **BY_NAME)
    assert codes(asked) == ["SWAPPED"]
    assert asked["questions"][0]["recommended"] is None
    assert not (tmp_path / "out" / "reports.tsv").exists()


def test_files_as_labelled_raise_no_question_of_a_swap(tmp_path):
    oracle.make("F", tmp_path / "f.csv", "--seed", "1")
    asked = read_file(tmp_path / "f.csv", tmp_path / "out")
    assert codes(asked) == [*COLUMNS, "COLUMN_FOR_WARD"]


@pytest.mark.parametrize("seed", ["1", "3"])
def test_subtotals_and_stores_in_the_columns_of_layout_a_are_left_out(tmp_path, seed):
    path = tmp_path / "fn.xlsx"
    options = ("--layout", "nmep", "--registry", "kano", "--months", "3", "--rows", "2400")
    truth = oracle.make("F", path, "--seed", seed, *options)
    result = read_file(path, tmp_path / "out")
    assert result["status"] == "ok"
    assert result["issue_counts"]["SUBTOTAL_LEFT_OUT"] == truth["rows"]["dropped_subtotal"]
    assert result["issue_counts"]["STORE_LEFT_OUT"] == truth["rows"]["dropped_pseudo_ward"]
    assert result["counts"]["facilities"] == truth["distinct"]["facilities"]
    wanted = oracle.truth_rates(truth, exclude=False)
    wanted = {(s, g, "" if w == "Unknown" else w): c for (s, g, w), c in wanted.items()}
    assert oracle.differences(oracle.ward_rates(tmp_path / "out", exclude=False), wanted) == []


# --- the real file ----------------------------------------------------------------------------


@pytest.fixture
def ilorin():
    return shared_path("data/tpr/ward_level_unsmoothed_tpr_u5.csv")


def under_five(out):
    """Ward → positives over tests, under 5; None where nothing was tested."""
    rates = oracle.ward_rates(out, exclude=False)
    return {ward: cells["all", "u5"]["rdt"] for (_, _, ward), cells in rates.items()}


def published():
    path = shared_path("data/tpr/ward_levelsmoothed_tpr_u5.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["WardName"]: row["tpr_u5"] for row in csv.DictReader(file)}
    return {ward: None if rate == "NA" else 100 * float(rate) for ward, rate in rows.items()}


def naive(rows):
    """Positives over tests per ward by a plain loop over the real file, columns exchanged."""
    sums = {}
    for row in rows:
        cell = sums.setdefault(row["Wardname"], [0.0, 0.0])
        cell[0] += float(row["conf_u5_new"])
        cell[1] += float(row["tested_u5_new"])
    return {ward: 100 * p / t if t else None for ward, (t, p) in sums.items()}


def test_ilorin_swapped_columns_and_subtotals_are_found_with_the_known_numbers(ilorin, tmp_path):
    asked = read_file(ilorin, tmp_path / "out", **BY_NAME)
    assert codes(asked) == ["SWAPPED"]
    question = asked["questions"][0]
    assert question["message"].startswith("In 151 of 236 rows (121 of the 199")
    assert (question["facts"]["above"], question["facts"]["below"]) == (151, 36)
    assert question["facts"]["columns"] == ["'tested_u5_new' and 'conf_u5_new'"]
    found = asked["issue_counts"]
    assert found["SUBTOTAL_LEFT_OUT"] + found["SUBTOTAL_ONLY"] + found["STORE_LEFT_OUT"] == 38
    assert (found["STORE_LEFT_OUT"], found["SUBTOTAL_ONLY"]) == (3, 1)
    assert asked["counts"]["state_names"] == ["Kwara"]


def test_ilorin_with_the_swap_and_subtotals_kept_equals_the_published_ward_rates(ilorin, tmp_path):
    result = read_file(ilorin, tmp_path / "out", **BY_NAME, SWAPPED="swap", SUBTOTALS="keep")
    assert result["status"] == "ok"
    assert result["issue_counts"]["SUBTOTALS_KEPT"] == 35
    found, wanted = under_five(tmp_path / "out"), published()
    assert found.keys() == wanted.keys()
    assert found["Akanbi 2"] is wanted["Akanbi 2"] is None
    compared = [abs(found[w] - wanted[w]) / 100 for w in wanted if wanted[w] is not None]
    assert len(compared) == 34
    assert max(compared) < 1e-12
    assert {w for w, rate in found.items() if rate is not None and rate > 100} == {
        *("Ajikobi", "Balogun Fulani 1", "Balogun Fulani 3", "Okaka 2"),
    }


def test_ilorin_facility_rows_differ_from_the_published_rates_as_documented(ilorin, tmp_path):
    result = read_file(ilorin, tmp_path / "out", **BY_NAME, SWAPPED="swap")
    assert result["status"] == "ok"
    found, wanted = under_five(tmp_path / "out"), published()
    with ilorin.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if "Cold Store" not in row["ward"]
            and (row["ward"].casefold() != row["hfname"].casefold() or "Akanbi 2" in row["ward"])
        ]
    plain = naive(rows)
    assert found.keys() == plain.keys()
    for ward, rate in plain.items():
        assert found[ward] == (None if rate is None else pytest.approx(rate, rel=1e-12))
    moved = [abs(found[w] - wanted[w]) / 100 for w in wanted if wanted[w] is not None]
    assert sum(moved) / len(moved) == pytest.approx(0.006, abs=0.001)
    assert max(moved) == pytest.approx(0.022, abs=0.001)


def test_ilorin_has_no_lga_and_no_period_and_says_so(ilorin, tmp_path):
    result = read_file(ilorin, tmp_path / "out", **BY_NAME, SWAPPED="keep")
    found = result["issue_counts"]
    assert found["LGA_MISSING"] == found["PERIOD_MISSING"] == 199
    assert found["LOOKS_SWAPPED"] == 121
    keys = {f["ward_key"] for f in oracle.facilities(tmp_path / "out").values()}
    assert keys == {ward_key(ward) for ward in published()}


def test_without_state_and_without_prefix_the_state_is_asked(read):
    header = ["ward", "hfname", "RDT tested U5", "RDT positive U5"]
    rows = [["Adewole", f"Clinic {i}", 9, 3] for i in range(12)]
    asked = read(table(header, rows), name="facilities.csv")
    assert codes(asked) == ["STATE"]
    assert asked["questions"][0]["message"].startswith("No state column was found.")
    answered = read(table(header, rows), assume={"STATE": "Kwara"})
    assert answered["counts"]["state_names"] == ["Kwara"]
