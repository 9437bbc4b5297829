"""The counts of each facility reach the design effect through the ground floor's door."""

import pytest
from django.db import transaction

from analysis import api
from analysis.domain.design_effect import design_effects
from analysis.models import AnalysisRun
from analysis.services.execute_run import execute_run
from analysis.tests.build import PERSON
from chatmrpt.testing.uploads import read_csv, row
from tpr import locks
from tpr.api import current_result, facility_totals
from tpr.models import FacilityReport
from tpr.services.workflow import apply_command, start_workflow

pytestmark = pytest.mark.django_db

WARDS = ("Ajingi", "Balare", "Chula", "Dundun", "Gurduba", "Toranke")


@pytest.fixture
def workflow():
    rows = [
        row("Kano", "Ajingi", ward, f"{ward} PHC {f}", month=month,
            u5=(100 + 10 * i, (20 + 13 * i + 17 * f) % 90 + 5))
        for i, ward in enumerate(WARDS)
        for f in range(3)
        for month in (1, 2)
    ]  # fmt: skip
    upload = read_csv(rows, owner=PERSON.owner)
    workflow = start_workflow(upload=upload, actor=PERSON)
    with transaction.atomic():
        locked = locks.workflow(workflow.pk)
        apply_command(locked, command="confirm", slots={}, actor=PERSON)
        apply_command(locked, command="select", slots={"level": "primary"}, actor=PERSON)
        apply_command(locked, command="select", slots={"age": "u5"}, actor=PERSON)
    locked.refresh_from_db()
    return locked


def ranked(workflow):
    run = api.request_run(workflow.pk, actor=PERSON, draws=10)
    assert execute_run(run.pk)
    return AnalysisRun.objects.get(pk=run.pk)


def test_facility_totals_add_up_to_the_ward_and_give_the_design_effect(workflow):
    totals = facility_totals(current_result(workflow))
    run = ranked(workflow)
    notes = {n["code"]: n for n in run.notes}
    scores = {s.ward_name: s for s in run.scores.all()}
    assert sum(t for _, t in totals["Ajingi", "Balare"]) == scores["Balare"].tested == 660
    expected = design_effects([totals["Ajingi", ward] for ward in WARDS])
    assert notes["deff_pooled"]["facts"]["deff"] == pytest.approx(expected.pooled)
    for i, ward in enumerate(WARDS):
        assert scores[ward].deff == pytest.approx(expected.used[i])
        assert scores[ward].n_eff == pytest.approx(scores[ward].tested / expected.used[i])


def test_reports_that_no_longer_add_up_are_not_used(workflow):
    FacilityReport.objects.filter(facility__ward="Balare").delete()
    assert "deff_default" in [n["code"] for n in ranked(workflow).notes]
