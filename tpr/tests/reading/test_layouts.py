"""Layouts A, B and C from file to TSV: ward figures equal the generator's truth.

The figures are recomputed from the TSV files by a naive twin (`oracle`) and compared for every
ward, level, age group and definition, with exceeding pairs kept and excluded.
"""

import datetime as dt

import pytest

from tpr.reading.guard import read_in_child
from tpr.tests.reading import oracle

LAYOUTS = {
    "A in xlsx": ("A", "a.xlsx", ("--registry", "kano", "--months", "3", "--rows", "3000")),
    "A of two states": ("A", "a2.xlsx", ("--registry", "synthetic", "--months", "4")),
    "B national": ("B", "b.xlsx", ("--rows", "6000",)),
    "B with a labelled total": ("B", "b2.xlsx", ("--registry", "synthetic", "--months", "3",
                                                "--total-label", "Grand Total")),
    "C in xlsx": ("C", "c.xlsx", ("--registry", "adamawa", "--months", "2")),
    "C in csv": ("C", "c.csv", ("--registry", "adamawa", "--months", "2")),
}  # fmt: skip


def read(path, out, *, name=None, today="2026-11-22", **settings):
    out.mkdir()
    given = {"original_name": name or path.name, "today": today, **settings}
    return read_in_child(path, out, given, on_progress=lambda *_: None)


@pytest.fixture(scope="module", params=LAYOUTS.values(), ids=LAYOUTS.keys())
def done(request, tmp_path_factory):
    variant, name, options = request.param
    folder = tmp_path_factory.mktemp("layout")
    truth = oracle.make(variant, folder / name, "--seed", "11", *options)
    result = read(folder / name, folder / "out")
    return result, folder / "out", truth


@pytest.mark.parametrize("exclude", [False, True], ids=["kept", "excluded"])
def test_ward_figures_equal_the_truth_for_every_level_age_and_definition(done, exclude):
    result, out, truth = done
    assert result["status"] == "ok", result["error"] or result["questions"]
    levels = truth["level_in_file"]
    found = oracle.ward_rates(out, exclude=exclude)
    if not levels:  # the truth's levels come from a register, ours from names
        found = {w: {k: v for k, v in c.items() if k[0] == "all"} for w, c in found.items()}
    wanted = oracle.truth_rates(truth, exclude=exclude, levels=levels)
    wanted = {(s, g, "" if w == "Unknown" else w): c for (s, g, w), c in wanted.items()}
    assert len(wanted) > 100
    assert oracle.differences(found, wanted) == []


def test_counts_of_places_and_rows_equal_the_truth(done):
    result, _, truth = done
    counts, distinct = result["counts"], truth["distinct"]
    unknown = any(w["ward"] == "Unknown" for w in truth["wards"])
    assert counts["rows_read"] == truth["rows"]["written"]
    assert counts["rows_used"] == truth["rows"]["counted"]
    assert counts["states"] == distinct["states"]
    assert counts["lgas"] == distinct["lgas"]
    assert counts["wards"] == distinct["wards"] - unknown
    assert counts["facilities"] == distinct["facilities"]
    assert counts["periods"] == distinct["periods"]


def test_every_column_of_the_truth_is_recognised_with_certainty(done):
    result, _, truth = done
    for column in truth["columns"]:
        found = result["columns"][column["index"]]
        role = column["role"]
        if role is None:
            continue
        method_first = role.split("_")
        if method_first[0] in ("rdt", "microscopy"):
            role = f"{method_first[1]}_{method_first[0]}_{method_first[2]}"
        role = {"general": "attendance", "ipd": "inpatient"}.get(role, role)
        role = "period_name" if role.startswith("period_name") else role
        assert (found["field"], found["score"] >= 0.9) == (role, True), column


def test_injected_anomalies_are_listed(done):
    result, out, truth = done
    kinds, counts = truth["anomaly_counts"], result["issue_counts"]
    assert counts.get("DUPLICATE_IDENTICAL", 0) == kinds.get("exact_duplicate", 0)
    assert counts.get("DUPLICATE_CONFLICT", 0) == kinds.get("differing_duplicate", 0)
    listed = [i for i in oracle.issues(out) if i["code"] == "POSITIVE_ABOVE_TESTED"]
    assert len(listed) == counts["POSITIVE_ABOVE_TESTED"]
    rows = {(i["facility"], i["period"]) for i in listed}
    assert len(rows) == truth["rows"]["positive_above_tested"]
    assert counts.get("GRAND_TOTAL_LEFT_OUT", 0) == truth["rows"].get("dropped_grand_total", 0)


def test_blanks_stay_blank_and_counts_have_no_decimals(done):
    _, out, truth = done
    reports = oracle.reports(out)
    for name in oracle.TESTS:
        role, method, age = name.split("_")
        share = truth["share_blank"].get(f"{method}_{role}_{age}", 0.0)
        blank = sum(row[name] is None for row in reports) / len(reports)
        assert blank == pytest.approx(share, abs=1e-4)
        assert all(row[name] is None or row[name].isdigit() for row in reports)


def test_the_period_code_wins_over_a_misread_date(done):
    result, out, truth = done
    starts = {row["period_start"] for row in oracle.reports(out)}
    assert starts == {f"{code // 100}-{code % 100:02d}-01" for code in truth["periods"]}
    assert {row["period_months"] for row in oracle.reports(out)} == {"1"}
    misread = truth["layout"] == "state_cleaned"
    assert ("PERIOD_CODE_USED" in result["issue_counts"]) == misread


def test_level_source_says_whether_the_file_gave_the_level(done):
    _, out, truth = done
    sources = {f["level_source"] for f in oracle.facilities(out).values()}
    if truth["level_in_file"]:
        assert sources == {"given"}
    else:
        assert "inferred" in sources
        assert "given" not in sources
    for facility in oracle.facilities(out).values():
        assert (facility["level"] is None) == (facility["level_source"] == "missing")


def test_the_same_table_gives_the_same_rows_as_xlsx_and_as_csv(tmp_path):
    """C is written with true dates in xlsx, with mojibake and 10.0 in csv: one content."""
    outs = []
    for suffix in ("xlsx", "csv"):
        path = tmp_path / f"c.{suffix}"
        oracle.make("C", path, "--registry", "adamawa", "--months", "2", "--seed", "3")
        read(path, tmp_path / suffix)
        outs.append(tmp_path / suffix)
    for name in ("facilities.tsv", "reports.tsv"):
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes()


def test_a_workbook_and_its_data_sheet_as_csv_give_the_same_rows(tmp_path):
    import csv

    import python_calamine

    path = tmp_path / "a.xlsx"
    oracle.make("A", path, "--registry", "synthetic", "--months", "3", "--seed", "4")
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("raw")
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(sheet.iter_rows())
    read(path, tmp_path / "xlsx")
    result = read(tmp_path / "a.csv", tmp_path / "csv")
    assert result["layout"] == "A"
    for name in ("facilities.tsv", "reports.tsv"):
        assert (tmp_path / "xlsx" / name).read_bytes() == (tmp_path / "csv" / name).read_bytes()


def test_reading_twice_gives_the_same_bytes(tmp_path):
    path = tmp_path / "b.xlsx"
    oracle.make("B", path, "--registry", "synthetic", "--months", "2", "--seed", "5")
    for out in ("first", "second"):
        read(path, tmp_path / out)
    for name in ("facilities.tsv", "reports.tsv", "issues.jsonl"):
        first, second = (tmp_path / out / name for out in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_rows_dated_in_the_future_are_listed_and_not_used(tmp_path):
    path = tmp_path / "a.xlsx"
    oracle.make("A", path, "--registry", "synthetic", "--months", "3", "--seed", "6")
    result = read(path, tmp_path / "out", today="2024-02-15")
    assert result["counts"]["last_period"] == "2024-02"
    assert result["issue_counts"]["PERIOD_FUTURE"] > 100
    assert dt.date.fromisoformat(oracle.reports(tmp_path / "out")[0]["period_start"]).year == 2024
