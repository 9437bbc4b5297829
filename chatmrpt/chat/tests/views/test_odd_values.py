"""Values no page sends, at every door of plans, runs, ward names and calls: words, never 500."""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from analysis.models import SettlementCheck
from chatmrpt.chat.tests.views.visits import JSON, planned, send, upload, url
from itn.models import ItnPlan, PlanImport
from tpr.models import CallAnswer, Facility, Ward, WardAlias, Workflow

pytestmark = pytest.mark.django_db

ODD: tuple[Any, ...] = (
    None, "\x00", "a\ud800", 10**400, -1, True, ["x"], {"a": [1]}, "9" * 5000, "²", "x" * 70_000,
    "\x01=",
)  # fmt: skip
ACTS = ("rename", "duplicate", "archive", "restore", "submit", "approve", "return", "unlock",
        "comment", "fix", "release", "apply")  # fmt: skip
PAGES: dict[str, tuple[str, ...]] = {
    "": ("tab", "ward", "at", "sort", "q", "page"), "PLAN": ("against", "show"),
    "quality/": ("state", "denominator", "against", "period", "columns", "call"),
    "quality.csv": ("state", "denominator"), "revision.csv": ("against",), "quality.xlsx": ("state",),
    "sources.csv": ("lga", "ward"), "matches/": ("item", "q", "ask", "page", "done"),
    "how-sure/": ("ward", "lga", "bands"), "definitions/": ("place", "k"),
    "burden/": ("source", "counts", "page"), "ward_burden.csv": ("source",),
    "trend/": ("place", "n", "line"), "ward_tpr.csv": ("columns",), "map.svg": ("map",),
    "RUN": ("lga", "firm", "page", "map", "with"),
    "RUNdeprioritise/": ("threshold", "target", "population"),
}  # fmt: skip


class Visit:
    """A browser with a plan; every request is taken back, so that each finds the same rows."""

    def __init__(self, client: Client) -> None:
        client.raise_request_exception = False
        self.client = client
        self.workflow, self.run, self.plan = planned(client)

    def at(self, rest: str) -> str:
        rest = rest.replace("PLAN", f"plans/{self.plan.pk}/").replace("RUN", f"runs/{self.run.pk}/")
        return url(self.workflow, rest)

    def asked(self, said: object, ask: Callable[[], Any]) -> Any:
        with transaction.atomic():
            answer = ask()
            transaction.set_rollback(True)
        assert answer.status_code < 500, (said, answer.content[:300])
        if answer.status_code >= 400 and "json" in answer.headers.get("Content-Type", ""):
            assert answer.json()["error"]["message"]
        return answer

    def every_value(self, rest: str, usual: Mapping[str, Any]) -> None:
        for name in usual:
            for value in ODD:
                body = json.dumps({**usual, name: value})
                self.asked((rest, name, str(value)[:30]), lambda body=body: self.client.post(  # type: ignore[misc]
                    self.at(rest), body, content_type="application/json", **JSON))  # fmt: skip
        self.asked(rest, lambda: self.client.post(self.at(rest), {}, **JSON))


@pytest.fixture
def visit(client: Client) -> Visit:
    return Visit(client)


def test_at_every_act_on_a_plan(visit: Visit) -> None:
    usual = {"revision": visit.plan.revision, "comment": "because", "signed_as": "A. Bello", "name": "B",
             "place": "1", "units": "0", "reason": "a reason that is long", "import": "1",
             "idempotency_key": ""}  # fmt: skip
    more = {"duplicate": {"bale": "50", "lga_min": "", "lga_max": "", "buffer": "", "strategy": ""}}
    needed = {
        "fix": ("place", "units", "reason", "signed_as"), "release": ("place",), "apply": ("import",),
        "rename": ("name",), "duplicate": ("name",), "comment": ("comment", "signed_as"),
        "return": ("comment",), "approve": ("signed_as",), "submit": ("signed_as",),
    }  # fmt: skip
    for name in ACTS:
        wanted = ("revision", "idempotency_key", *needed.get(name, ()))
        visit.every_value(f"PLAN{name}/", {n: usual[n] for n in wanted} | more.get(name, {}))


def test_at_checks_calls_and_ward_names(visit: Visit) -> None:
    ward = Ward.objects.filter(state="Adamawa")[0]
    check = {"ward": ward.pk, "finding": "mixed", "decision": "leave_out", "reason": "seen",
             "signed_by": "A. Bello", "share_left_out": "40", "threshold": "50",
             "idempotency_key": ""}  # fmt: skip
    visit.every_value("RUNdeprioritise/", check)
    assert send(visit.client, visit.workflow, "runs/" + f"{visit.run.pk}/deprioritise/", **check)
    row = SettlementCheck.objects.get()
    visit.every_value(
        f"RUNdeprioritise/{row.pk}/withdraw/", {"signed_by": "A. Bello", "idempotency_key": ""}
    )
    facility = Facility.objects.filter(upload=visit.workflow.upload)[0]
    visit.every_value("calls/", {
        "call": f"{facility.pk}.all", "called_on": "2024-05-01", "called_by": "me",
        "outcome": "wrong", "found": "12", "idempotency_key": "",
    })  # fmt: skip
    version = Workflow.objects.get(pk=visit.workflow.pk).version
    decision = {"version": version, "place": "girei|girei i", "ward": ward.pk, "if_taken": "", "note": "",
                "shown": "", "idempotency_key": ""}  # fmt: skip
    visit.every_value("matches/", {"do": "same", **decision})
    visit.every_value("matches/", {"do": "likely", "version": version, "pairs": ["a|b|1"]})
    visit.every_value("matches/", {"do": "withdraw", "version": version, "id": "1"})


def test_at_every_parameter_of_a_page(visit: Visit) -> None:
    for rest, names in PAGES.items():
        for name in names:
            for value in ("\x00", "9" * 5000, "²", "|x", "1E-999999"):
                params = {
                    name: value,
                    **({"item": "girei|girei i"} if name in ("q", "ask") else {}),
                }
                answer = visit.asked(
                    (rest, name, value[:20]),
                    lambda r=rest, p=params: visit.client.get(visit.at(r), p),
                )
                assert len(answer.content) < 1_000_000, (rest, name, value[:20])
    for rest in (
        "PLANpapers/%00/",
        f"PLANwards/{10**30}/",
        f"RUNwards/{10**30}/",
        f"wards/{10**30}/",
    ):
        for way in (visit.client.get, visit.client.post):
            visit.asked(rest, lambda r=rest, w=way: w(visit.at(r)))


NO_TABLES = (
    b"\xff\xfea", "state,lga\n".encode("utf-16")[:-1], b"\0" * 99, bytes(range(256)), b"PK\x03\x04",
    b"state,lga,name_in_data,ward_code,ward,units,reason\nA," + b"x" * 200_000 + b",c,,e,1,f\n",
    b"state,lga,name_in_data,ward_code\n" + b"x" * 300 + b"," + b"y" * 300 + b",c,\n",
    b"ward,lga,state,units,reason\nBille,Fufore,Adamawa," + b"9" * 5000 + b",because it is so\n",
)  # fmt: skip


def test_at_files_that_are_no_tables(visit: Visit) -> None:
    for rest, fields in (("matches/", {"do": "import"}), ("PLANpreview/", {})):
        for content, name in zip(NO_TABLES, ("a.csv", "x" * 300 + ".csv") * 4, strict=True):
            body = {**fields, "version": visit.workflow.version,
                    "file": SimpleUploadedFile(name, content)}  # fmt: skip
            visit.asked(rest, lambda r=rest, b=body: visit.client.post(visit.at(r), b, **JSON))


def test_a_table_of_excel_in_utf_16_is_read(visit: Visit) -> None:
    text = "state,lga,name_in_data,ward_code\nAdamawa,Girei,Girei Ƙarami,\n"
    file = SimpleUploadedFile("a.csv", text.encode("utf-16"))
    assert send(visit.client, visit.workflow, "matches/", do="import", file=file).status_code == 303
    assert WardAlias.objects.get().name == "Girei Ƙarami"


def test_a_key_of_another_command_is_refused_and_the_same_key_gives_the_first_answer(
    visit: Visit,
) -> None:
    client, workflow = visit.client, visit.workflow
    send(client, workflow, "messages/", text="status", idempotency_key="said")
    facility = Facility.objects.filter(upload=workflow.upload)[0]
    call = {"call": f"{facility.pk}.all", "called_on": "2024-05-01", "called_by": "me",
            "outcome": "confirmed"}  # fmt: skip
    check = {"ward": Ward.objects.filter(state="Adamawa")[0].pk, "finding": "formal", "decision": "keep_in",
             "reason": "seen", "signed_by": "A. Bello"}  # fmt: skip
    plan, run = f"plans/{visit.plan.pk}/", f"runs/{visit.run.pk}/deprioritise/"
    doors: tuple[tuple[str, dict[str, Any]], ...] = (
        ("calls/", call), (run, check), (f"{plan}duplicate/", {}),
        (f"{plan}rename/", {"name": "B", "revision": 1}),
    )  # fmt: skip
    for rest, fields in doors:
        used = send(client, workflow, rest, **fields, idempotency_key="said", **JSON)
        assert (used.status_code, used.json()["error"]["code"]) == (409, "KEY_USED"), rest
    for rest, fields in doors:
        for _ in range(2):
            made = send(client, workflow, rest, **fields, idempotency_key=rest[-9:], **JSON)
            assert made.status_code in (200, 201), made.content
    assert (CallAnswer.objects.count(), SettlementCheck.objects.count()) == (1, 1)
    assert ItnPlan.objects.count() == 2
    row = SettlementCheck.objects.get()
    for key, code in (("said", 409), ("w", 201), ("w", 201)):
        gone = send(client, workflow, f"{run}{row.pk}/withdraw/", signed_by="A. Bello",
                    idempotency_key=key, **JSON)  # fmt: skip
        assert gone.status_code == code, gone.content


def test_an_applied_import_sent_again_is_answered_as_the_first_time(visit: Visit) -> None:
    row = visit.plan.rows.exclude(bales=0).first()
    assert row is not None
    table = (
        f"ward_code,ward,units,reason\n{row.ward_code},{row.ward_name},0,nobody lives there now\n"
    )
    file = SimpleUploadedFile("back.csv", table.encode())
    base = f"plans/{visit.plan.pk}/"
    assert send(visit.client, visit.workflow, f"{base}preview/", file=file).status_code == 303
    number = str(PlanImport.objects.get().pk)
    answers = [
        send(visit.client, visit.workflow, f"{base}apply/", **{"import": number},
             idempotency_key="once", **JSON)
        for _ in range(2)
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200], answers[1].content
    assert answers[0].json() == answers[1].json()
    assert visit.plan.overrides.count() == 1


def test_a_no_written_out_is_no_consent(visit: Visit) -> None:
    row = visit.plan.rows.exclude(bales=0).first()
    assert row is not None
    above = {"place": str(row.place), "units": str((row.target_bales or 0) + 1),
             "reason": "a reason that is long", "revision": "1"}  # fmt: skip
    for said in ("0", "false", ""):
        answer = send(visit.client, visit.workflow, f"plans/{visit.plan.pk}/fix/", **above,
                      above_target=said, **JSON)  # fmt: skip
        assert answer.json()["error"]["code"] == "ABOVE_TARGET"


def test_a_check_is_recorded_below_a_run_of_the_workflow_only(visit: Visit) -> None:
    other = upload(visit.client)
    body = {"ward": Ward.objects.filter(state="Adamawa")[0].pk, "finding": "formal", "decision": "keep_in",
            "reason": "seen", "signed_by": "A. Bello"}  # fmt: skip
    for run in (visit.run.pk, other.pk):
        target = other if run == visit.run.pk else visit.workflow
        assert send(visit.client, target, f"runs/{run}/deprioritise/", **body).status_code == 404
    assert not SettlementCheck.objects.exists()


def test_a_decision_of_another_state_is_not_withdrawn_here(visit: Visit) -> None:
    listed = Ward.objects.filter(state="Adamawa")[0].list
    far = WardAlias.objects.create(
        owner=visit.workflow.owner, list=listed, state="Kano", lga="Dala", lga_key="dala", name="X",
        name_key="x", kind="not_on_list", decided_by="visitor:x",
    )  # fmt: skip
    answer = send(visit.client, visit.workflow, "matches/", do=f"withdraw:{far.pk}", **JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "DECISION_UNKNOWN")


def test_control_characters_break_no_workbook_and_no_drawing(client: Client) -> None:
    from itn.printing import report, workbook
    from itn.printing.facts import facts_of
    from tpr.maps.choropleth import Shape, draw
    from tpr.plots.frame import svg, text

    workflow, _, plan = planned(client)
    plan.name = "\x01=<b>&\x1f"
    assert workbook.workbook(facts_of(plan, {})).startswith(b"PK")
    assert report.sign_off(facts_of(plan, {})).startswith(b"%PDF")
    facility = Facility.objects.filter(upload=workflow.upload)[0]
    send(client, workflow, "calls/", call=f"{facility.pk}.all", called_on="2024-05-01",
         called_by="\x02me", outcome="wrong", found="=1+1\x0b")  # fmt: skip
    made = client.get(url(workflow, "quality.xlsx"))
    assert made.status_code == 200
    sheet = ZipFile(io.BytesIO(made.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "'=1+1" in sheet
    name = '\x01</text>"<&'
    for drawn in (
        draw([Shape("M0 0", "m1", name)], width=9, height=9, borders=[(name, "M0 0", 1, 1)], label=name),
        svg(9, 9, name, [text(1, 1, name)], standalone=True),
    ):  # fmt: skip
        ElementTree.fromstring(drawn)
