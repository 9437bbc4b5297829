"""Headers read by words; every trap of domain/inputs.md section 2 is a line here."""

import pytest

from tpr.domain.aliases import exact_field
from tpr.domain.columns import by_header
from tpr.domain.header_grammar import read_header

LONG_NAMES = {
    "Persons presenting with fever & tested by RDT <5yrs": "tested_rdt_u5",
    "Persons presenting with fever & tested by RDT  ≥5yrs (excl PW)": "tested_rdt_o5",
    "Persons presenting with fever & tested by RDT Preg Women (PW)": "tested_rdt_pw",
    "Persons tested positive for malaria by RDT <5yrs": "positive_rdt_u5",
    "Persons tested positive for malaria by RDT  ≥5yrs (excl PW)": "positive_rdt_o5",
    "Persons tested positive for malaria by RDT Preg Women (PW)": "positive_rdt_pw",
    "Persons presenting with fever and tested by Microscopy <5yrs": "tested_microscopy_u5",
    "Persons presenting with fever and tested by Microscopy  ≥5yrs (excl PW)": (
        "tested_microscopy_o5"
    ),
    "Persons presenting with fever and tested by Microscopy Preg Women (PW)": (
        "tested_microscopy_pw"
    ),
    "Persons tested positive for malaria by Microscopy <5yrs": "positive_microscopy_u5",
    "Persons tested positive for malaria by Microscopy  ≥5yrs (excl PW)": "positive_microscopy_o5",
    "Persons tested positive for malaria by Microscopy Preg Women (PW)": "positive_microscopy_pw",
}


@pytest.mark.parametrize(("header", "field"), LONG_NAMES.items())
def test_the_twelve_long_names_are_known_and_the_grammar_alone_agrees(header, field):
    assert by_header(header) == (field, 1.0, "known header")
    words = read_header(header)
    assert f"{words.role}_{words.method}_{words.group}" == field


@pytest.mark.parametrize("sign", [">=", "=>", "â‰¥", "Ã¢â€°Â¥", "Â≥", "?", "≥"])
def test_every_damaged_form_of_the_sign_is_still_five_and_over(sign):
    header = f"Persons tested positive for malaria by RDT {sign}5yrs (excl PW)"
    assert exact_field(header) == "positive_rdt_o5"
    short = read_header(f"RDT positive {sign}5yrs")
    assert short.group == "o5"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("RDT_Tested_U5", "tested_rdt_u5"),
        ("RDT_Positive_U5", "positive_rdt_u5"),
        ("Microscopy_Tested_O5", "tested_microscopy_o5"),
        ("RDT Tested Under 5", "tested_rdt_u5"),
        ("u5_rdt_test", "tested_rdt_u5"),
        ("rdt_tested_u5", "tested_rdt_u5"),
        ("micro_positive_pw", "positive_microscopy_pw"),
        ("RDT_U5_TEST", "tested_rdt_u5"),
        ("Pregnant women tested by RDT", "tested_rdt_pw"),
        ("Pregnant women tested positive by RDT", "positive_rdt_pw"),
        (
            "Persons presenting with fever & tested positive by RDT <5yrs",
            "positive_rdt_u5",
        ),
        ("Persons tested for malaria by RDT <5", "tested_rdt_u5"),
        ("Cases.Fever.with.RDT.Positive < 5", "positive_rdt_u5"),
        ("Cases.Fever.with.RDT.Negative < 5", "negative_rdt_u5"),
        ("Slides examined 5+ years", "tested_microscopy_o5"),
        ("RDT positive 5 years and above", "positive_rdt_o5"),
        ("RDT tested 0-59 months", "tested_rdt_u5"),
    ],
)
def test_further_spellings_are_read_by_their_words(header, field):
    found, score, _ = by_header(header)
    assert (found, score) == (field, 0.95)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("tested_u5", "tested_any_u5"),
        ("conf_u5", "positive_any_u5"),
        ("conf_a5_new", "positive_any_o5"),
        ("total_tested", "tested_any_all"),
    ],
)
def test_a_header_without_a_method_is_asked(header, field):
    assert by_header(header)[:2] == (field, 0.80)


def test_exclusion_of_pregnant_women_never_means_pregnant_women():
    assert read_header("RDT tested ≥5yrs (excl PW)").group == "o5"
    assert read_header("RDT tested 5 and above excluding pregnant women").group == "o5"


def test_r_mangled_names_keep_the_older_group_and_ask_for_the_younger():
    older = "Persons.tested.positive.for.malaria.by.RDT....5yrs..excl.PW."
    younger = "Persons.tested.positive.for.malaria.by.RDT..5yrs"
    assert by_header(older)[:2] == ("positive_rdt_o5", 0.95)
    field, score, _ = by_header(younger)
    assert field == "positive_rdt_u5"
    assert score == 0.60


@pytest.mark.parametrize(
    "header",
    [
        "Test Positivity Rate(TPR) (Microscopy)",
        "u5_tpr_rdt",
        "Proportion of fever cases tested by RDT",
        "Malaria test positivity rate <5yrs (%)",
    ],
)
def test_a_ready_made_rate_is_never_a_count(header):
    assert by_header(header)[0] == "ratio"


@pytest.mark.parametrize("header", ["net_use", "health_score", "HIV tested PW", "Indicator 00031"])
def test_words_like_net_and_health_and_other_diseases_match_nothing(header):
    assert by_header(header)[0] is None


def test_orgunitlevel3_is_an_lga_and_not_a_facility_level():
    assert by_header("orgunitlevel3")[0] == "lga"
    assert by_header("OrgUnitLevel2")[0] == "state"
    assert by_header("org_unit_level_4")[0] == "ward"


def test_damaged_headers_are_repaired_from_the_list_only():
    assert by_header("period0me")[:2] == ("period_name", 0.95)
    assert by_header("organisationunit0me")[:2] == ("facility", 0.95)
    assert by_header("Artesu0te injection given")[0] == "ignored"
