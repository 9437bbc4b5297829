"""Every question about the data is answered from the data, at every stage, never generically."""

import pytest

from chatmrpt.chat.replies.answers import ANSWERERS, answer
from chatmrpt.chat.replies.answers.asking import ANSWERS
from chatmrpt.chat.replies.answers.explaining import TOPICS
from chatmrpt.testing.uploads import TWO_STATES, VISITOR, read_csv
from tpr import locks
from tpr.models import Workflow
from tpr.services.workflow import apply_command, start_workflow

pytestmark = pytest.mark.django_db

STAGES = {
    "state_selection": {},
    "state_confirmation": {"state": "Adamawa"},
    "age_group_selection": {"state": "Adamawa", "level": "all"},
    "complete": {"state": "Adamawa", "level": "all", "age": "u5"},
}


def at(stage: str) -> Workflow:
    workflow = start_workflow(upload=read_csv(TWO_STATES), actor=VISITOR)
    workflow = locks.workflow(workflow.pk)
    if STAGES[stage]:
        apply_command(workflow, command="select", slots=STAGES[stage], actor=VISITOR)
    assert workflow.stage == stage
    return workflow


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", sorted([*ANSWERS, "outliers", "drivers", "verify"]))
def test_a_question_of_every_kind_has_an_answer_that_ends_with_the_pending_question(
    stage: str, kind: str
) -> None:
    workflow = at(stage)
    reply = answer(workflow, "ask", {"q": kind}, "")
    assert "understand you're asking" not in reply.text
    assert len(reply.text) > 30
    assert workflow.stage == stage


@pytest.mark.parametrize("command", sorted(set(ANSWERERS) - {"ask", "explain"}))
def test_every_command_that_moves_nothing_has_words(command: str) -> None:
    for stage in STAGES:
        reply = answer(at(stage), command, {}, "something")
        assert reply.text


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_every_topic_is_two_sentences_or_so_and_comes_back_to_the_question(topic: str) -> None:
    reply = answer(at("state_selection"), "explain", {"topic": topic}, "")
    assert "Which state?" in reply.text
    assert 40 < len(TOPICS[topic]) < 500


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ({"q": "count", "of": "facilities"}, "4 facilities in Adamawa"),
        ({"q": "count", "of": "tests"}, "410 tests in Adamawa"),
        ({"q": "tpr"}, "175 positive of 410 tested"),
        ({"q": "tpr", "lga": "Girei"}, "55 positive of 110 tested"),
        ({"q": "tpr", "ward": "Bille", "age": "o5"}, "20 positive of 50 tested"),
        ({"q": "exceeding", "state": "Kwara"}, "1 pair with more positives than tests in Kwara"),
        ({"q": "period"}, "Jan to Feb 2024"),
        ({"q": "presence", "lga": "Oyun"}, "Yes, Oyun is in the file"),
        ({"q": "presence", "ward": "Nowhere"}, "No, Nowhere is not in the file"),
    ],
)
def test_figures_are_the_right_ones(slots: dict[str, str], words: str) -> None:
    assert words in answer(at("complete"), "ask", slots, "").text


def test_a_ranking_names_the_lga_the_tests_and_the_interval() -> None:
    reply = answer(at("complete"), "ask", {"q": "rank", "unit": "ward", "n": 2}, "")
    (table,) = reply.figures
    assert [row[0] for row in table["rows"]] == ["Girei I (Girei)", "Bille (Fufore)"]
    assert table["rows"][0][1:4] == ["60", "45", "75.0 %"]


def test_a_breakdown_adds_up_to_the_state() -> None:
    reply = answer(at("complete"), "ask", {"q": "breakdown", "by": "lga"}, "")
    tested = [int(row[1].replace(",", "")) for row in reply.figures[0]["rows"]]
    assert sum(tested) == 410
