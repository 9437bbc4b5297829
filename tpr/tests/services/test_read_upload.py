"""The reading job: claims, leases, kills, refusals. With the real child process."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from chatmrpt.chat.api import start_workflow
from chatmrpt.common.jobs import LeaseLost, claim
from chatmrpt.testing.processes import Worker, running, wait_until
from chatmrpt.testing.uploads import TWO_STATES, VISITOR, csv_bytes, read_csv
from tpr.models import (
    Facility,
    FacilityReport,
    Upload,
    UploadIssue,
    UploadReading,
    Workflow,
)
from tpr.queue import READ_UPLOAD
from tpr.services.accept_upload import accept_upload, requeue
from tpr.services.read_upload import read_upload, settle, unsettled
from tpr.services.sweep import sweep

pytestmark = pytest.mark.django_db


def accepted(content: bytes, name: str = "t.csv") -> Upload:
    return accept_upload(owner=VISITOR.owner, name=name, chunks=[content], size=len(content))


def counted() -> tuple[int, int, int]:
    return (Facility.objects.count(), FacilityReport.objects.count(), UploadIssue.objects.count())


def test_reading_writes_facilities_reports_and_counts_in_one_go() -> None:
    upload = read_csv(TWO_STATES)
    assert upload.status == "ready"
    assert Facility.objects.count() == 6
    assert FacilityReport.objects.count() == 7
    assert upload.counts["by_state"]["Adamawa"]["wards"] == 4
    assert upload.counts["by_state"]["Adamawa"]["periods"] == 2


def test_blank_cells_stay_blank_and_are_not_zeros() -> None:
    read_csv(TWO_STATES)
    report = FacilityReport.objects.get(facility__name="Girei General Hospital")
    assert report.tested_rdt_u5 == 50
    assert report.tested_rdt_o5 is None


def test_the_same_bytes_of_the_same_owner_are_the_same_upload() -> None:
    first = read_csv(TWO_STATES)
    again = accepted(csv_bytes(TWO_STATES), name="renamed.csv")
    assert again.pk == first.pk
    assert again.status == "ready"


def test_reading_the_same_bytes_again_gives_the_same_rows() -> None:
    upload = read_csv(TWO_STATES)
    before = counted()
    requeue(upload)
    read_upload(upload.pk)
    assert counted() == before


def test_a_message_that_arrives_twice_reads_once() -> None:
    upload = accepted(csv_bytes(TWO_STATES))
    read_upload(upload.pk)
    attempts = UploadReading.objects.get().attempts
    read_upload(upload.pk)
    assert UploadReading.objects.get().attempts == attempts == 1


def test_a_second_worker_cannot_claim_what_the_first_still_holds() -> None:
    upload = accepted(csv_bytes(TWO_STATES))
    assert claim(UploadReading, upload.pk) is not None
    assert claim(UploadReading, upload.pk) is None


def test_a_worker_whose_lease_is_lost_cannot_finish_after_its_successor() -> None:
    upload = accepted(csv_bytes(TWO_STATES))
    first = claim(UploadReading, upload.pk)
    UploadReading.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = claim(UploadReading, upload.pk)
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost), first.finish():
        pass
    with second.finish():
        pass
    assert UploadReading.objects.get().status == "done"


def test_three_lost_workers_end_in_words_and_the_workflow_says_so() -> None:
    workflow = start_workflow(actor=VISITOR, file=_File(csv_bytes(TWO_STATES)))
    pk = UploadReading.objects.get().pk
    for _ in range(3):
        assert claim(UploadReading, pk) is not None
        UploadReading.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    read_upload(pk)
    workflow.refresh_from_db()
    assert UploadReading.objects.get().status == "failed"
    assert workflow.stage == "awaiting_upload"
    assert Upload.objects.get().status == "rejected"


def test_the_sweeper_finds_waiting_rows_whose_message_was_lost() -> None:
    upload = accepted(csv_bytes(TWO_STATES))
    assert sweep([(UploadReading, READ_UPLOAD)], dry_run=True) == {READ_UPLOAD: 0}
    UploadReading.objects.update(queued_at=timezone.now() - timedelta(minutes=5))
    assert sweep([(UploadReading, READ_UPLOAD)], dry_run=True) == {READ_UPLOAD: 1}
    read_upload(upload.pk)
    assert sweep([(UploadReading, READ_UPLOAD)], dry_run=True) == {READ_UPLOAD: 0}


def test_a_failed_reading_that_nobody_told_is_settled_by_the_sweeper() -> None:
    start_workflow(actor=VISITOR, file=_File(csv_bytes(TWO_STATES)))
    UploadReading.objects.update(
        status="failed", error_code="internal", finished_at=timezone.now(), error_message="Sorry."
    )
    (pk,) = unsettled()
    assert settle(pk)
    assert not settle(pk)
    assert Workflow.objects.get().stage == "awaiting_upload"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02 not a table", "UNSUPPORTED_TYPE"),
        (b"name,age\na,1\n", None),
        (b"%PDF-1.4 something", "UNSUPPORTED_TYPE"),
    ],
)
def test_a_file_that_is_not_one_of_these_is_refused_in_words_and_leaves_no_rows(
    content: bytes, code: str | None
) -> None:
    upload = accepted(content, name="x.csv")
    read_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.status == "rejected"
    assert code is None or upload.error_code == code
    assert len(upload.error_message) > 40
    assert counted()[:2] == (0, 0)


class _File:
    def __init__(self, content: bytes) -> None:
        self.content, self.name, self.size = content, "two.csv", len(content)

    def chunks(self) -> list[bytes]:
        return [self.content]


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    rows = [
        [*row[:3], f"{row[3]} {n}", *row[4:]] for n in range(400) for row in TWO_STATES
    ]  # long enough to be caught in the act
    first = Worker(tmp_path)
    with running(first):
        first.wait_ready()
        upload = accepted(csv_bytes(rows))
        wait_until(
            lambda: UploadReading.objects.get().status != "queued", seconds=20, what="claim",
            every=0.01,
        )  # fmt: skip
        first.kill()
    if UploadReading.objects.get().status != "done":
        UploadReading.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = Worker(tmp_path)
    with running(second):
        second.wait_ready()
        sweep([(UploadReading, READ_UPLOAD)])
        wait_until(
            lambda: UploadReading.objects.get().status == "done", seconds=30, what="reading",
            log=second.log,
        )  # fmt: skip
    upload.refresh_from_db()
    assert upload.status == "ready"
    assert Facility.objects.count() == 6 * 400
    assert FacilityReport.objects.count() == 7 * 400
