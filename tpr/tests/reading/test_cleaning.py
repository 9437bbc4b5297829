"""Cells, names and rows: what is blanked, stripped, merged and left out is listed."""

import random

import pytest

from tpr.reading.delimited import decode, find_delimiter
from tpr.reading.issue_log import IssueLog
from tpr.tests.reading import oracle
from tpr.tests.reading.small_tables import (
    HEADER,
    PLACE,
    U5,
    U5_POSITIVE,
    codes,
    figures,
    row,
    table,
)

COLUMNS = [*HEADER, U5, U5_POSITIVE]
PAIR = ("tested_rdt_u5", "positive_rdt_u5")


def listed(result, code):
    return [issue for issue in oracle.issues(result["folder"]) if issue["code"] == code]


def test_blanks_stay_null_and_texts_are_listed(read):
    rows = [
        *(row("A", 202401, "", 3), row("B", 202401, "-", "NA"), row("C", 202401, "many", 1)),
        *(row("D", 202401, "1,250", " 12 "), row("E", 202401, -4, 0), row("F", 202401, 7, 2)),
        *(row(f"G{i}", 202401, 9, 2) for i in range(9)),
    ]
    result = read(table(COLUMNS, rows))
    found = figures(result, *PAIR)[:6]
    assert found == [
        (None, "3"),
        (None, None),
        (None, "1"),
        ("1250", "12"),
        (None, "0"),
        ("7", "2"),
    ]
    assert [(i["row"], i["value"]) for i in listed(result, "TEXT_IN_COUNT")] == [(4, "many")]
    assert [(i["row"], i["value"]) for i in listed(result, "NEGATIVE_COUNT")] == [(6, "-4")]
    assert result["issue_counts"]["POSITIVE_WITHOUT_TESTED"] == 3


def test_duplicates_are_kept_once_merged_or_the_fuller_one_is_kept(read):
    header = [*COLUMNS, U5.replace("<5yrs", "Preg Women (PW)")]
    header.append(U5_POSITIVE.replace("<5yrs", "Preg Women (PW)"))
    rows = [
        *(row("Same", 202401, 5, 2, 1, 1), row("Same", 202401, 5, 2, 1, 1)),
        *(row("Halves", 202401, 5, 2, "", ""), row("Halves", 202401, "", "", 4, 1)),
        *(row("Fuller", 202401, 5, 2, "", ""), row("Fuller", 202401, 6, 3, 9, 1)),
        *(row("First", 202401, 5, 2, "", ""), row("First", 202401, 6, 3, "", "")),
    ]
    result = read(table(header, rows))
    names = (*PAIR, "tested_rdt_pw", "positive_rdt_pw", "source_row")
    assert figures(result, *names) == [
        ("5", "2", "1", "1", "2"),
        ("5", "2", "4", "1", "4"),
        ("6", "3", "9", "1", "7"),
        ("5", "2", None, None, "8"),
    ]
    assert [i["row"] for i in listed(result, "DUPLICATE_CONFLICT")] == [6, 9]
    assert result["issue_counts"]["DUPLICATE_MERGED"] == 1
    assert result["issue_counts"]["DUPLICATE_IDENTICAL"] == 1


def test_one_name_in_two_wards_is_two_facilities(read):
    other = [*PLACE[:2], "kn Dogon Nama Ward"]
    rows = [row("kn Clinic", 202401, 5, 2), row("kn Clinic", 202401, 6, 3, place=other)]
    assert read(table(COLUMNS, rows))["counts"]["facilities"] == 2


def test_wards_of_one_name_in_two_lgas_stay_apart(read):
    other = [PLACE[0], "kn Tofa Local Government Area", PLACE[2]]
    rows = [row("kn Clinic", 202401, 50, 20), row("kn Clinic", 202401, 6, 3, place=other)]
    result = read(table(COLUMNS, rows))
    assert result["counts"]["wards"] == 2
    rates = oracle.ward_rates(result["folder"], exclude=False)
    assert rates["Kano", "Dala", "Gobirawa"]["all", "u5"]["rdt"] == 40
    assert rates["Kano", "Tofa", "Gobirawa"]["all", "u5"]["rdt"] == 50


def test_two_spellings_of_a_ward_are_one_ward_under_the_commoner_name(read):
    other = [*PLACE[:2], "kn Akanbi 5 Ward"]
    rows = [row(f"A{i}", 202401, 5, 2, place=[*PLACE[:2], "kn Akanbi V Ward"]) for i in range(3)]
    result = read(table(COLUMNS, [*rows, row("B", 202401, 5, 2, place=other)]))
    places = oracle.facilities(result["folder"]).values()
    assert {p["ward"] for p in places} == {"Akanbi V"}
    assert {p["ward_raw"] for p in places} == {"kn Akanbi V Ward", "kn Akanbi 5 Ward"}
    assert result["issue_counts"]["WARD_SPELLINGS_JOINED"] == 1


def test_prefixes_go_only_when_they_are_the_rows_own(read):
    osun = ["os Osun State", "os Ife North Local Government Area", "os Oke Ode Ward"]
    rows = [
        row("os Da Dawaki Clinic", 202401, 5, 2, place=osun),
        row("os osahon Clinic", 202402, 5, 2, place=osun),
        row("Ka Bagu Clinic", 202401, 5, 2, place=[*osun[:2], "Kw Bagu Ward"]),
    ]
    places = list(oracle.facilities(read(table(COLUMNS, rows))["folder"]).values())
    assert [p["name"] for p in places] == ["Da Dawaki Clinic", "osahon Clinic", "Ka Bagu Clinic"]
    assert [p["ward"] for p in places] == ["Oke Ode", "Oke Ode", "Kw Bagu"]


@pytest.mark.parametrize("ward", ["Unknown", "", "N/A", "kn Unknown Ward", "not stated"])
def test_an_unknown_ward_is_a_class_of_its_own(read, ward):
    rows = [row("A", 202401, 5, 2), row("B", 202401, 5, 2, place=[*PLACE[:2], ward])]
    result = read(table(COLUMNS, rows))
    places = list(oracle.facilities(result["folder"]).values())
    assert (places[1]["ward"], places[1]["ward_key"]) == ("", "")
    assert places[1]["lga"] == "Dala"
    assert result["counts"]["unknown_ward_rows"] == 1
    assert result["counts"]["wards"] == 1


def test_unknown_levels_are_null_and_listed(read):
    rows = [row("A", 202401, 5, 2), row("B", 202401, 5, 2, level="Comprehensive")]
    result = read(table(COLUMNS, rows))
    levels = [(f["level"], f["level_source"]) for f in oracle.facilities(result["folder"]).values()]
    assert levels == [("primary", "given"), (None, "missing")]
    assert [i["value"] for i in listed(result, "LEVEL_UNKNOWN")] == ["Comprehensive"]


def test_totals_subtotals_stores_and_repeated_headers_are_left_out(read):
    blank = ["", "", ""]
    rows = [
        *(row("kn Clinic", c, 5, 2) for c in range(202401, 202405)),
        row("kn Gobirawa Ward", 202401, 20, 8),
        row("kn Dala LGA Cold Store", 202401, 0, 0),
        COLUMNS,
        [""] * len(COLUMNS),
        row("", "", 20, 8, place=["Grand Total", "", ""], level=""),
        row("", "", 20, 8, place=blank, level=""),
    ]
    result = read(table(COLUMNS, rows))
    assert result["counts"]["rows_used"] == 4
    assert result["counts"]["tests"] == 20
    counts = result["issue_counts"]
    assert counts["SUBTOTAL_LEFT_OUT"] == 1
    assert counts["STORE_LEFT_OUT"] == 1
    assert counts["REPEATED_HEADER_LEFT_OUT"] == 1
    assert counts["GRAND_TOTAL_LEFT_OUT"] == 2
    assert "TEXT_IN_COUNT" not in counts


def test_a_total_without_label_is_found_by_its_sums(read):
    rows = [row("kn Clinic", c, 5, 2) for c in range(202401, 202405)]
    result = read(table(COLUMNS, [*rows, row("All facilities", 202401, 20, 8)]))
    assert result["counts"]["tests"] == 20
    assert [i["row"] for i in listed(result, "GRAND_TOTAL_LEFT_OUT")] == [6]


def test_a_ward_with_a_subtotal_only_keeps_it_as_one_unit(read):
    rows = [row("kn Clinic", 202401, 5, 2)]
    rows.append(row("kn Adewole Ward", 202401, 9, 3, place=[*PLACE[:2], "kn Adewole Ward"]))
    result = read(table(COLUMNS, rows))
    assert result["counts"]["tests"] == 14
    assert result["issue_counts"]["SUBTOTAL_ONLY"] == 1


def test_header_below_blank_rows_is_found_and_said(read):
    text = "\r\n" + table(["Malaria data"], []) + table(COLUMNS, [row("A", 202401, 5, 2)])
    result = read(text)
    assert (result["status"], result["header_row"]) == ("ok", 3)
    assert figures(result, "source_row") == [("4",)]
    assert result["issue_counts"]["HEADER_ROW_MOVED"] == 1


def test_weekly_periods_are_refused_row_by_row(read):
    rows = [row("A", "2024W05", 5, 2), row("A", 202402, 6, 3), row("B", "soon", 5, 2)]
    result = read(table(COLUMNS, [*rows, *(row("A", 202403 + i, 6, 3) for i in range(9))]))
    assert result["issue_counts"]["PERIOD_WEEKLY"] == 1
    assert result["issue_counts"]["PERIOD_UNREADABLE"] == 1
    assert result["counts"]["rows_used"] == 10


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_content(read, delimiter):
    lines = [COLUMNS, row("A, first", 202401, 5, 2)]
    text = "\n".join(delimiter.join(f'"{c}"' for c in line) for line in lines)
    assert find_delimiter(text) == delimiter
    assert read(text)["counts"]["tests"] == 5


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"]
)
def test_every_encoding_gives_the_same_names(read, encoding):
    text = table(COLUMNS, [row("Santé Clinic", 202401, 5, 2)])
    result = read(text.encode(encoding))
    assert next(iter(oracle.facilities(result["folder"]).values()))["name"] == "Santé Clinic"


def test_nul_characters_are_removed_and_said():
    assert decode(b"a,b\x00c\n") == ("a,bc\n", "utf-8", True)


def test_text_that_postgres_would_misread_is_escaped(read):
    rows = [row("Back\\slash\tClinic", 202401, 5, 2), row("\\N", 202401, 6, 2)]
    result = read(table(COLUMNS, rows))
    lines = (result["folder"] / "facilities.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t")[7] == "Back\\\\slash Clinic"
    assert lines[1].split("\t")[7] == "\\\\N"


def test_at_most_a_thousand_rows_are_listed_and_the_full_count_is_kept(tmp_path):
    log = IssueLog(1000)
    for number in range(2345):
        log.add("TEXT_IN_COUNT", row=number)
    log.write(tmp_path / "issues.jsonl")
    rows = oracle.issues(tmp_path)
    assert len(rows) == 1001
    assert rows[-1]["count"] == 2345
    assert rows[-1]["row"] is None
    assert log.counts["TEXT_IN_COUNT"] == 2345


def test_personal_data_stops_the_reading(read):
    result = read(table([*COLUMNS, "Patient name"], [row("A", 202401, 5, 2, "Ada Obi")]))
    assert result["error"]["code"] == "PERSONAL_DATA"
    assert "Ada" not in str(result)


def test_more_rows_than_one_state_has_are_refused_by_the_limit(read):
    rows = [row("A", 202401, 5, 2)] * 60
    result = read(table(COLUMNS, rows), limits={"rows": 50})
    assert result["error"]["code"] == "TOO_MANY_CELLS"
    assert codes(result) == []


def test_the_order_of_rows_changes_no_ward_figure(read):
    rng = random.Random(4)
    rows = [
        row(f"kn Clinic {i % 40}", 202401 + i // 40, rng.randint(0, 90), rng.choice(["", 3, 0]),
            place=[*PLACE[:2], f"kn Ward {i % 7} Ward"])
        for i in range(240)
    ]  # fmt: skip
    plain = read(table(COLUMNS, rows))
    rng.shuffle(rows)
    shuffled = read(table(COLUMNS, rows))
    first, second = (oracle.ward_rates(r["folder"], exclude=True) for r in (plain, shuffled))
    assert len(first) == 7
    assert first == second
    assert plain["counts"]["tests"] == shuffled["counts"]["tests"]
