"""The tour of the sample: one line that goes along, is left and comes back."""

import pytest
from django.test import Client

from chatmrpt.chat.replies.tour import PARTS, part_of
from chatmrpt.chat.tests.views.visits import send, upload, url
from tpr.models import Workflow

pytestmark = pytest.mark.django_db
KEYS = ("file", "state", "confirm", "level", "age", "tpr", "risk", "nets")


def sample(client: Client) -> Workflow:
    workflow = upload(client)
    Workflow.objects.filter(pk=workflow.pk).update(is_sample=True)
    return workflow


def line(client: Client, workflow: Workflow) -> str:
    page = client.get(url(workflow)).content.decode()
    return page.partition('aria-label="Tour">')[2].partition("</section>")[0]


def test_the_tour_goes_along_with_the_steps(client: Client) -> None:
    workflow = sample(client)
    assert "Tour, 2 of 8." in line(client, workflow)
    for choice in ("select Adamawa", "confirm yes"):
        send(client, workflow, "choices/", choice=choice)
    assert "Tour, 4 of 8." in line(client, workflow)
    assert "Press Primary" in line(client, workflow)


def test_a_workflow_of_ones_own_has_no_tour(client: Client) -> None:
    assert line(client, upload(client)) == ""


def test_who_leaves_the_tour_does_not_see_it_again_on_any_device_until_it_is_asked_for(
    client: Client,
) -> None:
    workflow = sample(client)
    for _ in range(2):  # twice is once
        assert client.post(url(workflow, "tour/"), {"do": "end"}).status_code == 303
    assert line(client, workflow) == ""
    assert "Show the tour" in client.get(url(workflow)).content.decode()
    client.post(url(workflow, "tour/"), {"do": "begin"})
    assert "Tour, 2 of 8." in line(client, workflow)


def test_a_stranger_ends_nobodys_tour(client: Client) -> None:
    workflow = sample(client)
    assert Client().post(url(workflow, "tour/"), {"do": "end"}).status_code == 404
    assert "Tour, 2 of 8." in line(client, workflow)


@pytest.mark.parametrize("now", [*range(8), None])
def test_every_step_has_its_words(now: int | None) -> None:
    steps = [{"key": key, "status": "now" if i == now else "done"} for i, key in enumerate(KEYS)]
    part = part_of(steps, None)
    assert part["number"] == (8 if now is None else now + 1)
    assert part["words"] in PARTS.values()
    assert part["end"] == (now is None)
