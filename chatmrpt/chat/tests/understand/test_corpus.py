"""The example corpus of the project, and our own utterances, by the published scoring."""

from __future__ import annotations

import json

import pytest

from chatmrpt.chat.understand.score import summarise
from chatmrpt.testing.shared import shared_path

from . import own_utterances, traps
from .reading_lines import STAGES, read, score_lines

STAGES_OF_LINES = ("awaiting_upload", "state_selection", "state_confirmation", "facility_selection",
                   "age_group_selection", "complete", "risk", "nets", "any")  # fmt: skip
RIGHTLY_ACTING = {"I'm not ready": "reject", "don't start": "reject", "all right": "confirm"}


def corpus() -> list[dict[str, object]]:
    path = shared_path("cases/utterances.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


@pytest.fixture(scope="module")
def scored():
    return score_lines(corpus())


def test_no_utterance_of_the_corpus_leads_to_a_wrong_action(scored):
    assert summarise(scored).wrong_actions == ()


def test_the_corpus_is_read_nearly_completely_right(scored):
    summary = summarise(scored)
    assert summary.lines >= 264
    assert summary.mean >= 0.98, [s for s in scored if s.points < 1]
    assert summary.right >= 0.97


@pytest.mark.parametrize("stage", STAGES_OF_LINES)
def test_every_stage_of_the_corpus_reaches_its_score(scored, stage):
    assert summarise(s for s in scored if s.stage == stage).mean >= 0.95


def test_our_own_utterances_never_lead_to_a_wrong_action():
    summary = summarise(score_lines(own_utterances.lines() + traps.lines()))
    assert summary.lines >= 300
    assert summary.wrong_actions == ()
    assert summary.mean >= 0.97


@pytest.mark.parametrize("text", traps.QUIET)
def test_ordinary_talk_never_acts_at_any_stage(text):
    for stage in STAGES:
        reading = read(stage, text)
        expected = RIGHTLY_ACTING.get(text)
        assert not reading.acting or reading.command == expected, (stage, reading)


def test_corpus_lines_are_not_copied_into_our_own():
    own = {(stage, text.casefold()) for stage, text, *_ in own_utterances.ROWS + traps.MORE}
    shared = {(line["stage"], str(line["text"]).casefold()) for line in corpus()}
    assert len(own & shared) <= 0.05 * len(own)
