"""Every address answers along the whole job, and page, fragment and JSON carry the same words."""

import json

import pytest
from django.test import Client
from django.utils.html import escape

from chatmrpt.chat.tests.views.visits import FRAGMENT, JSON, complete, ranked, send, upload, url
from tpr.models import Workflow

pytestmark = pytest.mark.django_db

FILES = ("ward_tpr.csv", "ward_tpr.geojson", "issues.csv", "ledger.csv", "summary.json")


def test_every_page_tab_and_file_answers_at_the_end_of_the_job(client: Client) -> None:
    assert client.get("/").status_code == 200
    workflow = complete(client)
    run = ranked(client, workflow)
    for tab in ("map", "table", "quality", "risk", "nets"):
        assert client.get(url(workflow), {"tab": tab}).status_code == 200, tab
    for name in (*FILES, "report/", "state/", f"runs/{run.pk}/ward_scores.csv",
                 f"runs/{run.pk}/run.json"):  # fmt: skip
        assert client.get(url(workflow, name)).status_code == 200, name


def test_every_step_is_shown_before_it_is_answered(client: Client) -> None:
    workflow = upload(client)
    for choice in ("select Adamawa", "confirm yes", "select primary", "select u5"):
        page = client.get(url(workflow)).content.decode()
        assert f'value="{choice}"' in page, "the button that answers stands on the page"
        assert send(client, workflow, "choices/", choice=choice).status_code == 303


def test_a_ward_list_is_needed_for_the_map_and_its_absence_is_said(client: Client) -> None:
    workflow = complete(client)
    answer = client.get(url(workflow, "map.svg"), **JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NO_WARD_LIST")
    page = client.get(url(workflow), {"tab": "map"}).content.decode()
    assert "ward list" in page


def test_page_fragment_and_json_carry_the_same_words(client: Client) -> None:
    workflow = upload(client)
    state = client.get(url(workflow, "state/"), **JSON).json()
    page = client.get(url(workflow)).content.decode()
    fragment = client.get(url(workflow), **FRAGMENT).content.decode()
    assert "<html" in page
    assert "<html" not in fragment
    assert state["options"]
    for option in state["options"]:
        for text in (page, fragment):
            assert f"<b>{escape(option['label'])}</b>" in text
    said = send(client, workflow, "messages/", text="Adamawa State", **JSON).json()
    assert said["stage"] == "state_confirmation"
    assert said["understood"]["command"] == "select"
    page = client.get(url(workflow)).content.decode()
    for paragraph in said["reply"]["text"].split("\n\n"):
        for sentence in paragraph.split(". "):
            assert escape(sentence) in page.replace("</b>", "").replace("<b>", ""), sentence


def test_a_fragment_tells_the_script_the_address_of_its_page(client: Client) -> None:
    workflow = upload(client)
    answer = send(client, workflow, "choices/", choice="select Adamawa", **FRAGMENT)
    assert (answer.status_code, answer["X-Page"]) == (200, url(workflow))
    assert "<html" not in answer.content.decode()


def test_the_state_has_an_etag_and_is_not_sent_twice(client: Client) -> None:
    workflow = upload(client)
    first = client.get(url(workflow, "state/"), **JSON)
    again = client.get(url(workflow, "state/"), HTTP_IF_NONE_MATCH=first["ETag"], **JSON)
    assert (again.status_code, again.content) == (304, b"")
    send(client, workflow, "choices/", choice="select Adamawa")
    later = client.get(url(workflow, "state/"), HTTP_IF_NONE_MATCH=first["ETag"], **JSON)
    assert later.status_code == 200
    assert later["ETag"] != first["ETag"]


def test_the_state_has_exactly_the_names_of_the_contract(client: Client) -> None:
    workflow = complete(client)
    state = client.get(url(workflow, "state/"), **JSON).json()
    assert set(state) == {
        "uuid", "stage", "version", "selections", "options", "upload", "tpr", "analysis", "plan",
        "messages", "served_by",
    }  # fmt: skip
    assert set(state["selections"]) == {"state", "level", "age_group"}
    assert state["tpr"]["tested"] == 360


def test_json_posts_answer_201_and_202_with_the_place_to_look(client: Client) -> None:
    answer = upload(client, **JSON)
    assert answer.stage == "state_selection"
    workflow = complete(client)
    run = send(client, workflow, "analysis/", profile="sound", **JSON)
    assert (run.status_code, run["Location"]) == (202, url(workflow))
    assert json.loads(run.content)["analysis"]["status"] == "queued"


def test_a_posted_key_twice_gives_the_same_workflow(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    places = {
        client.post("/workflows/", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n"),
                                    "idempotency_key": "same"})["Location"]
        for _ in range(2)
    }  # fmt: skip
    assert len(places) == 1
    assert Workflow.objects.count() == 1
