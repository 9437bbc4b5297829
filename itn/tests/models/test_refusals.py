"""What the database refuses; each rule is broken once and must bite by its name."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import RestrictedError
from django.utils import timezone

from itn.models import ItnPlan, PopulationSource, WardAllocation, WardPopulation
from itn.services.make_plan import make_plan
from itn.tests.world import A_TO_D, ACTOR, at_commit, finished_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    world = finished_world()
    made = make_plan(world.workflow.pk, nets=15_000, actor=ACTOR)
    at_commit()
    return made


def refused(rule):
    """Expect the database to refuse, naming the rule."""
    return pytest.raises(IntegrityError, match=rule)


def name_of(error) -> str:
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"remaining": 1}, "itnplan_allocated_and_remaining_are_available"),
        ({"stock": 15_001}, "itnplan_reserve_unfunded_and_available_are_the_stock"),
        (
            {"stock": 0, "reserve": -15_000},
            "itnplan_no_figure_is_negative",
        ),
        ({"strategy": "magic"}, "itnplan_strategy_is_known"),
        ({"status": "gone"}, "itnplan_status_is_known"),
        ({"status": "approved"}, "itnplan_approved_is_locked"),
        ({"run": None}, "itnplan_of_a_workflow_has_its_run"),
        ({"population_source": None}, "itnplan_allotted_nets_have_a_population"),
        ({"bale_size": 0}, "itnplan_bale_size_is_positive"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_plan_constraints_bite(plan, changes, rule):
    with refused(rule), transaction.atomic():
        ItnPlan.objects.filter(pk=plan.pk).update(**changes)


def test_two_plans_of_one_workflow_cannot_share_a_name(plan):
    twin = ItnPlan.objects.get(pk=plan.pk)
    twin.pk = None
    twin._state.adding = True
    with refused("itnplan_name_once_per_workflow"), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize(
    ("ward", "changes", "rule"),
    [
        ("D", {"reason": "because"}, "wardallocation_reason_is_known"),
        ("A", {"reason": None}, "not-null"),
        ("A", {"reason_text": ""}, "wardallocation_reason_has_a_sentence"),
        ("A", {"status": "maybe"}, "wardallocation_status_is_known"),
        ("A", {"nets": -1}, "wardallocation_no_figure_is_negative"),
        ("A", {"reason": "no_rank"}, "wardallocation_nets_need_a_served_reason"),
        ("A", {"population": None}, "wardallocation_no_population_means_no_need"),
        ("A", {"coverage": Decimal("1.5")}, "wardallocation_coverage_is_a_share"),
        ("A", {"rank": 2}, "wardallocation_rank_once_per_plan"),
        ("A", {"place": 2}, "wardallocation_place_once_per_plan"),
    ],
)
def test_row_constraints_bite(plan, ward, changes, rule):
    with refused(rule), transaction.atomic():
        plan.rows.filter(ward_name=ward).update(**changes)


def test_a_ward_cannot_be_in_a_plan_twice(plan):
    first = plan.rows.get(ward_name="A")
    copy = WardAllocation.objects.get(pk=first.pk)
    copy.pk, copy.rank, copy.place, copy.ward_name = None, 9, 9, "A again"
    with refused("wardallocation_ward_once_per_plan"), transaction.atomic():
        copy.save(force_insert=True)
    copy.pk, copy.ward, copy.ward_name = None, None, "A"
    with refused("wardallocation_name_once_per_plan"), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (
            lambda plan: plan.rows.filter(ward_name="A").update(nets=9_950, bales=199),
            "itnplan_rows_add_up",
        ),
        (
            lambda plan: ItnPlan.objects.filter(pk=plan.pk).update(allocated=14_950, remaining=50),
            "itnplan_rows_add_up",
        ),
        (lambda plan: plan.rows.filter(ward_name="D").delete(), "itnplan_rows_are_complete"),
        (
            lambda plan: plan.rows.filter(ward_name="A").update(bales=199),
            "itnplan_nets_are_bales_and_loose",
        ),
        (
            lambda plan: plan.rows.filter(ward_name="A").update(bales=199, loose_nets=50),
            "itnplan_nets_are_bales_and_loose",
        ),
    ],
    ids=["row", "plan", "missing row", "bales", "too many loose"],
)
def test_rows_that_do_not_add_up_are_refused_at_commit(plan, change, rule):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change(plan)
        at_commit()
    assert name_of(error) == rule


def test_moving_nets_between_two_wards_within_one_transaction_is_fine(plan):
    plan.rows.filter(ward_name="A").update(nets=9_950, bales=199)
    plan.rows.filter(ward_name="B").update(nets=5_050, bales=101)
    at_commit()


def test_a_row_inserted_into_a_finished_plan_is_refused_at_commit(plan):
    row = plan.rows.get(ward_name="C")
    row.pk, row.ward, row.ward_name, row.rank, row.place = None, None, "E", 5, 5
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save(force_insert=True)
        at_commit()
    assert name_of(error) == "itnplan_rows_are_complete"


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: ItnPlan.objects.filter(pk=plan.pk).update(name="other"),
        lambda plan: plan.rows.filter(ward_name="A").update(reason_text="other"),
        lambda plan: plan.rows.filter(ward_name="A").delete(),
        lambda plan: plan.delete(),
        lambda plan: ItnPlan.objects.filter(pk=plan.pk).update(locked_at=None, name="other"),
    ],
    ids=["plan", "row", "row deleted", "plan deleted", "unlocked and changed"],
)
def test_a_locked_plan_refuses_every_change(plan, change):
    ItnPlan.objects.filter(pk=plan.pk).update(locked_at=timezone.now(), status="approved")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change(plan)
    assert name_of(error) == "itnplan_locked"


def test_a_row_cannot_be_added_to_a_locked_plan(plan):
    row = plan.rows.get(ward_name="C")
    row.pk, row.ward, row.ward_name, row.rank, row.place = None, None, "E", 5, 5
    ItnPlan.objects.filter(pk=plan.pk).update(locked_at=timezone.now(), status="approved")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save(force_insert=True)
    assert name_of(error) == "itnplan_locked"


def test_unlocking_is_the_one_change_a_locked_plan_takes(plan):
    ItnPlan.objects.filter(pk=plan.pk).update(locked_at=timezone.now(), status="approved")
    ItnPlan.objects.filter(pk=plan.pk).update(locked_at=None, status="draft")
    ItnPlan.objects.filter(pk=plan.pk).update(name="other")
    at_commit()


def test_retention_deletes_a_locked_plan_when_it_says_so(plan):
    ItnPlan.objects.filter(pk=plan.pk).update(locked_at=timezone.now(), status="approved")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL chatmrpt.purging = 'on'")
    plan.delete()
    at_commit()
    assert not ItnPlan.objects.exists()


def test_population_constraints_bite():
    world = finished_world()
    source = world.source
    with refused("populationsource_one_current_per_list"), transaction.atomic():
        PopulationSource.objects.create(name=source.name, year=2025, list=world.ward_list)
    with refused("populationsource_has_a_name"), transaction.atomic():
        PopulationSource.objects.filter(pk=source.pk).update(name="")
    with refused("populationsource_year_is_a_year"), transaction.atomic():
        PopulationSource.objects.filter(pk=source.pk).update(year=20)
    row = source.wards.first()
    with refused("wardpopulation_ward_once_per_source"), transaction.atomic():
        WardPopulation.objects.create(source=source, ward=row.ward, persons=1)
    with refused("wardpopulation_is_not_negative"), transaction.atomic():
        source.wards.update(persons=-1)
    assert source.wards.count() == len(A_TO_D)


def test_a_run_with_a_plan_is_not_deleted_alone_but_goes_with_its_workflow(plan):
    with pytest.raises(RestrictedError):
        plan.run.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL chatmrpt.purging = 'on'")
    plan.workflow.delete()
    at_commit()
    assert not ItnPlan.objects.exists()


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"number": 1}, "plancostline_number_once"),
        ({"name": ""}, "plancostline_has_a_name"),
        ({"kind": "yearly"}, "plancostline_kind_is_known"),
        ({"unit_cost": -1}, "plancostline_is_not_negative"),
        ({"rate": 0}, "plancostline_is_not_negative"),
    ],
)
def test_cost_lines_keep_to_their_rules(plan, row, rule):
    plan.cost_lines.create(number=1, name="Net", kind="per_net", unit_cost=5)
    with refused(rule), transaction.atomic():
        plan.cost_lines.create(
            **{"number": 2, "name": "Team", "kind": "fixed", "unit_cost": 5, **row}
        )


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"ward_name": "A"}, "planwardinput_ward_once_per_plan"),
        ({"existing_nets": None, "existing_source": "", "existing_year": None},
         "planwardinput_says_something"),
        ({"existing_source": ""}, "planwardinput_existing_nets_have_a_source"),
        ({"existing_year": None}, "planwardinput_existing_nets_have_a_source"),
        ({"existing_nets": None, "buffer_percent": 5, "buffer_reason": "new settlement"},
         "planwardinput_existing_nets_have_a_source"),
        ({"buffer_reason": "new settlement"}, "planwardinput_buffer_has_a_reason"),
        ({"buffer_percent": 10, "buffer_reason": "why"}, "planwardinput_buffer_has_a_reason"),
        ({"buffer_percent": 31, "buffer_reason": "new settlement"},
         "planwardinput_buffer_has_a_reason"),
    ],
)  # fmt: skip
def test_figures_of_single_wards_keep_to_their_rules(plan, row, rule):
    known = {"existing_nets": 5, "existing_source": "Survey", "existing_year": 2025}
    plan.ward_inputs.create(ward_name="A", **known)
    with refused(rule), transaction.atomic():
        plan.ward_inputs.create(**{"ward_name": "B", **known, **row})


def test_plans_made_before_cost_lines_were_rows_get_theirs(plan):
    plan.parameters |= {"cost_per_net": "5584.97", "cost_per_bale": "0", "cost_fixed": "8000000"}
    plan.save(update_fields=["parameters"])
    migration = import_module("itn.migrations.0008_inputs_of_locked_plans")
    with connection.schema_editor(atomic=False) as editor:
        migration.lines_of_older_plans(apps, editor)
    lines = list(plan.cost_lines.values_list("number", "name", "kind", "unit_cost"))
    assert lines == [
        (1, "Nets", "per_net", Decimal("5584.97")),
        (2, "Fixed costs", "fixed", 8_000_000),
    ]
