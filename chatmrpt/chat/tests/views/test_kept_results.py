"""A script that shows the results already is not sent them again, unless they would differ."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from chatmrpt.chat.tests.views.visits import FRAGMENT, complete, ranked, send, url
from chatmrpt.testing.uploads import TWO_STATES
from tpr.models import Workflow

pytestmark = pytest.mark.django_db


def mark_of(answer: HttpResponse) -> str:
    found = re.search(r'id="shown" data-mark="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


@pytest.fixture
def workflow(client: Client) -> Workflow:
    return complete(client, TWO_STATES)


def ask(client: Client, workflow: Workflow, mark: str, text: str) -> str:
    answer = send(
        client, workflow, "messages/", text=text, tab="table", HTTP_X_SHOWN=mark, **FRAGMENT
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_question_leaves_the_results_on_the_page(client: Client, workflow: Workflow) -> None:
    mark = mark_of(client.get(url(workflow), {"tab": "table"}, **FRAGMENT))
    told = ask(client, workflow, mark, "what is TPR?")
    assert re.findall(r"id=.shown[^>]*>", told) == [f'id="shown" data-mark="{mark}" data-kept>']
    assert 'id="results"' not in told
    assert "what is TPR?" in told, "the talk itself is sent"


def test_a_script_with_other_results_gets_these(client: Client, workflow: Workflow) -> None:
    told = ask(client, workflow, "1.something.else", "what is TPR?")
    assert "data-kept" not in told and 'id="results"' in told


def test_a_decision_sends_the_new_results(client: Client, workflow: Workflow) -> None:
    mark = mark_of(client.get(url(workflow), {"tab": "table"}, **FRAGMENT))
    told = ask(client, workflow, mark, "switch to all ages")
    assert "data-kept" not in told and 'id="results"' in told


def test_an_answer_is_not_held_up_by_its_map_which_comes_with_a_request_of_its_own(
    client: Client, workflow: Workflow
) -> None:
    told = ask(client, workflow, "", "switch to all ages")
    later = re.search(r'id="results"[^>]*data-later="([^"]+)"', told)
    assert later and "All ages" in told, "the figures of the state are there at once"
    assert "<caption>Wards" not in told
    part = client.get(url(workflow) + later[1], HTTP_X_PART="results", **FRAGMENT).content.decode()
    assert part.startswith('<section class="gap results" id="results"') and "data-later" not in part
    assert part.count("<section") == part.count("</section>") and 'id="page"' not in part


def test_a_finished_ranking_changes_the_mark(client: Client, workflow: Workflow) -> None:
    before = mark_of(client.get(url(workflow), **FRAGMENT))
    ranked(client, workflow)
    assert mark_of(client.get(url(workflow), **FRAGMENT)) != before


def test_a_look_again_is_always_complete(client: Client, workflow: Workflow) -> None:
    first = client.get(url(workflow), **FRAGMENT)
    again = client.get(url(workflow), HTTP_X_SHOWN=mark_of(first), **FRAGMENT)
    assert 'id="results"' in again.content.decode()
