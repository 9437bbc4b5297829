"""Visits of one browser by Django's client, without processes: a workflow brought to any point."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from analysis.models import AnalysisRun
from analysis.services.execute_run import execute_run
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from itn.models import ItnPlan, PopulationSource, WardPopulation
from tpr.models import BoundaryList, Ward, Workflow
from tpr.services.read_upload import read_upload
from tpr.tests.factories import BoundaryListFactory

JSON = {"HTTP_ACCEPT": "application/json"}
FRAGMENT = {"HTTP_HX_REQUEST": "true"}
ANSWERS = ("select Adamawa", "confirm yes", "select primary", "select u5")


def upload(client: Client, rows: Iterable[list[object]] = TWO_STATES, **headers: str) -> Workflow:
    """Post a file and read it, as a worker would."""
    file = SimpleUploadedFile("two.csv", csv_bytes(rows))
    key = uuid4().hex
    answer = client.post("/workflows/", {"file": file, "idempotency_key": key}, **headers)
    assert answer.status_code in (201, 303), answer.content
    workflow = Workflow.objects.get(start_key=key)
    read_upload(workflow.upload_id)
    return Workflow.objects.get(pk=workflow.pk)


def url(workflow: Workflow, rest: str = "") -> str:
    return f"/workflows/{workflow.pk}/{rest}"


def send(client: Client, workflow: Workflow, rest: str, **fields: Any) -> HttpResponse:
    """Post to an address of the workflow on its present version."""
    version = Workflow.objects.get(pk=workflow.pk).version
    headers = {k: fields.pop(k) for k in list(fields) if k.startswith("HTTP_")}
    data = {"version": version, "idempotency_key": uuid4().hex, **fields}
    if headers.get("HTTP_ACCEPT") == "application/json":
        return client.post(url(workflow, rest), data, content_type="application/json", **headers)
    return client.post(url(workflow, rest), data, **headers)


def complete(client: Client, rows: Iterable[list[object]] = TWO_STATES) -> Workflow:
    workflow = upload(client, rows)
    for choice in ANSWERS:
        answer = send(client, workflow, "choices/", choice=choice)
        assert answer.status_code == 303, answer.content
    workflow.refresh_from_db()
    assert workflow.stage == "complete"
    return workflow


def ranked(client: Client, workflow: Workflow) -> AnalysisRun:
    assert send(client, workflow, "analysis/", profile="sound").status_code == 303
    run = AnalysisRun.objects.get(workflow=workflow)
    assert execute_run(run.pk)
    run.refresh_from_db()
    return run


def adamawa_list() -> BoundaryList:
    """A list without shapes that holds the wards of TWO_STATES in Adamawa, with a population."""
    found = BoundaryListFactory(name="Adamawa 2024")
    for number, (lga, ward) in enumerate(
        [("Fufore", "Bille"), ("Fufore", "Ribadu"), ("Girei", "Girei I"), ("Girei", "Girei II")]
    ):
        Ward.objects.create(
            list=found, code=f"AD{number}", name=ward, ward_key=ward.casefold(), lga=lga,
            lga_key=lga.casefold(), state="Adamawa",
        )  # fmt: skip
    source = PopulationSource.objects.create(name="census", year=2024, list=found)
    for number, ward in enumerate(found.wards.order_by("code")):
        WardPopulation.objects.create(source=source, ward=ward, persons=9_000 + 1_800 * number)
    return found


def planned(client: Client, nets: str = "10,000") -> tuple[Workflow, AnalysisRun, ItnPlan]:
    """The whole job: ward TPR on a list, a ranking, a plan."""
    adamawa_list()
    workflow = complete(client)
    run = ranked(client, workflow)
    answer = send(client, workflow, "plans/", nets=nets)
    assert answer.status_code == 303, answer.content
    workflow.refresh_from_db()
    return workflow, run, ItnPlan.objects.get(workflow=workflow)
