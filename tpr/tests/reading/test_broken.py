"""The broken and hostile files of the generator: refused, warned about or survived, as named."""

import json

import pytest

from tpr.reading.guard import read_in_child
from tpr.tests.reading import oracle

REFUSAL_CODES = {
    "not_tpr.csv": "NOT_TPR_FILE",
    "no_ward_column.xlsx": "NO_WARD_COLUMN",
    "no_test_columns.xlsx": "NO_TESTED_COLUMNS",
    "positives_only.csv": "NO_TESTED_COLUMNS",
    "not_nigeria.csv": "NOT_NIGERIA",
    "empty_sheet.xlsx": "EMPTY_FILE",
    "zero_bytes.csv": "EMPTY_FILE",
    "header_only.xlsx": "NO_ROWS",
    "truncated.xlsx": "UNREADABLE_FILE",
    "random_bytes.xlsx": "UNSUPPORTED_TYPE",
    "encrypted.xlsx": "ENCRYPTED",
    "zip_traversal.zip": "HOSTILE_FILE",
    "columns_10000.csv": "TOO_MANY_CELLS",
    "zip_bomb.xlsx": "TOO_LARGE_EXPANDED",
    "entity_bomb.xlsx": "HOSTILE_FILE",
    "external_entity.xlsx": "HOSTILE_FILE",
}
WARNINGS = {
    "workbook_named.csv": "EXTENSION_DIFFERS",
    "csv_named.xlsx": "EXTENSION_DIFFERS",
    "zipped_workbook.zip": "ARCHIVE_OPENED",
    "formula_text.csv": "FORMULA_LIKE_TEXT",
    "formula_text.xlsx": "FORMULA_LIKE_TEXT",
    "formula_cells.xlsx": "FORMULA_CELLS",
    "text_numbers.csv": "NEGATIVE_COUNT",
    "text_numbers.xlsx": "FRACTION_COUNT",
    "duplicates.xlsx": "DUPLICATE_CONFLICT",
    "huge_cell.csv": "CELL_CUT",
}
# The generator calls a fraction invalid; domain/inputs.md 5.2 is binding: kept and flagged.
FRACTIONS_KEPT = ("text_numbers.csv", "text_numbers.xlsx")


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("broken")
    oracle.make("Z", folder / "z", "--seed", "8")
    results = {}
    cases = json.loads((folder / "z" / "manifest.json").read_text(encoding="utf-8"))
    for case in cases:
        out = folder / f"out_{case['file']}"
        out.mkdir()
        settings = {"original_name": case["file"], "today": "2026-11-22"}
        path = folder / "z" / case["file"]
        result = read_in_child(path, out, settings, on_progress=lambda *_: None, timeout=60)
        results[case["file"]] = (case, result, out, folder / "z")
    return results


def test_every_file_meets_its_expectation(broken):
    assert len(broken) > 25
    for file, (case, result, _, _) in broken.items():
        wanted = {"refuse": "rejected", "accept": "ok", "warn": "ok"}.get(case["expect"])
        assert result["status"] == wanted or wanted is None, (file, result["error"])


def test_refusals_carry_their_code_and_leave_no_rows(broken):
    for file, code in REFUSAL_CODES.items():
        _, result, out, _ = broken[file]
        assert result["error"]["code"] == code, file
        assert len(result["error"]["message"]) > 40
        assert not (out / "reports.tsv").exists()
        assert not (out / "facilities.tsv").exists()


def test_what_was_found_is_said(broken):
    for file, code in WARNINGS.items():
        _, result, out, _ = broken[file]
        assert result["issue_counts"].get(code), (file, result["issue_counts"])
        assert any(issue["code"] == code for issue in oracle.issues(out))


def test_accepted_files_give_the_true_figures(broken):
    compared = 0
    for file, (case, result, out, folder) in broken.items():
        if not case["truth"] or result["status"] != "ok" or file in FRACTIONS_KEPT:
            continue
        truth = json.loads((folder / case["truth"]).read_text(encoding="utf-8"))
        for exclude in (False, True):
            found = oracle.ward_rates(out, exclude=exclude)
            assert oracle.differences(found, oracle.truth_rates(truth, exclude=exclude)) == [], file
        compared += 1
    assert compared >= 12


def test_numbers_as_text_give_the_true_figures_where_no_fraction_stands(broken):
    for file in FRACTIONS_KEPT:
        case, _, out, folder = broken[file]
        truth = json.loads((folder / case["truth"]).read_text(encoding="utf-8"))
        fractions = {
            (a["state"], a["lga"], a["ward"])
            for a in truth["anomalies"]
            if a["kind"] == "text_number" and a["shown"][0].endswith(".5")
        }
        assert len(fractions) == 5
        wanted = oracle.truth_rates(truth, exclude=False)
        found = oracle.ward_rates(out, exclude=False)
        assert {ward for _, ward, *_ in oracle.differences(found, wanted)} == fractions


def test_a_fraction_is_kept_as_written(broken):
    _, _, out, _ = broken["text_numbers.csv"]
    values = {row["tested_rdt_u5"] for row in oracle.reports(out)}
    assert sum(value is not None and value.endswith(".5") for value in values) > 0


def test_a_cell_of_a_megabyte_is_cut_to_what_can_be_stored(broken):
    _, _, out, _ = broken["huge_cell.csv"]
    assert max(len(f["name"]) for f in oracle.facilities(out).values()) <= 300


def test_positives_per_out_patient_are_read_when_asked_for(broken):
    _, _, out, folder = broken["positives_only.csv"]
    settings = {"today": "2026-11-22", "assume": {"NO_TESTED_COLUMNS": "opd"}}
    again = out.with_name("opd")
    again.mkdir()
    path = folder / "positives_only.csv"
    result = read_in_child(path, again, settings, on_progress=lambda *_: None)
    assert (result["status"], result["kind"]) == ("ok", "positives_only")
    rows = oracle.reports(again)
    assert any(row["positive_rdt_u5"] and row["opd"] for row in rows)
    assert all(row["tested_rdt_u5"] is None for row in rows)
