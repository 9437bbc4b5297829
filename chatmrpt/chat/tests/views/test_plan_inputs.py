"""What a plan counts with, by form and by JSON: changed, copied, printed, refused in words."""

import json
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from chatmrpt.chat.tests.views import visits
from itn.models import ItnPlan
from itn.selectors import parameters_of_plan
from itn.services.make_document import make_document

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def plan(client) -> ItnPlan:
    return visits.planned(client)[2]


def url(plan: ItnPlan, rest: str = "") -> str:
    return f"/workflows/{plan.workflow_id}/plans/{plan.pk}/{rest}"


def act(client: Client, plan: ItnPlan, doing: str, **fields):
    plan.refresh_from_db()
    return client.post(
        url(plan, f"{doing}/"), {"revision": plan.revision, "from": "inputs", **fields}
    )


def file(text: str, name: str = "list.csv") -> BytesIO:
    made = BytesIO(text.encode())
    made.name = name
    return made


def page(client: Client, plan: ItnPlan, rest: str = "inputs/") -> str:
    answer = client.get(url(plan, rest))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


COSTS = {
    "cost_name_1": "Net", "cost_kind_1": "per_net", "cost_unit_cost_1": "3.49",
    "cost_currency_1": "USD", "cost_source_1": "Quotation 7", "cost_date_1": "May 2026",
    "cost_name_2": "Ward team", "cost_kind_2": "per_ward_served", "cost_unit_cost_2": "250,000",
    "exchange_rate": "1600", "budget": "60 million", "clear": "costs budget",
}  # fmt: skip


def test_every_input_is_changed_by_form_kept_as_rows_and_shown_again(client, plan):
    code = plan.rows.get(place=1).ward_code
    for fields in (
        {"household_shares": "0.3; 0.4; 0.3", "household_cap": "4"},
        {"growth": "3.04", "growth_source": "NPC 2020", "target_year": "2026"},
        {"lga_min": "Girei = 2", "lga_max": "Fufore = 90", "reserve": "6", "floor": "10"},
        {"existing_nets_file": file(f"ward_code,nets\n{code},900\n"),
         "existing_nets_source": "Survey", "existing_nets_year": "2025"},
        {"ward_buffers_file": file(f"ward_code,buffer,reason\n{code},15,new settlement\n")},
        COSTS,
    ):  # fmt: skip
        answer = act(client, plan, "change", **fields)
        assert (answer.status_code, answer["Location"]) == (303, url(plan, "inputs/")), (
            answer.content
        )
    plan.refresh_from_db()
    assert plan.allocated + plan.remaining == plan.available
    assert plan.ward_inputs.get().existing_nets == 900
    assert [line.rate for line in plan.cost_lines.all()] == [1600, 1]
    now = parameters_of_plan(plan)
    assert now.as_json() == plan.parameters
    assert now.lga_minimum == {("Adamawa", "Girei"): 2}
    shown = page(client, plan)
    for text in ("1-2 = 0.3; 3-4 = 0.4; 5+ = 0.3", "NPC 2020", "Girei = 2", "Survey, 2025",
                 "new settlement", "Ward team", "3.49 USD x 1,600", "Left of the budget"):  # fmt: skip
        assert text in shown, text
    history = page(client, plan, "")
    assert "changed it" in history and "household shares none" in history
    assert "At least, bales: Girei" in history and "Quotation 7, May 2026" in history


def test_a_copy_keeps_every_input_and_another_fingerprint_where_one_differs(client, plan):
    code = plan.rows.get(place=1).ward_code
    act(client, plan, "change", **COSTS)
    act(client, plan, "change", existing_nets_file=file(f"ward_code,nets\n{code},900\n"),
        existing_nets_source="Survey", existing_nets_year="2025")  # fmt: skip
    plan.refresh_from_db()
    assert act(client, plan, "duplicate", name="Same").status_code == 303
    assert act(client, plan, "duplicate", name="Other", **{**COSTS, "cost_unit_cost_1": "3.50"})
    same, other = ItnPlan.objects.get(name="Same"), ItnPlan.objects.get(name="Other")
    assert same.fingerprint == plan.fingerprint != other.fingerprint
    assert same.ward_inputs.get().existing_nets == 900 == other.ward_inputs.get().existing_nets
    assert other.cost_lines.first().unit_cost == 3.5
    compared = page(client, other, f"?against={same.pk}")
    assert "costs 2 lines" in compared


def test_an_emptied_field_takes_its_option_away(client, plan):
    act(client, plan, "change", **COSTS)
    emptied = {**dict.fromkeys(COSTS, ""), "clear": "costs budget"}
    assert act(client, plan, "change", **emptied).status_code == 303
    plan.refresh_from_db()
    assert not plan.cost_lines.exists() and "budget" not in plan.parameters
    again = act(client, plan, "change", **emptied)
    assert again.status_code == 400 and "has these values already" in again.content.decode()


def test_the_suggested_costs_are_labelled_and_store_nothing(client, plan):
    shown = page(client, plan, "inputs/?costs=suggested")
    assert "Public national planning sheet, 2024" in shown and "not today’s prices" in shown
    assert 'value="5584.97"' in shown and not plan.cost_lines.exists()


REFUSED = [
        ({"household_shares": "0.3; 0.3; 0.3"}, 400, "add up to 0.9"),
        ({"growth": "3"}, 400, "Missing: growth source, target year"),
        ({"growth": "3", "growth_source": "x", "target_year": "2026", "base_year": "2019"}, 400,
         "stands for 2024"),
        ({"lga_min": "Nowhere = 3"}, 400, "No ward of this plan lies"),
        ({"lga_min": "Girei = 9,999"}, 422, "minimum of 9,999 bales against"),
        ({"floor": "100"}, 422, "A floor of 100 % needs"),
        ({"budget": "5 million"}, 400, "without a cost per net"),
        ({**COSTS, "budget": "many"}, 400, "no number was recognised"),
        ({"nets": "-5"}, 400, "below zero"), ({"nets": "many"}, 400, "no number was recognised"),
        ({"existing_nets_file": file("PK\x03\x04"), "existing_nets_source": "x",
          "existing_nets_year": "2020"}, 400, "Excel workbook"),
        ({"existing_nets_file": file("ward_code,nets\nZZ,4\n"), "existing_nets_source": "x",
          "existing_nets_year": "2020"}, 400, "line 2: ZZ"),
]  # fmt: skip


def test_what_cannot_be_counted_with_is_said_on_the_same_page(client, plan):
    before = plan.fingerprint
    for fields, status, words in REFUSED:
        for part in fields.values():
            if isinstance(part, BytesIO):
                part.seek(0)
        answer = act(client, plan, "change", **fields)
        assert answer.status_code == status, (fields, answer.content)
        text = " ".join(answer.content.decode().split())
        assert "What the plan counts with" in text and words in text, fields
    plan.refresh_from_db()
    assert (plan.fingerprint, plan.revision) == (before, 1)


def test_a_locked_plan_refuses_change_by_form_by_json_and_in_the_database(client, plan):
    act(client, plan, "change", **COSTS)
    act(client, plan, "submit", signed_as="M. Musa")
    assert act(client, plan, "change", buffer="10").status_code == 409
    act(client, plan, "approve", signed_as="A. Bello, manager")
    refused = act(client, plan, "change", buffer="10")
    assert refused.status_code == 409 and "approved and locked" in refused.content.decode()
    answer = client.post(
        url(plan, "change/"), json.dumps({"revision": 3, "buffer": "10"}),
        content_type="application/json", **JSON,
    )  # fmt: skip
    assert answer.json()["error"]["code"] == "PLAN_LOCKED"
    for change in (lambda: plan.cost_lines.all().delete(),
                   lambda: plan.ward_inputs.create(ward_name="x", existing_nets=1,
                                                   existing_source="x", existing_year=2020)):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert act(client, plan, "duplicate", name="Mine", buffer="10").status_code == 303


def test_json_takes_the_names_of_the_command_with_underscores(client, plan):
    workflow = plan.workflow
    code = plan.rows.get(place=1).ward_code
    answer = visits.send(
        client, workflow, "plans/", nets="10,000", name="By JSON", lga_min={"Girei": 2},
        household_shares={"1-2": "0.3", "3-4": "0.4", "5+": "0.3"}, reserve="6",
        growth="3.04", growth_source="NPC", target_year=2026,
        existing_nets=[{"ward_code": code, "nets": 900}], existing_nets_source="Survey",
        existing_nets_year=2025,
        ward_buffers=[{"ward_code": code, "buffer": 15, "reason": "new settlement"}],
        costs=[{"name": "Net", "kind": "per_net", "unit_cost": "5584.97"}], budget="40 million",
        **JSON,
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    made = ItnPlan.objects.get(name="By JSON")
    assert made.parameters["household_shares"] == "1-2 = 0.3; 3-4 = 0.4; 5+ = 0.3"
    assert made.ward_inputs.get().buffer_percent == 15 and made.cost_lines.count() == 1
    assert made.parameters["target_year"] == 2026
    for wrong in ({"existing_nets": 5}, {"lga_min": 7}, {"costs": [1]}, {"costs": True},
                  {"ward_buffers": {"a": 1}}, {"household_shares": [1]}, {"target_year": "²"},
                  {"growth": {"a": 1}, "growth_source": "x", "target_year": 2026},
                  {"existing_nets": [{"ward_code": code, "nets": [1]}],
                   "existing_nets_source": "x", "existing_nets_year": 2020}):  # fmt: skip
        refused = visits.send(client, workflow, "plans/", nets="10", **wrong, **JSON)
        assert refused.status_code == 400, (wrong, refused.content)


def test_the_nets_tab_shows_the_need_by_every_ratio_before_one_is_chosen(client, plan):
    shown = client.get(f"/workflows/{plan.workflow_id}/", {"tab": "nets"}).content.decode()
    assert "Nets needed, by persons per net" in shown and "WHO/HTM/GMP/2017.20" in shown
    assert f"{plan.totals['need_by_ratio']['1.64']:,}" in shown
    answer = visits.send(
        client, plan.workflow, "plans/", nets="9,000", lga_min="Girei = 2", persons_per_net="",
        household_shares="", growth="", name="Typed", tab="nets",
    )  # fmt: skip
    assert answer.status_code == 303, answer.content
    assert ItnPlan.objects.get(name="Typed").parameters["lga_minimum"] == [["Adamawa", "Girei", 2]]


def test_every_input_is_printed_in_workbook_and_report(client, plan):
    from openpyxl import load_workbook
    from pypdf import PdfReader

    code = plan.rows.get(place=1).ward_code
    act(client, plan, "change", **COSTS, household_shares="0.3; 0.4; 0.3", growth="3.04",
        growth_source="NPC", target_year="2026")  # fmt: skip
    act(client, plan, "change", existing_nets_file=file(f"ward_code,nets\n{code},900\n"),
        existing_nets_source="Survey", existing_nets_year="2025")  # fmt: skip
    plan.refresh_from_db()
    for kind in ("plan.xlsx", "report.pdf"):
        client.post(url(plan, f"papers/{kind}/"))
        assert make_document(plan.documents.get(kind=kind).pk)
    book = load_workbook(BytesIO(bytes(plan.documents.get(kind="plan.xlsx").content)))
    told = " ".join(str(cell) for row in book["Read me"].values for cell in row)
    pages = PdfReader(BytesIO(bytes(plan.documents.get(kind="report.pdf").content))).pages
    text = " ".join(" ".join(p.extract_text() for p in pages).split())
    for part in ("1-2 = 0.3; 3-4 = 0.4; 5+ = 0.3", "projected to 2026 at 3.04 %", "Survey, 2025"):
        assert part in told and part in text, part
    assert [row[1] for row in book["Budget"].values][1:3] == [
        f"{plan.allocated:,} nets x 3.49 USD x 1,600",
        f"{plan.totals['wards_served']:,} wards served x 250,000",
    ]
    assert "Ward team" in text and "Quotation 7" in text
    inputs = list(book["Ward inputs"].values)
    assert inputs[1][:4] == (code, "Adamawa", *inputs[1][2:4]) and inputs[1][4] == 900
