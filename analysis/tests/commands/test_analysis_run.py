import csv
import json

import pytest
from django.core.management import call_command

from analysis.models import AnalysisRun
from analysis.tests.build import boundary_list, complete_workflow
from chatmrpt.testing.shared import shared_path

pytestmark = pytest.mark.django_db

WARDS = """ward,lga,state,ward_code,population,urban_percentage,tested,positive,rainfall,goats
Ajingi,North,Kano,K0,1000,10,900,450,80,1
Balare,North,Kano,K1,1000,20,1200,300,90,5
Chula,North,Kano,K2,1000,90,400,60,,3
Dundun,South,Kano,K3,1000,5,800,560,150,9
Gurduba,South,Kano,K4,1000,5,,,160,2
Toranke,South,Kano,K5,1000,40,600,90,170,4
"""


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("analysis.services.await_run.worker_is_running", lambda: False)


@pytest.fixture
def wards(tmp_path):
    def write(text=WARDS, name="wards.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(path, *options, out=None):
    arguments = ["--wards", str(path), "--draws", "50", *options]
    if out:
        arguments += ["--out", str(out)]
    call_command("analysis_run", *arguments)


def read(folder):
    with (folder / "ward_scores.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return rows, json.loads((folder / "run.json").read_text(encoding="utf-8"))


def fails(code, capsys, path, *options):
    with pytest.raises(SystemExit) as stop:
        run(path, *options)
    assert stop.value.code == 2
    text = capsys.readouterr().err
    assert f"error[{code}]" in text
    return text


def test_counts_are_shrunk_and_files_written(wards, tmp_path):
    run(wards(), "--variables", "rainfall,goats:-", "--top", "2", out=tmp_path)
    rows, card = read(tmp_path)
    assert [int(r["rank"]) for r in rows] == [1, 2, 3, 4, 5, 6]
    by_ward = {r["ward"]: r for r in rows}
    assert by_ward["Ajingi"]["tpr"] == "50"
    assert float(by_ward["Ajingi"]["tpr_shrunk"]) != 50
    assert by_ward["Gurduba"]["tpr"] == ""
    assert "no_tests" in by_ward["Gurduba"]["flags"]
    assert by_ward["Chula"]["imputed_rainfall"] == "lga"
    assert sum(float(r["p_top"]) for r in rows) == pytest.approx(2)
    assert [v["name"] for v in card["variables"]["used"]] == ["tpr", "rainfall", "goats"]
    assert card["variables"]["used"][2]["direction"] == "inverse"
    assert sum(card["weights"].values()) == pytest.approx(1)
    shares = sum(float(r["contribution_goats"]) for r in rows)
    assert shares == pytest.approx(0, abs=1e-12)


def test_by_default_every_other_number_is_a_variable_and_undecided_ones_say_so(wards, tmp_path):
    run(wards(), out=tmp_path)
    _, card = read(tmp_path)
    assert [v["name"] for v in card["variables"]["used"]] == ["tpr", "rainfall"]
    left = {v["name"]: v["reason_code"] for v in card["variables"]["left_out"]}
    assert left == {"goats": "UNKNOWN_VARIABLE", "urban_percentage": "not_chosen"}


def test_population_and_urban_share_are_kept_for_the_net_plan(wards):
    run(wards())
    score = AnalysisRun.objects.get().scores.get(ward_name="Chula")
    assert (score.population, score.urban_percentage) == (1000, 90)


def test_a_positivity_in_per_cent_is_used_as_given(wards, tmp_path, capsys):
    run(wards("ward,tpr,ndvi\nA,20,0.1\nB,60,0.2\nC,40,0.9\nD,,0.5\n"), out=tmp_path)
    rows, card = read(tmp_path)
    assert {r["ward"]: r["tpr"] for r in rows} == {"A": "20", "B": "60", "C": "40", "D": ""}
    assert "tpr_as_given" in [n["code"] for n in card["notes"]]
    assert "warning[TPR_AS_GIVEN]" in capsys.readouterr().err


def test_an_alias_above_one_is_read_as_per_cent_and_said(wards, tmp_path):
    run(wards("ward,u5_tpr_rdt,ndvi\nA,20,0.1\nB,60,0.2\nC,40,0.9\n"), out=tmp_path)
    rows, card = read(tmp_path)
    assert {r["ward"]: r["tpr"] for r in rows}["B"] == "60"
    assert "tpr_unit" in [n["code"] for n in card["notes"]]


@pytest.mark.parametrize(
    ("code", "text", "options"),
    [
        ("MALARIA_INDICATOR_MISSING", "ward,ndvi\nA,0.1\nB,0.2\n", []),
        ("NO_WARD_COLUMN", "place,ndvi\nA,0.1\n", []),
        ("DUPLICATE_WARD", "ward,lga,tpr\nA,N,1\nA,N,2\n", []),
        ("TOO_FEW_WARDS", "ward,tpr\nA,10\n", []),
        ("OUT_OF_RANGE", "ward,tpr\nA,10\nB,120\n", []),
        ("NO_VARIATION", "ward,tpr\nA,10\nB,10\nC,10\n", []),
        ("INVALID_COUNT", "ward,tested,positive\nA,-1,0\nB,5,1\n", []),
        ("INVALID_COUNT", "ward,tested,positive\nA,many,0\nB,5,1\nC,9,2\n", []),
        ("UNKNOWN_VARIABLE", WARDS, ["--variables", "moonlight:+"]),
        ("INVALID_WEIGHTS", WARDS, ["--weights", "moonlight=2"]),
        ("TOO_FEW_VARIABLES", "ward,tpr\nA,10\nB,20\n", ["--profile", "legacy"]),
        ("UNKNOWN_PROFILE", WARDS, ["--profile", "best"]),
    ],
)
def test_bad_input_is_exit_two_with_its_code(wards, capsys, code, text, options):
    fails(code, capsys, wards(text), *options)


def test_a_second_run_of_the_same_table_shows_the_finished_one(wards, capsys):
    run(wards())
    first = capsys.readouterr().out
    run(wards())
    assert capsys.readouterr().out == first
    assert AnalysisRun.objects.count() == 1


def test_wards_of_one_name_in_two_lgas_stay_apart(wards, tmp_path):
    text = "ward,lga,tpr,ndvi\nSabon Gari,A,10,0.1\nSabon Gari,B,60,0.2\nKawo,A,30,0.9\n"
    run(wards(text), out=tmp_path)
    rows, _ = read(tmp_path)
    assert [(r["ward"], r["lga"], r["tpr"]) for r in rows if r["ward"] == "Sabon Gari"] == [
        ("Sabon Gari", "B", "60"), ("Sabon Gari", "A", "10"),
    ]  # fmt: skip


def test_legacy_from_files_equals_the_published_ilorin_reference(wards, tmp_path):
    reference = shared_path("cases/ilorin_reference.csv")
    boundaries = shared_path("data/wards/Ilorin_3LGA.zip")
    with reference.open(encoding="utf-8") as handle:
        published = {r["WardCode"]: r for r in csv.DictReader(handle)}
    names = ("distance", "meanEVI", "val_housing_15", "settlement_type", "tpr_u5_new")
    lines = ["ward,ward_code," + ",".join(names)]
    lines += [
        ",".join([r["WardName"], code, *(r[f"{n}_raw"] for n in names)])
        for code, r in published.items()
    ]
    run(
        wards("\n".join(lines) + "\n"), "--profile", "legacy", "--boundaries", str(boundaries),
        out=tmp_path,
    )  # fmt: skip
    rows, card = read(tmp_path)
    assert len(rows) == 35
    for row in rows:
        expected = published[row["ward_code"]]
        assert float(row["score"]) == pytest.approx(float(expected["median_score_orig"]), abs=1e-9)
        assert row["rank"] == expected["rank_orig"]
        assert f"{row['category']} Risk" == expected["category_orig"]
        assert row["rank_low"] == expected["rank_min_orig"]
        assert row["rank_high"] == expected["rank_max_orig"]
        for name in names:
            z = float(row[f"norm_{name.lower()}"])
            assert z == pytest.approx(float(expected[f"norm_orig_{name}"]), abs=1e-9)
    assert card["facts"]["models"] == 26
    assert card["tests"]["kmo"] == pytest.approx(0.35475687, abs=1e-6)
    assert card["tests"]["suitable"] is False


def test_a_workflow_is_ranked_by_the_same_command(tmp_path):
    workflow = complete_workflow(ward_list=boundary_list())
    call_command(
        "analysis_run", "--workflow", str(workflow.pk), "--draws", "20", "--out", str(tmp_path)
    )
    rows, card = read(tmp_path)
    assert rows[0]["ward"] == "Dundun"
    assert card["source"]["workflow"] == str(workflow.pk)


def test_an_unknown_workflow_is_exit_two(capsys):
    for text in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(SystemExit) as stop:
            call_command("analysis_run", "--workflow", text)
        assert stop.value.code == 2
