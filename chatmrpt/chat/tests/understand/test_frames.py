"""Sentence frames: any option in a choosing sentence is chosen, in any other it is not."""

from __future__ import annotations

import pytest

from chatmrpt.chat.understand.score import summarise

from . import frames
from .reading_lines import STAGES, read, score_lines

OPTIONS = {
    "state_selection": {"Kano": ("state", "Kano"), "Cross River State": ("state", "Cross River")},
    "facility_selection": {
        "primary": ("level", "primary"),
        "teaching hospitals": ("level", "tertiary"),
        "all facilities": ("level", "all"),
    },
    "age_group_selection": {
        "under 5": ("age", "u5"),
        "over 5": ("age", "o5"),
        "pregnant women": ("age", "pw"),
        "all ages": ("age", "all"),
    },
}
LATER = {"state_confirmation": ["Kano", "primary"], "complete": ["pregnant women", "Osun"]}


@pytest.mark.parametrize("frame", frames.CHOOSING)
def test_a_choosing_sentence_chooses(frame):
    for stage, options in OPTIONS.items():
        for words, (slot, value) in options.items():
            reading = read(stage, frame.format(o=words))
            assert (reading.command, dict(reading.slots)) == ("select", {slot: value}), words


@pytest.mark.parametrize("frame", frames.NOT_CHOOSING)
def test_any_other_sentence_around_an_option_does_not_act(frame):
    stages = {stage: list(options) for stage, options in OPTIONS.items()} | LATER
    for stage, options in stages.items():
        for words in options:
            reading = read(stage, frame.format(o=words))
            assert not reading.acting, (stage, words, reading.command, reading.slots)


@pytest.mark.parametrize("text", frames.TASK_TALK)
def test_talk_about_tasks_does_not_start_them(text):
    for stage in STAGES:
        reading = read(stage, text)
        assert not reading.acting, (stage, reading.command, reading.slots)


def test_further_questions_are_answered_from_the_right_place():
    summary = summarise(score_lines(frames.lines()))
    assert summary.wrong_actions == ()
    assert summary.mean >= 0.97
