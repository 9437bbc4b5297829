"""What the reader is unsure of: asked as cards, answered once, remembered for the same header."""

import csv
import io

import pytest

from chatmrpt.chat.api import choose, page_of, say, start_workflow
from chatmrpt.common.errors import NotAnOption
from chatmrpt.testing.uploads import VISITOR, csv_bytes, row
from tpr import locks
from tpr.models import ConfirmedAnswer, FacilityReport, Upload, UploadReading, Workflow
from tpr.services.read_upload import read_upload
from tpr.services.replay import replay
from tpr.services.workflow import apply_command

pytestmark = pytest.mark.django_db


class _File:
    def __init__(self, rows: list[list[object]], name: str) -> None:
        self.content, self.name = csv_bytes(rows), name
        self.size = len(self.content)

    def chunks(self) -> list[bytes]:
        return [self.content]


def opened(rows: list[list[object]], key: str = "k") -> Workflow:
    """A workflow on these rows, read as a worker reads them."""
    workflow = start_workflow(actor=VISITOR, file=_File(rows, "a.csv"), key=key)
    read_upload(workflow.upload_id)
    workflow.refresh_from_db()
    return workflow


def read_again(workflow: Workflow) -> Workflow:
    read_upload(workflow.upload_id)
    workflow.refresh_from_db()
    return workflow


def swapped(extra: int = 0) -> list[list[object]]:
    """Positives exceed tests in every row: the two columns look swapped."""
    return [
        row("Kwara", "Moro", "Ajanaku", f"Clinic {n}", u5=(10 + n, 40 + n + extra))
        for n in range(12)
    ]


def unsure(name: str = "a.csv", extra: int = 0, key: str = "k") -> Workflow:
    workflow = start_workflow(actor=VISITOR, file=_File(swapped(extra), name), key=key)
    read_upload(workflow.upload_id)
    workflow.refresh_from_db()
    assert workflow.stage == "review_upload"
    return workflow


def answer(workflow: Workflow, value: str) -> None:
    choose(workflow.pk, command="answer_review", value=value, version=workflow.version,
           key=f"{workflow.pk}"[:30], actor=VISITOR)  # fmt: skip


def test_the_page_shows_a_card_with_the_choices() -> None:
    workflow = unsure()
    (card,) = page_of(workflow)["question"]["cards"]
    assert card["code"] == "SWAPPED"
    assert len(card["choices"]) >= 2


def test_the_answer_reads_the_same_bytes_again_and_goes_on() -> None:
    workflow = unsure()
    question = workflow.upload.questions[0]
    yes = question["choices"][0]["value"]
    answer(workflow, f"SWAPPED={yes}")
    assert UploadReading.objects.get().status == "queued"
    read_upload(workflow.upload_id)
    workflow.refresh_from_db()
    assert workflow.stage == "state_confirmation"
    assert replay(workflow)["differs"] == []


def test_the_answer_is_offered_for_the_next_file_of_that_header_and_not_applied() -> None:
    first = unsure()
    choice = first.upload.questions[0]["choices"][-1]["value"]
    answer(first, f"SWAPPED={choice}")
    second = unsure(name="b.csv", extra=3, key="k2")
    (card,) = page_of(second)["question"]["cards"]
    assert card["recommended"] == choice
    assert card["remembered"] is not None
    assert ConfirmedAnswer.objects.count() == 1


def test_an_answer_that_is_not_offered_is_refused_and_nothing_is_read_again() -> None:
    workflow = unsure()
    with pytest.raises(NotAnOption) as refused:
        answer(workflow, "SWAPPED=perhaps")
    assert "SWAPPED=keep" in refused.value.facts["options"]
    workflow.refresh_from_db()
    assert workflow.stage == "review_upload"
    assert Upload.objects.get().settings == {}


def test_two_workflows_on_one_file_both_go_on_after_one_answer() -> None:
    first, second = unsure(), unsure(key="k2")
    choice = first.upload.questions[0]["choices"][0]["value"]
    answer(first, f"SWAPPED={choice}")
    read_upload(first.upload_id)
    for workflow in (first, second):
        workflow.refresh_from_db()
        assert workflow.stage == "state_confirmation"


def twice(second: int = 30) -> list[list[object]]:
    """One facility-month stands twice with different figures."""
    return [
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(20, 9)),
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(second, 12)),
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", month=2, u5=(25, 9)),
    ]


def u5_tested(workflow: Workflow) -> list[float]:
    reports = FacilityReport.objects.filter(facility__upload=workflow.upload)
    return list(reports.order_by("period_start").values_list("tested_rdt_u5", flat=True))


def test_duplicates_with_other_figures_are_a_card_with_both_and_the_answer_counts() -> None:
    workflow = opened(twice())
    assert workflow.stage == "review_upload"
    (card,) = page_of(workflow)["question"]["cards"]
    assert (card["code"], card["recommended"]) == ("DUPLICATES", "fuller")
    assert "20 / 30" in card["facts"]["shown"][0]
    answer(workflow, "DUPLICATES=last")
    workflow = read_again(workflow)
    assert (workflow.stage, u5_tested(workflow)) == ("state_confirmation", [30, 25])
    remark = workflow.upload.issues.get(code="DUPLICATE_CONFLICT")
    assert remark.action == "row 3 kept: the last, as decided"
    assert workflow.events.get(command="answer_review").payload["slots"] == {
        "answers": {"DUPLICATES": "last"}
    }
    assert replay(workflow)["differs"] == []
    (again,) = page_of(opened(twice(31), key="k2"))["question"]["cards"]
    assert (again["recommended"], again["remembered"] is not None) == ("last", True)


def untested() -> list[list[object]]:
    """Positives and attendance, as the extracts of 2019 to 2021 hold them."""
    return [
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", month=m, u5=("", 4 + m), opd=100)
        for m in (1, 2, 3)
    ]


def without_tests() -> Workflow:
    content = csv_bytes(untested()).decode("utf-8-sig").splitlines()
    columns = next(csv.reader([content[0]]))
    kept = [n for n, name in enumerate(columns) if "tested by" not in name]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([cells[n] for n in kept] for cells in csv.reader(content))
    file = _File([], "2020.csv")
    file.content = buffer.getvalue().encode()
    file.size = len(file.content)
    workflow = start_workflow(actor=VISITOR, file=file, key="k")
    return read_again(workflow)


def test_a_file_without_tests_offers_the_ratio_and_never_becomes_positivity() -> None:
    workflow = without_tests()
    (card,) = page_of(workflow)["question"]["cards"]
    assert card["code"] == "NO_TESTED_COLUMNS"
    answer(workflow, "NO_TESTED_COLUMNS=opd")
    workflow = read_again(workflow)
    assert (workflow.stage, workflow.definition) == ("state_confirmation", "opd")
    refused = apply_command(
        locks.workflow(workflow.pk), command="set", slots={"method": "rdt"}, actor=VISITOR
    )
    assert refused.refusal is not None and refused.refusal.code == "no_tested_columns"
    chosen = {"state": "Kwara", "level": "all", "age": "u5"}
    done = apply_command(locks.workflow(workflow.pk), command="select", slots=chosen, actor=VISITOR)
    assert done.result is not None
    assert (done.result.totals["positive"], done.result.totals["tested"]) == (18, 300)
    workflow.refresh_from_db()
    assert replay(workflow)["differs"] == []


def test_who_declines_the_ratio_is_told_what_to_send_and_may_send_it() -> None:
    workflow = without_tests()
    answer(workflow, "NO_TESTED_COLUMNS=refuse")
    workflow = read_again(workflow)
    assert workflow.stage == "awaiting_upload"
    assert workflow.upload.error_code == "NO_TESTED_COLUMNS"


def test_the_recommended_answer_is_read_already_and_whoever_names_the_state_goes_on() -> None:
    """The words of the main job are not held up: the safe answer is taken, said and in the ledger."""
    workflow = opened(twice())
    text = "Kwara State"
    reply = say(workflow.pk, text=text, version=workflow.version, key="s", actor=VISITOR).reply
    assert "Taken as recommended: Keep the row with more filled test cells" in reply["text"]
    workflow.refresh_from_db()
    assert (workflow.stage, u5_tested(workflow)) == ("state_confirmation", [20, 25])
    line = workflow.events.get(command="select")
    assert line.payload["taken"] == {"DUPLICATES": "fuller"}
    assert replay(workflow)["differs"] == []
    assert workflow.upload.status == "ready"


def test_yes_takes_what_is_recommended_and_nothing_where_numbers_could_turn_round() -> None:
    safe, unsafe = opened(twice()), unsure(key="k2")
    for workflow, stage in ((safe, "state_confirmation"), (unsafe, "review_upload")):
        say(workflow.pk, text="yes", version=workflow.version, key="y", actor=VISITOR)
        workflow.refresh_from_db()
        assert workflow.stage == stage
        assert replay(workflow)["differs"] == []


def test_the_recommended_answer_given_on_the_card_is_not_read_again() -> None:
    workflow = opened(twice())
    answer(workflow, "DUPLICATES=fuller")
    workflow.refresh_from_db()
    assert workflow.stage == "state_confirmation"
    assert UploadReading.objects.get().status == "done"
    assert replay(workflow)["differs"] == []


def test_what_turns_numbers_round_holds_the_workflow_up() -> None:
    workflow = unsure()
    say(workflow.pk, text="Kwara State", version=workflow.version, key="s", actor=VISITOR)
    workflow.refresh_from_db()
    assert (workflow.stage, workflow.state) == ("review_upload", None)


def test_figures_that_another_workflow_uses_stay_when_this_one_decides_otherwise() -> None:
    first, second = opened(twice()), opened(twice(), key="k2")
    assert first.upload_id == second.upload_id
    answer(first, "DUPLICATES=fuller")
    answer(second, "DUPLICATES=last")
    second.refresh_from_db()
    assert second.upload_id != first.upload_id
    second = read_again(second)
    first.refresh_from_db()
    assert (u5_tested(first), u5_tested(second)) == ([20, 25], [30, 25])
