"""The closed list of states and their spellings (domain/wards.md 7, domain/inputs.md 5)."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.states import (
    SAMPLE_STATE,
    STATES,
    ZONES,
    canonical_state,
    state_by_code,
    state_by_name,
    state_by_prefix,
    zone_of,
)
from chatmrpt.testing.shared import shared_path

SPELLINGS = [
    ("KANO STATE", "Kano"),
    ("Anambra state", "Anambra"),
    ("F.C.T", "Federal Capital Territory"),
    ("FCT", "Federal Capital Territory"),
    ("Abuja", "Federal Capital Territory"),
    ("Abuja FCT", "Federal Capital Territory"),
    ("FCT-Abuja", "Federal Capital Territory"),
    ("FEDERAL CAPITAL TERRITORY", "Federal Capital Territory"),
    ("fc Federal Capital Territory", "Federal Capital Territory"),
    ("Akwa-Ibom", "Akwa Ibom"),
    ("Akwa lbom", "Akwa Ibom"),
    ("Nassarawa", "Nasarawa"),
    ("nasar awa", "Nasarawa"),
    ("plat eau", "Plateau"),
    ("keb bi", "Kebbi"),
    ("ebo nyi", "Ebonyi"),
    ("0sarawa", "Nasarawa"),
    ("Kadu0 State", "Kaduna"),
    ("Katsi0", "Katsina"),
    ("kw Kwara State", "Kwara"),
    ("Kw Kwara State", "Kwara"),
    ("jiJigawaState", "Jigawa"),
    ("jg Jigawa State", "Jigawa"),
    ("Sample State", "Sample State"),
    ("sp Sample State", "Sample State"),
]


@pytest.mark.parametrize(("written", "expected"), SPELLINGS)
def test_every_known_spelling_gives_the_canonical_name(written: str, expected: str) -> None:
    assert canonical_state(written) == expected


@pytest.mark.parametrize(
    "written",
    ["", "Nigeria", "on", "NG", "Kwar", "Kwarra", "ad Kwara State", "River", "State", "Delt", "12"],
)
def test_a_likeness_is_not_a_spelling(written: str) -> None:
    assert canonical_state(written) is None


def test_there_are_37_states_in_six_zones_and_the_sample_is_none_of_them() -> None:
    assert len(STATES) == 37
    assert {state.zone for state in STATES} == set(ZONES)
    assert SAMPLE_STATE not in STATES
    assert zone_of("Federal Capital Territory") == "North Central"
    assert zone_of("FCT") is None


def test_prefixes_and_codes_are_looked_up_and_never_mixed() -> None:
    prefixes = [prefix for state in STATES for prefix in state.prefixes]
    codes = [code for state in STATES for code in state.codes]
    assert len(set(prefixes)) == len(prefixes) == 38
    assert len(set(codes)) == len(codes)
    for text, name in [("de", "Delta"), ("la", "Lagos"), ("ni", "Niger"), ("JI", "Jigawa")]:
        state = state_by_prefix(text)
        assert state is not None
        assert state.name == name
    for text, name in [("DT", "Delta"), ("NI", "Niger"), ("NG", "Niger"), ("fc", None)]:
        state = state_by_code(text)
        assert state is not None
        assert state.name == (name or "Federal Capital Territory")
    assert state_by_code("DE") is None


@given(st.sampled_from(STATES), st.booleans(), st.booleans(), st.sampled_from(["", " ", "-", "."]))
def test_case_punctuation_prefix_and_the_word_state_do_not_count(state, upper, prefix, gap) -> None:
    text = state.name.replace(" ", gap or " ") + gap + " State"
    text = f"{state.prefixes[-1]} {text}" if prefix else text
    assert canonical_state(text.upper() if upper else text) == state.name
    assert state_by_name(state.name) is state


def test_the_spellings_of_a_public_dhis2_list_are_all_known() -> None:
    with shared_path("data/names/dhis2_state_names_nga_etc.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 41
    unknown = [row for row in rows if canonical_state(row["from"]) is None]
    different = [r for r in rows if canonical_state(r["from"]) != canonical_state(r["to"])]
    assert unknown == []
    assert different == []
