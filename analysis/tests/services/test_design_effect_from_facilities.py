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
from tpr.api import current_result, facility_totals, other_counts
from tpr.models import FacilityReport
from tpr.services.compute_tpr import Choice, compute
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


def test_every_other_count_equals_the_result_that_the_choice_would_have_given(workflow):
    result = current_result(workflow)
    counts = other_counts(result)
    assert len(counts) == 8 * 16 - 1 + 2
    upload = workflow.upload
    for c in counts[::7]:
        choice = Choice("Kano", c.level, c.age_group, c.definition, c.exceeding)
        expected = {
            (w.lga, w.ward): (w.figure.tested, w.figure.positive)
            for w in compute(upload, choice).wards
            if w.figure.tested and w.figure.positive is not None
        }
        assert c.totals == expected
        if c.definition != "method_max":
            for place, facilities in c.facilities.items():
                added = (sum(t for _, t in facilities), sum(x for x, _ in facilities))
                assert added == pytest.approx(expected[place])


def test_a_workflow_run_says_in_how_many_counts_a_ward_stays_in_the_first_k(workflow):
    run = ranked(workflow)
    rows = [r for r in run.card["alternatives"] if r["axis"] == "positivity"]
    assert len(rows) == 95
    available = [r for r in rows if not r["reason"]]
    assert {r["reason"] for r in rows if r["reason"]} == {"no data for more than half of the wards"}
    first = run.scores.get(rank=1)
    assert first.card["tried"]["inside"] == run.card["facts"]["alternatives_counted"]
    assert run.card["facts"]["alternatives_counted"] == len(available) + 1
    assert set(first.card["limits"]) == {"above", "class"}
