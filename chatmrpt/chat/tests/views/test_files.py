"""The files of a workflow: exact columns, attachments, no cell that a spreadsheet would run."""

import csv
import io
import json

import pytest
from django.test import Client

from chatmrpt.chat.tests.views.visits import complete, planned, url
from chatmrpt.testing.uploads import row

pytestmark = pytest.mark.django_db

WARD_TPR = (
    "state,lga,ward,ward_code,ward_in_list,level,age_group,definition,exceeding,period_start,"
    "period_end,facilities,facility_periods,tested,positive,tpr,tpr_low,tpr_high,tested_rdt,"
    "positive_rdt,tested_microscopy,positive_microscopy,status,flags,deff,n_eff,tpr_shrunk,"
    "shrunk_low,shrunk_high,pull"
)
LEDGER = (
    "sequence,at,channel,actor,command,payload,stage_from,stage_to,idempotency_key,request_id,"
    "served_by"
)


def table(answer: object) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_ward_tpr_has_exactly_the_columns_of_the_contract(client: Client) -> None:
    workflow, _, _ = planned(client)
    answer = client.get(url(workflow, "ward_tpr.csv"))
    assert answer.content.startswith(b"\xef\xbb\xbfstate,")
    assert answer.content.decode("utf-8-sig").splitlines()[0] == WARD_TPR
    rows = {r["ward"]: r for r in table(answer)}
    assert set(rows) == {"Bille", "Ribadu", "Girei I", "Girei II"}
    assert (rows["Bille"]["tested"], rows["Bille"]["positive"]) == ("220", "100")
    assert float(rows["Bille"]["tpr"]) == pytest.approx(100 * 100 / 220, abs=1e-9)
    assert (rows["Girei II"]["tested"], rows["Girei II"]["tpr"]) == ("", ""), "null is not zero"


def test_the_ledger_has_exactly_the_columns_of_the_contract(client: Client) -> None:
    workflow, run, plan = planned(client)
    answer = client.get(url(workflow, "ledger.csv"))
    assert answer.content.decode("utf-8-sig").splitlines()[0] == LEDGER
    lines = table(answer)
    assert [int(line["sequence"]) for line in lines] == list(range(1, len(lines) + 1))
    commands = [line["command"] for line in lines]
    order = ["receive_file", "file_read", "confirm", "run_risk", "run_finished", "plan_nets"]
    assert [c for c in commands if c in order] == order
    assert {line["channel"] for line in lines} == {"form", "job"}
    payloads = [json.loads(line["payload"]) for line in lines]
    assert any(str(run.pk) in json.dumps(p) for p in payloads)
    assert any(str(plan.pk) in json.dumps(p) for p in payloads)


def test_the_allocation_adds_up_and_gives_every_ward_a_reason(client: Client) -> None:
    workflow, _, plan = planned(client, "10,000")
    rows = table(client.get(url(workflow, f"plans/{plan.pk}/allocation.csv")))
    assert len(rows) == 4
    assert sum(int(float(r["nets"])) for r in rows) == plan.allocated
    assert plan.allocated + plan.remaining == 10_000
    assert all(r["reason"] for r in rows)


def test_every_file_is_an_attachment_with_its_own_name(client: Client) -> None:
    workflow, run, plan = planned(client)
    for rest, kind in (
        ("ward_tpr.csv", "text/csv"), ("ward_tpr.geojson", "application/geo+json"),
        ("issues.csv", "text/csv"), ("ledger.csv", "text/csv"),
        ("summary.json", "application/json"), (f"runs/{run.pk}/ward_scores.csv", "text/csv"),
        (f"runs/{run.pk}/run.json", "application/json"),
        (f"plans/{plan.pk}/allocation.csv", "text/csv"),
        (f"plans/{plan.pk}/plan.json", "application/json"),
    ):  # fmt: skip
        answer = client.get(url(workflow, rest))
        assert answer.status_code == 200, rest
        assert answer["Content-Disposition"] == f'attachment; filename="{rest.split("/")[-1]}"'
        assert answer["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer["X-Content-Type-Options"] == "nosniff"
        if "json" in kind:
            assert isinstance(json.loads(answer.content), dict)


def test_a_ward_whose_name_is_a_formula_is_text_in_every_file(client: Client) -> None:
    evil = [
        row("Adamawa", "Fufore", "=cmd()", "+SUM(A1)", u5=(100, 40)),
        row("Adamawa", "@Girei", "-Girei", "Girei PHC", u5=(60, 45)),
        row("Adamawa", "Girei", "<b>Bille</b>", "<script>alert(1)</script>", u5=(60, 80)),
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(30, 9)),
    ]
    workflow = complete(client, evil)
    rows = table(client.get(url(workflow, "ward_tpr.csv")))
    assert "'=cmd()" in {r["ward"] for r in rows}
    for name in ("ward_tpr.csv", "issues.csv", "ledger.csv"):
        for found in table(client.get(url(workflow, name))):
            for column, cell in found.items():
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (name, column, cell)
    for tab in ("table", "quality", "map"):
        page = client.get(url(workflow), {"tab": tab}).content.decode()
        assert "<b>Bille</b>" not in page
        assert "<script>alert" not in page
