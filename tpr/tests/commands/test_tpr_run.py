"""`tpr_run`: one file, one answer, exit codes that a script can trust."""

import csv
import json
from pathlib import Path

import pytest

from chatmrpt.testing.uploads import HEADER, TWO_STATES, csv_bytes, row
from tpr.models import TprResult, Workflow
from tpr.tests.commands.running import run, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "two.csv"
    path.write_bytes(csv_bytes(TWO_STATES))
    return path


def test_a_run_leaves_the_files_and_the_rows_a_person_would_have_made(
    two: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = run("tpr_run", two, "--state", "Adamawa State", "--level", "primary", "--age", "u5",
                "--out", out)  # fmt: skip
    assert ended.code == 0
    assert "TPR 45.83 % (165 of 360 tests)" in ended.out
    rows = {r["ward"]: r for r in table(out / "ward_tpr.csv")}
    assert float(rows["Bille"]["tpr"]) == pytest.approx(100 * 100 / 220, abs=1e-9)
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["totals"]["tested"], summary["selections"]["level"]) == (360, "primary")
    assert (out / "issues.csv").exists()
    workflow = Workflow.objects.get()
    assert (workflow.stage, workflow.owner) == ("complete", "command")
    assert set(workflow.events.values_list("channel", flat=True)) <= {"command", "job"}
    assert str(workflow.pk) in ended.out


def test_json_prints_nothing_but_json(two: Path) -> None:
    ended = run("tpr_run", two, "--state", "Adamawa", "--json")
    found = json.loads(ended.out)
    assert found["definition"] == "facility_max"
    assert ended.code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "STATE_REQUIRED"),
        (["--state", "Lagos"], "UNKNOWN_STATE"),
        (["--state", "Adamawa", "--level", "tertiary"], "LEVEL_NOT_IN_STATE"),
        (["--state", "Adamawa", "--period", "2024"], "BAD_PERIOD"),
        (["--state", "Adamawa", "--period", "2024-06..2024-01"], "BAD_PERIOD"),
        (["--state", "Adamawa", "--list", "none such"], "LIST_UNKNOWN"),
        (["--state", "Adamawa", "--assume", "X"], "BAD_ASSUME"),
        (["--state", "Adamawa", "--assume", "SWOPPED=swap"], "UNKNOWN_ASSUME"),
        (["--state", "Adamawa", "--assume", "SUBTOTALS=drop"], "BAD_ASSUME"),
        (["--state", "Adamawa", "--mapping", "/nowhere.json"], "BAD_MAPPING"),
    ],
)
def test_bad_input_ends_with_2_and_a_code(two: Path, words: list[str], code: str) -> None:
    ended = run("tpr_run", two, *words)
    assert ended.code == 2
    assert f"error[{code}]: " in ended.err
    assert ended.out == ""
    assert TprResult.objects.count() == 0


def test_the_states_to_choose_from_are_named(two: Path) -> None:
    assert "Adamawa, Kwara" in run("tpr_run", two).err


def test_a_file_of_one_state_needs_no_state(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_bytes(csv_bytes(TWO_STATES[:5]))
    assert run("tpr_run", path).code == 0
    assert TprResult.objects.get().state == "Adamawa"


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    ended = run("tpr_run", tmp_path / "none.xlsx")
    assert (ended.code, "error[FILE_NOT_FOUND]" in ended.err) == (2, True)


@pytest.fixture
def positives_only(tmp_path: Path) -> Path:
    path = tmp_path / "positives.csv"
    kept = [i for i, name in enumerate(HEADER) if "tested by" not in name]
    rows = [
        row("Adamawa", "Fufore", "Bille", "Bille HP", u5=(100, 40), o5=(50, 11), opd=400),
        row("Adamawa", "Fufore", "Bille", "Bille HP", month=2, u5=(80, 9), opd=100),
        row("Adamawa", "Girei", "Girei I", "Girei PHC", u5=(60, ""), opd=70),
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([line[i] for i in kept] for line in (list(HEADER), *rows))
    return path


def test_positives_without_tests_are_refused_by_name(positives_only: Path) -> None:
    ended = run("tpr_run", positives_only, "--state", "Adamawa")
    assert (ended.code, "error[NO_TESTED_COLUMNS]" in ended.err) == (2, True), ended.err


def test_positives_without_tests_give_the_out_patient_ratio_when_it_is_asked_for(
    positives_only: Path, tmp_path: Path
) -> None:
    words = ("--definition", "opd", "--age", "u5", "--out", tmp_path / "out")
    ended = run("tpr_run", positives_only, *words)
    assert ended.code == 0, ended.err
    assert "8.60 % (49 of 570 out-patients)" in ended.out
    by_ward = {line["ward"]: line for line in table(tmp_path / "out" / "ward_tpr.csv")}
    assert float(by_ward["Bille"]["tpr"]) == pytest.approx(100 * 49 / 500)
    assert by_ward["Girei I"]["tpr"] == "", "no positives reported is not zero positives"


def test_a_doubtful_file_asks_and_an_answer_lets_it_through(tmp_path: Path) -> None:
    """Tested and positive exchanged: more positives than tests nearly everywhere."""
    path = tmp_path / "swapped.csv"
    path.write_bytes(
        csv_bytes(
            row("Adamawa", "Fufore", f"Ward {chr(65 + n)}", f"Post {chr(65 + n)}", month=m,
                u5=(10 + n, 40 + n), o5=(5 + n, 30 + n))
            for n in range(12) for m in range(1, 7)
        )
    )  # fmt: skip
    ended = run("tpr_run", path)
    assert ended.code == 2
    assert "error[REVIEW_NEEDED]" in ended.err
    question = ended.err.split("--assume ")[1].split()[0]
    code, _, choices = question.partition("=")
    for choice in choices.split("|"):
        again = run("tpr_run", path, "--assume", f"{code}={choice}")
        if again.code == 0:
            return
    raise AssertionError(f"no answer of {question} lets the file through: {again.err}")


def test_duplicates_with_other_figures_stop_no_command_and_are_said(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_bytes(csv_bytes([
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(20, 9)),
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(30, 12), o5=(8, 2)),
    ]))  # fmt: skip
    totals = {}
    for assume in ([], ["--assume", "DUPLICATES=first"]):
        ended = run("tpr_run", path, "--age", "u5", "--json", *assume)
        assert (ended.code, "warning[DUPLICATE_CONFLICT]" in ended.err) == (0, True), ended.err
        totals[len(assume)] = json.loads(ended.out)["totals"]["tested"]
    assert totals == {0: 30, 2: 20}


def test_a_period_narrows_the_months_used(two: Path) -> None:
    ended = run("tpr_run", two, "--state", "Adamawa", "--level", "primary", "--age", "u5",
                "--period", "2024-02..2024-02", "--json")  # fmt: skip
    found = json.loads(ended.out)
    assert (found["totals"]["tested"], found["totals"]["positive"]) == (120, 60)
    assert (found["selections"]["period_start"], found["selections"]["period_end"]) == (
        "2024-02", "2024-02",
    )  # fmt: skip


def test_exceeding_rows_are_kept_left_out_or_cut(two: Path) -> None:
    rates = {}
    for rule in ("exclude", "keep", "cap"):
        ended = run(
            "tpr_run", two, "--state", "Kwara", "--age", "u5", "--exceeding", rule, "--json"
        )
        totals = json.loads(ended.out)["totals"]
        rates[rule] = (totals["tested"], totals["positive"])
    assert rates == {"exclude": (30, 9), "keep": (55, 39), "cap": (55, 34)}
