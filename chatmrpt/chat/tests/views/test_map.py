"""The map tab: what is drawn, in which classes, two side by side; sent once, then 304."""

import re

import pytest
from django.test import Client

from chatmrpt.chat.tests.views import visits
from tpr.models import BoundaryList, Ward

pytestmark = pytest.mark.django_db
SQUARE = "M0 0h9v9h-9z"


@pytest.fixture
def work():
    client = Client()
    visits.adamawa_list()
    workflow = visits.complete(client)
    lgas = [{"lga": "Girei", "d": SQUARE, "x": 5, "y": 5}]
    BoundaryList.objects.update(display={"Adamawa": {"width": 100, "height": 90, "lgas": lgas}})
    Ward.objects.update(display={"d": SQUARE})
    return client, workflow


def page(client, workflow, **params) -> str:
    answer = client.get(visits.url(workflow), {"tab": "map", **params})
    assert answer.status_code == 200
    return answer.content.decode()


def legend(text: str) -> list[tuple[str, int]]:
    first = text[
        text.index('<ul class="legend">') : text.index("</ul>", text.index('class="legend"'))
    ]
    return [(a.strip(), int(n)) for a, n in re.findall(r"</svg>([^<]+)<b>(\d+)</b>", first)]


@pytest.mark.parametrize("classes", ["fixed", "equal", "quantile"])
@pytest.mark.parametrize("show", ["tpr", "tested", "reporting", "width"])
def test_every_ward_of_the_list_is_counted_once_in_the_legend(work, show, classes):
    client, workflow = work
    text = page(client, workflow, show=show, classes=classes)
    counted = [(label, n) for label, n in legend(text) if "fewer than" not in label]
    assert sum(n for _, n in counted) == 4
    assert text.count('class="w ') == 4


def test_two_maps_stand_side_by_side_and_each_has_its_legend(work):
    client, workflow = work
    text = page(client, workflow, beside="width")
    assert text.count("data-map") == 2 and text.count('<ul class="legend">') == 2
    assert "How uncertain: width of the interval" in text
    assert page(client, workflow, beside="nonsense", classes="wild").count("data-map") == 1


def test_the_chosen_ward_is_marked_on_the_map_and_its_card_stands_beside(work):
    client, workflow = work
    row = workflow.results.get().rows.filter(ward__isnull=False).first()
    text = page(client, workflow, ward=str(row.pk))
    assert f'<a class="on" href="?tab=map&amp;ward={row.pk}#ward"' in text
    assert f"<h2>{row.ward_name}" in text or row.ward_name in text


def test_a_map_that_was_sent_is_not_sent_again(work):
    client, workflow = work
    first = client.get(visits.url(workflow, "map.svg"))
    assert first.status_code == 200 and b"<style>" in first.content
    again = client.get(visits.url(workflow, "map.svg"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_script_of_the_map_comes_only_with_results_and_nothing_is_inline(work):
    client, workflow = work
    text = page(client, workflow)
    assert "js/map.js" in text and "style=" not in text and "<script>" not in text
    assert "map.js" not in client.get("/").content.decode()


def test_the_card_of_a_ward_tells_its_story_and_has_an_address_of_its_own(work):
    client, workflow = work
    row = workflow.results.get().rows.filter(ward__isnull=False, tpr__isnull=False).first()
    card = client.get(visits.url(workflow, f"wards/{row.pk}/")).content.decode()
    assert f">{row.ward.name}</h2>" in card and "Found on the ward list" in card
    assert f"{row.tpr:.1f} %" in card and "Facilities behind it" in card
    assert "Evened out towards its LGA" in card and f"tab=table&amp;ward={row.pk}" in card
    assert client.get(visits.url(workflow, "wards/999999/")).status_code == 404
    assert Client().get(visits.url(workflow, f"wards/{row.pk}/")).status_code == 404
