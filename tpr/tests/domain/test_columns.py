"""Recognition by header and content, and one decision per field."""

import pytest

from chatmrpt.common.errors import InvalidInput
from tpr.domain.columns import personal_columns, recognise, recognise_column
from tpr.domain.mapping import decide
from tpr.domain.questions import Answers

U5 = "Persons presenting with fever & tested by RDT <5yrs"
U5_POSITIVE = "Persons tested positive for malaria by RDT <5yrs"


def test_cells_that_contradict_a_known_header_make_it_a_question():
    column = recognise_column(U5, ["many", "few", "none at all"], 1)
    assert column.field == "tested_rdt_u5"
    assert column.score == 0.60
    assert column.unsure


def test_lga_words_in_a_level_column_contradict_it():
    column = recognise_column("level", ["ad Fufore Local Government Area"], 1)
    assert not column.sure


def test_second_unit_name_is_the_level_only_when_its_values_are_levels():
    header = "organisationunitname.1"
    assert recognise_column(header, ["Primary Health Facility"], 1).field == "level"
    assert recognise_column(header, ["kw Adewole Clinic"], 1).field == "facility"


def test_a_blank_sample_neither_helps_nor_hurts():
    assert recognise_column(U5, ["", None], 1).score == 1.0


def test_unsure_column_is_asked_once_and_the_answer_is_used():
    columns = recognise(["ward", "tested_u5", "conf_u5"], [["A", 5, 2]])
    answers = Answers({})
    mapping = decide(columns, answers)
    assert [q.code for q in answers.open] == ["COLUMN_2", "COLUMN_3"]
    assert mapping.has("tested_any_u5")

    answers = Answers({"COLUMN_2": "yes", "column_3": "positive_rdt_u5"})
    mapping = decide(columns, answers)
    assert answers.open == []
    assert mapping.used["tested_any_u5"] == (1,)
    assert mapping.used["positive_rdt_u5"] == (2,)


def test_an_answer_that_is_no_choice_leaves_the_question_open():
    columns = recognise(["ward", "tested_u5"], [["A", 5]])
    answers = Answers({"COLUMN_2": "maybe"})
    decide(columns, answers)
    assert [q.code for q in answers.open] == ["COLUMN_2"]


def test_two_different_headers_for_one_field_are_asked():
    columns = recognise(["Ward", "WardName", U5], [["Adewole", "Adewole I", 3]])
    answers = Answers({})
    decide(columns, answers)
    assert [q.code for q in answers.open] == ["COLUMN_FOR_WARD"]
    answers = Answers({"COLUMN_FOR_WARD": "2"})
    assert decide(columns, answers).used["ward"] == (1,)


def test_copies_of_one_header_serve_one_field_together():
    columns = recognise(["Ward", U5, U5, f"{U5}.1"], [["A", 1, "", ""]])
    answers = Answers({})
    assert decide(columns, answers).used["tested_rdt_u5"] == (1, 2, 3)
    assert answers.open == []


def test_a_mapping_from_a_person_wins_over_everything():
    columns = recognise(["Place", "Ward", U5], [["A", "B", 1]])
    mapping = decide(columns, Answers({}), {"Place": "ward", "Ward": None})
    assert mapping.used["ward"] == (0,)


def test_a_mapping_names_the_second_copy_with_a_number():
    columns = recognise(["Ward", U5, U5], [["A", 1, 2]])
    mapping = decide(columns, Answers({}), {f"{U5}#2": "ignored"})
    assert mapping.used["tested_rdt_u5"] == (1,)


def test_a_mapped_column_that_does_not_exist_has_no_fall_back():
    columns = recognise(["Ward", U5], [["A", 1]])
    assert not decide(columns, Answers({}), {"Wrad": "ward"}).has("ward")


def test_a_mapping_to_a_field_that_does_not_exist_is_refused():
    columns = recognise(["Ward", U5], [["A", 1]])
    with pytest.raises(InvalidInput) as refused:
        decide(columns, Answers({}), {"Ward": "wart"})
    assert refused.value.code == "UNKNOWN_FIELD"


def test_tested_without_positive_is_named_as_an_incomplete_pair():
    columns = recognise(["Ward", U5, U5_POSITIVE, U5.replace("<5yrs", "Preg Women (PW)")], [])
    mapping = decide(columns, Answers({}))
    assert mapping.pairs() == [("rdt", "u5")]
    assert [n.code for n in mapping.notes] == ["INCOMPLETE_PAIR"]


def test_recognition_is_deterministic():
    headers = ["State", "LGA", "Ward", "Facility", "rdt tested u5", "rdt pos u5", "X.1"]
    rows = [["Kano", "Dala", "Goron Dutse", "Clinic", 4, 1, "z"]]
    assert recognise(headers, rows) == recognise(headers, rows)


@pytest.mark.parametrize("header", ["Patient name", "Phone", "date_of_birth", "SURNAME"])
def test_personal_data_of_patients_is_noticed(header):
    assert personal_columns(["Ward", header]) == [header]


def test_facility_names_are_not_personal_data():
    assert (
        personal_columns(["Facility Name", "WardName", "Children <5 yrs who received LLIN"]) == []
    )
