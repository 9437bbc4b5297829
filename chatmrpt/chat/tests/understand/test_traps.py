"""The regression list of workflow.md §2.4 and the acceptance table of §6.1."""

from __future__ import annotations

import pytest

from .reading_lines import STAGES, read

INSIDE_WORDS = (
    ("state_selection", "Kano", "select", {"state": "Kano"}),
    ("state_selection", "Sokoto", "select", {"state": "Sokoto"}),
    ("state_selection", "Gombe", "select", {"state": "Gombe"}),
    ("state_selection", "Ondo", "select", {"state": "Ondo"}),
    ("state_selection", "Niger", "select", {"state": "Niger"}),
    ("awaiting_upload", "all columns", "ask", {"q": "columns"}),
)


@pytest.mark.parametrize(("stage", "text", "command", "slots"), INSIDE_WORDS)
def test_no_rule_looks_inside_a_word(stage, text, command, slots):
    reading = read(stage, text)
    assert (reading.command, dict(reading.slots)) == (command, slots)


@pytest.mark.parametrize(
    "text", ["exist", "call", "ball", "football", "call me", "feedback", "orgunitlevel3"]
)
@pytest.mark.parametrize("stage", STAGES)
def test_lookalikes_do_nothing(stage, text):
    assert not read(stage, text).acting


@pytest.mark.parametrize("text", ["I'm not ready", "don't start", "not yet", "not now"])
def test_a_negated_yes_word_rejects(text):
    assert read("state_confirmation", text).command == "reject"


def test_a_question_with_ok_and_start_inside_does_not_confirm():
    assert not read("state_confirmation", "is it ok to start?").acting


def test_a_yes_word_inside_a_longer_sentence_does_not_confirm():
    assert not read("state_confirmation", "my office is ready to receive the nets").acting


def test_yes_with_the_verb_of_the_question_confirms():
    assert read("state_confirmation", "yes, proceed with the calculation").command == "confirm"


@pytest.mark.parametrize("text", ["yes", "ok", "sure", "proceed", "👍"])
@pytest.mark.parametrize("stage", ["facility_selection", "age_group_selection", "state_selection"])
def test_yes_at_a_menu_is_not_a_choice(stage, text):
    assert read(stage, text).command == "clarify"


@pytest.mark.parametrize("text", ["", "   ", "???", "...", "🙂", "\n"])
@pytest.mark.parametrize("stage", STAGES)
def test_text_without_words_is_asked_back(stage, text):
    reading = read(stage, text)
    assert (reading.command, dict(reading.slots)) == ("clarify", {"about": "input"})


@pytest.mark.parametrize(
    ("sign", "command"), [("👍", "confirm"), ("✅", "confirm"), ("👎", "reject"), ("❌", "reject")]
)
def test_thumbs_answer_a_yes_no_question(sign, command):
    assert read("state_confirmation", sign).command == command
    assert read("threshold_check", sign).command == command


@pytest.mark.parametrize(
    "text", ["SELECT * FROM wards;", "'; DROP TABLE users; --", "restart()", "{{ 7*7 }}"]
)
@pytest.mark.parametrize("stage", STAGES)
def test_code_is_text(stage, text):
    assert not read(stage, text).acting or text == "restart()"


def test_a_pasted_page_is_not_an_utterance():
    assert read("facility_selection", "primary " * 1000).command == "clarify"


@pytest.mark.parametrize(
    ("stage", "text", "command", "slots"),
    [
        ("state_selection", "Adamawa State", "select", {"state": "Adamawa"}),
        ("state_selection", "kw Kwara State", "select", {"state": "Kwara"}),
        ("state_confirmation", "yes", "confirm", {}),
        ("state_confirmation", "proceed with TPR calculation", "confirm", {}),
        ("facility_selection", "Primary", "select", {"level": "primary"}),
        (
            "facility_selection",
            "Use Primary Health Facilities only",
            "select",
            {"level": "primary"},
        ),
        ("age_group_selection", "Under 5", "select", {"age": "u5"}),
        ("complete", "run risk", "run_risk", {}),
        ("complete", "then plan nets", "plan_nets", {}),
    ],
)
def test_the_failing_cases_of_the_original_are_read(stage, text, command, slots):
    reading = read(stage, text)
    assert (reading.command, dict(reading.slots)) == (command, slots)


def test_similar_state_names_are_never_guessed_for_each_other():
    for name in ("Oyo", "Osun", "Ogun", "Ondo", "Edo", "Kano", "Kogi", "Imo"):
        assert dict(read("state_selection", name).slots) == {"state": name}
    assert read("state_selection", "Nigeria").command == "clarify"


def test_digits_beside_an_age_word_are_not_an_item():
    assert dict(read("age_group_selection", "under 5").slots) == {"age": "u5"}
    assert dict(read("facility_selection", "under 5").slots) == {"age": "u5"}


@pytest.mark.parametrize(
    "text", ["children under 10", "kids below 15", "under 2", "5-9 years", "over 15"]
)
def test_ages_that_are_no_group_of_the_data_are_never_taken_for_one(text):
    assert not read("age_group_selection", text).acting


def test_the_reading_is_explained_when_the_words_were_not_the_option():
    assert read("facility_selection", "phc").heard == "Understood “phc” as Primary"
    assert read("facility_selection", "primary").heard == ""
    assert read("state_selection", "Kwarra").heard == "Understood “kwarra” as Kwara"
    assert read("facility_selection", "2").heard == "Understood “option 2” as Secondary"
    assert (
        read("facility_selection", "everything").heard
        == "Understood “everything” as All facilities"
    )


def test_what_is_shown_decides_what_a_number_means():
    from chatmrpt.chat.understand import understand
    from chatmrpt.chat.understand.defaults import default_context

    context = default_context("facility_selection", {"levels": ["secondary", "all"]})
    assert dict(understand("2", context).slots) == {"level": "all"}
    assert understand("3", context).command == "error"
    shown = default_context(
        "state_selection", {"states": ["Kano", "Oyo"], "shown": ["Oyo", "Kano"]}
    )
    assert dict(understand("1", shown).slots) == {"state": "Oyo"}
    assert understand("Lagos", shown).command == "error"
    assert dict(understand("Lagos", shown).slots) == {"kind": "unknown_state"}
