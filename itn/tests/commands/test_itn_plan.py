"""itn_plan: files of the contract, exit codes, tables and runs."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command

from itn.models import ItnPlan
from itn.tests.world import at_commit, finished_world

pytestmark = pytest.mark.django_db

COLUMNS = [
    "ward_code", "state", "lga", "ward", "rank", "population", "need", "nets", "bales",
    "loose_nets", "people_covered", "coverage", "tier", "status", "reason",
]  # fmt: skip
TABLE = (
    "ward,rank,population,urban_percentage,lga,burden\n"
    "A,1,18000,10,L1,220\nB,2,9001,80,L1,260\nC,3,5400,0,L2,120\nD,4,12600,40,L2,90\n"
)


def run(tmp_path, *arguments, table=TABLE):
    """Run the command on a table; return the rows by ward, plan.json and what was printed."""
    path = tmp_path / "wards.csv"
    path.write_text(table, encoding="utf-8")
    out, err = StringIO(), StringIO()
    call_command(
        "itn_plan", "--wards", str(path), "--out", str(tmp_path / "out"), *arguments,
        stdout=out, stderr=err,
    )  # fmt: skip
    at_commit()
    raw = (tmp_path / "out" / "allocation.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert list(lines[0]) == COLUMNS
    facts = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    for line in lines:
        assert int(line["nets"]) == 50 * int(line["bales"]) + int(line["loose_nets"])
        assert line["reason"]
    assert sum(int(line["nets"]) for line in lines) == facts["allocated"]
    assert facts["allocated"] + facts["remaining"] == facts["available"]
    return {line["ward"]: line for line in lines}, facts, err.getvalue()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--nets 15000", [10000, 5000, 0, 0]),
        ("--nets 15k --strategy legacy_two_tier", [10000, 0, 3000, 2000]),
        ("--nets 15000 --strategy legacy_two_tier --urban-threshold 30", [10000, 2000, 3000, 0]),
        ("--nets 15000 --strategy legacy_two_tier --urban-threshold 0", [10000, 5000, 0, 0]),
        ("--nets 0 --strategy legacy_two_tier", [0, 0, 0, 0]),
        ("--nets 15000 --strategy proportional", [6000, 3000, 1800, 4200]),
        ("--nets 15000 --strategy floor_then_risk --floor 50", [7450, 2550, 1500, 3500]),
        ("--nets 15000 --strategy burden_weighted", [7300, 3850, 1500, 2350]),
        ("--nets 15000 --strategy burden_weighted --gamma 1", [10000, 5000, 0, 0]),
        (
            "--nets 15000 --strategy deprioritise --urban-threshold 50 --then proportional",
            [7500, 0, 2250, 5250],
        ),
        ("--nets 15000 --bale 1", [10000, 5000, 0, 0]),
        ("--nets 15000 --budget 1000000 --cost-per-net 5584.97", [150, 0, 0, 0]),
        ("--nets 15000 --buffer 10", [11000, 4000, 0, 0]),
        ("--nets 15000 --persons-per-net 2.0", [9000, 4550, 1450, 0]),
    ],
)
def test_worked_allocations(tmp_path, arguments, expected):
    rows, facts, _ = run(tmp_path, *arguments.split())
    assert [int(rows[ward]["nets"]) for ward in "ABCD"] == expected
    assert facts["strategy"] == ItnPlan.objects.get().strategy


def test_lga_minimum_from_a_table(tmp_path):
    quotas = tmp_path / "minimum.csv"
    quotas.write_text("lga,bales\nL2,100\n", encoding="utf-8")
    rows, _, _ = run(
        tmp_path, "--nets", "15000", "--strategy", "burden_weighted", "--lga-min", str(quotas)
    )
    assert [int(rows[ward]["bales"]) for ward in "ABCD"] == [130, 70, 36, 64]


def test_plan_json_tells_parameters_equity_checks_and_a_sentence_per_ward(tmp_path):
    _, facts, _ = run(tmp_path, "--nets", "15000")
    assert facts["parameters"]["persons_per_net"] == "1.8"
    assert facts["equity"]["gini_by_population"] == pytest.approx(0.400006, abs=1e-6)
    assert facts["equity"]["share_of_burden_covered"] == pytest.approx(0.779485, abs=1e-6)
    assert facts["totals"]["need_nets"] == 25_001
    assert facts["totals"]["need_by_ratio"]["2.0"] == 22_501
    sentence = next(w["sentence"] for w in facts["wards"] if w["ward"] == "C")
    assert "place 2 (B)" in sentence
    assert facts["checks"] == []
    assert facts["parameters"]["target_rule"] == "ward_ceiling"
    assert facts["notes"][0] == "Ranks and populations as given in the table wards.csv."


def test_wards_without_population_come_first_and_are_warned_about(tmp_path):
    table = TABLE + "E,5,,50,L2,10\n=cmd(),6,100,,L2,10\n"
    rows, facts, err = run(tmp_path, "--nets", "15000", table=table)
    assert next(iter(rows)) == "E"
    assert (rows["E"]["reason"], rows["E"]["need"], rows["E"]["status"]) == (
        "no_population", "", "not_planned",
    )  # fmt: skip
    assert "'=cmd()" in rows
    assert facts["totals"]["wards"] == 6
    assert "warning[WARDS_WITHOUT_POPULATION]" in err


@pytest.mark.parametrize(
    ("arguments", "table", "code"),
    [
        (["--nets", "lots"], TABLE, "INVALID_NUMBER"),
        (["--nets", "1", "--strategy", "fair"], TABLE, "STRATEGY_UNKNOWN"),
        (["--nets", "1"], "ward,population\nA,1\n", "COLUMN_MISSING"),
        (["--nets", "1"], "ward,rank,population\nA,1,x\n", "CELL_INVALID"),
        (["--nets", "1"], "ward,rank,population\nA,1,1\nB,1,1\n", "RANK_TWICE"),
        (["--nets", "1", "--budget", "5"], TABLE, "COST_MISSING"),
    ],
)
def test_bad_input_exits_2_with_its_code(tmp_path, arguments, table, code):
    path = tmp_path / "wards.csv"
    path.write_text(table, encoding="utf-8")
    err = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("itn_plan", "--wards", str(path), *arguments, stderr=err)
    assert stop.value.code == 2
    assert f"error[{code}]" in err.getvalue()
    assert not ItnPlan.objects.exists()


def test_a_run_is_planned_by_its_id(tmp_path):
    world = finished_world()
    out = StringIO()
    call_command(
        "itn_plan", "--run", str(world.run.pk), "--nets", "15,000", "--out", str(tmp_path),
        stdout=out, stderr=StringIO(),
    )  # fmt: skip
    facts = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert facts["run"] == str(world.run.pk)
    assert (facts["population_source"], facts["population_year"]) == ("census", 2024)
    assert "15,000 allocated" in out.getvalue()
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("itn_plan", "--run", "x", "--nets", "1", stderr=err)
    assert "error[RUN_UNKNOWN]" in err.getvalue()
