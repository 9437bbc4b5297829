"""Several processes at once, with real commits."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from itn.models import ItnPlan
from itn.services.make_plan import make_plan
from itn.tests.world import ACTOR, finished_world
from tpr.models import Workflow

pytestmark = pytest.mark.django_db(transaction=True)


def together(count, work):
    """Run `work(number)` in threads released together; return what each gave or raised."""
    barrier, results = Barrier(count), [None] * count

    def one(number):
        try:
            barrier.wait()
            results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_key_posted_four_times_at_once_makes_one_plan():
    world = finished_world()
    plans = together(
        4, lambda _: make_plan(world.workflow.pk, nets=15_000, key="same", actor=ACTOR).pk
    )
    assert len(set(plans)) == 1
    assert ItnPlan.objects.count() == 1
    assert Workflow.objects.get().version == 2


def test_four_plans_at_once_get_four_names_and_four_lines_in_order():
    world = finished_world()
    together(4, lambda n: make_plan(world.workflow.pk, nets=n, key=f"k{n}", actor=ACTOR).pk)
    assert sorted(ItnPlan.objects.values_list("name", flat=True)) == [
        "Plan 1", "Plan 2", "Plan 3", "Plan 4",
    ]  # fmt: skip
    assert list(world.workflow.events.values_list("sequence", flat=True)) == [1, 2, 3, 4]


def test_a_commit_with_rows_that_do_not_add_up_is_refused_and_rolled_back():
    world = finished_world()
    plan = make_plan(world.workflow.pk, nets=15_000, actor=ACTOR)
    with pytest.raises(IntegrityError, match="rows of plan"), transaction.atomic():
        plan.rows.filter(ward_name="A").update(nets=0, bales=0)
    assert plan.rows.get(ward_name="A").nets == 10_000
