"""What goes wrong with nets, each with words of its own, through the doors that people use."""

import json
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from analysis.models import WardScore
from chatmrpt.chat.tests.views import visits
from chatmrpt.common.errors import Conflict
from itn.models import ItnPlan, WardPopulation
from itn.services.overrides import Fix, fix_wards, identity_of
from itn.tests.world import ACTOR

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def plan(client) -> ItnPlan:
    return visits.planned(client)[2]


def asked(client: Client, plan: ItnPlan, **fields) -> ItnPlan:
    """Make another plan by form and return it."""
    answer = visits.send(client, plan.workflow, "plans/", name="Another", **fields)
    assert answer.status_code == 303, answer.content
    return ItnPlan.objects.get(name="Another")


def refused(client: Client, plan: ItnPlan, **fields) -> str:
    """Ask by form, as JSON and by command; the message of the three, which is the same."""
    answer = visits.send(client, plan.workflow, "plans/", **fields, **JSON)
    assert answer.status_code in (400, 409, 422), answer.content
    error = answer.json()["error"]
    form = visits.send(client, plan.workflow, "plans/", **fields)
    assert form.status_code == answer.status_code and error["message"][:40] in shown(form)
    options = [part for name, value in fields.items()
               for part in (f"--{name.replace('_', '-')}={value}",)]  # fmt: skip
    err = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("itn_plan", "--run", str(plan.run_id), *options, stderr=err)
    assert stop.value.code == 2 and f"error[{error['code']}]" in err.getvalue()
    assert ItnPlan.objects.count() == 1
    return error["message"]


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


REFUSED = [
        ({"nets": "-200"}, "below zero"),
        ({"nets": "many"}, "no number was recognised"),
        ({"nets": "1.5"}, "not a whole number"),
        ({"nets": "2 trillion"}, "is not known here"),
        ({"nets": "9,999,999,999"}, "above 1,000,000,000"),
        ({"nets": "1,000", "floor": "50"}, "A floor of 50 % needs"),
        ({"nets": "1,000", "budget": "5,000,000"}, "A budget was given without a cost per net"),
        ({"nets": "1,000", "cost_per_net": "5"}, "A cost per net was given without a budget"),
        ({"nets": "1,000", "budget": "5", "cost_per_net": "2", "cost_fixed": "9"},
         "The fixed costs alone, 9.00, exceed the cap of 5"),
]  # fmt: skip


def test_what_cannot_be_planned_is_refused_the_same_at_every_door(client, plan):
    for fields, words in REFUSED:
        assert words in refused(client, plan, **fields), fields


def test_a_budget_by_chat_without_a_cost_is_answered_in_words(client, plan):
    said = visits.send(client, plan.workflow, "messages/", text="what if the budget is 2 billion",
                       **JSON)  # fmt: skip
    assert "without a cost per net" in said.json()["reply"]["text"], said.json()["reply"]
    said = visits.send(client, plan.workflow, "messages/", text="what if the routine reserve is 6%",
                       **JSON)  # fmt: skip
    copy = ItnPlan.objects.exclude(pk=plan.pk).get()
    assert copy.parameters["reserve"] == "6" and copy.reserve > 0, said.json()["reply"]


def test_zero_nets_are_a_plan_that_shows_the_need(client, plan):
    made = asked(client, plan, nets="0")
    assert (made.allocated, made.remaining, made.rows.filter(nets=0).count()) == (0, 0, made.wards)
    page = shown(client.get(f"/workflows/{plan.workflow_id}/plans/{made.pk}/"))
    assert "The stock is 0 nets: nobody gets any" in page
    answer = visits.send(client, plan.workflow, "messages/", text="plan 0 nets", **JSON)
    assert answer.json()["understood"]["command"] == "error"
    assert answer.json()["reply"]["text"]


def test_more_nets_than_needed_remain_and_it_is_said(client, plan):
    made = asked(client, plan, nets="900,000")
    assert made.remaining > 0 and made.allocated + made.remaining == 900_000
    page = shown(client.get(f"/workflows/{plan.workflow_id}/plans/{made.pk}/"))
    assert f"every ward with a need is served in full and {made.remaining:,} nets remain" in page


def test_no_population_anywhere_is_a_plan_of_zeros_that_says_why(client, plan):
    WardPopulation.objects.all().delete()
    made = asked(client, plan, nets="10,000")
    assert (made.allocated, made.remaining) == (0, 10_000)
    assert set(made.rows.values_list("reason", flat=True)) == {"no_population"}
    page = shown(client.get(f"/workflows/{plan.workflow_id}/plans/{made.pk}/"))
    assert "No ward has a population above 0, so no need is known" in page


def test_wards_of_equal_risk_are_said_to_be_ordered_by_nothing(client, plan):
    scores = WardScore.objects.filter(run=plan.run).order_by("rank")
    assert "have the same risk" not in " ".join(plan.notes)
    scores.update(rank_shared=1)
    assert "All 4 wards have the same risk" in " ".join(asked(client, plan, nets="9,000").notes)
    ItnPlan.objects.filter(name="Another").delete()
    scores.filter(rank__lte=2).update(rank_shared=5)
    edge = WardScore.objects.get(run=plan.run, rank=1)
    need = plan.rows.get(rank=1).need
    made = asked(client, plan, nets=str(-(-need // 50) * 50))
    tied = " ".join(made.notes)
    assert f"{edge.ward_name} ({edge.lga}) and" in tied and "the nets end between them" in tied


def test_a_locked_plan_refuses_form_json_import_service_and_chat_makes_another(client, plan):
    base = f"/workflows/{plan.workflow_id}/plans/{plan.pk}/"

    def post(act: str, **fields):
        plan.refresh_from_db()
        return client.post(f"{base}{act}/", {"revision": plan.revision, **fields})

    assert post("submit", signed_as="M. Musa").status_code == 303
    assert post("approve", signed_as="A. Bello, manager").status_code == 303
    row = plan.rows.get(rank=1)
    fix = {"place": row.place, "units": "1", "reason": "Flood camp of August"}
    for act, fields in (("fix", fix), ("change", {"buffer": "5"}), ("rename", {"name": "x"}),
                        ("archive", {}), ("submit", {}), ("release", {"place": row.place})):  # fmt: skip
        answer = post(act, **fields)
        assert answer.status_code == 409 and "approved and locked" in answer.content.decode(), act
    plan.refresh_from_db()
    body = json.dumps({"revision": plan.revision, **fix})
    answer = client.post(f"{base}fix/", body, content_type="application/json", **JSON)
    assert answer.json()["error"]["code"] == "PLAN_LOCKED"
    file = BytesIO(b"ward,units,reason\nBille,1,because it floods there\n")
    file.name = "plan.csv"
    assert post("preview", file=file).status_code == 409
    with pytest.raises(Conflict) as refusal:
        fix_wards(plan.workflow_id, plan.pk, fixes=[Fix(identity_of(row), 1, "Flood camp of August")],
                  actor=ACTOR, revision=plan.revision)  # fmt: skip
    assert refusal.value.code == "PLAN_LOCKED"
    before = (plan.fingerprint, plan.revision, plan.allocated)
    said = visits.send(
        client, plan.workflow, "messages/", text="what if the buffer is 10 %", **JSON
    )
    assert said.status_code == 200 and ItnPlan.objects.count() == 2, "a copy beside the locked plan"
    call_command("itn_plan", "--run", str(plan.run_id), "--nets", "500", stdout=StringIO(),
                 stderr=StringIO())  # fmt: skip
    plan.refresh_from_db()
    assert (plan.fingerprint, plan.revision, plan.allocated) == before and plan.is_locked
