"""`workflow_show`, `workflow_replay`, `sweep_jobs`, `ward_match`."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from chatmrpt.chat.tests.views.visits import adamawa_list, complete, upload
from tpr.models import UploadReading, Workflow
from tpr.tests.commands.running import run

pytestmark = pytest.mark.django_db


def test_a_workflow_is_shown_with_every_line_of_its_ledger(client: Client) -> None:
    workflow = complete(client)
    ended = run("workflow_show", workflow.pk)
    assert ended.code == 0
    assert "stage complete" in ended.out
    found = json.loads(run("workflow_show", workflow.pk, "--json").out)
    assert found["selections"] == {"state": "Adamawa", "level": "primary", "age_group": "u5"}
    assert len(found["ledger"]) == workflow.events.count()


def test_a_replay_is_identical_and_says_what_was_typed_over(client: Client) -> None:
    workflow = complete(client)
    ended = run("workflow_replay", workflow.pk)
    assert (ended.code, "identical" in ended.out) == (0, True)
    Workflow.objects.filter(pk=workflow.pk).update(age_group="pw")
    ended = run("workflow_replay", workflow.pk)
    assert ended.code != 0
    assert "age_group" in ended.out + ended.err


@pytest.mark.parametrize("name", ["workflow_show", "workflow_replay"])
@pytest.mark.parametrize("uuid", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_workflow_that_is_not_there_ends_with_2(name: str, uuid: str) -> None:
    ended = run(name, uuid)
    assert (ended.code, "error[NOT_FOUND]" in ended.err) == (2, True)


def test_the_sweeper_sends_only_what_has_waited_and_only_counts_when_dry(client: Client) -> None:
    upload(client)
    past = timezone.now() - timedelta(minutes=1)
    UploadReading.objects.update(status="queued", finished_at=None, queued_at=timezone.now(),
                                 hinted_at=timezone.now())  # fmt: skip
    assert ": 1" not in run("sweep_jobs").out, "just sent: give the worker its time"
    UploadReading.objects.update(queued_at=past, hinted_at=past)
    assert ": 1" in run("sweep_jobs", "--dry-run").out
    assert UploadReading.objects.get().hinted_at == past
    assert ": 1" in run("sweep_jobs").out
    assert UploadReading.objects.get().hinted_at > past
    assert ": 1" not in run("sweep_jobs").out


def test_names_are_joined_or_listed_with_suggestions_never_guessed(tmp_path: Path) -> None:
    adamawa_list()
    path = tmp_path / "names.csv"
    path.write_text(
        "state,lga,ward\nAdamawa,Fufore,Bille\nAdamawa,Fufore,RIBADU  ward\n"
        "Adamawa,Girei,Girrey I\nAdamawa,Girei,Bille\n",
        encoding="utf-8",
    )
    ended = run("ward_match", path, "--list", "Adamawa 2024")
    assert ended.code == 0, ended.err
    rows = list(csv.DictReader(io.StringIO(ended.out, newline="")))
    assert [r["ward_code"] for r in rows[:2]] == ["AD0", "AD1"]
    assert rows[2]["ward_code"] == ""
    assert rows[2]["suggestions"].startswith("AD2:Girei I:")
    assert rows[3]["ward_code"] == "", "the same name in another LGA is another ward"


def test_a_table_without_the_columns_or_a_list_without_a_name_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("state,ward\nAdamawa,Bille\n", encoding="utf-8")
    adamawa_list()
    ended = run("ward_match", path, "--list", "Adamawa 2024")
    assert (ended.code, "error[COLUMN_MISSING]" in ended.err) == (2, True)
    assert run("ward_match", path, "--list", "none").code == 2
