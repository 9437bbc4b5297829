"""Values no page sends never end in 500: every door answers in words and changes nothing."""

import base64
import json
from typing import Any

import pytest
from django.test import Client

from chatmrpt.chat.tests.views.visits import JSON, complete, planned, upload, url
from itn.models import ItnPlan
from tpr.models import Upload

pytestmark = pytest.mark.django_db

ODD: tuple[Any, ...] = (
    "\x00", "a\ud800", 10**400, -1, 1.5, True, [], ["x"], {}, {"a": ["b"]}, "9" * 5000, "²", "NaN",
)  # fmt: skip
DEEP = "[" * 100_000
NAMES = {
    "messages/": ("text", "version", "idempotency_key"),
    "choices/": ("choice", "command", "value", "version", "idempotency_key", "answers", "tab"),
    "analysis/": ("profile", "variables", "weights", "seed", "version", "idempotency_key"),
    "plans/": ("nets", "strategy", "bale", "lga_min", "name", "population_source", "version",
               "idempotency_key", "actor", "workflow_uuid", "household", "then"),
}  # fmt: skip
USUAL = {
    "messages/": {"text": "status"},
    "choices/": {"choice": "status "},
    "analysis/": {},
    "plans/": {"nets": "1000"},
}


def post(client: Client, address: str, body: dict[str, Any] | str) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(address, text, content_type="application/json", **JSON)


@pytest.mark.parametrize(
    ("rest", "name"), [(rest, name) for rest, names in NAMES.items() for name in names]
)
def test_an_odd_value_is_answered_in_words(client: Client, rest: str, name: str) -> None:
    client.raise_request_exception = False
    workflow = complete(client) if rest == "analysis/" else planned(client)[0]
    plans = ItnPlan.objects.count()
    for value in ODD:
        workflow.refresh_from_db()
        body = {"version": workflow.version, **USUAL[rest], name: value}
        answer = post(client, url(workflow, rest), body)
        assert answer.status_code < 500, (value, answer.content[:300])
        if answer.status_code >= 400:
            assert answer.json()["error"]["message"]
    if name in ("nets", "actor", "workflow_uuid", "lga_min"):
        made = ItnPlan.objects.count() - plans
        taken = {"nets": ["²"], "lga_min": [[], {}]}  # a 2; a table of limits without a row
        assert made == len(taken.get(name, []))


def test_a_body_nested_without_end_is_no_json(client: Client) -> None:
    workflow = upload(client)
    answer = post(client, url(workflow, "messages/"), '{"text": ' + DEEP)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_JSON")


def test_a_name_with_nul_announces_nothing(client: Client) -> None:
    name = base64.b64encode(b"a\x00.xlsx").decode()
    answer = client.post(
        "/uploads/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "9",
                              "Upload-Metadata": f"filename {name}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_TEXT")
    assert not Upload.objects.exists()
    assert client.get("/uploads/?name=%00").status_code == 400


def test_an_address_that_is_no_id_leads_nowhere(client: Client) -> None:
    workflow = complete(client)
    for rest in (f"runs/{'-' * 36}/run.json", f"plans/{'a' * 36}/plan.json"):
        assert client.get(url(workflow, rest)).status_code == 404
    for ward in ("²", "9" * 5000, "\x00", "x"):
        assert client.get(url(workflow, ""), {"ward": ward}).status_code == 200
