"""Header row, sheet choice and the verdict on a file (domain/inputs.md section 8)."""

import pytest

from tpr.domain.columns import recognise
from tpr.domain.issues import ISSUE_CODES, SEVERITIES
from tpr.domain.mapping import decide
from tpr.domain.questions import Answers
from tpr.domain.sheet import SheetHead, choose_sheet, find_header
from tpr.domain.verdict import Refused, judge

U5 = "Persons presenting with fever & tested by RDT <5yrs"
U5_POSITIVE = "Persons tested positive for malaria by RDT <5yrs"
HEADER = ["State", "LGA", "Ward", "Health Faccility", "periodname", U5, U5_POSITIVE]
DATA = ["kn Kano State", "kn Dala LGA", "kn Gobirawa Ward", "kn Clinic", "January 2024", 5, 2]


def head(name, rows, header):
    return SheetHead(name, hidden=False, data_rows=rows, header=header)


def verdict(headers, row=None, **assume):
    answers = Answers(assume)
    mapping = decide(recognise(headers, [row or [1] * len(headers)]), answers)
    return judge(mapping, answers, "raw")


def refusal(headers, row=None, **assume):
    with pytest.raises(Refused) as refused:
        verdict(headers, row, **assume)
    return refused.value


def test_the_header_is_found_below_blank_rows_and_a_title():
    rows = [[], ["Malaria test data, Kano"], HEADER, DATA]
    assert find_header(rows).row == 2


def test_the_upper_of_two_equal_headers_is_taken():
    assert find_header([HEADER, HEADER, DATA]).row == 0


def test_two_header_lines_are_joined_when_the_second_completes_the_first():
    upper = ["Ward", "Tested by RDT", "", "Tested positive by RDT", ""]
    lower = ["", "<5yrs", "Preg Women (PW)", "<5yrs", "Preg Women (PW)"]
    header = find_header([upper, lower, ["A", 1, 2, 3, 4]])
    assert header.lines == 2
    mapping = decide(recognise(header.names, [["A", 1, 2, 3, 4]]), Answers({}))
    assert mapping.pairs() == [("rdt", "u5"), ("rdt", "pw")]


def test_numbers_alone_are_no_header():
    assert find_header([[1, 2, 3], ["x", "y", "z"]]) is None


def test_the_data_sheet_wins_over_summaries_by_score():
    header = find_header([HEADER, DATA])
    small = find_header([["State", "LGA", "Tested U5", "Positive U5"]])
    heads = [
        head("pivot", 40, small),
        head("raw", 9000, header),
    ]
    assert choose_sheet(heads) == [1]


def test_names_break_exact_ties_and_otherwise_a_person_decides():
    header = find_header([HEADER, DATA])
    tied = [
        head("copy", 900, header),
        head("raw", 900, header),
    ]
    assert choose_sheet(tied) == [1]
    close = [
        head("2023", 900, header),
        head("2024", 905, header),
    ]
    assert set(choose_sheet(close)) == {0, 1}


def test_a_complete_pair_and_a_ward_make_a_test_file():
    assert verdict(HEADER, DATA) == "tpr"


def test_a_file_without_ward_column_is_refused():
    assert refusal([h for h in HEADER if h != "Ward"]).code == "NO_WARD_COLUMN"


def test_positives_only_are_refused_and_offered_per_out_patient():
    headers = [*(h for h in HEADER if h != U5), "Out-patient Attendance"]
    found = refusal(headers)
    assert found.code == "NO_TESTED_COLUMNS"
    assert found.facts["can_offer"] == "opd"
    assert verdict(headers, None, NO_TESTED_COLUMNS="opd") == "positives_only"


def test_positives_only_without_attendance_have_no_offer():
    headers = [h for h in HEADER if h != U5]
    assert refusal(headers).facts["can_offer"] is None
    assert refusal(headers, None, NO_TESTED_COLUMNS="opd").code == "NO_TESTED_COLUMNS"


def test_tests_only_are_refused():
    assert refusal([h for h in HEADER if h != U5_POSITIVE]).code == "NO_POSITIVE_COLUMNS"


def test_columns_for_all_ages_only_are_refused_with_the_reason():
    found = refusal(["State", "Ward", "RDT tested total", "RDT positive total"])
    assert found.code == "NO_COMPLETE_PAIR"
    assert "all ages" in found.message


@pytest.mark.parametrize(
    ("headers", "nearest"),
    [
        (["WardName", "LGA", "u5_tpr_rdt", "population", "rainfall"], "ward_rate_table"),
        (
            ["State", "LGA", "Ward", "facility", "level", "latitude", "longitude"],
            "facility_register",
        ),
        (["month", *(f"Malaria confirmed cases facility {i}" for i in range(150))], "wide_pivot"),
        (["household", "WardName", "net_use", "health_score"], None),
    ],
)
def test_a_file_of_another_kind_is_recognised_and_named(headers, nearest):
    found = refusal(headers, ["a"] * len(headers))
    assert found.code == "NOT_TPR_FILE"
    assert found.facts["nearest"] == nearest
    assert "Looked" in found.message or "looked" in found.message


def test_every_issue_code_has_a_severity_and_a_sentence():
    for code, kind in ISSUE_CODES.items():
        assert code == kind.code == code.upper()
        assert kind.severity in SEVERITIES
        assert kind.sentence.endswith(".")
        assert "!" not in kind.sentence
