"""Pages of many wards ask the database as often as pages of few."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatmrpt.chat.tests.views.visits import complete, ranked, send, url
from chatmrpt.testing.uploads import row
from itn.models import ItnPlan, PopulationSource, WardPopulation
from tpr.models import Facility, Ward, WardTpr
from tpr.tests.factories import BoundaryListFactory

pytestmark = pytest.mark.django_db
PAGES = (
    "", "?tab=table&all=1", "report/", "quality/", "quality.csv", "quality.xlsx", "call_list.csv",
    "sources.csv", "matches/", "matches.csv", "how-sure/?all=1", "definitions/?all=1", "burden/",
    "ward_burden.csv", "trend/", "ward_trends.csv", "ward_tpr.csv", "ward_tpr.xlsx", "transcript.csv",
    "wards/WARD/", "runs/RUN/", "runs/RUN/deprioritise/", "runs/RUN/wards/SCORE/",
    "runs/RUN/ward_scores.xlsx", "plans/PLAN/", "plans/PLAN/?show=strategies",
    "plans/PLAN/?against=PLAN", "plans/PLAN/wards/2/", "plans/PLAN/template.csv",
    "plans/PLAN/allocation.xlsx",
)  # fmt: skip


def counted(client: Client, wards: int) -> dict[str, int]:
    """A workflow of so many wards, with names that join and names that wait, and its queries."""
    places = [(f"Lga {n % 3}", f"Place{chr(65 + n // 26)}{chr(97 + n % 26)}") for n in range(wards)]
    found = BoundaryListFactory(name=f"List of {wards}")
    source = PopulationSource.objects.create(name="census", year=2024, list=found)
    for n, (lga, ward) in enumerate(places):
        made = Ward.objects.create(
            list=found, code=f"W{n:03}", name=ward, ward_key=ward.casefold(), lga=lga,
            lga_key=lga.casefold(), state="Adamawa",
        )  # fmt: skip
        WardPopulation.objects.create(source=source, ward=made, persons=9_000 + n)
    rows = [
        row("Adamawa", lga, ward if n % 4 else f"{ward}x", f"Clinic {n} {k}", month=month,
            u5=(100 + n, 20 + n + month), o5=(40, 10))
        for n, (lga, ward) in enumerate(places) for k in (1, 2) for month in (1, 2)
    ]  # fmt: skip
    rows.append(row("Kano", "Dala", "Dala", "Dala Clinic", u5=(9, 3)))
    workflow = complete(client, rows)
    run = ranked(client, workflow)
    assert send(client, workflow, "plans/", nets=str(500 * wards)).status_code == 303
    facilities = Facility.objects.filter(upload=workflow.upload, state="Adamawa")
    for facility in facilities[: wards // 3]:
        send(client, workflow, "calls/", call=f"{facility.pk}.all", called_on="2024-05-01",
             called_by="me", outcome="confirmed")  # fmt: skip
    for ward in Ward.objects.filter(list=found)[: wards // 3]:
        send(client, workflow, f"runs/{run.pk}/deprioritise/", ward=ward.pk, finding="formal",
             decision="keep_in", reason="seen", signed_by="A. Bello")  # fmt: skip
    plan = ItnPlan.objects.get(workflow=workflow)
    names = {
        "RUN": run.pk, "PLAN": plan.pk, "SCORE": run.scores.order_by("rank")[0].pk,
        "WARD": WardTpr.objects.filter(result__workflow=workflow).order_by("pk")[0].pk,
    }  # fmt: skip
    queries = {}
    for page in PAGES:
        address = page
        for name, value in names.items():
            address = address.replace(name, str(value))
        client.get(url(workflow, address))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(url(workflow, address))
        assert answer.status_code == 200, (page, answer.content[:200])
        queries[page] = len(asked)
    return queries


def test_the_queries_of_a_page_do_not_grow_with_the_wards(client: Client) -> None:
    few, many = counted(client, 9), counted(Client(), 36)
    more = {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]}
    assert not more
    assert max(many.values()) < 80, many
