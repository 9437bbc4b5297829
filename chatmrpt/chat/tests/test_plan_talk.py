"""Net plans by chat: a supposition is another plan, "compare" sets two beside each other."""

import pytest
from django.test import Client

from chatmrpt.chat.tests.views import visits
from chatmrpt.chat.understand import Context, understand
from itn.models import ItnPlan

COMPLETE = Context(stage="complete", states=("Adamawa",))


@pytest.mark.parametrize(
    ("said", "command", "slots"),
    [
        ("what if the buffer is 15%?", "plan_nets", {"buffer": 15}),
        ("suppose 2 persons per net", "plan_nets", {"persons_per_net": 2}),
        ("2 million nets, household size 4", "plan_nets", {"nets": 2_000_000, "household": 4}),
        ("what if the routine reserve is 6%?", "plan_nets", {"reserve": 6}),
        ("what if the budget is 2 billion naira", "plan_nets", {"budget": 2_000_000_000}),
        (
            "plan 200,000 nets with a budget of 50 million",
            "plan_nets",
            {"nets": 200_000, "budget": 50_000_000},
        ),
        ("compare with the last plan", "compare", {"of": "plans"}),
        ("show me the difference between the two plans", "compare", {"of": "plans"}),
    ],
)
def test_what_people_say_about_plans_is_understood(said, command, slots):
    reading = understand(said, COMPLETE)
    assert (reading.command, dict(reading.slots)) == (command, slots)


@pytest.mark.parametrize(
    "said",
    ["what if it rains 15 days", "what about 2024?", "what if the data are wrong",
     "how about pregnant women", "what if we have 500k nets",
     "don't compare the plans", "what if we change the plan"],
)  # fmt: skip
def test_what_is_not_about_a_plan_makes_none(said):
    reading = understand(said, COMPLETE)
    assert reading.command != "plan_nets" and dict(reading.slots).get("of") != "plans"


@pytest.mark.django_db
def test_what_if_makes_another_plan_beside_the_first_and_says_what_is_different():
    client = Client()
    workflow, _, plan = visits.planned(client)
    answer = visits.send(client, workflow, "messages/", text="compare with the last plan",
                         HTTP_ACCEPT="application/json").json()  # fmt: skip
    assert "Make another one" in answer["reply"]["text"]
    answer = visits.send(client, workflow, "messages/", text="what if the buffer is 10 %?",
                         HTTP_ACCEPT="application/json").json()  # fmt: skip
    assert f"Against “{plan.name}”" in answer["reply"]["text"], answer
    copy = ItnPlan.objects.exclude(pk=plan.pk).get()
    assert (copy.parameters["buffer"], copy.stock, copy.duplicate_of_id) == (
        "10",
        plan.stock,
        plan.pk,
    )
    answer = visits.send(client, workflow, "messages/", text="compare the two plans",
                         HTTP_ACCEPT="application/json").json()  # fmt: skip
    sums = {row[0]: row[1:] for row in answer["reply"]["figures"][0]["rows"]}
    need = plan.totals["need_nets"], copy.totals["need_nets"]
    assert sums["Need of all wards"] == [f"{need[0]:,}", f"{need[1]:,}", f"{need[1] - need[0]:,}"]
