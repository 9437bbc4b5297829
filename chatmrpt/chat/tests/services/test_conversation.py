"""The failing cases of the original (workflow.md §6.1), and what must happen here."""

from uuid import uuid4

import pytest

from chatmrpt.chat.api import choose, start_workflow, state_of
from chatmrpt.chat.models import Message
from chatmrpt.chat.replies.questions import question_of
from chatmrpt.chat.services.context import context_of
from chatmrpt.chat.services.conversation import typed_option
from chatmrpt.chat.tests.services.talks import CHAT, MemoryFile, started, tell
from chatmrpt.chat.understand import understand
from chatmrpt.common.errors import StaleVersion
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.models import TprResult, Workflow
from tpr.services.replay import replay

pytestmark = pytest.mark.django_db


def test_the_words_that_failed_in_the_original_lead_to_the_ward_tpr() -> None:
    workflow = started()
    assert workflow.stage == "state_selection"
    for text, stage in (
        ("Adamawa State", "state_confirmation"),
        ("yes", "facility_selection"),
        ("Use Primary Health Facilities only", "age_group_selection"),
        ("Under 5", "complete"),
    ):
        answer = tell(workflow, text)
        assert answer.workflow.stage == stage, (text, answer.reply["text"])
    state = state_of(Workflow.objects.get(pk=workflow.pk))
    assert state["selections"] == {"state": "Adamawa", "level": "primary", "age_group": "u5"}
    assert state["tpr"]["tested"] == 360
    assert state["tpr"]["positive"] == 165


def test_pressing_a_button_and_typing_the_word_leave_the_same_trace() -> None:
    typed, pressed = started(), None
    pressed = start_workflow(actor=CHAT, file=MemoryFile(csv_bytes(TWO_STATES)), key="other")
    for text, (command, value) in (
        ("Adamawa", ("select", "Adamawa")),
        ("yes", ("confirm", "yes")),
        ("primary", ("select", "primary")),
        ("under five", ("select", "u5")),
    ):
        tell(typed, text)
        version = Workflow.objects.get(pk=pressed.pk).version
        choose(
            pressed.pk, command=command, value=value, version=version, key=uuid4().hex, actor=CHAT
        )

    def trace(workflow: Workflow) -> list[tuple[str, dict, str]]:
        return [
            (e.command, e.payload["slots"] if e.command != "confirm" else {}, e.stage_to)
            for e in workflow.events.order_by("sequence")
        ]

    def replies(workflow: Workflow) -> list[str]:
        rows = Message.objects.filter(workflow=workflow, who="system").order_by("sequence")
        return [m.parts.get("lead", "") + m.text for m in rows]

    assert trace(typed) == trace(pressed)
    assert replies(typed)[-4:] == replies(pressed)[-4:]  # before them: the file was known


def test_the_same_key_twice_gets_the_first_answer_and_changes_nothing() -> None:
    workflow = started()
    first = tell(workflow, "Adamawa", key="k1")
    before = Workflow.objects.get(pk=workflow.pk).version
    again = tell(workflow, "Adamawa", key="k1", version=1)
    assert again.repeated
    assert again.reply["text"] == first.reply["text"]
    assert Workflow.objects.get(pk=workflow.pk).version == before
    assert Message.objects.filter(workflow=workflow, command="select").count() == 1


def test_an_old_version_changes_nothing_and_is_said() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    with pytest.raises(StaleVersion) as caught:
        tell(workflow, "yes", version=1)
    assert caught.value.http_status == 409
    assert Workflow.objects.get(pk=workflow.pk).stage == "state_confirmation"


def test_a_question_in_the_middle_is_answered_and_the_stage_stays() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    answer = tell(workflow, "how many facilities are there?", version=1)
    assert "4 facilities in Adamawa" in answer.reply["text"]
    assert "Shall I use Adamawa?" in answer.reply["text"]
    assert answer.workflow.stage == "state_confirmation"


@pytest.mark.parametrize(
    "text", ["call me later", "football", "hmm hm", "", "😀", "exist", "select *"]
)
def test_what_is_not_an_answer_selects_nothing_and_is_never_answered_generically(text: str) -> None:
    workflow = started()
    answer = tell(workflow, text)
    assert answer.workflow.stage == "state_selection"
    assert "understand you're asking" not in answer.reply["text"]
    assert "Adamawa" in answer.reply["text"] or "state" in answer.reply["text"].lower()


def test_several_answers_in_one_sentence_fill_several_questions() -> None:
    workflow = started()
    answer = tell(workflow, "Adamawa, all facilities, children under five")
    assert answer.workflow.stage == "complete"
    assert TprResult.objects.get().totals["tested"] == 410


def test_a_level_that_is_not_in_the_state_is_refused_by_name() -> None:
    workflow = started()
    tell(workflow, "Kwara")
    tell(workflow, "yes")
    answer = tell(workflow, "tertiary")
    assert answer.workflow.stage == "facility_selection"
    assert "no tertiary facilities in Kwara" in answer.reply["text"]


def test_going_back_clears_what_follows_names_it_and_keeps_the_result() -> None:
    workflow = started()
    tell(workflow, "Adamawa, primary, under five")
    answer = tell(workflow, "back to facility")
    assert answer.workflow.stage == "facility_selection"
    assert "Under five" in answer.reply["text"]
    assert TprResult.objects.filter(workflow=workflow).count() == 1


def test_restart_makes_a_new_workflow_on_the_same_file_and_keeps_the_old_one() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    answer = tell(workflow, "restart", key="again")
    assert answer.workflow.pk != workflow.pk
    assert answer.workflow.stage == "state_selection"
    assert Workflow.objects.get(pk=workflow.pk).stage == "state_confirmation"
    assert tell(workflow, "restart", key="again").workflow.pk == answer.workflow.pk
    assert Workflow.objects.count() == 2


def test_exit_ends_and_resume_continues_at_the_same_point_in_a_copy() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    tell(workflow, "yes")
    assert tell(workflow, "exit").workflow.stage == "cancelled"
    answer = tell(workflow, "resume")
    assert answer.workflow.pk != workflow.pk
    assert answer.workflow.state == "Adamawa"


def test_the_ledger_replays_to_the_stored_state_after_a_walk_with_turns() -> None:
    workflow = started()
    for text in (
        "Kwara",
        "no",
        "Adamawa",
        "yes",
        "2",
        "back",
        "primary",
        "what is tpr?",
        "u5",
        "switch to all ages",
        "back to state",
        "Adamawa",
        "yes",
        "skip",
        "pregnant women",
    ):
        tell(workflow, text)
    outcome = replay(Workflow.objects.get(pk=workflow.pk))
    assert outcome["differs"] == []


def test_nets_before_a_risk_analysis_say_what_is_missing() -> None:
    workflow = started()
    tell(workflow, "Adamawa, primary, under five")
    answer = tell(workflow, "plan 200,000 nets")
    assert "risk" in answer.reply["text"].lower()
    assert answer.workflow.stage == "complete"


def test_typing_what_stands_on_a_button_is_pressing_it() -> None:
    workflow = started()
    for text, stage in (
        ("Kwara", "state_confirmation"),
        ("no, another state", "state_selection"),
        ("1", "state_confirmation"),
        ("1", "facility_selection"),
        ("Primary", "age_group_selection"),
        ("Pregnant women", "complete"),
        ("choose another age group", "age_group_selection"),
        ("All ages", "complete"),
        ("4", "facility_selection"),
    ):
        assert tell(workflow, text).workflow.stage == stage, text


def test_every_example_shown_is_understood() -> None:
    """No example may be answered by a question back."""
    workflow = started()
    for move in ("Kwara", "yes", "primary", "under five", "done"):
        question = question_of(Workflow.objects.get(pk=workflow.pk))
        assert question is not None
        for example in question["examples"]:
            copy = tell(workflow, "status").workflow
            reading = understand(example, context_of(copy))
            typed = typed_option(copy, example)
            assert typed or str(reading.command) not in ("clarify", "unknown", "error"), example
        if move != "done":
            tell(workflow, move)
