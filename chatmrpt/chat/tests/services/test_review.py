"""What the reader is unsure of: asked as cards, answered once, remembered for the same header."""

import pytest

from chatmrpt.chat.api import choose, page_of, start_workflow
from chatmrpt.testing.uploads import VISITOR, csv_bytes, row
from tpr.models import ConfirmedAnswer, Upload, UploadReading, Workflow
from tpr.services.read_upload import read_upload
from tpr.services.replay import replay

pytestmark = pytest.mark.django_db


class _File:
    def __init__(self, rows: list[list[object]], name: str) -> None:
        self.content, self.name = csv_bytes(rows), name
        self.size = len(self.content)

    def chunks(self) -> list[bytes]:
        return [self.content]


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
    answer(workflow, "SWAPPED=perhaps")
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
