"""Several files in one data set: years added, overlaps shown and chosen, nothing counted twice."""

import csv
import io

import pytest

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict
from chatmrpt.testing.uploads import VISITOR, read_csv, row
from tpr import locks
from tpr.aggregation import base_rows
from tpr.domain.positivity import chosen, figure
from tpr.exports_sources import sources_csv
from tpr.models import Facility, FacilityReport, Upload, UploadReading, Workflow
from tpr.services.answer_review import answer_review
from tpr.services.join_uploads import join_uploads
from tpr.services.read_upload import read_upload
from tpr.services.receive_upload import create_upload
from tpr.services.workflow import apply_command, start_workflow

pytestmark = pytest.mark.django_db

JANUARY = [
    row("Kwara", "Moro", "Ajanaku", "Clinic A", u5=(100, 40)),
    row("Kwara", "Moro", "Ajanaku", "Clinic B", u5=(50, 10)),
]
FEBRUARY = [
    row("Kwara", "Moro", "Ajanaku", "Clinic A", month=2, u5=(80, 20)),
    row("Kwara", "Oyun", "Igbona", "Clinic C", month=2, u5=(20, 5)),
]
REVISED = [
    row("Kwara", "Moro", "Ajanaku", "Clinic A", u5=(120, 60), o5=(10, 2)),
    row("Kwara", "Moro", "Ajanaku", "Clinic B", u5=(50, 10)),
]


def joined(*files: list[list[object]]) -> Upload:
    uploads = [read_csv(rows, name=f"{n}.csv") for n, rows in enumerate(files)]
    dataset = join_uploads(uploads, owner=VISITOR.owner)
    read_upload(dataset.pk)
    dataset.refresh_from_db()
    return dataset


def totals(dataset: Upload) -> tuple[float | None, float | None]:
    rows = base_rows(upload_id=dataset.pk, state="Kwara", exceeding="exclude")
    found = figure(chosen(rows, "all", "u5"), "facility_max")
    return found.tested, found.positive


def test_two_months_in_two_files_add_up_and_a_facility_of_both_is_one() -> None:
    dataset = joined(JANUARY, FEBRUARY)
    assert dataset.status == "ready"
    assert Facility.objects.filter(upload=dataset).count() == 3
    assert totals(dataset) == (250, 75)
    assert dataset.counts["by_state"]["Kwara"]["periods"] == 2


def test_equal_reports_in_two_files_count_once_without_a_question() -> None:
    dataset = joined(JANUARY, [*JANUARY, *FEBRUARY])
    assert dataset.status == "ready"
    assert totals(dataset) == (250, 75)
    (issue,) = dataset.issues.filter(code="FILES_OVERLAP")
    assert (issue.count, issue.severity) == (2, "info")


def test_differing_reports_are_asked_about_and_never_added() -> None:
    dataset = joined(JANUARY, REVISED)
    assert dataset.status == "review"
    (question,) = dataset.questions
    assert question["facts"] == {"both": 2, "different": 1}
    assert FacilityReport.objects.filter(facility__upload=dataset).count() == 0


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("later", (170, 70)), ("earlier", (150, 50)), ("fuller", (170, 70))],
)
def test_the_answer_decides_which_figures_count(choice: str, expected: tuple[float, float]) -> None:
    dataset = joined(JANUARY, REVISED)
    workflow = start_workflow(upload=dataset, actor=VISITOR)
    assert workflow.stage == "review_upload"
    answer_review(workflow, answers={"OVERLAP": choice}, actor=VISITOR)
    read_upload(dataset.pk)
    dataset.refresh_from_db()
    assert totals(dataset) == expected
    assert Workflow.objects.get(pk=workflow.pk).stage == "state_confirmation"


def test_a_data_set_waits_for_its_files_without_using_up_its_tries() -> None:
    first = read_csv(JANUARY)
    second = read_csv(FEBRUARY, name="later.csv")
    Upload.objects.filter(pk=second.pk).update(status="queued")
    dataset = join_uploads([first, second], owner=VISITOR.owner)
    read_upload(dataset.pk)
    assert UploadReading.objects.get(pk=dataset.pk).attempts == 0
    Upload.objects.filter(pk=second.pk).update(status="ready")
    read_upload(dataset.pk)
    dataset.refresh_from_db()
    assert dataset.status == "ready"


def test_a_refused_file_refuses_the_data_set_by_name() -> None:
    good = read_csv(JANUARY)
    bad = read_csv([["x"]], name="bad.csv")
    Upload.objects.filter(pk=bad.pk).update(
        status="rejected", error_code="NO_ROWS", error_message="There are no rows."
    )
    dataset = join_uploads([good, bad], owner=VISITOR.owner)
    read_upload(dataset.pk)
    dataset.refresh_from_db()
    assert (dataset.status, dataset.error_code) == ("rejected", "MEMBER_REFUSED")
    assert "bad.csv" in dataset.error_message


def test_the_same_files_give_the_same_data_set_and_one_file_is_none() -> None:
    first, second = read_csv(JANUARY), read_csv(FEBRUARY, name="b.csv")
    dataset = join_uploads([first, second], owner=VISITOR.owner)
    assert join_uploads([first, second], owner=VISITOR.owner).pk == dataset.pk
    with pytest.raises(Conflict, match="same file"):
        join_uploads([first, first], owner=VISITOR.owner)


def test_a_third_file_joins_the_two_that_are_joined_already() -> None:
    dataset = joined(JANUARY, FEBRUARY)
    march = read_csv([row("Kwara", "Oyun", "Igbona", "Clinic C", month=3, u5=(7, 1))], name="m.csv")
    larger = join_uploads([dataset, march], owner=VISITOR.owner)
    read_upload(larger.pk)
    larger.refresh_from_db()
    assert totals(larger) == (257, 76)
    assert larger.members.count() == 3


def test_another_owner_makes_a_data_set_of_its_own() -> None:
    first, second = read_csv(JANUARY), read_csv(FEBRUARY, name="b.csv")
    mine = join_uploads([first, second], owner=VISITOR.owner)
    other = Actor(channel="form", owner="visitor:other")
    assert join_uploads([first, second], owner=other.owner).pk != mine.pk


def test_a_file_that_still_arrives_joins_nothing() -> None:
    arriving = create_upload(owner=VISITOR.owner, name="late.csv", size=900)
    with pytest.raises(Conflict) as refused:
        join_uploads([read_csv(JANUARY), arriving], owner=VISITOR.owner)
    assert refused.value.code == "FILE_INCOMPLETE"
    assert not Upload.objects.filter(kind="joined").exists()


def test_every_figure_of_a_data_set_names_the_file_sheet_row_and_cell_it_stands_on() -> None:
    dataset = joined(JANUARY, FEBRUARY)
    workflow = start_workflow(upload=dataset, actor=VISITOR)
    chosen_all = {"state": "Kwara", "level": "all", "age": "u5"}
    workflow = locks.workflow(workflow.pk)
    result = apply_command(workflow, command="select", slots=chosen_all, actor=VISITOR).result
    assert result is not None
    lines = list(csv.DictReader(io.StringIO(sources_csv(result).removeprefix("\ufeff"))))
    assert [(r["facility"], r["period"], r["file"], r["row"], r["cells"]) for r in lines] == [
        ("Clinic A", "2024-01", "0.csv", "2", "H2;N2"),
        ("Clinic A", "2024-02", "1.csv", "2", "H2;N2"),
        ("Clinic B", "2024-01", "0.csv", "3", "H3;N3"),
        ("Clinic C", "2024-02", "1.csv", "3", "H3;N3"),
    ]
    assert all(r["sheet"] for r in lines)
