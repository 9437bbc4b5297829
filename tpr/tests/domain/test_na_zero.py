"""Names in which "na" became "0": repaired against a closed list or kept (inputs.md 6.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.names import clean_ward
from tpr.domain.na_zero import KnownPlaces, is_damaged, with_prefix_restored

KWARA = {
    "lgas": {"Kwara": ["Kaiama", "Moro", "Oyun"], "Kano": ["Nassarawa", "Tarauni"]},
    "wards": {
        "Kwara": {
            "Kaiama": ["Adena", "Gwanabe I", "Gwanabe II", "Bani"],
            "Moro": ["Ajanaku", "Bana", "Baa", "Adena"],
            "Oyun": ["Igbona", "Igbona"],
        }
    },
}


def ward(text, lga, known=KWARA, state="Kwara"):
    return KnownPlaces(known).repair_ward(state, lga, text, clean_ward)


@pytest.mark.parametrize(
    ("text", "lga", "repaired"),
    [
        ("Ade0", "kaiama", "Adena"),
        ("Ade0", "moro", "Adena"),
        ("Ajan0ku", "moro", "Ajanaku"),
        ("Igbon0", "oyun", "Igbona"),
        ("Gwa0be I", "kaiama", "Gwanabe I"),
        ("Gwa0be 2", "kaiama", "Gwanabe 2"),
        ("ADE0", "kaiama", "ADENA"),
        ("Ade0 Ward", "kaiama", "Adena Ward"),
    ],
)
def test_one_reading_that_is_one_name_of_the_lga_is_accepted(text, lga, repaired):
    assert ward(text, lga) == (repaired, "")


@pytest.mark.parametrize(
    ("text", "lga", "why"),
    [
        ("Gwa0be", "kaiama", "no ward of the LGA is called 'Gwaabe' or 'Gwanabe'"),
        ("Ba0", "moro", "2 names of the list fit: 'Baa' or 'Bana'"),
        ("Igbon0", "kaiama", "no ward of the LGA is called 'Igbona' or 'Igbonna'"),
        ("Ade0", "elsewhere", "the boundary list has no such LGA"),
    ],
)
def test_every_other_name_is_kept_with_its_reason(text, lga, why):
    assert ward(text, lga) == (None, why)


def test_without_a_list_of_the_state_nothing_is_repaired():
    assert ward("Ade0", "kaiama", known=None).text is None
    assert (
        ward("Ade0", "kaiama", state="Niger").reason == "no boundary list of this state is loaded"
    )


def test_the_same_name_with_another_list_is_checked_again():
    other = {"wards": {"Kwara": {"Oyun": ["Igbonna"]}}}
    assert ward("Igbon0", "oyun").text == "Igbona"
    assert ward("Igbon0", "oyun", known=other).text == "Igbonna"


def test_lgas_are_checked_against_the_lgas_of_their_state():
    known = KnownPlaces(KWARA)
    written = "kn 0ssarawa Local Government Area"
    assert known.repair_lga("Kano", written).text == "kn Nassarawa Local Government Area"
    assert known.repair_lga("Kano", "Du0").text is None
    assert known.repair_lga("Niger", written).text is None


@pytest.mark.parametrize("text", ["Ward 10", "KN1004", "Phase 0", "Adeti (8)", "0", "Ward 05", ""])
def test_numbers_are_never_touched(text):
    assert not is_damaged(text)


@given(st.text(alphabet="abcdefghijklm ", max_size=12))
def test_a_name_without_a_zero_is_never_damaged(text):
    assert not is_damaged(text)


@given(st.integers(min_value=0, max_value=10**6))
def test_a_number_between_blanks_is_never_damaged(number):
    assert not is_damaged(f"Ward {number}")


def test_the_prefix_of_nasarawa_is_restored_where_it_stands_alone():
    assert with_prefix_restored("0 Keffi Local Government Area") == "na Keffi Local Government Area"
    assert with_prefix_restored("0sarawa") == "0sarawa"
