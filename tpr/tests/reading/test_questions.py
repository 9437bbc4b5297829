"""What only a person can decide becomes a question with a code; the answer settles it."""

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


def months(n):
    return [202401 + i for i in range(n)]


def test_swapped_columns_are_asked_and_never_swapped_by_themselves(read):
    rows = [row(f"Clinic {i}", 202401, 3 + i, 40 + i) for i in range(12)]
    content = table([*HEADER, U5, U5_POSITIVE], rows)
    asked = read(content)
    assert (asked["status"], codes(asked)) == ("review", ["SWAPPED"])
    assert not (asked["folder"] / "reports.tsv").exists()

    names = ("tested_rdt_u5", "positive_rdt_u5")
    swapped = read(content, assume={"SWAPPED": "swap"})
    assert figures(swapped, *names)[0] == ("40", "3")
    kept = read(content, assume={"SWAPPED": "keep"})
    assert figures(kept, *names)[0] == ("3", "40")
    assert kept["issue_counts"]["LOOKS_SWAPPED"] == 12


def test_a_file_without_state_asks_and_names_the_state_of_its_file_name(read):
    rows = [["Dala", "Gobirawa", "Clinic", 202401, 9, 3]]
    content = table(["LGA", "Ward", "Facility", "periodcode", U5, U5_POSITIVE], rows)
    asked = read(content, name="Kano_2024.csv")
    assert codes(asked) == ["STATE"]
    assert asked["questions"][0]["recommended"] == "Kano"
    assert len(asked["questions"][0]["choices"]) == 37
    answered = read(content, assume={"STATE": "Kano"})
    assert answered["status"] == "ok"
    assert answered["counts"]["state_names"] == ["Kano"]


def test_the_state_is_read_from_the_prefix_when_all_names_carry_one(read):
    rows = [[*PLACE[1:], "kn Clinic", 202401, 9, 3]]
    result = read(table(["LGA", "Ward", "Facility", "periodcode", U5, U5_POSITIVE], rows))
    assert result["status"] == "ok"
    assert result["counts"]["state_names"] == ["Kano"]
    assert result["issue_counts"]["STATE_FROM_PREFIX"] == 1
    place = next(iter(oracle.facilities(result["folder"]).values()))
    assert (place["lga"], place["ward"], place["name"]) == ("Dala", "Gobirawa", "Clinic")


def test_the_date_trap_without_a_code_is_asked_and_with_a_code_is_not(read):
    header = [*HEADER[:4], "periodname", U5, U5_POSITIVE]
    rows = [[*PLACE, "kn Clinic", f"2025-{m:02d}-24", 9, 3] for m in range(1, 7)]
    asked = read(table(header, rows))
    assert codes(asked) == ["DATE_TRAP"]
    decoded = read(table(header, rows), assume={"DATE_TRAP": "decode"})
    assert figures(decoded, "period_start")[0] == ("2024-01-01",)
    written = read(table(header, rows), assume={"DATE_TRAP": "as_written"})
    assert figures(written, "period_start")[0] == ("2025-01-01",)

    header.insert(5, "periodcode")
    for i, cells in enumerate(rows):
        cells.insert(5, 202401 + i)
    coded = read(table(header, rows))
    assert coded["status"] == "ok"
    assert figures(coded, "period_start")[0] == ("2024-01-01",)
    assert coded["issue_counts"]["PERIOD_CODE_USED"] == 6


def test_copies_with_different_figures_are_asked_and_safe_copies_are_not(read):
    header = [*HEADER, U5, U5, U5_POSITIVE]
    safe = [row("A", 202401, 10, "", 1), row("A", 202402, "", 20, 2), row("A", 202403, 0, 7, 3)]
    result = read(table(header, safe))
    assert result["status"] == "ok"
    assert figures(result, "tested_rdt_u5") == [("10",), ("20",), ("7",)]
    assert result["issue_counts"]["DUPLICATE_HEADER_COMBINED"] == 2

    unsafe = [row("A", c, 10, 5, 1) for c in months(3)]
    asked = read(table(header, unsafe))
    assert codes(asked) == ["COPIES_8"]
    for choice, value in (("add", "15"), ("first", "10"), ("second", "5")):
        answered = read(table(header, unsafe), assume={"COPIES_8": choice})
        assert figures(answered, "tested_rdt_u5")[0] == (value,)


def test_two_sheets_of_equal_worth_are_asked(read, tmp_path):
    import xlsxwriter

    path = tmp_path / "years.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for year in (2023, 2024):
            sheet = book.add_worksheet(str(year))
            sheet.write_row(0, 0, [*HEADER, U5, U5_POSITIVE])
            for i in range(20):
                sheet.write_row(i + 1, 0, row(f"Clinic {i}", year * 100 + 1, 5, 2))
    asked = read(path.read_bytes(), name="years.xlsx")
    assert codes(asked) == ["SHEET"]
    answered = read(path.read_bytes(), name="years.xlsx", assume={"SHEET": "2024"})
    assert (answered["status"], answered["sheet"]) == ("ok", "2024")
    assert answered["counts"]["first_period"] == "2024-01"


def test_months_and_years_in_one_file_are_never_added(read):
    rows = [row("A", 202401, 5, 2), row("A", 2024, 60, 24), row("B", 202402, 5, 2)]
    content = table([*HEADER, U5, U5_POSITIVE], rows)
    assert codes(read(content)) == ["PERIOD_MIXED"]
    result = read(content, assume={"PERIOD_MIXED": "month"})
    assert result["counts"]["tests"] == 10
    assert result["issue_counts"]["PERIOD_MIXED"] == 1


def test_all_questions_of_a_file_come_in_one_round_and_are_answered_together(read):
    header = ["Ward", "Wardname", "hfname", "tested_u5", "conf_u5"]
    rows = [["Gobirawa", "Gobirawa I", f"Clinic {i}", 4, 30] for i in range(12)]
    asked = read(table(header, rows))
    expected = ["COLUMN_4", "COLUMN_5", "COLUMN_FOR_WARD", "STATE", "SWAPPED"]
    assert codes(asked) == expected
    answers = {
        "COLUMN_4": "yes",
        "COLUMN_5": "yes",
        "COLUMN_FOR_WARD": "2",
        "STATE": "Kano",
        "SWAPPED": "swap",
    }
    result = read(table(header, rows), assume=answers)
    assert result["status"] == "ok"
    assert result["counts"]["tests"] == 360
    assert figures(result, "period_start", "period_months")[0] == (None, "0")
    assert next(iter(oracle.facilities(result["folder"]).values()))["ward"] == "Gobirawa I"


def test_a_mapping_answers_for_the_columns(read):
    header = ["Where", "who", "a", "b"]
    rows = [["kn Gobirawa Ward", f"kn Clinic {i}", 30, 4] for i in range(3)]
    content = table([*header, "State"], [[*r, "Kano"] for r in rows])
    mapping = {"Where": "ward", "who": "facility", "a": "tested_rdt_u5", "b": "positive_rdt_u5"}
    result = read(content, mapping=mapping)
    assert result["status"] == "ok"
    assert result["counts"]["tests"] == 90
    misspelt = read(content, mapping={**mapping, "Where": "ignored", "Wher": "ward"})
    assert misspelt["error"]["code"] == "NO_WARD_COLUMN"
    assert read(content, mapping={"Where": "wart"})["error"]["code"] == "UNKNOWN_FIELD"


def test_a_column_of_texts_is_asked_about(read):
    rows = [row("A", c, "many", "few") for c in months(12)]
    asked = read(table([*HEADER, U5, U5_POSITIVE], rows))
    assert asked["status"] == "review"
    assert {"COLUMN_8", "COLUMN_9"} <= set(codes(asked))


def twice_unlike():
    """Two facility-months twice with other figures; in one the second row is the fuller."""
    header = [*HEADER, U5, U5_POSITIVE, "tested_o5 by RDT", "positive_o5 by RDT"]
    rows = [
        *(row("First", 202401, 5, 2, "", ""), row("First", 202401, 6, 3, "", "")),
        *(row("Fuller", 202401, 5, 2, "", ""), row("Fuller", 202401, 7, 3, 9, 1)),
        *(row("Alike", 202401, 8, 1, "", ""), row("Alike", 202401, 8, 1, "", "")),
    ]
    return table(header, rows)


def test_duplicates_with_different_figures_are_asked_and_decided_as_answered(read):
    content = twice_unlike()
    asked = read(content, attended=True)
    assert (asked["status"], codes(asked)) == ("review", ["DUPLICATES"])
    question = asked["questions"][0]
    assert (question["recommended"], question["facts"]["facility_periods"]) == ("fuller", 2)
    assert question["facts"]["shown"][0].startswith("rows 2 and 3, First, Gobirawa, 2024-01: ")
    assert "5 / 6" in question["facts"]["shown"][0]
    for way, kept in (("fuller", ["5", "7"]), ("first", ["5", "5"]), ("last", ["6", "7"])):
        result = read(content, attended=True, assume={"DUPLICATES": way})
        found = [f[0] for f in figures(result, "tested_rdt_u5")]
        assert (result["status"], found) == ("ok", [*kept, "8"]), way
        assert result["issue_counts"]["DUPLICATE_CONFLICT"] == 2


def test_without_a_person_the_fuller_row_is_kept_and_listed_and_a_typing_error_decides_nothing(
    read,
):
    content = twice_unlike()
    result = read(content)
    assert [f[0] for f in figures(result, "tested_rdt_u5")] == ["5", "7", "8"]
    assert any("more filled test cells" in line for line in result["counts"]["said"])
    mistyped = read(content, assume={"DUPLICATES": "fullest"})
    assert (mistyped["status"], codes(mistyped)) == ("review", ["DUPLICATES"])


def test_positives_without_tests_are_offered_as_a_ratio_to_a_person_who_can_be_asked(read):
    header = [*HEADER, "Out-patient Attendance", U5_POSITIVE]
    content = table(header, [row("A", c, 100, 9) for c in months(3)])
    assert read(content)["error"]["code"] == "NO_TESTED_COLUMNS"
    asked = read(content, attended=True)
    assert (asked["status"], codes(asked)) == ("review", ["NO_TESTED_COLUMNS"])
    assert read(content, attended=True, assume={"NO_TESTED_COLUMNS": "opd"})["status"] == "ok"
    no = read(content, attended=True, assume={"NO_TESTED_COLUMNS": "refuse"})
    assert (no["status"], no["error"]["code"]) == ("rejected", "NO_TESTED_COLUMNS")
    bare = table([*HEADER, U5_POSITIVE], [row("A", c, 9) for c in months(3)])
    assert read(bare, attended=True)["error"]["code"] == "NO_TESTED_COLUMNS"
