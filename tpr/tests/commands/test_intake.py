"""Files of this machine: the same rows as an upload, one line each, refusals in words."""

import os
import time
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from chatmrpt.chat.models import Message
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.models import Upload, UploadPart, Workflow
from tpr.services.take_files import look_into

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "in"
    place.mkdir()
    return place


def put(folder: Path, name: str, content: bytes, *, age: float = 60) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def manage(capsys, *words):
    code = 0
    try:
        call_command(*words)
    except SystemExit as stopped:
        code = stopped.code
    said = capsys.readouterr()
    return code, said.out, said.err


def test_each_file_becomes_a_workflow_of_its_owner_and_a_refusal_does_not_stop_the_rest(
    folder, capsys
):
    user = get_user_model().objects.create_user("amina")
    good = put(folder, "two.csv", csv_bytes(TWO_STATES))
    bad = put(folder, "notes.csv", b"to do,done\nbuy paper,no\n")
    code, out, err = manage(
        capsys,
        "intake",
        str(bad),
        str(folder / "none.csv"),
        str(good),
        "--owner",
        f"user:{user.pk}",
    )
    assert code == 2
    assert err.startswith("error[") and "notes.csv: " in err
    assert "error[FILE_NOT_FOUND]: none.csv" in err
    workflow = Workflow.objects.get(owner=f"user:{user.pk}", stage="state_selection")
    assert f"two.csv: ready, upload {workflow.upload_id}, workflow {workflow.pk}" in out
    assert Message.objects.filter(workflow=workflow).order_by("sequence").first().text == "two.csv"


def test_the_same_file_again_is_the_same_upload_and_workflow_and_says_so(folder, capsys):
    path = put(folder, "two.csv", csv_bytes(TWO_STATES))
    first = manage(capsys, "intake", str(path))
    again = manage(capsys, "intake", str(path))
    assert (first[0], again[0]) == (0, 0)
    assert "were here before" in again[1] and "were here before" not in first[1]
    assert again[1].split("upload ")[1] == first[1].split("upload ")[1]
    assert Upload.objects.count() == Workflow.objects.count() == UploadPart.objects.count() == 1


@pytest.mark.parametrize("owner", ["user:999999", "user:x", "amina", "visitor:abc", ""])
def test_an_owner_that_does_not_exist_is_bad_input(owner, folder, capsys):
    path = put(folder, "two.csv", b"x")
    code, _, err = manage(capsys, "intake", str(path), f"--owner={owner}")
    assert (code, err.startswith("error[UNKNOWN_OWNER]")) == (2, True)


def test_a_watched_folder_takes_each_file_once_and_leaves_it_where_it_lies(folder, capsys):
    put(folder, "two.csv", csv_bytes(TWO_STATES))
    put(folder, "copy of two.csv", csv_bytes(TWO_STATES))
    put(folder, "empty.csv", b"")
    put(folder, "~$two.xlsx", b"lock of a spreadsheet program")
    put(folder, "photo.jpg", b"no table")
    before = sorted(path.name for path in folder.iterdir())
    code, out, err = manage(capsys, "watch_folder", str(folder))
    assert code == 0
    assert "error[EMPTY_FILE]: empty.csv" in err
    assert out.count("ready") == 2 and out.count("were here before") == 1
    again = manage(capsys, "watch_folder", str(folder))  # as another process: knows by rows only
    assert again[1].count("were here before") == 2
    assert Upload.objects.count() == Workflow.objects.count() == 1
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_refused_file_is_said_again_but_not_read_again(folder, capsys):
    put(folder, "notes.csv", b"to do,done\nbuy paper,no\n")
    first = manage(capsys, "watch_folder", str(folder))
    read_at = Upload.objects.get().read_at
    again = manage(capsys, "watch_folder", str(folder))
    assert first[2] == again[2] and "error[" in first[2]
    assert Upload.objects.get().read_at == read_at


def test_a_file_that_is_still_being_copied_waits_until_it_no_longer_grows(folder):
    whole, seen = csv_bytes(TWO_STATES), {}
    for part in (whole[:100], whole[:900], whole):
        put(folder, "two.csv", part, age=0)
        assert list(look_into(folder, owner="command", seen=seen)) == []
    (taken,) = look_into(folder, owner="command", seen=seen)
    assert (taken.status, Upload.objects.get().size) == ("ready", len(whole))
    assert list(look_into(folder, owner="command", seen=seen)) == []


def test_a_folder_that_does_not_exist_is_bad_input(folder, capsys):
    code, _, err = manage(capsys, "watch_folder", str(folder / "none"))
    assert (code, err.startswith("error[FOLDER_NOT_FOUND]")) == (2, True)
