"""Every navigation of workflow.md §3, with its effect on rows."""

import pytest

from analysis.models import AnalysisRun
from analysis.services.execute_run import execute_run
from chatmrpt.chat.api import state_of
from chatmrpt.chat.replies.questions import LEAVING, NEXT, may_be_an_option, question_of
from chatmrpt.chat.tests.services.talks import CHAT, at_end, now, press, started, tell
from chatmrpt.common.actors import Actor
from tpr.models import TprResult, Workflow, WorkflowEvent
from tpr.services.ledger import record
from tpr.services.replay import replay
from tpr.services.undo import takes_back

pytestmark = pytest.mark.django_db
PHONE = Actor(channel="chat", owner="visitor:phone")


def choices(workflow: Workflow) -> tuple[object, ...]:
    row = now(workflow)
    return (row.stage, row.state, row.level, row.age_group, row.definition, row.exceeding,
            row.period_start)  # fmt: skip


def test_undo_takes_back_every_step_of_a_walk_to_the_first_question_and_then_says_so() -> None:
    workflow = started()
    seen = [choices(workflow)]
    steps = ("Kwara", "no", "Adamawa", "yes", "primary", "u5", "use RDT only", "keep the exceeding "
             "rows", "back to facility", "secondary", "skip")  # fmt: skip
    for text in steps:
        tell(workflow, text)
        seen.append(choices(workflow))
    assert len(set(seen)) >= 9
    for expected in reversed(seen[:-1]):
        if choices(workflow) == expected:
            continue
        answer = tell(workflow, "undo")
        assert "Taken back" in answer.reply["text"]
        assert choices(workflow) == expected, answer.reply["text"]
    answer = tell(workflow, "undo")
    assert "nothing left to take back" in answer.reply["text"]
    assert answer.workflow.stage == "state_selection"
    assert replay(now(workflow))["differs"] == []


def test_a_question_between_is_no_action_and_undo_passes_over_it() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    tell(workflow, "how many wards?")
    tell(workflow, "back to age")  # refused: nothing changed
    tell(workflow, "undo")
    assert choices(workflow)[:2] == ("state_selection", None)


def test_undo_of_going_back_brings_the_result_back_without_computing_a_second_one() -> None:
    workflow = at_end()
    tell(workflow, "back to facility")
    answer = tell(workflow, "undo")
    assert answer.workflow.stage == "complete"
    assert "TPR of Adamawa" in answer.reply["text"]
    assert TprResult.objects.count() == 1
    assert state_of(now(workflow))["tpr"]["result"] == 1


def test_undo_from_another_device_takes_back_the_same_last_step() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    tell(workflow, "undo", actor=PHONE)
    assert choices(workflow)[0] == "state_selection"


def test_the_same_undo_sent_twice_takes_back_one_step_only() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    tell(workflow, "yes")
    first = tell(workflow, "undo", key="once")
    again = tell(workflow, "undo", key="once", version=1)
    assert again.repeated
    assert again.reply["text"] == first.reply["text"]
    assert choices(workflow)[0] == "state_confirmation"


def test_other_rows_are_taken_back_by_what_their_command_registered() -> None:
    workflow = started()
    calls: list[WorkflowEvent] = []

    @takes_back("colour")
    def restore(row: Workflow, event: WorkflowEvent, actor: Actor) -> str:
        calls.append(event)
        return "The colour is grey again."

    tell(workflow, "Adamawa")
    event = record(now(workflow), command="colour", actor=CHAT,
                   payload={"slots": {}, "facts": {}, "undoable": True})  # fmt: skip
    answer = tell(workflow, "undo")
    assert calls == [event]
    assert "grey again" in answer.reply["text"]
    assert choices(workflow)[0] == "state_confirmation"
    tell(workflow, "undo")
    assert choices(workflow)[0] == "state_selection"
    assert replay(now(workflow))["identical"]


def test_a_ledger_that_takes_back_the_wrong_line_does_not_replay() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    record(now(workflow), command="undo", actor=CHAT,
           payload={"slots": {}, "facts": {}, "undoes": 1})  # fmt: skip
    assert any("not the last decision" in d["what"] for d in replay(now(workflow))["differs"])


def test_going_back_at_the_first_question_says_so() -> None:
    workflow = started()
    assert "first question" in tell(workflow, "back").reply["text"]
    assert "cannot be skipped" in tell(workflow, "skip").reply["text"]


def test_skip_is_no_filter_with_the_recommendation_beside_it() -> None:
    workflow = started()
    tell(workflow, "Adamawa")
    tell(workflow, "yes")
    said = tell(workflow, "skip").reply["text"]
    assert "all facilities count" in said
    assert "ecommended" in said
    assert now(workflow).level == "all"
    assert "all ages count" in tell(workflow, "skip").reply["text"]
    assert now(workflow).age_group == "all"


@pytest.mark.parametrize(
    ("texts", "ends"), [(("no",), False), (("yes",), True), (("exit",), True),
                        (("how many wards?", "yes"), True), (("press no",), False)]
)  # fmt: skip
def test_exit_asks_once_while_a_calculation_runs(texts: tuple[str, ...], ends: bool) -> None:
    workflow = at_end()
    tell(workflow, "run the risk analysis")
    said = tell(workflow, "exit")
    assert "risk analysis is running" in said.reply["text"]
    assert [o["command"] for o in said.reply["options"]] == ["reject", "confirm"]
    assert now(workflow).stage == "complete"
    for text in texts:
        press(workflow, "reject", "no") if text == "press no" else tell(workflow, text)
    assert (now(workflow).stage == "cancelled") == ends
    execute_run(AnalysisRun.objects.get().pk)
    assert AnalysisRun.objects.get().status == "done", "what runs goes on, and its result is kept"
    assert replay(now(workflow))["differs"] == []


def test_exit_without_anything_running_ends_at_once_and_undo_then_points_to_resume() -> None:
    workflow = at_end()
    assert tell(workflow, "exit").workflow.stage == "cancelled"
    answer = tell(workflow, "undo")
    assert "resume" in answer.reply["text"]
    assert answer.workflow.stage == "cancelled"


def test_resume_copies_every_answer_and_setting_of_the_ended_workflow() -> None:
    workflow = started()
    for text in ("Adamawa", "yes", "primary", "u5", "use RDT only", "back to age"):
        tell(workflow, text)
    before = choices(workflow)
    tell(workflow, "exit")
    copy = tell(workflow, "resume").workflow
    assert copy.pk != workflow.pk
    assert choices(copy) == before
    assert replay(now(copy))["differs"] == []
    said = tell(copy, "undo").reply
    assert "nothing left" in said["text"]
    assert said["links"][0]["href"] == f"/workflows/{workflow.pk}/"


def test_resume_at_the_end_opens_the_latest_unfinished_workflow_and_twice_the_same() -> None:
    done = at_end()
    waiting = started("other")
    tell(waiting, "Kwara")
    assert tell(done, "resume", key="again").workflow.pk == waiting.pk
    assert tell(done, "resume", key="again").workflow.pk == waiting.pk
    assert tell(waiting, "resume").workflow.pk == waiting.pk


def test_restart_takes_the_answers_given_with_the_word() -> None:
    workflow = at_end()
    new = tell(workflow, "start over with Kwara").workflow
    assert (new.stage, new.state) == ("state_confirmation", "Kwara")
    assert now(workflow).stage == "complete"
    assert replay(now(new))["identical"]


def test_status_names_every_selection_and_setting_and_the_open_question() -> None:
    workflow = at_end()
    tell(workflow, "use RDT only")
    reply = tell(workflow, "status").reply
    shown = dict(reply["figures"][0]["rows"])
    assert shown["State"] == "Adamawa"
    assert shown["Age group"] == "Under five"
    assert "RDT" in shown["Definition"]
    assert "What next?" in reply["text"]


@pytest.mark.parametrize(
    ("text", "lead"),
    [("help", "What you can do here."), ("what can you do", "What this does."),
     ("walk me through the process", "The whole way, in eight steps."),
     ("what next?", "What comes next."), ("how do i download", "Downloading."),
     ("how do i upload", "Uploading.")],
)  # fmt: skip
def test_each_help_topic_has_its_own_words_and_the_question_comes_back(
    text: str, lead: str
) -> None:
    workflow = started()
    said = tell(workflow, text).reply["text"]
    assert said.startswith(lead)
    assert "Which state?" in said


def test_a_correction_after_the_ranking_marks_it_out_of_date_and_undo_makes_it_answer_again() -> (
    None
):
    workflow = at_end()
    tell(workflow, "run the risk analysis")
    execute_run(AnalysisRun.objects.get().pk)
    said = tell(workflow, "sorry I meant pregnant women").reply["text"]
    assert "risk analysis is out of date" in said
    assert "age group" in said
    assert state_of(now(workflow))["analysis"]["stale"] is True
    assert AnalysisRun.objects.get().status == "done"
    assert TprResult.objects.count() == 2
    tell(workflow, "undo")
    assert state_of(now(workflow))["analysis"]["stale"] is False


def test_every_label_of_a_finished_workflow_can_be_typed() -> None:
    """Its labels are known without reading its facts; one that is not known could not be typed."""
    workflow = at_end()
    tell(workflow, "all ages")
    shown = {option["label"] for option in (question_of(now(workflow)) or {})["options"]}
    assert NEXT["undo"] in shown
    for label in shown | set(NEXT.values()) | set(LEAVING.values()):
        assert may_be_an_option(now(workflow), label.casefold()), label
    assert not may_be_an_option(now(workflow), "what is tpr?")
    assert may_be_an_option(now(workflow), "3")
    assert tell(workflow, "Choose other facilities").understood["command"] == "back"
