"""The page of ward names, and the same decisions by chat and by a program."""

import csv
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatmrpt.chat.tests.views.visits import JSON, complete, ranked, send, upload, url
from chatmrpt.testing.uploads import row
from tpr.models import BoundaryList, Ward, WardAlias, Workflow
from tpr.selectors.results import current_result
from tpr.services.replay import replay
from tpr.tests.factories import BoundaryListFactory

pytestmark = pytest.mark.django_db
ROWS = [
    row("Adamawa", "Girei", "Girei 11", "Girei PHC", u5=(100, 40)),
    row("Adamawa", "Girei", "Girei I", "Girei Post", u5=(60, 30)),
    row("Adamawa", "Song", "Bolki", "Bolki PHC", u5=(80, 20)),
    row("Adamawa", "Song", "Bwalki Town", "Bwalki Clinic", u5=(10, 5)),
    row("Adamawa", "Song", "<b>=Far</b>", "Far Post", u5=(30, 3)),
    row("Adamawa", "Song", "Unknown", "Lost Post", u5=(20, 2)),
    row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(30, 9)),
]
LISTED = (("G1", "Girei", "Girei 1"), ("G2", "Girei", "Girei 2"), ("S1", "Song", "Bwalki"),
          ("S2", "Song", "Sigire"), ("T1", "Toungo", "Dawo I"))  # fmt: skip


@pytest.fixture
def ward_list() -> BoundaryList:
    found = BoundaryListFactory(name="Adamawa 2024", year=2024)
    for code, lga, name in LISTED:
        Ward.objects.create(
            list=found, code=code, name=name, ward_key=name.casefold(), lga=lga,
            lga_key=lga.casefold(), state="Adamawa",
        )  # fmt: skip
    return found


def text_of(client: Client, workflow: Workflow, rest: str = "matches/") -> str:
    answer = client.get(url(workflow, rest))
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def follow(client: Client, answer) -> str:
    assert answer.status_code == 303, answer.content
    return client.get(answer["Location"].split("#")[0]).content.decode()


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def ward(code: str) -> int:
    return Ward.objects.get(code=code).pk


def status_of(workflow: Workflow, name: str) -> tuple[str, str]:
    result = current_result(Workflow.objects.get(pk=workflow.pk))
    found = result.rows.select_related("ward").get(ward_name=name)
    return found.ward.code if found.ward else "", found.status


def test_the_queue_shows_score_reason_tests_and_share_and_the_list_it_speaks_of(
    client: Client, ward_list
) -> None:
    page = text_of(client, complete(client, ROWS))
    assert "ward list Adamawa 2024, 2024" in page
    assert "4 names wait for you" in page
    assert "100 tests, 33.3 % of the state's · 1 facility · 1 report" in page
    assert "11 read as II" in page
    assert "&lt;b&gt;=Far&lt;/b&gt;" in page
    assert "<b>=Far" not in page


def test_accepting_choosing_refusing_and_undoing_by_form_without_javascript(
    client: Client, ward_list
) -> None:
    workflow = complete(client, ROWS)
    answer = send(client, workflow, "matches/", do=f"same:{ward('G2')}", place="girei|girei 11")
    page = follow(client, answer)
    assert "Girei 11 (Girei) is Girei 2." in page
    assert "The result shown is out of date" in page
    assert "out of date" in text_of(client, workflow, "?tab=table")
    page = follow(client, send(client, workflow, "matches/", do="recalculate"))
    assert "The result shown is out of date" not in page
    assert status_of(workflow, "Girei 11") == ("G2", "ok")
    send(client, workflow, "matches/", do="same", ward=ward("S2"), place="song|bolki")
    send(client, workflow, "matches/", do="not_on_list", place="song|bfarb")
    assert WardAlias.objects.filter(withdrawn_at=None).count() == 3
    page = follow(client, send(client, workflow, "matches/", do="undo"))
    assert "Taken back." in page
    mine = WardAlias.objects.get(name="Bolki")
    send(client, workflow, "matches/", do=f"withdraw:{mine.pk}")
    assert [a.name for a in WardAlias.objects.filter(withdrawn_at=None)] == ["Girei 11"]
    assert replay(Workflow.objects.get(pk=workflow.pk))["identical"]


def test_a_taken_ward_asks_whether_it_is_one_ward_under_two_names(
    client: Client, ward_list
) -> None:
    workflow = complete(client, ROWS)
    send(client, workflow, "matches/", do=f"same:{ward('S1')}", place="song|bolki")
    answer = send(client, workflow, "matches/", do=f"same:{ward('S1')}", place="song|bwalkitown")
    page = follow(client, answer)
    assert "Is it the same ward under two names?" in page
    assert "<b>Bolki</b> of the file (80 tests)" in page
    send(client, workflow, "matches/", do=f"same:{ward('S1')}", place="song|bwalkitown",
         if_taken="merge")  # fmt: skip
    send(client, workflow, "matches/", do="recalculate")
    result = current_result(Workflow.objects.get(pk=workflow.pk))
    assert result.rows.get(ward_id=ward("S1")).tested == 90


def test_the_likely_are_accepted_together_and_only_those_ticked(client: Client, ward_list) -> None:
    workflow = complete(client, ROWS)
    page = text_of(client, workflow)
    value = f"girei|girei 11|{ward('G2')}"
    assert f'name="pair" value="{value}" checked' in page
    send(client, workflow, "matches/", do="likely", pair=[value])
    assert [a.name for a in WardAlias.objects.all()] == ["Girei 11"]
    answer = send(client, workflow, "matches/", do="likely", pair=[f"song|bolki|{ward('S1')}"])
    assert answer.status_code == 409
    assert send(client, workflow, "matches/", do="likely").status_code == 409


def test_the_search_finds_a_ward_of_another_lga_and_says_so(client: Client, ward_list) -> None:
    workflow = complete(client, ROWS)
    page = text_of(client, workflow, "matches/?item=song%7Cbolki&q=dawo")
    assert "other LGA: Toungo" in page
    assert "No ward of Adamawa is called so" in text_of(
        client, workflow, "matches/?item=song%7Cbolki&q=zzzzqq"
    )


def test_the_match_report_keeps_the_three_lists_apart_and_adds_up(
    client: Client, ward_list
) -> None:
    workflow = complete(client, ROWS)
    rows = table(client.get(url(workflow, "matches.csv")).content)
    classes = {(r["class"], r["ward"] or r["ward_in_list"]) for r in rows}
    assert ("unmatched", "Bolki") in classes
    assert ("unknown_ward", "Unknown") in classes
    assert {n for c, n in classes if c == "no_data"} == {"Girei 2", "Bwalki", "Sigire", "Dawo I"}
    assert {r["ward_list"] for r in rows} == {"Adamawa 2024"}
    assert sum(float(r["tests"] or 0) for r in rows) == 300
    assert not any(value.startswith("=") for r in rows for value in r.values())


def test_what_is_remembered_is_a_file_formula_safe(client: Client, ward_list) -> None:
    workflow = complete(client, ROWS)
    send(client, workflow, "matches/", do=f"same:{ward('S1')}", place="song|bolki", note="=1+1")
    (line,) = table(client.get(url(workflow, "aliases.csv")).content)
    assert (line["name_in_data"], line["ward_code"], line["note"]) == ("Bolki", "S1", "'=1+1")


def test_somebody_else_sees_decides_and_downloads_nothing(client: Client, ward_list) -> None:
    workflow = complete(client, ROWS)
    other = Client()
    for rest in ("matches/", "matches.csv", "aliases.csv"):
        assert other.get(url(workflow, rest)).status_code == 404
    answer = send(other, workflow, "matches/", do="not_on_list", place="song|bolki")
    assert (answer.status_code, WardAlias.objects.count()) == (404, 0)


def test_an_old_page_and_half_a_form_change_nothing_and_the_same_key_acts_once(
    client: Client, ward_list
) -> None:
    workflow = complete(client, ROWS)
    fields = {"do": "not_on_list", "place": "song|bolki"}
    old = {**fields, "version": 1, "idempotency_key": "a"}
    assert client.post(url(workflow, "matches/"), old).status_code == 409
    for bad in ({"do": "same", "place": "song|bolki"}, {"do": "guess", "place": "song|bolki"},
                {"do": "same:9" * 9, "place": "song|bolki"}, {"do": "withdraw:x"}):  # fmt: skip
        assert send(client, workflow, "matches/", **bad).status_code == 400, bad
    assert send(client, workflow, "matches/", do="not_on_list", place="a").status_code == 404
    version = Workflow.objects.get(pk=workflow.pk).version
    twice = {**fields, "version": version, "idempotency_key": "k"}
    for _ in range(2):
        assert client.post(url(workflow, "matches/"), twice).status_code == 303
    assert WardAlias.objects.count() == 1


def test_a_program_decides_by_names_and_code(client: Client, ward_list) -> None:
    workflow = complete(client, ROWS)
    answer = send(client, workflow, "matches/", do="same", lga="Song", name="Bolki", ward="S1",
                  **JSON)  # fmt: skip
    assert answer.status_code == 200, answer.content
    assert answer.json()["totals"]["joined"]["names"] == 2
    assert client.get(url(workflow, "state/"), **JSON).json()["tpr"]["stale"] is True
    names = client.get(url(workflow, "matches/"), **JSON).json()["names"]
    assert {n["ward"]: n["method"] for n in names if n["ward"]}["Bolki"] == "alias"
    taken = send(client, workflow, "matches/", do="same", lga="Song", name="Bwalki Town",
                 ward="S1", **JSON)  # fmt: skip
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "WARD_TAKEN")


def test_before_a_state_or_without_a_list_the_page_says_why(client: Client) -> None:
    workflow = upload(client, ROWS)
    assert "Choose the state first" in client.get(url(workflow, "matches/")).content.decode()
    send(client, workflow, "choices/", choice="select Adamawa")
    answer = client.get(url(workflow, "matches/"))
    assert answer.status_code == 409
    assert "No ward list is loaded for Adamawa" in answer.content.decode()


def tell(client: Client, workflow: Workflow, text: str) -> dict:
    version = Workflow.objects.get(pk=workflow.pk).version
    data = {"text": text, "version": version, "idempotency_key": uuid4().hex}
    answer = client.post(url(workflow, "messages/"), data, content_type="application/json", **JSON)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_same_decision_by_chat_then_recalculate_and_undo(client: Client, ward_list) -> None:
    workflow = complete(client, ROWS)
    said = tell(client, workflow, "Girei 11 is Girei 2")
    assert said["understood"]["command"] == "fix_match"
    assert "Girei 11 (Girei) is Girei 2." in said["reply"]["text"]
    assert said["options"][0]["label"] == "Recalculate"
    said = tell(client, workflow, "recalculate")
    assert "Calculated again" in said["reply"]["text"]
    assert status_of(workflow, "Girei 11") == ("G2", "ok")
    tell(client, workflow, "undo")
    assert status_of(workflow, "Girei 11") == ("", "unmatched")


def test_a_complaint_without_names_asks_which_and_an_unknown_ward_is_named(
    client: Client, ward_list
) -> None:
    workflow = complete(client, ROWS)
    assert (
        "Which match is meant?"
        in tell(client, workflow, "that ward match is wrong")["reply"]["text"]
    )
    said = tell(client, workflow, "match Bolki to Balki")["reply"]["text"]
    assert "Adamawa 2024 has no ward “Balki” in Adamawa. Nearest: Bwalki" in said
    assert (
        "The file has no ward “Nix”" in tell(client, workflow, "match Nix to Nax")["reply"]["text"]
    )
    assert not WardAlias.objects.exists()


def test_a_run_on_the_earlier_result_is_out_of_date_after_recalculating(
    client: Client, ward_list
) -> None:
    more = [row("Adamawa", *place, "A PHC", u5=(50, n)) for n, place in
            enumerate([("Song", "Sigire"), ("Toungo", "Dawo I")], 10)]  # fmt: skip
    workflow = complete(client, [*ROWS, *more])
    ranked(client, workflow)
    send(client, workflow, "matches/", do=f"same:{ward('G2')}", place="girei|girei 11")
    send(client, workflow, "matches/", do="recalculate")
    state = client.get(url(workflow, "state/"), **JSON).json()
    assert state["analysis"]["stale"] is True


def test_the_page_costs_the_same_queries_for_few_and_for_many_names(client: Client) -> None:
    costs = []
    for names in (3, 120):
        BoundaryList.objects.update(superseded_at="2024-01-01T00:00Z")
        found = BoundaryListFactory()
        Ward.objects.create(list=found, code="X", name="Xanadu", lga="Song", state="Adamawa")
        rows = [row("Adamawa", "Song", f"Place {chr(97 + n // 26)}{chr(97 + n % 26)}", "P", u5=(9, 1))
                for n in range(names)]  # fmt: skip
        browser = Client()
        workflow = upload(browser, rows)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(url(workflow, "matches/")).status_code == 200
        costs.append(len(caught))
    assert costs[0] == costs[1] <= 20


def test_decisions_go_out_as_a_file_and_into_another_owners_memory(
    client: Client, ward_list
) -> None:
    workflow = complete(client, ROWS)
    send(client, workflow, "matches/", do=f"same:{ward('S1')}", place="song|bolki")
    content = client.get(url(workflow, "aliases.csv")).content
    other = Client()
    theirs = complete(other, [*ROWS, row("Adamawa", "Song", "Sigire", "S", u5=(9, 1))])
    file = SimpleUploadedFile("aliases.csv", content)
    page = follow(other, send(other, theirs, "matches/", do="import", file=file))
    assert "1 decisions of a file brought in." in page
    assert WardAlias.objects.get(owner=theirs.owner).ward.code == "S1"
    follow(other, send(other, theirs, "matches/", do="undo"))
    assert not WardAlias.objects.filter(owner=theirs.owner, withdrawn_at=None).exists()
    for bad in (
        SimpleUploadedFile("a.csv", b"x,y\n1,2\n"),
        SimpleUploadedFile("a.xlsx", b"PK\x03\x04"),
    ):
        assert send(other, theirs, "matches/", do="import", file=bad).status_code == 400
