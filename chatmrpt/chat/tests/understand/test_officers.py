"""A set written blind, before its writer had read one rule; and what the margin promises."""

from __future__ import annotations

import pytest

from chatmrpt.chat.understand import ACTING, MARGIN_LIMIT, Command, understand
from chatmrpt.chat.understand.defaults import default_context
from chatmrpt.chat.understand.score import Scored, points, summarise

from . import own_utterances, traps
from .officers import LINES, SECOND, lines
from .reading_lines import ANY, read


@pytest.fixture(scope="module")
def scored() -> list[Scored]:
    return score(LINES)


def score(of) -> list[Scored]:
    found = []
    for line in lines(of):
        worst = None
        for stage in ANY if line["stage"] == "any" else (line["stage"],):
            context = default_context(stage)
            reading = understand(line["text"], context)
            value = points(line, reading.command.value, reading.slots, context)
            if line["talk"] and reading.command not in ACTING:
                value = 1.0
            one = Scored(line["stage"], line["text"], reading.command.value, reading.slots, value)
            worst = one if worst is None or value < worst.points else worst
        found.append(worst)
    return found


def test_no_officer_is_led_to_a_wrong_action(scored):
    assert summarise(scored).wrong_actions == ()


def test_what_officers_write_is_read_rightly(scored):
    summary = summarise(scored)
    assert summary.lines >= 200
    assert summary.right >= 0.97, [s for s in scored if s.points < 1]


def test_a_set_that_nothing_was_tuned_to_has_no_wrong_action_either():
    summary = summarise(score(SECOND))
    assert summary.wrong_actions == ()
    assert summary.right >= 0.9


def everything() -> list[tuple[str, str]]:
    rows = own_utterances.ROWS + traps.MORE
    found = [(stage, text) for stage, text, *_ in rows] + [
        (li["stage"], li["text"]) for li in lines()
    ]
    return [(s, t) for stage, t in found for s in (ANY if stage == "any" else (stage,))]


def test_below_the_limit_there_is_only_a_question_back():
    readings = [read(stage, text) for stage, text in everything()]
    assert all(r.clarify or r.margin >= MARGIN_LIMIT for r in readings)
    assert all(0 <= r.margin <= 1 for r in readings)
    acting = {r.margin for r in readings if r.command in ACTING}
    assert len(acting) > 20, "a real distance, not two or three constants"


@pytest.mark.parametrize(
    ("stage", "clear", "doubtful"),
    [("state_selection", "Sokoto", "Osun"), ("state_selection", "Kwara", "Kwarra"),
     ("state_selection", "use Kano", "I would like to take a look at the state of Kano"),
     ("facility_selection", "primary", "primarry"),
     ("state_confirmation", "yes", "yes so let me do it with the analysis")],
)  # fmt: skip
def test_the_margin_falls_with_a_near_option_a_slip_and_words_left_over(stage, clear, doubtful):
    first, second = read(stage, clear), read(stage, doubtful)
    assert first.command == second.command
    assert first.command in (Command.SELECT, Command.CONFIRM)
    assert first.margin > second.margin >= MARGIN_LIMIT
