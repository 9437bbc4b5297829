"""`tpr_batch`: every combination once; a second run does only what is missing."""

from pathlib import Path

import pytest

from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.models import BatchItem, TprResult, Workflow
from tpr.tests.commands.running import run, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "in"
    found.mkdir()
    (found / "a_two.csv").write_bytes(csv_bytes(TWO_STATES))
    return found


def test_every_combination_is_done_and_listed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = run("tpr_batch", folder, "--out", out, "--levels", "primary,all", "--ages", "u5,all")
    assert ended.code == 0, ended.err
    lines = table(out / "manifest.csv")
    assert len(lines) == 2 * 2 * 2
    assert {line["status"] for line in lines} == {"done"}
    (line,) = [
        m for m in lines if (m["state"], m["level"], m["age_group"]) == ("Adamawa", "primary", "u5")
    ]
    assert (float(line["tested"]), float(line["positive"])) == (360, 165)
    assert (out / line["folder"] / "ward_tpr.csv").exists()


def test_a_second_run_does_only_what_is_missing(folder: Path, tmp_path: Path) -> None:
    words = ("tpr_batch", folder, "--out", tmp_path / "out", "--levels", "all")
    assert run(*words, "--ages", "u5").code == 0
    first = set(TprResult.objects.values_list("pk", flat=True))
    assert run(*words, "--ages", "u5,o5").code == 0
    assert set(TprResult.objects.values_list("pk", flat=True)) > first
    assert TprResult.objects.count() == 2 * len(first)
    results, workflows = TprResult.objects.count(), Workflow.objects.count()
    assert run(*words, "--ages", "u5,o5").code == 0
    assert (TprResult.objects.count(), Workflow.objects.count()) == (results, workflows)
    assert set(BatchItem.objects.values_list("attempts", flat=True)) == {1}


def test_a_bad_file_does_not_stop_the_others(folder: Path, tmp_path: Path) -> None:
    (folder / "b_not_a_table.xlsx").write_bytes(b"this is no workbook")
    (folder / "c_one.csv").write_bytes(csv_bytes(TWO_STATES[:5]))
    out = tmp_path / "out"
    ended = run("tpr_batch", folder, "--out", out, "--levels", "all", "--ages", "u5")
    assert ended.code == 2
    assert "error[NOT_ALL_DONE]" in ended.err
    lines = table(out / "manifest.csv")
    by_file = {line["file"]: line for line in lines}
    assert by_file["b_not_a_table.xlsx"]["status"] == "file_failed"
    assert by_file["b_not_a_table.xlsx"]["error"]
    assert by_file["c_one.csv"]["status"] == "done"
    assert {m["status"] for m in lines if m["file"] == "a_two.csv"} == {"done"}


def test_a_level_that_a_state_does_not_have_is_listed_and_no_failure(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = run("tpr_batch", folder, "--out", out, "--levels", "tertiary", "--ages", "u5")
    assert ended.code == 0, ended.err
    assert {line["status"] for line in table(out / "manifest.csv")} == {"not_available"}


def test_celery_without_a_worker_is_refused(folder: Path, tmp_path: Path) -> None:
    ended = run("tpr_batch", folder, "--out", tmp_path / "out", "--jobs", "celery")
    assert (ended.code, "error[NO_WORKER]" in ended.err) == (2, True)
    assert BatchItem.objects.count() == 0


def test_a_choice_that_is_none_is_refused(folder: Path, tmp_path: Path) -> None:
    ended = run("tpr_batch", folder, "--out", tmp_path / "out", "--ages", "u5,young")
    assert (ended.code, "error[BAD_CHOICE]" in ended.err) == (2, True)
