"""The page of a plan: every act by form, every refusal in words on the same page."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from chatmrpt.chat.tests.views import visits
from itn.models import ItnPlan, PopulationSource, WardPopulation
from itn.services.make_document import make_document
from tpr.models import Workflow
from tpr.services.replay import replay

pytestmark = pytest.mark.django_db
WHY = "Flood camp of August, 2,000 people"


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
    return client.post(url(plan, f"{doing}/"), {"revision": plan.revision, **fields})


def text(client: Client, plan: ItnPlan, rest: str = "") -> str:
    answer = client.get(url(plan, rest))
    assert answer.status_code == 200, answer.content
    return " ".join(answer.content.decode().split())


def test_the_page_shows_sums_that_add_up_the_cut_line_and_what_more_nets_would_do(client, plan):
    page = text(client, plan)
    assert "Allotted + remaining" in page and "Here the nets end" in page
    assert "10,000 more nets would cover" in page
    assert f"{plan.available:,}" in page


def test_a_ward_is_fixed_from_its_card_and_let_go_again(client, plan):
    last = plan.rows.filter(nets=0).order_by("-rank").first()
    card = text(client, plan, f"wards/{last.place}/")
    assert "Why it gets no nets" in card and "more nets</b> in stock" in card
    answer = act(client, plan, "fix", place=last.place, units="7", reason=WHY)
    assert (answer.status_code, answer["Location"]) == (303, url(plan, "#wards"))
    page = text(client, plan)
    assert WHY in page and "fixed wards by hand" in page
    row = plan.rows.get(ward_name=last.ward_name)
    assert row.bales == 7
    assert act(client, plan, "release", place=row.place).status_code == 303
    assert plan.rows.get(ward_name=last.ward_name).nets == 0


def test_a_refusal_is_said_on_the_page_and_what_was_typed_stays(client, plan):
    answer = act(client, plan, "return", comment="The camp is missing", signed_as="")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Not done." in page and "The camp is missing" in page
    place = plan.rows.first().place
    assert act(client, plan, "fix", place=place, units="many", reason=WHY).status_code == 400
    assert act(client, plan, "fix", place="x", units="1", reason=WHY).status_code == 400
    assert client.post(url(plan, "submit/"), {"revision": "99"}).status_code == 409
    assert client.post(url(plan, "submit/"), {}).status_code == 400
    assert client.post(url(plan, "submit/"), {"revision": "9" * 40}).status_code == 400


def test_submitted_approved_locked_and_printed_with_the_names(client, plan):
    assert act(client, plan, "submit", signed_as="M. Musa, planner").status_code == 303
    assert "waits for a decision" in text(client, plan)
    assert act(client, plan, "approve", signed_as="A. Bello, manager").status_code == 303
    page = text(client, plan)
    assert "Approved and locked" in page and "<b>A. Bello, manager</b> approved" in page
    assert act(client, plan, "rename", name="New").status_code == 409
    assert act(client, plan, "unlock", signed_as="A. Bello", comment="More nets").status_code == 303


def test_where_people_have_accounts_only_approvers_decide(client, plan, settings):
    assert act(client, plan, "submit").status_code == 303
    settings.ACCESS = "login"
    refused = act(client, plan, "approve", signed_as="A. Bello, manager")
    assert refused.status_code == 403
    assert "permission" in refused.content.decode()
    user = User.objects.create_user("bello")
    user.user_permissions.add(Permission.objects.get(codename="approve_plan"))
    plan.workflow.owner = plan.owner = f"user:{user.pk}"
    plan.workflow.save(update_fields=["owner"])
    signed_in = Client()
    signed_in.force_login(user)
    assert act(signed_in, plan, "approve", signed_as="A. Bello").status_code == 303


def test_a_copy_with_another_buffer_is_compared_with_the_first(client, plan):
    answer = act(client, plan, "duplicate", buffer="10", name="Buffer 10 %")
    assert answer.status_code == 303
    copy = ItnPlan.objects.get(name="Buffer 10 %")
    page = " ".join(client.get(url(copy), {"against": str(plan.pk)}).content.decode().split())
    assert f"{plan.name} → Buffer 10 %" in page and "buffer 0 → <b>10</b>" in page
    assert "Need of all wards" in page
    shown = text(client, plan, "?show=strategies")
    assert "Rural first, then urban" in shown and "(this plan)" in shown


def test_the_template_comes_back_edited_and_is_shown_before_it_is_applied(client, plan):
    template = client.get(url(plan, "template.csv")).content.decode("utf-8-sig")
    lines = template.splitlines()
    row = plan.rows.filter(nets=0).order_by("-rank").first()
    edited = [
        line.rsplit(",", 2)[0] + f",7,{WHY.replace(',', '')}" if row.ward_name in line else line
        for line in lines
    ]
    edited.append("ZZ,Adamawa,Girei,Nowhere,1,0,5,because it should be there")
    file = BytesIO("\r\n".join(edited).encode("cp1252"))
    file.name = "plan.csv"
    assert act(client, plan, "preview", file=file).status_code == 303
    page = text(client, plan)
    assert "1 changes" in page and "Nowhere" in page
    assert plan.rows.get(pk=row.pk).nets == 0, "a preview changes nothing"
    number = plan.imports.get().pk
    assert act(client, plan, "apply", **{"import": number}).status_code == 303
    assert plan.rows.get(ward_name=row.ward_name).bales == 7
    assert act(client, plan, "apply", **{"import": number}).status_code == 409


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"ward,units\nA,1\n", "COLUMNS"), (b"PK\x03\x04xx", "workbook"), (b"", "no header"),
     (b"ward,units,reason\nA,many,because it floods\n", "Not done")],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused_in_words(client, plan, content, code):
    file = BytesIO(content)
    file.name = "plan.csv"
    answer = act(client, plan, "preview", file=file)
    assert answer.status_code in (400, 409)
    assert not plan.imports.exists()


def test_another_person_finds_nothing(client, plan):
    stranger = Client()
    for rest in ("", "template.csv", "wards/1/"):
        assert stranger.get(url(plan, rest)).status_code == 404
    assert act(stranger, plan, "submit").status_code == 404


def test_a_plan_that_was_put_away_leaves_the_list_and_comes_back(client, plan):
    assert act(client, plan, "archive").status_code == 303
    listed = client.get(f"/workflows/{plan.workflow_id}/", {"tab": "nets"}).content.decode()
    assert f"plans/{plan.pk}/allocation.csv" not in listed
    assert "In the archive" in text(client, plan)
    assert act(client, plan, "restore").status_code == 303


def test_a_paper_is_asked_for_waited_for_and_brought_to_its_owner_only(client, plan):
    place = url(plan, "papers/sign_off.pdf/")
    assert client.get(place).status_code == 404
    assert client.post(place).status_code == 303
    waiting = client.get(place)
    assert waiting.status_code == 202 and "made by a worker" in waiting.content.decode()
    assert make_document(plan.documents.get().pk)
    brought = client.get(place)
    assert (brought.status_code, brought["Content-Type"]) == (200, "application/pdf")
    assert brought.content.startswith(b"%PDF") and "attachment" in brought["Content-Disposition"]
    assert Client().get(place).status_code == 404
    assert client.post(url(plan, "papers/other.pdf/")).status_code == 404
    asked = client.post(url(plan, "papers/plan.xlsx/"), HTTP_ACCEPT="application/json")
    assert (asked.status_code, asked.json()["status"]) == (202, "queued")


def test_what_is_done_to_plans_leaves_the_ledger_replaying_to_the_stored_state(client, plan):
    row = plan.rows.filter(nets=0).order_by("-rank").first()
    assert act(client, plan, "fix", place=row.place, units="7", reason=WHY).status_code == 303
    assert act(client, plan, "duplicate", buffer="10").status_code == 303
    assert act(client, plan, "comment", comment="Seen by the LGA").status_code == 303
    workflow = Workflow.objects.get(pk=plan.workflow_id)
    commands = list(workflow.events.values_list("command", flat=True))
    assert commands[-3:] == ["edit_plan", "plan_nets", "edit_plan"]
    assert replay(workflow)["identical"]
    said = visits.send(client, workflow, "messages/", text="undo")
    assert said.status_code == 303 and replay(Workflow.objects.get(pk=workflow.pk))["identical"]


def test_two_population_lists_are_shown_side_by_side(client, plan):
    address = f"/workflows/{plan.workflow_id}/populations/"
    assert "Two are needed" in client.get(address).content.decode()
    source = plan.population_source
    other = PopulationSource.objects.create(name="campaign", year=2023, list=source.list)
    for number, row in enumerate(source.wards.order_by("ward__code")):
        persons = row.persons * (5 if number == 0 else 1)
        WardPopulation.objects.create(source=other, ward=row.ward, persons=persons)
    page = " ".join(
        client.get(address, {"first": "census", "second": "campaign"}).content.decode().split()
    )
    assert "1 of 4; the furthest apart first" in page and "5.00" in page
    assert client.get(address, {"first": "nobody"}).status_code == 404
    assert Client().get(address).status_code == 404
