"""Every address of a workflow, walked by people who may read it, read one LGA of it, or nothing."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client

from chatmrpt.accounts.tests.people import browser
from chatmrpt.chat.tests.views.visits import JSON, planned
from chatmrpt.tests.test_strangers import FIELDS, OPEN, OURS, addresses, filled, values_of, variants
from tpr.models import Workflow

pytestmark = pytest.mark.django_db

LOOK, COMMENTS = ("/papers/",), ("/lga/<str:lga>/comment/", "/lga/<str:lga>/check/")
WRITERS_ONLY = ("/share/",)


@pytest.fixture
def ada() -> Client:
    return browser("ada")


@pytest.fixture
def places(ada: Client) -> list[tuple[str, str]]:
    """(pattern, address) of everything below one workflow of ada's."""
    workflow, run, plan = planned(ada)
    values = {**values_of(workflow, run, plan), "uuid:uuid": workflow.pk}
    return [
        (pattern, "/" + filled(path, values))
        for pattern in sorted(set(addresses()) - OPEN) if "workflows/" in pattern
        for path in variants(pattern)
    ]  # fmt: skip


def rows() -> dict[str, int]:
    names = (*OURS, "accounts")
    return {
        model._meta.label: model._default_manager.count()
        for app in names for model in apps.get_app_config(app).get_models()
    }  # fmt: skip


def walk(who: Client, places: list[tuple[str, str]]) -> Iterator[tuple[str, str, int, int]]:
    fields = {**FIELDS, "version": Workflow.objects.get().version}
    for pattern, path in places:
        looked = who.get(path, **JSON).status_code
        yield pattern, path, looked, who.post(path, fields, **JSON).status_code


def test_who_may_read_sees_what_the_owner_sees_and_changes_nothing(
    ada: Client, places: list[tuple[str, str]]
) -> None:
    workflow = Workflow.objects.get()
    readers = [browser("shared"), browser("viewer", "viewer", state="Adamawa"),
               browser("national", "national_analyst")]  # fmt: skip
    ada.post(f"/workflows/{workflow.pk}/share/", {"do": "give", "name": "shared", "access": "read"})
    owners = {path: ada.get(path, **JSON).status_code for _, path in places}
    before = rows()
    for reader in readers:
        seen = 0
        for pattern, path, looked, sent in walk(reader, places):
            if any(part in pattern for part in WRITERS_ONLY):
                assert (looked, sent) == (403, 403), path
                continue
            assert looked == owners[path], path
            seen += looked == 200
            if any(part in pattern for part in LOOK):  # a paper is asked for: no such one here
                assert sent in (400, 404, 422), path
            else:
                assert sent in (403, 405), path
        assert seen > 30
    assert rows() == before


def test_an_lga_officer_has_the_page_of_the_lga_and_nothing_else(
    places: list[tuple[str, str]],
) -> None:
    officer = browser("officer", "lga_officer", state="Adamawa", lga="Fufore")
    neighbour = browser("neighbour", "lga_officer", state="Adamawa", lga="Girei")
    before, mine = rows(), 0
    for pattern, path, looked, sent in walk(officer, places):
        if "/lga/" in pattern:
            posts = pattern.endswith(COMMENTS)
            assert looked == (405 if posts else 200), path
            assert sent in ((201, 400, 404) if posts else (405,)), path
            mine += 1
        else:
            assert looked in (403, 405), path
            assert sent in (403, 405), path
    assert mine == 6
    after = rows()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"itn.PlanEvent", "tpr.WorkflowEvent"}, "one remark"
    for pattern, path, looked, sent in walk(neighbour, places):
        assert {looked, sent} <= {403, 405}, (pattern, path)
    assert rows() == after


def test_a_role_of_another_state_or_of_the_site_opens_nothing(
    places: list[tuple[str, str]],
) -> None:
    others = [browser(role, role, state="Kwara") for role in ("viewer", "analyst", "approver")]
    others += [browser("officer", "lga_officer", state="Kwara", lga="Fufore"),
               browser("editor", "settings_editor")]  # fmt: skip
    before = rows()
    for other in others:
        for _, path, looked, sent in walk(other, places):
            assert {looked, sent} <= {404, 405}, path
    assert rows() == before


def test_kept_private_and_visitors_work_no_role_sees(
    ada: Client, places: list[tuple[str, str]]
) -> None:
    people = [browser(f"p{n}", role, state=state) for n, (role, state) in enumerate(
        [("viewer", "Adamawa"), ("analyst", "Adamawa"), ("national_analyst", "")])]  # fmt: skip
    workflow = Workflow.objects.get()
    path = f"/workflows/{workflow.pk}/"
    assert [p.get(path).status_code for p in people] == [200] * 3
    ada.post(f"{path}share/", {"do": "private", "private": "1"})
    assert [p.get(path).status_code for p in people] == [404] * 3
    ada.post(f"{path}share/", {"do": "private", "private": "0"})
    assert [p.get(path).status_code for p in people] == [200] * 3
    Workflow.objects.update(owner="visitor:a")
    assert [p.get(path).status_code for p in people] == [404] * 3
