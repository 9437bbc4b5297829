"""The page of a run, the card of a ward, the wards that could be left out: owner only, no script."""

import io
import json
from html.parser import HTMLParser
from uuid import uuid4

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from analysis.models import AnalysisRun, Covariate, CovariateValue, SettlementCheck
from analysis.services.execute_run import execute_run
from chatmrpt.chat.tests.views.visits import JSON, adamawa_list, complete, ranked, send, url
from chatmrpt.testing.uploads import row
from tpr.models import WorkflowEvent

pytestmark = pytest.mark.django_db

ROWS = [
    row("Adamawa", lga, ward, f"{ward} PHC {i}", month=month, u5=(110 + 40 * n, 30 + 22 * n))
    for n, (lga, ward) in enumerate(
        [("Fufore", "Bille"), ("Fufore", "Ribadu"), ("Girei", "Girei I"), ("Girei", "Girei II")]
    )
    for i in range(2)
    for month in (1, 2)
] + [row("Kano", "Ajingi", "Ajingi", "Ajingi PHC", u5=(100, 40))]


@pytest.fixture
def wards():
    found = adamawa_list()
    for name, code, direction, values in (
        ("urban_percentage", "urban_percentage", "inverse", (80, 60, 10, 55)),
        ("ndwi", "ndwi", "direct", (0.1, 0.2, 0.3, 0.15)),
        ("goats", "", "undecided", (1, 9, 4, 2)),
    ):
        covariate = Covariate.objects.create(
            ward_list=found, name=name, code=code, label=name, direction=direction,
            file_hash="0" * 64,
        )  # fmt: skip
        CovariateValue.objects.bulk_create(
            CovariateValue(covariate=covariate, ward=ward, value=value)
            for ward, value in zip(found.wards.order_by("code"), values, strict=True)
        )
    return found


@pytest.fixture
def visited(client, wards):
    workflow = complete(client, ROWS)
    return workflow, ranked(client, workflow)


class Ids(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.scripts, self.labels = [], 0, set()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.scripts += tag == "script"
        assert "style" not in found, "no inline style under the policy"
        if tag == "label" and found.get("for"):
            self.labels.add(found["for"])


def parsed(answer):
    assert answer.status_code == 200, answer.content
    found = Ids()
    found.feed(answer.content.decode())
    assert len(found.ids) == len(set(found.ids)), "an id stands once"
    assert found.labels <= set(found.ids)
    return found


def test_the_pages_of_a_run_and_of_a_ward_say_what_is_sure_what_was_tried_and_why(client, visited):
    workflow, run = visited
    answer = client.get(url(workflow, f"runs/{run.pk}/"))
    assert parsed(answer).scripts == 0
    text = answer.content.decode()
    for words in (
        "What is sure, and what is not", "Where it could be", "What was left out, and why",
        "What other choices would have given", "Principal components", "How this ranking was made",
        "Fingerprint, SHA-256", run.fingerprint, "LGA ranking", "census, 2024",
    ):  # fmt: skip
        assert words in text, words
    assert "goats" in text
    assert text.count("<tr>") > 10
    report = client.get(url(workflow, f"runs/{run.pk}/report/")).content.decode()
    assert f'href="/workflows/{workflow.pk}/runs/{run.pk}/ward_scores.csv"' in report
    assert 'href="wards/' not in report, "an address that holds on both pages"
    first = run.scores.get(rank=1)
    answer = client.get(url(workflow, f"runs/{run.pk}/wards/{first.pk}/"))
    parsed(answer)
    text = answer.content.decode()
    assert f"Why {first.ward_name} stands where it stands" in text
    assert "Place 1 of 4, upper third" in text
    assert "Raised most by" in text
    assert "reasonable ways to count positivity" in text
    total = sum(v["contribution"] for v in first.variables.values())
    mean = sum(s.score for s in run.scores.all()) / 4
    assert total == pytest.approx(first.score - mean, abs=1e-12)


def test_typed_weights_of_the_form_make_another_run_and_the_effect_is_shown(client, visited):
    workflow, run = visited
    fields = {
        "chosen": "1", "malaria": "tpr", "profile": "sound", "weighting": "typed",
        "weight:tpr": "1", "use:ndwi": "1", "weight:ndwi": "3", "use:goats": "1", "way:goats": "-",
        "weight:goats": "0", "draws": "50", "normalisation": "minmax",
    }  # fmt: skip
    assert send(client, workflow, "analysis/", **fields).status_code == 303
    second = AnalysisRun.objects.exclude(pk=run.pk).get()
    assert execute_run(second.pk)
    second.refresh_from_db()
    assert second.card["weights"] == {"tpr": 0.25, "ndwi": 0.75, "goats": 0.0}
    assert (second.normalisation, second.draws) == ("minmax", 50)
    goats = second.variables.get(name="goats")
    assert (goats.direction, goats.status) == ("inverse", "zero_weight")
    tab = client.get(url(workflow, "?tab=risk"))
    parsed(tab)
    assert "Effect of the change" in tab.content.decode()
    page = client.get(url(workflow, f"runs/{second.pk}/")).content.decode()
    assert "weights" in page
    assert "without urban_percentage" in page
    same = client.get(url(workflow, f"runs/{second.pk}/?with={run.pk}")).content.decode()
    assert "Against another run" in same
    # The same choices by form and by JSON are the same request, so the same run.
    first = {r.pk for r in (run, second)}
    fields = {"chosen": "1", "malaria": "tpr", "profile": "sound", "weighting": "equal",
              "use:ndwi": "1", "use:urban_percentage": "1"}  # fmt: skip
    send(client, workflow, "analysis/", **fields)
    by_form = AnalysisRun.objects.exclude(pk__in=first).get()
    answer = send(client, workflow, "analysis/", variables="tpr,ndwi,urban_percentage", **JSON)
    assert answer.status_code == 202
    assert answer.json()["analysis"]["run"] == str(by_form.pk)


def test_a_run_has_its_workbook_and_geojson_and_none_of_it_opens_for_somebody_else(client, visited):
    workflow, run = visited
    answer = client.get(url(workflow, f"runs/{run.pk}/ward_scores.xlsx"))
    assert "attachment" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    assert book.sheetnames == ["wards", "variables", "other choices", "run"]
    assert next(book["wards"].iter_rows(values_only=True))[:3] == ("ward_code", "state", "lga")
    assert len(list(book["other choices"].iter_rows())) == len(run.card["alternatives"]) + 1
    geo = json.loads(client.get(url(workflow, f"runs/{run.pk}/ward_scores.geojson")).content)
    assert [f["properties"]["rank"] for f in geo["features"]] == [1, 2, 3, 4]
    assert geo["features"][0]["geometry"] is None, "the list has no shapes"
    first = run.scores.get(rank=1)
    stranger = Client()
    for rest in ("", f"wards/{first.pk}/", "deprioritise/", "ward_scores.xlsx",
                 "ward_scores.geojson"):  # fmt: skip
        assert stranger.get(url(workflow, f"runs/{run.pk}/{rest}")).status_code == 404
    assert stranger.post(url(workflow, f"runs/{run.pk}/deprioritise/"), {}).status_code == 404
    assert client.get(url(workflow, f"runs/{uuid4()}/")).status_code == 404
    assert client.get(url(workflow, f"runs/{run.pk}/wards/999999999/")).status_code == 404
    for odd in ("?run=nonsense", "?tab=risk&run=1"):
        assert client.get(url(workflow, f"?tab=risk&{odd[1:]}")).status_code == 404


def check(client, workflow, run, **fields):
    ward = fields.pop("ward", None) or run.ward_list.wards.get(name="Bille").pk
    data = {"ward": ward, "finding": "formal", "decision": "leave_out", "reason": "walked through",
            "signed_by": "A. Officer, LGA", "threshold": "20", "target": "30",
            "idempotency_key": uuid4().hex, **fields}  # fmt: skip
    return client.post(url(workflow, f"runs/{run.pk}/deprioritise/"), data)


def test_candidates_are_urban_wards_of_lowest_risk_and_a_target_out_of_reach_warns(client, visited):
    workflow, run = visited
    page = client.get(url(workflow, f"runs/{run.pk}/deprioritise/?threshold=50&target=20"))
    parsed(page)
    text = page.content.decode()
    assert "Urban wards that could be left out of the campaign" in text
    assert "not checked" in text
    assert "The target cannot be reached" not in text
    out = client.get(url(workflow, f"runs/{run.pk}/deprioritise/?threshold=75&target=90"))
    assert "The target cannot be reached" in out.content.decode()
    bad = client.get(url(workflow, f"runs/{run.pk}/deprioritise/?threshold=lots"))
    assert bad.status_code == 400


def test_a_settlement_check_is_signed_recorded_shown_and_can_be_taken_back(client, visited):
    workflow, run = visited
    assert check(client, workflow, run).status_code == 303
    row_ = SettlementCheck.objects.get()
    line = WorkflowEvent.objects.get(command="check_settlement")
    assert line.payload["facts"]["signed_by"] == "A. Officer, LGA"
    text = client.get(url(workflow, f"runs/{run.pk}/deprioritise/?threshold=20")).content.decode()
    assert "Leave out of the campaign" in text
    assert "walked through" in text
    assert check(client, workflow, run, finding="mixed", share_left_out="40").status_code == 303
    row_.refresh_from_db()
    assert row_.withdrawn_at is not None
    assert SettlementCheck.objects.get(withdrawn_at=None).share_left_out == 40
    last = SettlementCheck.objects.get(withdrawn_at=None)
    client.post(url(workflow, f"runs/{run.pk}/deprioritise/{last.pk}/withdraw/"),
                {"signed_by": "A. Officer", "idempotency_key": uuid4().hex})  # fmt: skip
    assert not SettlementCheck.objects.filter(withdrawn_at=None).exists()
    assert SettlementCheck.objects.count() == 2
    # Said in the conversation: the last check is taken back, the one before counts again.
    check(client, workflow, run)
    check(client, workflow, run, finding="mixed", share_left_out="40")
    send(client, workflow, "messages/", text="undo that")
    assert SettlementCheck.objects.get(withdrawn_at=None).finding == "formal"


def test_only_formal_settlements_are_left_out_and_only_signed(client, visited):
    workflow, run = visited
    for fields, status, words in (
        ({"finding": "informal"}, 400, b"Only formal settlements"),
        ({"finding": "not_checked"}, 400, b"Only formal settlements"),
        ({"finding": "mixed"}, 400, b"Nothing was recorded"),
        ({"finding": "mixed", "share_left_out": "100"}, 400, b"Nothing was recorded"),
        ({"reason": " "}, 400, b"the reason"),
        ({"signed_by": ""}, 400, b"who signs it"),
        ({"finding": "nice"}, 400, b"what was found"),
        ({"ward": "0"}, 404, b"not on the ward list"),
    ):
        answer = check(client, workflow, run, **fields)
        assert (answer.status_code, words in answer.content) == (status, True), fields
    assert not SettlementCheck.objects.exists()


def test_a_failed_run_says_what_to_do_next(client, visited):
    workflow, run = visited
    send(client, workflow, "analysis/", profile="sound", seed="7")
    later = AnalysisRun.objects.exclude(pk=run.pk).get()
    AnalysisRun.objects.filter(pk=later.pk).update(
        status="failed", error_code="NO_VARIATION", error_message="Every ward has the same value.",
        finished_at=later.queued_at,
    )  # fmt: skip
    text = client.get(url(workflow, f"?tab=risk&run={later.pk}")).content.decode()
    assert "Every ward has the same value." in text
    assert "What now:" in text
    assert "Choose another level or age group" in text


def test_form_chat_api_and_command_give_identical_rows(client, wards, tmp_path):
    workflow = complete(client, ROWS)

    def by_form():
        send(client, workflow, "analysis/", profile="sound")

    def by_chat():
        send(client, workflow, "messages/", text="run the risk analysis")

    def by_api():
        assert send(client, workflow, "analysis/", profile="sound", **JSON).status_code == 202

    def by_command():
        call_command("analysis_run", "--workflow", str(workflow.pk), "--out", str(tmp_path))

    found = {}
    for ask in (by_form, by_chat, by_api, by_command):
        with connection.cursor() as cursor:  # the rows of `done` are looked at before they go
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        AnalysisRun.objects.all().delete()
        ask()
        run = AnalysisRun.objects.get()
        execute_run(run.pk)
        files = client.get(url(workflow, f"runs/{run.pk}/ward_scores.csv"))
        cards = [s.card for s in run.scores.order_by("rank")]
        found[ask.__name__] = (files.content, cards, run.fingerprint)
    assert len({(content, mark) for content, _, mark in found.values()}) == 1
    assert all(cards == found["by_form"][1] for _, cards, _ in found.values())
    assert (tmp_path / "ward_scores.csv").read_bytes() == found["by_form"][0]
