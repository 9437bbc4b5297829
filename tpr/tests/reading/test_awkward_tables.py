"""One awkward thing at a time: headers, copies, negatives, odd period names, texts as numbers."""

import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

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


def workbook(*sheets):
    """An xlsx of (name, rows); dates are written as true dates."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for i, cells in enumerate(rows):
                for j, cell in enumerate(cells):
                    sheet.write(i, j, cell)
    return buffer.getvalue()


# --- tested = positive + negative -------------------------------------------------------------


def test_tested_is_formed_from_positive_and_negative_and_said(read):
    header = [*HEADER, "Cases.Fever.with.RDT.Positive < 5", "Cases.Fever.with.RDT.Negative < 5"]
    rows = [row("A", 202401, 4, 6), row("B", 202401, "", 6), row("C", 202401, 4, ""),
            row("D", 202401, 0, 0)]  # fmt: skip
    result = read(table(header, rows))
    assert result["status"] == "ok", result["error"]
    assert figures(result, *PAIR) == [("10", "4"), (None, None), (None, "4"), ("0", "0")]
    formed = listed(result, "NEGATIVE_FORMED")
    assert [(i["column"], i["count"]) for i in formed] == [(header[-1], 2)]
    assert "4 + 6 = 10" in formed[0]["action"]
    assert "INCOMPLETE_PAIR" not in result["issue_counts"]
    assert result["said"][0].startswith("There is no tested column. Tested by RDT, under 5:")


def test_a_tested_column_always_wins_over_positive_and_negative(read):
    header = [*COLUMNS, "RDT negative u5"]
    result = read(table(header, [row("A", 202401, 12, 4, 6)]))
    assert figures(result, *PAIR) == [("12", "4")]
    assert "NEGATIVE_FORMED" not in result["issue_counts"]


def test_negatives_without_a_method_are_asked_only_when_they_are_needed(read):
    rows = [row(f"Clinic {i}", 202401, 4, 6) for i in range(3)]
    asked = read(table([*HEADER, "positive_u5", "negative_u5"], rows))
    assert codes(asked) == ["COLUMN_8", "COLUMN_9"]
    answers = {"COLUMN_8": "yes", "COLUMN_9": "yes"}
    result = read(table([*HEADER, "positive_u5", "negative_u5"], rows), assume=answers)
    assert figures(result, *PAIR)[0] == ("10", "4")


# --- periods ----------------------------------------------------------------------------------


def test_odd_period_names_are_not_asked_about_when_the_codes_are_exact(read):
    rows = [[*PLACE, f"Clinic {i}", "", f"Reporting round {i}", 202401 + i, 9, 3] for i in range(9)]
    result = read(table(COLUMNS, rows))
    assert (result["status"], result["questions"]) == ("ok", [])
    assert figures(result, "period_start")[:2] == [("2024-01-01",), ("2024-02-01",)]


def test_odd_period_names_without_a_code_are_asked(read):
    header = [*HEADER[:6], U5, U5_POSITIVE]
    rows = [[*PLACE, f"Clinic {i}", "", f"Reporting round {i}", 9, 3] for i in range(9)]
    assert codes(read(table(header, rows))) == ["COLUMN_6"]


def test_the_date_trap_is_asked_for_true_dates_of_a_workbook(read):
    header = [*HEADER[:4], "periodname", U5, U5_POSITIVE]
    rows = [[*PLACE, "kn Clinic", dt.date(2025, month, 24), 9, 3] for month in range(1, 7)]
    content = workbook(("raw", [header, *rows]))
    asked = read(content, name="t.xlsx")
    assert codes(asked) == ["DATE_TRAP"]
    assert "2024" in asked["questions"][0]["message"]
    decoded = read(content, name="t.xlsx", assume={"DATE_TRAP": "decode"})
    assert figures(decoded, "period_start")[0] == ("2024-01-01",)


def test_dates_that_differ_in_the_day_are_no_trap(read):
    header = [*HEADER[:4], "periodname", U5, U5_POSITIVE]
    rows = [[*PLACE, "kn Clinic", f"2025-{m:02d}-{20 + m}", 9, 3] for m in range(1, 7)]
    result = read(table(header, rows))
    assert result["status"] == "ok"
    assert figures(result, "period_start")[0] == ("2025-01-01",)


# --- where the headers stand ------------------------------------------------------------------


@pytest.mark.parametrize("above", [0, 1, 3, 7, 15])
def test_the_header_is_found_below_titles_and_blank_rows(read, above):
    title = [["Malaria programme", "", "figures as reported"]] if above else []
    blanks = [[""]] * (above - len(title))
    rows = [row(f"Clinic {i}", 202401, 9, 3) for i in range(4)]
    result = read(workbook(("Sheet9", [*title, *blanks, COLUMNS, *rows])), name="t.xlsx")
    assert (result["status"], result["header_row"]) == ("ok", above + 1)
    assert figures(result, "source_row")[0] == (str(above + 2),)


def test_headers_in_two_lines_are_joined(read):
    upper = ["", "", "", "", "", "RDT tested", "", "RDT positive", ""]
    lower = ["State", "LGA", "Ward", "Facility", "periodcode", "<5yrs", "≥5yrs", "<5yrs", "≥5yrs"]
    rows = [[*PLACE, f"kn Clinic {i}", 202401, 9, 20, 3, 8] for i in range(3)]
    result = read(table(upper, [lower, *rows]))
    assert result["status"] == "ok", result["error"] or result["questions"]
    names = ("tested_rdt_u5", "tested_rdt_o5", "positive_rdt_u5", "positive_rdt_o5")
    assert figures(result, *names)[0] == ("9", "20", "3", "8")
    assert result["issue_counts"]["HEADER_TWO_LINES"] == 1
    assert figures(result, "source_row")[0] == ("3",)


def test_data_on_any_sheet_are_found_and_the_others_named(read):
    rows = [row(f"Clinic {i}", 202401, 9, 3) for i in range(20)]
    note = [["Notes"], ["Please read"]]
    summary = [["LGA", "Tested U5"], ["Dala", 180]]
    content = workbook(("notes", note), ("pivot", summary), ("export 7", [COLUMNS, *rows]))
    result = read(content, name="t.xlsx")
    assert (result["status"], result["sheet"]) == ("ok", "export 7")
    assert "I read sheet 'export 7' (20 rows)." in result["said"][0]
    assert "'notes'" in result["said"][0]
    assert "'pivot'" in result["said"][0]


# --- containers -------------------------------------------------------------------------------


def test_an_archive_with_one_table_beside_system_files_is_read_and_said(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("__MACOSX/._data.csv", "x")
        archive.writestr("data.csv", table(COLUMNS, [row("A", 202401, 9, 3)]))
    result = read(buffer.getvalue(), name="data.zip")
    assert result["status"] == "ok"
    assert result["said"][0] == "The archive holds one readable file, 'data.csv'; I read that one."


def test_a_name_that_does_not_fit_the_content_is_said(read):
    rows = [row("A", 202401, 9, 3)]
    result = read(workbook(("raw", [COLUMNS, *rows])), name="data.csv")
    assert result["said"][0] == (
        "The file is called 'data.csv' but is an Excel workbook; I read it as that."
    )
    other = read(table(COLUMNS, rows), name="data.xlsx")
    assert other["said"][0].startswith("The file is called 'data.xlsx' but is a text table")


def test_utf16_with_semicolons_and_numbers_as_text_gives_the_same_rows(read):
    plain = read(table(COLUMNS, [row("Santé", 202401, 1250, 30), row("B", 202401, 7, 2)]))
    cells = [COLUMNS, row("Santé", "202401.0", "1 250", "'30"), row("B", "202401", "7.0", " 2 ")]
    text = "\r\n".join(";".join(f'"{cell}"' for cell in line) for line in cells)
    other = read(text.encode("utf-16"))
    for name in ("facilities.tsv", "reports.tsv"):
        assert (plain["folder"] / name).read_bytes() == (other["folder"] / name).read_bytes()


# --- copies of one header ---------------------------------------------------------------------


def test_text_copies_that_are_equal_or_blank_are_coalesced_and_listed(read):
    header = [*COLUMNS, "Ward"]
    rows = [
        [*row("A", 202401, 9, 3), "KN Gobirawa ward"],
        [*row("B", 202401, 9, 3, place=[*PLACE[:2], ""]), "kn Dala Ward"],
        [*row("C", 202401, 9, 3), ""],
    ]
    result = read(table(header, rows))
    assert result["status"] == "ok"
    wards = [f["ward"] for f in oracle.facilities(result["folder"]).values()]
    assert wards == ["Gobirawa", "Dala", "Gobirawa"]
    combined = listed(result, "DUPLICATE_HEADER_COMBINED")
    assert [i["value"] for i in combined] == ["2 columns of ward"]


def test_text_copies_with_different_texts_are_asked(read):
    header = [*COLUMNS, "Ward"]
    rows = [[*row(f"Clinic {i}", 202401, 9, 3), "kn Dala Ward"] for i in range(3)]
    asked = read(table(header, rows))
    assert codes(asked) == ["COPIES_3"]
    message = asked["questions"][0]["message"]
    assert "In 3 rows" in message
    assert "'kn Gobirawa Ward' and 'kn Dala Ward' in row 2" in message
    for answer, ward in (("first", "Gobirawa"), ("second", "Dala")):
        result = read(table(header, rows), assume={"COPIES_3": answer})
        assert next(iter(oracle.facilities(result["folder"]).values()))["ward"] == ward


@pytest.mark.parametrize(
    ("first", "second", "total", "rule"),
    [
        ((10, "", ""), (5, "", 20), None, "rows have two different values"),
        ((10, "", ""), ("", 7, 20), ("10", "7", "20"), "no row has a value in two copies"),
        ((10, 8, ""), (10, 8, 20), ("10", "8", "20"), "always equal"),
        ((10, 0, ""), (0, 7, ""), ("10", "7", None), "at most one of two values is not zero"),
    ],
)
def test_copies_of_counts_follow_the_rules_in_order(read, first, second, total, rule):
    header = [*HEADER, U5, U5, U5_POSITIVE]
    pairs = zip(first, second, strict=True)
    rows = [row(f"Clinic {i}", 202401, a, b, 1) for i, (a, b) in enumerate(pairs)]
    result = read(table(header, rows))
    if total is None:
        assert codes(result) == ["COPIES_8"]
        result = read(table(header, rows), assume={"COPIES_8": "add"})
        assert figures(result, "tested_rdt_u5") == [("15",), (None,), ("20",)]
    else:
        assert result["status"] == "ok"
        assert figures(result, "tested_rdt_u5") == [(value,) for value in total]
    assert rule in listed(result, "DUPLICATE_HEADER_COMBINED")[0]["action"]


def test_copies_of_a_ratio_are_ignored_whatever_they_hold(read):
    header = [*COLUMNS, "TPR (%)", "TPR (%)"]
    result = read(table(header, [[*row("A", 202401, 9, 3), 33.3, 71.0]]))
    assert result["status"] == "ok"
    assert result["issue_counts"]["RATIO_COLUMN_NOT_USED"] == 2
    assert "DUPLICATE_HEADER_COMBINED" not in result["issue_counts"]


# --- the prefix -------------------------------------------------------------------------------


def test_a_single_facility_name_is_no_evidence_of_a_state(read):
    header = ["Ward", "Facility", "periodcode", U5, U5_POSITIVE]
    asked = read(table(header, [["Gobirawa", "De Clinic", 202401, 9, 3]]))
    assert codes(asked) == ["STATE"]


def test_the_prefix_of_all_facilities_names_the_state_when_the_wards_carry_none(read):
    header = ["Ward", "Facility", "periodcode", U5, U5_POSITIVE]
    rows = [["Adewole", f"kw Clinic {i}", 202401, 9, 3] for i in range(4)]
    result = read(table(header, rows))
    assert result["counts"]["state_names"] == ["Kwara"]
    names = {f["name"] for f in oracle.facilities(result["folder"]).values()}
    assert names == {f"Clinic {i}" for i in range(4)}
