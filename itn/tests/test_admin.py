"""The admin looks and never writes, at the same cost for many rows as for few."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itn.models import ItnPlan
from itn.services.make_plan import make_plan
from itn.tests.world import ACTOR, finished_world

pytestmark = pytest.mark.django_db
LISTS = ["itnplan", "wardallocation", "populationsource"]


@pytest.fixture
def inspector(client):
    client.force_login(get_user_model().objects.create_superuser("inspector", password="x"))
    return client


@pytest.mark.parametrize("name", LISTS)
def test_nothing_can_be_added_changed_or_deleted(inspector, name):
    world = finished_world()
    plan = make_plan(world.workflow.pk, nets=100, actor=ACTOR)
    pk = {
        "itnplan": plan.pk,
        "wardallocation": plan.rows.first().pk,
        "populationsource": world.source.pk,
    }[name]
    assert inspector.get(f"/admin/itn/{name}/").status_code == 200
    assert inspector.get(f"/admin/itn/{name}/add/").status_code == 403
    page = inspector.get(f"/admin/itn/{name}/{pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert inspector.post(f"/admin/itn/{name}/{pk}/change/", {"name": "x"}).status_code == 403
    assert inspector.post(f"/admin/itn/{name}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert ItnPlan.objects.get().name == "Plan 1"


def test_thirty_plans_cost_as_many_queries_as_three(inspector):
    world = finished_world()

    def queries(plans):
        for _ in range(plans):
            make_plan(world.workflow.pk, nets=100, actor=ACTOR)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            inspector.get("/admin/itn/itnplan/")
        return len(captured)

    inspector.get("/admin/itn/itnplan/")
    assert queries(3) == queries(27)
