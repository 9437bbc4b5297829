"""What the web doors refuse, and that a refusal changes nothing."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from chatmrpt.chat.tests.views.visits import (
    FRAGMENT,
    JSON,
    complete,
    planned,
    ranked,
    send,
    upload,
    url,
)
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from itn.models import ItnPlan
from tpr.models import Upload, Workflow, WorkflowEvent

pytestmark = pytest.mark.django_db

READING = ("", "state/", "report/", "ward_tpr.csv", "ward_tpr.geojson", "map.svg", "issues.csv",
           "ledger.csv", "summary.json")  # fmt: skip
POSTING = ("messages/", "choices/", "analysis/", "analysis/cancel/", "plans/")


def code(answer: object) -> str:
    return str(answer.json()["error"]["code"])  # type: ignore[attr-defined]


def test_another_visitors_workflow_is_not_there_by_any_address(client: Client) -> None:
    workflow, run, plan = planned(client)
    other = Client()
    other.get("/")
    upload(other)  # somebody with a visitor id and a workflow of their own
    lines = WorkflowEvent.objects.filter(workflow=workflow).count()
    files = (f"runs/{run.pk}/ward_scores.csv", f"runs/{run.pk}/run.json",
             f"plans/{plan.pk}/allocation.csv", f"plans/{plan.pk}/plan.json")  # fmt: skip
    for rest in (*READING, *files):
        assert client.get(url(workflow, rest)).status_code in (200, 409), rest
        for stranger in (other, Client()):
            answer = stranger.get(url(workflow, rest), **JSON)
            assert (answer.status_code, code(answer)) == (404, "NOT_FOUND"), rest
    for rest in POSTING:
        fields = {"version": workflow.version, "text": "exit", "choice": "exit ", "nets": "1"}
        answer = other.post(url(workflow, rest), fields, **JSON)
        assert (answer.status_code, code(answer)) == (404, "NOT_FOUND"), rest
    answer = other.get(f"/api/session/verify-tpr?workflow={workflow.pk}", **JSON)
    assert answer.status_code == 404
    assert WorkflowEvent.objects.filter(workflow=workflow).count() == lines


def test_an_absent_workflow_and_anothers_get_the_same_words(client: Client) -> None:
    workflow = upload(Client())
    upload(client)
    texts = {
        client.get(f"/workflows/{uuid}/state/", **JSON).json()["error"]["message"]
        for uuid in (workflow.pk, uuid4())
    }
    assert len(texts) == 1


def test_a_run_of_another_workflow_is_not_there(client: Client) -> None:
    first, second = complete(client), upload(client)
    run = ranked(client, first)
    for rest in (
        f"runs/{run.pk}/run.json",
        f"runs/{uuid4()}/run.json",
        f"plans/{uuid4()}/plan.json",
    ):
        assert client.get(url(second, rest)).status_code == 404, rest


def test_a_post_without_a_csrf_token_is_refused_in_words() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.get("/")
    answer = strict.post("/workflows/", {"sample": "1"})
    assert answer.status_code == 403
    assert "Open the page again" in answer.content.decode()
    answer = strict.post("/workflows/", {"sample": "1"}, **JSON)
    assert code(answer) == "CSRF_FAILED"
    token = strict.cookies["csrftoken"].value
    answer = strict.post("/workflows/", {"sample": "1", "csrfmiddlewaretoken": token}, **JSON)
    assert code(answer) == "NO_SAMPLE", "with the token the request reaches the service"


def test_a_file_over_the_limit_is_413_and_names_the_limit(
    client: Client, settings: Settings
) -> None:
    settings.UPLOAD_MAX_MB = 1
    file = SimpleUploadedFile("big.csv", b"x" * (1024 * 1024 + 1))
    answer = client.post("/workflows/", {"file": file}, **JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")
    assert "1 MB" in answer.json()["error"]["message"]
    assert (Upload.objects.count(), Workflow.objects.count()) == (0, 0)


def test_a_start_without_a_file_is_refused(client: Client) -> None:
    answer = client.post("/workflows/", {}, **JSON)
    assert (answer.status_code // 100, code(answer)) == (4, "NO_FILE")


def test_a_decision_without_the_version_of_the_page_is_refused(client: Client) -> None:
    workflow = upload(client)
    for rest, fields in (
        ("choices/", {"choice": "select Adamawa"}), ("messages/", {"text": "Adamawa"})
    ):  # fmt: skip
        answer = client.post(url(workflow, rest), fields, **JSON)
        assert (answer.status_code, code(answer)) == (400, "VERSION_REQUIRED"), rest
    answer = client.post(url(workflow, "choices/"), {"version": "seven"}, **JSON)
    assert (answer.status_code, code(answer)) == (400, "BAD_VERSION")
    assert Workflow.objects.get().stage == "state_selection"


def test_an_old_version_is_409_and_changes_nothing(client: Client) -> None:
    workflow = upload(client)
    old = workflow.version
    send(client, workflow, "choices/", choice="select Adamawa")
    lines = WorkflowEvent.objects.count()
    answer = send(client, workflow, "choices/", choice="confirm yes", version=old, **JSON)
    assert (answer.status_code, code(answer)) == (409, "STALE_VERSION")
    assert Workflow.objects.get().stage == "state_confirmation"
    assert WorkflowEvent.objects.count() == lines
    page = send(client, workflow, "choices/", choice="confirm yes", version=old)
    assert page.status_code == 409
    assert "Shall I use Adamawa?" in page.content.decode(), "the present state stands beside it"


def test_an_old_page_is_told_what_was_done_and_keeps_the_typed_words(client: Client) -> None:
    workflow = complete(client)
    old = workflow.version
    send(client, workflow, "choices/", choice="back level")
    send(client, workflow, "choices/", choice="select secondary")
    facts = send(
        client, workflow, "messages/", text="switch to adults", version=old, **JSON
    ).json()["error"]  # fmt: skip
    assert facts["facts"]["stage"] == "age_group_selection"
    assert facts["facts"]["what"] == "secondary was chosen"
    assert "now at the age group (secondary was chosen at " in facts["message"]
    assert "in another window of yours" in facts["message"]
    page = send(client, workflow, "messages/", text="all ages", version=old)
    text = page.content.decode()
    assert page.status_code == 409
    assert 'value="all ages"' in text
    assert "secondary was chosen" in text
    assert 'href="?' not in text, "the post's own address answers no GET"
    fragment = send(client, workflow, "messages/", text="all ages", version=old, **FRAGMENT)
    assert 'id="page"' in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_a_question_needs_no_version_and_an_old_one_is_answered(client: Client) -> None:
    workflow = upload(client)
    asked = {"text": "how many wards are there?"}
    answer = client.post(url(workflow, "messages/"), asked, **JSON)
    assert (answer.status_code, answer.json()["understood"]["command"]) == (200, "ask")
    answer = send(client, workflow, "messages/", text="status", version=0, **JSON)
    assert answer.status_code == 200


@pytest.mark.parametrize("command", ["drop", "receive_file", "run_finished", "", "__class__"])
def test_a_command_that_no_page_sends_is_refused(client: Client, command: str) -> None:
    workflow = upload(client)
    answer = send(client, workflow, "choices/", command=command, value="x", **JSON)
    assert (answer.status_code, code(answer)) == (400, "UNKNOWN_COMMAND")


def test_a_value_that_is_no_option_selects_nothing(client: Client) -> None:
    workflow = upload(client)
    lines = WorkflowEvent.objects.count()
    for command, value, offered in (
        ("select", "Lagos", "Kwara"), ("select", "Atlantis", "Adamawa"),
        ("select", "level:everything", "all"), ("select", "age:young", "u5"),
        ("select", "x" * 5000, "Kwara"), ("set", "definition:magic", "rdt"), ("back", "lunch", None),
    ):  # fmt: skip
        answer = send(client, workflow, "choices/", command=command, value=value, **JSON)
        assert (answer.status_code, code(answer)) == (422, "NOT_AN_OPTION"), value
        assert offered is None or offered in answer.json()["error"]["facts"]["options"], value
        assert Workflow.objects.get().stage == "state_selection", value
    assert send(client, workflow, "choices/", choice="select Lagos").status_code == 422
    assert WorkflowEvent.objects.count() == lines, "a value that nothing offers leaves no trace"


def test_an_option_named_in_state_and_in_the_reply_is_the_same_object(client: Client) -> None:
    workflow = upload(client)
    said = send(client, workflow, "messages/", text="help", **JSON).json()
    state = client.get(url(workflow, "state/"), **JSON).json()
    assert said["reply"]["options"] == said["options"] == state["options"]
    assert set(state["options"][0]) == {"command", "value", "label", "facts", "recommended"}
    assert state["options"][0]["facts"]["wards"] == 4


@pytest.mark.parametrize("body", ["{", "[1]", "null", '"text"'])
def test_a_body_that_is_not_a_json_object_is_refused(client: Client, body: str) -> None:
    workflow = upload(client)
    answer = client.post(url(workflow, "messages/"), body, content_type="application/json", **JSON)
    assert (answer.status_code, code(answer)) == (400, "BAD_JSON")


def test_a_number_of_nets_that_is_none_makes_no_plan(client: Client) -> None:
    workflow, _, first = planned(client)
    for nets in ("-5", "many", "1e99", "nan", "2" * 20, "12.5", "\u0000"):
        answer = send(client, workflow, "plans/", nets=nets, **JSON)
        assert 400 <= answer.status_code < 500, (nets, answer.content)
        assert answer.json()["error"]["message"]
    assert list(ItnPlan.objects.all()) == [first]


def test_files_before_the_result_say_what_is_missing(client: Client) -> None:
    workflow = upload(client)
    for name in ("ward_tpr.csv", "ward_tpr.geojson", "summary.json", "report/"):
        answer = client.get(url(workflow, name), **JSON)
        assert (answer.status_code, code(answer)) == (409, "TPR_NOT_READY"), name


@pytest.mark.parametrize("rest", POSTING)
def test_reading_an_address_that_decides_is_405(client: Client, rest: str) -> None:
    assert client.get(url(upload(client), rest)).status_code == 405


def test_where_accounts_are_required_nobody_starts_without_one(
    client: Client, settings: Settings, django_user_model: type
) -> None:
    settings.ACCESS = "login"
    answer = client.post("/workflows/", {"sample": "1"}, **JSON)
    assert (answer.status_code, code(answer)) == (403, "LOGIN_REQUIRED")
    client.force_login(django_user_model.objects.create_user("ada"))  # type: ignore[attr-defined]
    assert upload(client).owner.startswith("user:")


def test_a_program_that_names_no_number_of_nets_is_told_and_a_person_is_asked(
    client: Client,
) -> None:
    workflow, _, first = planned(client)
    answer = send(client, workflow, "plans/", **JSON)
    assert (answer.status_code, code(answer)) == (400, "NETS_MISSING")
    assert send(client, workflow, "plans/").status_code == 303
    assert list(ItnPlan.objects.all()) == [first]


def test_a_method_that_an_address_does_not_answer_is_said_in_json(client: Client) -> None:
    answer = client.get("/workflows/", **JSON)
    assert (answer.status_code, code(answer)) == (405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"] == "POST"


def test_the_addresses_of_programs_answer_in_json_whatever_they_accept(client: Client) -> None:
    answer = client.get("/api/session/verify-tpr", HTTP_ACCEPT="*/*")
    assert (answer.status_code, code(answer)) == (404, "NO_WORKFLOW")


def test_a_start_by_script_answers_with_the_page_and_its_address(client: Client) -> None:
    file = SimpleUploadedFile("two.csv", csv_bytes(TWO_STATES))
    answer = client.post("/workflows/", {"file": file}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert answer["X-Page"] == url(Workflow.objects.get())
    assert "<html" not in answer.content.decode()
