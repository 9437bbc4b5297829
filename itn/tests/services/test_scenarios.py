"""Scenarios of a plan: duplicate, fix by hand, decide, lock, put away; nothing changes unsaid."""

import struct
import threading
import zlib
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from analysis import api as analysis_api
from analysis.models import RankDraws
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound, StaleVersion
from itn import api
from itn.models import ItnPlan, PlanEvent, WardOverride
from itn.services import approval, scenarios
from itn.services.make_plan import make_plan
from itn.services.overrides import Fix, fix_wards, release_ward
from itn.tests.world import A_TO_D, ACTOR, STATE, at_commit, finished_world, population_of, run_of

pytestmark = pytest.mark.django_db
WHY = "Flood camp of August, 2,000 people"


def nets(plan):
    return dict(plan.rows.values_list("ward_name", "nets"))


def ward(name):
    return (f"KW{name}", STATE, "L1" if name in "AB" else "L2", name)


@pytest.fixture
def plan():
    return make_plan(finished_world().workflow.pk, nets=15_000, actor=ACTOR)


def fix(plan, name, bales, reason=WHY, **more):
    return fix_wards(
        plan.workflow_id, plan.pk, fixes=[Fix(ward(name), bales, reason)], actor=ACTOR,
        revision=more.pop("revision", plan.revision), **more,
    )  # fmt: skip


def test_a_fixed_ward_is_taken_first_and_the_rest_is_shared_anew(plan):
    changed = fix(plan, "D", 40)
    at_commit()
    assert nets(changed) == {"A": 10_000, "B": 3_000, "C": 0, "D": 2_000}  # nets.md section 6
    row = changed.rows.get(ward_name="D")
    assert (row.reason, row.bales) == ("fixed_by_override", 40)
    kept = changed.overrides.get()
    assert (kept.units_before, kept.units, kept.reason) == (0, 40, WHY)
    assert changed.events.get().payload["said"] == "D: 0 to 40"
    assert changed.allocated + changed.remaining == changed.available == 15_000


def test_letting_a_ward_go_gives_the_first_plan_again_and_keeps_what_was_done(plan):
    first = nets(plan), plan.fingerprint
    changed = fix(plan, "D", 40)
    freed = release_ward(
        plan.workflow_id, plan.pk, ward=ward("D"), actor=ACTOR, revision=changed.revision
    )
    at_commit()
    assert (nets(freed), freed.fingerprint) == first
    assert freed.overrides.get().released_at is not None
    assert [e.kind for e in freed.events.all()] == ["fixed", "released"]
    with pytest.raises(NotFound, match="not fixed"):
        release_ward(plan.workflow_id, plan.pk, ward=ward("D"), actor=ACTOR, revision=None)


@pytest.mark.parametrize(
    ("name", "bales", "reason", "code"),
    [
        ("D", 40, "because", "REASON_TOO_SHORT"),
        ("D", -1, WHY, "INVALID_NUMBER"),
        ("D", 141, WHY, "ABOVE_TARGET"),
        ("Z", 4, WHY, "WARD_NOT_IN_PLAN"),
    ],
)
def test_a_fix_that_cannot_be_meant_is_refused_and_changes_nothing(plan, name, bales, reason, code):
    with pytest.raises((InvalidInput, Conflict, NotFound)) as refusal:
        fix(plan, name, bales, reason)
    assert refusal.value.code == code
    assert not WardOverride.objects.exists()
    assert ItnPlan.objects.get(pk=plan.pk).revision == 1


def test_more_fixed_bales_than_stock_are_refused(plan):
    with pytest.raises(Exception, match="fixed wards take 301 bales") as refusal:
        fix(plan, "A", 301, above_target=True)
    assert refusal.value.code == "FIXED_ABOVE_STOCK"
    assert fix(plan, "A", 250, above_target=True).rows.get(ward_name="A").nets == 12_500


def test_a_duplicate_has_the_parameters_and_the_fixed_wards_and_its_own_life(plan):
    fix(plan, "D", 40)
    copy = scenarios.duplicate_plan(plan.workflow_id, plan.pk, actor=ACTOR)
    at_commit()
    assert (copy.name, copy.duplicate_of_id) == ("Plan 1, copy 1", plan.pk)
    assert nets(copy) == nets(plan)
    assert copy.overrides.get().reason == WHY
    what_if = scenarios.duplicate_plan(
        plan.workflow_id, plan.pk, actor=ACTOR, name="Buffer 10 %", options={"buffer": "10"}
    )
    assert what_if.totals["need_nets"] > plan.totals["need_nets"]
    assert what_if.parameters["fixed"] == copy.parameters["fixed"]


def test_the_way_to_a_locked_plan_and_every_path_that_then_refuses(plan):
    of, pk = plan.workflow_id, plan.pk
    with pytest.raises(Conflict, match="submitted for it"):
        approval.approve_plan(of, pk, actor=ACTOR, revision=1, signed_as="A. Bello, manager")
    sent = approval.submit_plan(of, pk, actor=ACTOR, revision=1)
    with pytest.raises(Conflict, match="waits for a decision"):
        fix(sent, "D", 40)
    with pytest.raises(InvalidInput, match="name and role"):
        approval.approve_plan(of, pk, actor=ACTOR, revision=2, signed_as="")
    done = approval.approve_plan(of, pk, actor=ACTOR, revision=2, signed_as="A. Bello, manager")
    assert done.is_locked and done.status == "approved"
    for attempt in (
        lambda: fix(done, "D", 40),
        lambda: release_ward(of, pk, ward=ward("D"), actor=ACTOR, revision=3),
        lambda: scenarios.rename_plan(of, pk, name="Other", actor=ACTOR),
        lambda: scenarios.archive_plan(of, pk, actor=ACTOR),
        lambda: approval.submit_plan(of, pk, actor=ACTOR, revision=3),
        lambda: approval.return_plan(
            of, pk, actor=ACTOR, revision=3, signed_as="A. Bello", comment="no"
        ),
    ):
        with pytest.raises(Conflict) as refusal:
            attempt()
        assert refusal.value.code == "PLAN_LOCKED"
    noted = approval.comment_plan(
        of, pk, actor=ACTOR, comment="LGA officer disagrees", signed_as="LGA L2", dissent=True
    )
    with transaction.atomic(), pytest.raises(IntegrityError):
        ItnPlan.objects.filter(pk=pk).update(stock=1, available=1, remaining=0, allocated=1)
    opened = approval.unlock_plan(
        of, pk, actor=ACTOR, revision=noted.revision, signed_as="A. Bello, manager",
        comment="Two wards were missing",
    )  # fmt: skip
    assert not opened.is_locked and opened.status == "draft"
    assert nets(fix(opened, "D", 40))["D"] == 2_000
    kinds = [event.kind for event in opened.events.all()]
    assert kinds == ["submitted", "approved", "dissented", "unlocked", "fixed"]


def test_a_returned_plan_can_be_changed_and_is_a_draft_again(plan):
    of, pk = plan.workflow_id, plan.pk
    approval.submit_plan(of, pk, actor=ACTOR, revision=1)
    back = approval.return_plan(
        of, pk, actor=ACTOR, revision=2, signed_as="A. Bello", comment="Ward D has a camp"
    )
    assert back.status == "returned"
    assert fix(back, "D", 40).status == "draft"


def test_an_archived_plan_is_no_longer_listed_and_comes_back_whole(plan):
    of, pk = plan.workflow_id, plan.pk
    scenarios.archive_plan(of, pk, actor=ACTOR, revision=1)

    assert api.plans_of(plan.workflow) == [] and api.latest_plan(plan.workflow) is None
    with pytest.raises(Conflict, match="archive"):
        fix(ItnPlan.objects.get(pk=pk), "D", 40)
    scenarios.restore_plan(of, pk, actor=ACTOR)
    assert [p.pk for p in api.plans_of(plan.workflow)] == [pk]


def test_the_same_key_acts_once(plan):
    for _ in range(2):
        fix(plan, "D", 40, key="k", revision=1)
    assert plan.events.count() == 1 and plan.overrides.count() == 1


def test_what_was_done_cannot_be_rewritten(plan):
    fix(plan, "D", 40)
    for change in (
        lambda: PlanEvent.objects.update(comment="x"),
        lambda: PlanEvent.objects.all().delete(),
    ):
        with transaction.atomic(), pytest.raises(IntegrityError, match="do not change"):
            change()
    with transaction.atomic(), pytest.raises(IntegrityError, match="ward_fixed_once"):
        WardOverride.objects.create(
            plan=plan, ward_code="KWD", state=STATE, lga="L2", ward_name="D", units_before=0,
            units=1, target=5, reason=WHY, actor="x",
        )  # fmt: skip
    with transaction.atomic(), pytest.raises(IntegrityError, match="reason_explains"):
        WardOverride.objects.create(
            plan=plan, ward_name="E", units_before=0, units=1, target=5, reason="short     ",
            actor="x",
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_is_told_and_shown_the_value_of_the_other():
    plan = make_plan(finished_world().workflow.pk, nets=15_000, actor=ACTOR)
    told: list[Exception | None] = []

    def person(bales: int) -> None:
        try:
            fix(plan, "D", bales, revision=1)
            told.append(None)
        except StaleVersion as refusal:
            told.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=person, args=[bales]) for bales in (40, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [refusal for refusal in told if refusal is not None]
    assert len(refused) == 1
    winner = WardOverride.objects.get().units
    assert f"D: 0 to {winner}" in refused[0].message


def test_a_plan_that_leaves_wards_out_is_approved_only_with_signed_settlement_checks():
    world = finished_world()
    plan = make_plan(
        world.workflow.pk, nets=15_000, strategy="deprioritise", urban_threshold=75,
        target_share=30, actor=ACTOR,
    )  # fmt: skip
    left_out = plan.rows.get(reason="left_out_of_campaign")
    assert left_out.ward_name == "B"
    approval.submit_plan(world.workflow.pk, plan.pk, actor=ACTOR, revision=1)

    def approve():
        return approval.approve_plan(
            world.workflow.pk, plan.pk, actor=ACTOR, revision=2, signed_as="A. Bello, manager"
        )

    with pytest.raises(Conflict, match="settlement check") as refusal:
        approve()
    assert refusal.value.facts["wards"] == ["B"]
    analysis_api.check_settlement(
        world.workflow.pk, ward_id=left_out.ward_id, finding="formal", decision="leave_out",
        reason="Planned estate with piped water, visited", signed_by="M. Musa", actor=ACTOR,
    )  # fmt: skip
    assert approve().is_locked


def test_the_chance_of_nets_follows_the_draws_of_the_ranking_and_fixed_wards_are_certain(plan):

    assert api.chances(plan) == {}, "a run without draws says nothing"
    # Four wards; 300 bales; targets 200, 101, 60, 140. In the second draw D and C come first.
    ranks = [[1, 2, 3, 4], [3, 4, 2, 1]]
    RankDraws.objects.create(
        run=plan.run, draws=2, wards=4,
        content=zlib.compress(struct.pack("<8H", *ranks[0], *ranks[1])),
    )  # fmt: skip
    plan.revision += 1
    assert api.chances(plan) == {1: 1.0, 2: 0.5, 3: 0.5, 4: 0.5}
    changed = fix(plan, "D", 40, revision=1)
    assert api.chances(changed)[4] == 1.0


def test_a_budget_buys_the_largest_plan_and_every_line_shows_its_calculation():
    world = finished_world()
    plan = make_plan(
        world.workflow.pk, nets=20_000, budget="50,000,000", cost_per_net="5584.97",
        cost_per_bale="39200", actor=ACTOR,
    )  # fmt: skip
    # nets.md section 7: cost per bale 318,448.50 = 50 x 5,584.97 + 39,200; cap 50 million -> 157.
    found = api.costs_of(plan)
    assert plan.allocated == 157 * 50
    assert [line[1] for line in found.lines] == ["7,850 nets x 5,584.97", "157 bales x 39,200"]
    assert found.total == Decimal("49996414.50") and found.total <= found.budget
    assert api.costs_of(make_plan(world.workflow.pk, nets=100, actor=ACTOR)) is None


def test_plans_of_different_populations_and_runs_are_warned_about_before_anything_else():
    world = finished_world()
    first = make_plan(world.workflow.pk, nets=15_000, actor=ACTOR)
    specs = [(name, lga, rank, 9_000, urban) for name, lga, rank, _, urban in A_TO_D]
    population_of(world.ward_list, specs, name="campaign", year=2023)
    run_of(world.result, A_TO_D, seed=2)
    second = make_plan(
        world.workflow.pk, nets=15_000, population_source="campaign", name="Other", actor=ACTOR
    )
    found = api.compare_plans(first, second)
    assert len(found.warnings) == 2
    assert "different population lists" in found.warnings[1]
    assert "census (2024) and campaign (2023)" in found.warnings[1]
    assert found.warnings[0].startswith("They stand on different risk runs")
