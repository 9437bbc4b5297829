"""Maps of rankings and plans: every ward drawn once, its figures readable, for its owner only."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from chatmrpt.chat.tests.views import visits
from tpr.models import BoundaryList, Ward

pytestmark = pytest.mark.django_db
SQUARE = "M0 0h9v9h-9z"


@pytest.fixture
def work():
    client = Client()
    workflow, run, plan = visits.planned(client)
    ward_list = BoundaryList.objects.get()
    lgas = [{"lga": "Girei", "d": SQUARE, "x": 5, "y": 5}]
    ward_list.display = {"Adamawa": {"width": 100, "height": 90, "lgas": lgas}}
    ward_list.save(update_fields=["display"])
    Ward.objects.update(display={"d": SQUARE})
    return client, workflow, run, plan


def svg(client, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    text = answer.content.decode()
    ElementTree.fromstring(text)
    return text


def test_a_ranking_and_a_plan_have_maps_with_their_figures_and_legend(work):
    client, workflow, run, plan = work
    ranking = svg(client, visits.url(workflow, f"runs/{run.pk}/map.svg"))
    assert ranking.count('class="w ') == 4 and "upper third: " in ranking and "<style>" in ranking
    nets = svg(client, visits.url(workflow, f"plans/{plan.pk}/map.svg"))
    for row in plan.rows.all():
        assert f"{row.ward_name}, {row.lga}: {row.nets:,} nets" in nets
    counted = [
        int(n) for n in re.findall(r">(?:served in full|served in part|no nets): (\d+)<", nets)
    ]
    assert sum(counted) == plan.wards
    page = client.get(visits.url(workflow, f"plans/{plan.pk}/")).content.decode()
    assert "Who gets nets" in page and f"plans/{plan.pk}/wards/" in page and "<style" not in page


def test_two_plans_have_a_map_of_what_changes(work):
    client, workflow, _, plan = work
    client.post(
        visits.url(workflow, f"plans/{plan.pk}/duplicate/"), {"nets": "1,000", "name": "Small"}
    )
    copy = type(plan).objects.get(name="Small")
    page = client.get(visits.url(workflow, f"plans/{copy.pk}/"), {"against": str(plan.pk)})
    assert "Which wards change" in page.content.decode() and "fewer nets" in page.content.decode()


def test_the_geojson_of_a_plan_has_every_ward_with_its_nets(work):
    client, workflow, _, plan = work
    answer = client.get(visits.url(workflow, f"plans/{plan.pk}/allocation.geojson"))
    found = json.loads(answer.content)["features"]
    assert sum(f["properties"]["nets"] for f in found) == plan.allocated
    assert len(found) == plan.wards


def test_strangers_find_no_map_and_without_boundaries_it_says_so(work):
    client, workflow, run, plan = work
    for rest in (f"runs/{run.pk}/map.svg", f"plans/{plan.pk}/map.svg", f"plans/{plan.pk}/report/"):
        assert Client().get(visits.url(workflow, rest)).status_code == 404
    BoundaryList.objects.update(display={})
    answer = client.get(visits.url(workflow, f"plans/{plan.pk}/map.svg"))
    assert answer.status_code == 409 and "no boundaries" in answer.content.decode()
    assert client.get(visits.url(workflow, f"plans/{plan.pk}/")).status_code == 200
