"""A page costs a bounded number of queries, however many wards, messages and workflows there are."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatmrpt.chat.tests.views.visits import FRAGMENT, complete, ranked, upload, url
from chatmrpt.testing.uploads import row

pytestmark = pytest.mark.django_db

TABS = ("table", "map", "quality", "risk", "nets")
BOUND = 40
LETTERS = "ABCDEFGHIJKLMNOPQRST"


def name_of(number: int) -> str:
    return f"Ga{LETTERS[number // 20]}da{LETTERS[number % 20].lower()}"


def state_of(wards: int) -> list[list[object]]:
    """A file of two states, one of them with this many wards."""
    rows = [
        row(
            "Adamawa",
            f"District {LETTERS[n % 20]}",
            name_of(n),
            f"{name_of(n)} Post",
            u5=(60 + n, 20 + n % 30),
        )
        for n in range(wards)
    ]
    return [*rows, row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(30, 9))]


def queries(client: Client, path: str, **options: object) -> int:
    client.get(path, **options)  # warm: what is cached is cached for both sizes
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path, **options).status_code == 200
    return len(caught)


def test_a_page_of_300_wards_costs_the_queries_of_a_page_of_3() -> None:
    costs: dict[int, dict[str, int]] = {}
    for wards in (3, 300):
        client = Client()
        workflow = complete(client, state_of(wards))
        ranked(client, workflow)
        costs[wards] = {
            tab: queries(client, url(workflow), data={"tab": tab}) for tab in TABS
        } | {
            "state": queries(client, url(workflow, "state/")),
            "fragment": queries(client, url(workflow), **FRAGMENT),
            "report": queries(client, url(workflow, "report/")),
            "ward_tpr.csv": queries(client, url(workflow, "ward_tpr.csv")),
        }  # fmt: skip
    assert costs[3] == costs[300]
    assert max(costs[300].values()) <= BOUND, costs[300]
    assert costs[300]["state"] <= 20, "asked every two seconds while a job runs"


def test_the_start_page_costs_the_same_for_one_and_for_many_workflows(client: Client) -> None:
    upload(client)
    few = queries(client, "/")
    for _ in range(6):
        upload(client)
    assert queries(client, "/") == few <= 10
