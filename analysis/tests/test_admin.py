import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from analysis import api
from analysis.models import AnalysisRun, Covariate, Variable, VariableUse, WardScore, ZoneDefault
from analysis.services.execute_run import execute_run
from analysis.tests.build import PERSON, WARDS, boundary_list, complete_workflow

pytestmark = pytest.mark.django_db

MODELS = (AnalysisRun, Covariate, Variable, WardScore, ZoneDefault)


@pytest.fixture
def browser(client, settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    client.force_login(get_user_model().objects.create_superuser("root", "r@example.org", "x"))
    return client


def rank(wards, name):
    workflow = complete_workflow(
        wards, ward_list=boundary_list(wards, name=name), owner=f"visitor:{name}"
    )
    run = api.request_run(workflow.pk, actor=PERSON, draws=5)
    assert execute_run(run.pk)
    return run


def test_nothing_of_this_floor_can_be_typed_over(rf):
    request = rf.get("/")
    for model in MODELS:
        room = admin.site._registry[model]
        assert not room.has_add_permission(request)
        assert not room.has_change_permission(request)
        assert not room.has_delete_permission(request)
    assert VariableUse not in admin.site._registry


def test_a_run_is_shown_with_its_variables_and_without_its_raw_table(browser):
    run = rank(WARDS, "a")
    page = browser.get(reverse("admin:analysis_analysisrun_change", args=[run.pk]))
    assert page.status_code == 200
    assert "tpr" in page.content.decode()
    assert "field-inputs" not in page.content.decode()


def test_the_list_costs_the_same_queries_for_few_and_many_rows(
    browser, django_assert_max_num_queries
):
    rank(WARDS, "few")
    for url in ("analysis_analysisrun", "analysis_wardscore"):
        with django_assert_max_num_queries(12):
            assert browser.get(reverse(f"admin:{url}_changelist")).status_code == 200
    rank([(f"W{i}", "North", 50 + i, 10 + i) for i in range(40)], "many")
    for url in ("analysis_analysisrun", "analysis_wardscore"):
        with django_assert_max_num_queries(12):
            assert browser.get(reverse(f"admin:{url}_changelist")).status_code == 200
