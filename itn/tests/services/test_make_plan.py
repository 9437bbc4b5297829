"""Making a plan from a finished run: what it needs, what it stores, what it says."""

import uuid
from decimal import Decimal

import pytest

from chatmrpt.common.errors import Conflict, DomainError, InvalidInput, NotFound, StaleVersion
from itn import api
from itn.models import ItnPlan
from itn.services.make_plan import make_plan, make_plan_for_run
from itn.tests.world import (
    A_TO_D,
    ACTOR,
    at_commit,
    finished_world,
    population_of,
    run_of,
    ward_list_of,
    workflow_of,
)
from tpr.models import Workflow

pytestmark = pytest.mark.django_db


def nets(plan):
    return dict(plan.rows.values_list("ward_name", "nets"))


def test_a_plan_is_tied_to_its_run_and_population_and_reconciles():
    world = finished_world()
    plan = make_plan(world.workflow.pk, nets="15,030", actor=ACTOR)
    at_commit()
    assert (plan.run_id, plan.population_source_id) == (world.run.pk, world.source.pk)
    assert (plan.available, plan.allocated, plan.remaining) == (15_030, 15_000, 30)
    assert nets(plan) == {"A": 10_000, "B": 5_000, "C": 0, "D": 0}
    row = plan.rows.get(ward_name="D")
    assert row.reason == "none_stock_exhausted"
    assert "place 2 (B)" in row.reason_text and "place 4" in row.reason_text
    assert plan.owner == world.workflow.owner
    assert plan.name == "Plan 1"


def test_the_original_rule_gives_its_published_allocation():
    world = finished_world()
    plan = make_plan(
        world.workflow.pk, nets=15_000, strategy="legacy_two_tier", urban_threshold=75,
        household_size=5, actor=ACTOR,
    )  # fmt: skip
    at_commit()
    assert nets(plan) == {"A": 10_000, "B": 0, "C": 3_000, "D": 2_000}
    assert plan.rows.get(ward_name="D").phase == "Rural Priority (Partial)"
    assert plan.rows.get(ward_name="B").reason == "none_lower_priority"
    assert plan.totals["coverage_percent"] == "60.0"
    assert plan.totals["covered_population"] == 27_000


def test_the_same_key_makes_one_plan_even_with_a_stale_version():
    world = finished_world()
    first = make_plan(world.workflow.pk, nets=100, actor=ACTOR, key="k1", version=1)
    again = make_plan(world.workflow.pk, nets=999, actor=ACTOR, key="k1", version=1)
    assert again.pk == first.pk
    assert ItnPlan.objects.count() == 1
    workflow = Workflow.objects.get(pk=world.workflow.pk)
    assert workflow.version == 2
    line = workflow.events.get()
    assert (line.command, line.idempotency_key) == ("plan_nets", "k1")
    assert line.payload["plan"] == str(first.pk)
    assert line.payload["slots"]["nets"] == 100


def test_a_page_older_than_the_workflow_changes_nothing():
    world = finished_world()
    make_plan(world.workflow.pk, nets=100, actor=ACTOR)
    with pytest.raises(StaleVersion):
        make_plan(world.workflow.pk, nets=100, actor=ACTOR, version=1)
    assert ItnPlan.objects.count() == 1


def test_planning_before_the_choices_are_complete_says_what_is_missing():
    world = finished_world()
    Workflow.objects.filter(pk=world.workflow.pk).update(stage="age_group_selection")
    with pytest.raises(Conflict) as refusal:
        make_plan(world.workflow.pk, nets=100, actor=ACTOR)
    assert refusal.value.code == "TPR_NOT_READY"


def test_planning_needs_a_finished_run_of_the_current_result():
    result = workflow_of(ward_list_of(A_TO_D))
    with pytest.raises(Conflict, match="Run the risk analysis first") as refusal:
        make_plan(result.workflow.pk, nets=100, actor=ACTOR)
    assert refusal.value.code == "RISK_NOT_READY"
    run_of(result, A_TO_D, status="queued")
    with pytest.raises(Conflict, match="still running"):
        make_plan(result.workflow.pk, nets=100, actor=ACTOR)


def test_a_run_of_earlier_choices_is_not_used():
    world = finished_world()
    Workflow.objects.filter(pk=world.workflow.pk).update(age_group="o5")
    with pytest.raises(Conflict) as refusal:
        make_plan(world.workflow.pk, nets=100, actor=ACTOR)
    assert refusal.value.code == "TPR_NOT_READY"


def test_without_a_population_list_the_plan_reconciles_and_allots_nothing():
    result = workflow_of(ward_list_of(A_TO_D))
    run_of(result, A_TO_D)
    plan = make_plan(result.workflow.pk, nets=100, actor=ACTOR)
    assert (plan.available, plan.allocated, plan.remaining) == (100, 0, 100)
    assert {row.reason for row in plan.rows.all()} == {"no_population"}
    assert plan.rows.count() == 4


def test_a_population_list_is_chosen_by_name_and_unknown_names_list_the_known():
    world = finished_world()
    population_of(world.ward_list, [("A", "L1", 1, 90, 0.0)], name="campaign")
    plan = make_plan(world.workflow.pk, nets=100, population_source="census", actor=ACTOR)
    assert plan.population_source == world.source
    newest = make_plan(world.workflow.pk, nets=100, actor=ACTOR)
    assert newest.population_source.name == "campaign"
    assert newest.totals["wards_without_population"] == 3
    with pytest.raises(NotFound, match="campaign, census"):
        make_plan(world.workflow.pk, nets=100, population_source="gone", actor=ACTOR)


def test_wards_without_population_or_rank_or_urban_share_are_shown_not_filled():
    specs = [
        ("A", "L1", 1, 18000, 10.0),
        ("B", "L1", 2, None, 80.0),
        ("C", "L2", None, 5400, 0.0),
        ("D", "L2", 3, 12600, None),
        ("E", "L2", 4, 0, 5.0),
    ]
    world = finished_world(specs)
    plan = make_plan(world.workflow.pk, nets=50_000, strategy="legacy_two_tier", actor=ACTOR)
    at_commit()
    reasons = dict(plan.rows.values_list("ward_name", "reason"))
    assert reasons == {
        "A": "full", "B": "no_population", "C": "no_rank", "D": "no_urban_share", "E": "no_need",
    }  # fmt: skip
    assert plan.rows.first().ward_name == "B"
    assert plan.rows.get(ward_name="B").need is None
    assert plan.allocated == 10_000


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "NETS_MISSING"),
        ({"nets": "many"}, "INVALID_NUMBER"),
        ({"nets": 1, "persons_per_net": "0.5"}, "RATIO_OUT_OF_RANGE"),
        ({"nets": 1, "buffer": "31"}, "BUFFER_OUT_OF_RANGE"),
        ({"nets": 1, "strategy": "fair"}, "STRATEGY_UNKNOWN"),
        ({"nets": 1, "colour": "blue"}, "OPTION_UNKNOWN"),
        ({"nets": 1, "target_rule": "guess"}, "TARGET_RULE"),
        ({"nets": 1, "name": "x" * 121}, "NAME_TOO_LONG"),
    ],
)
def test_options_that_cannot_be_used_are_refused_and_leave_nothing(options, code):
    world = finished_world()
    with pytest.raises(InvalidInput) as refusal:
        make_plan(world.workflow.pk, actor=ACTOR, **options)
    assert refusal.value.code == code
    assert not ItnPlan.objects.exists()
    assert not world.workflow.events.exists()


def test_blank_options_take_the_documented_defaults():
    world = finished_world()
    plan = make_plan(
        world.workflow.pk, nets="20k", strategy="", persons_per_net="", buffer=None, bale="",
        actor=ACTOR,
    )  # fmt: skip
    assert plan.strategy == "risk_order"
    assert plan.parameters["persons_per_net"] == "1.8"
    assert (plan.parameters["buffer"], plan.bale_size, plan.stock) == ("0", 50, 20_000)


def test_plans_get_numbered_names_and_a_name_is_taken_once():
    world = finished_world()
    make_plan(world.workflow.pk, nets=1, name="Plan 2", actor=ACTOR)
    assert make_plan(world.workflow.pk, nets=1, actor=ACTOR).name == "Plan 3"
    with pytest.raises(Conflict) as refusal:
        make_plan(world.workflow.pk, nets=1, name="Plan 2", actor=ACTOR)
    assert refusal.value.code == "PLAN_NAME_TAKEN"


def test_another_workflow_is_not_found():
    with pytest.raises(NotFound):
        make_plan(uuid.uuid4(), nets=1, actor=ACTOR)


def test_a_plan_is_marked_stale_with_the_reason_and_kept():
    world = finished_world()
    plan = make_plan(world.workflow.pk, nets=15_000, actor=ACTOR)
    run_of(world.result, A_TO_D, seed=2)
    population_of(world.ward_list, A_TO_D, name="newer")
    type(world.source).objects.filter(pk=world.source.pk).update(superseded_at=plan.created_at)
    state = api.plan_state(world.workflow)
    assert state["uuid"] == str(plan.pk)
    assert state["stale"] is True
    said = " ".join(state["stale_because"])
    assert "newer risk analysis" in said and "census was loaded again" in said
    assert api.latest_plan(world.workflow).allocated == 15_000


def test_a_workflow_without_plans_has_no_plan_state():
    result = workflow_of(ward_list_of(A_TO_D))
    assert api.plan_state(result.workflow) is None


def test_planning_by_run_leaves_a_ledger_line_in_its_workflow():
    world = finished_world()
    plan = make_plan_for_run(str(world.run.pk), nets=15_000, actor=ACTOR)
    assert plan.workflow_id == world.workflow.pk
    assert world.workflow.events.get().payload["plan"] == str(plan.pk)


def test_planning_by_an_unknown_or_unfinished_run_is_refused():
    world = finished_world()
    for unknown in ("nonsense", str(uuid.uuid4())):
        with pytest.raises(DomainError):
            make_plan_for_run(unknown, nets=1, actor=ACTOR)
    live = run_of(world.result, A_TO_D, status="queued")
    with pytest.raises(Conflict) as refusal:
        make_plan_for_run(live.pk, nets=1, actor=ACTOR)
    assert refusal.value.code == "RISK_NOT_READY"


def test_burden_in_a_workflow_uses_the_shrunk_tpr_and_says_so():
    world = finished_world()
    plan = make_plan(world.workflow.pk, nets=15_000, strategy="burden_weighted", actor=ACTOR)
    assert any("TPR" in note for note in plan.notes)
    assert plan.allocated == 15_000


def test_nine_thousand_four_hundred_wards_are_planned_and_stored():
    specs = [
        (f"w{i:05}", f"L{i % 200}", i + 1, str(Decimal(1000 + i * 3) / 2), float(i % 100))
        for i in range(9_400)
    ]
    world = finished_world(specs)
    plan = make_plan(world.workflow.pk, nets="5 million", actor=ACTOR)
    at_commit()
    assert plan.rows.count() == 9_400


def test_nets_needed_for_everybody_by_each_ratio():
    world = finished_world()
    needed = api.nets_needed(world.ward_list, "Kwara")
    assert (needed.population, needed.wards, needed.wards_without_population) == (45_001, 4, 0)
    assert needed.by_ratio[Decimal("1.8")] == 25_001
    assert needed.by_ratio[Decimal("2.0")] == 22_501
    assert api.nets_needed(ward_list_of(A_TO_D, name="other"), "Kwara") is None


def test_lga_quotas_may_be_typed_into_a_form():
    world = finished_world()
    plan = make_plan(
        world.workflow.pk, nets=15_000, strategy="risk_order", lga_min="L2 = 100", actor=ACTOR
    )
    at_commit()
    assert nets(plan) == {"A": 10_000, "B": 0, "C": 3_000, "D": 2_000}
    assert plan.rows.get(ward_name="D").reason == "lga_minimum"
