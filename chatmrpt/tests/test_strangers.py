"""Every address that names somebody's object, walked by people to whom it does not belong; runs and
plans of others also below a workflow of their own.
"""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from analysis.models import AnalysisRun
from chatmrpt.chat.tests.views.visits import JSON, planned, upload
from itn.models import ItnPlan
from tpr.models import WardTpr, Workflow

pytestmark = pytest.mark.django_db

OPEN = {
    "", "sign-in/", "sign-up/", "sign-out/", "account/", "plausibility/",
    "resume/", "language/", "help/", "glossary/", "methods/", "uploads/", "workflows/", "^ping/?$",
    "^system-health/?$", "^api/session/status/?$", "^api/session/redis-status/?$",
    "^api/session/verify-tpr/?$", "^metrics/?$",
}  # fmt: skip
"""Addresses that name no object; another one must be an object's, or be added here on purpose."""
ELSEWHERE = ("admin/", "i18n/", "static/")
OURS = ("tpr", "analysis", "itn", "chat")


def addresses(
    patterns: list[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[str]:
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(each.pattern)
        if isinstance(each, URLResolver):
            if not path.startswith(ELSEWHERE):
                yield from addresses(each.url_patterns, path)
        else:
            yield path


def variants(path: str) -> list[str]:
    """A regular address as one for each of its names, as `<name>` addresses are written."""
    path = path.removeprefix("^").removesuffix("$")
    path = re.sub(r"\(\?P<(uuid|plan|run)>[^()]*\)", r"<uuid:\1>", path)
    found = re.search(r"\(\?P<name>((?:[^()]|\([^()]*\))*)\)", path)
    if not found:
        return [path]
    names: list[str] = []
    for name in re.split(r"\|(?![^(]*\))", found[1]):
        inner = re.search(r"\(\?:([^()]*)\)", name)
        names += [name.replace(inner[0], end) for end in inner[1].split("|")] if inner else [name]
    return [path.replace(found[0], name.replace("\\", "")) for name in names]


def test_every_address_names_an_object_or_is_open_on_purpose() -> None:
    found = set(addresses())
    assert found >= OPEN
    assert [path for path in found - OPEN if "uuid" not in path] == []


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for app in OURS for model in apps.get_app_config(app).get_models()
    }  # fmt: skip


FIELDS = {"idempotency_key": "stranger", "text": "exit", "choice": "exit ", "nets": "1",
          "command": "exit", "value": "", "signed_as": "A stranger", "name": "x", "comment": "x",
          "place": "1", "units": "1", "reason": "x"}  # fmt: skip


def values_of(workflow: Workflow, run: AnalysisRun, plan: ItnPlan) -> dict[str, object]:
    """What stands in the addresses of a workflow's things."""
    wards = WardTpr.objects.filter(result__workflow=workflow, lga="Fufore").order_by("pk")
    return {
        "uuid:plan": plan.pk, "uuid:run": run.pk, "uuid:check": uuid4(), "int:place": 1,
        "int:score": run.scores.order_by("pk").values_list("pk", flat=True)[0],
        "str:name": "loading", "int:row": wards[0].pk, "str:lga": "Fufore",
    }  # fmt: skip


def filled(path: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        path = path.replace(f"<{name}>", str(value))
    assert "<" not in path, f"this test has no value for {path}"
    return path


def test_no_address_shows_or_does_anything_to_a_stranger(client: Client) -> None:
    workflow, run, plan = planned(client)
    other = Client()
    other.get("/")
    theirs = upload(other)  # somebody with a visitor id and a workflow of their own
    values = values_of(workflow, run, plan)
    before, seen, walked = rows(), 0, 0
    fields = {**FIELDS, "version": workflow.version}
    for pattern in sorted(set(addresses()) - OPEN):
        mine = workflow.upload_id if pattern.startswith("uploads/") else workflow.pk
        for path in variants(pattern):
            path = filled(path, {**values, "uuid:uuid": mine})
            seen += client.get(f"/{path}", **JSON).status_code in (200, 303)
            ways = [(other, path), (Client(), path)]
            if (
                "/plans/<" in pattern
                or "/runs/<" in pattern
                or "P<plan>" in pattern
                or "P<run>" in pattern
            ):
                ways.append((other, path.replace(str(workflow.pk), str(theirs.pk))))
            for stranger, address in ways:
                walked += 1
                for answer in (
                    stranger.get(f"/{address}", **JSON),
                    stranger.post(f"/{address}", fields, **JSON),
                ):  # fmt: skip
                    # 400: a form that is refused before anything is looked up
                    refused = (404, 405, 412, *((400,) if address != path else ()))
                    assert answer.status_code in refused, (address, answer.status_code)
                    if answer.status_code == 404:
                        assert answer.json()["error"]["message"], address
    assert rows() == before
    assert seen > 30, "the owner sees what the strangers do not"
    assert walked > 100
