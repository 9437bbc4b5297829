import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from analysis import api
from analysis.models import (
    AnalysisRun,
    Covariate,
    RegistryChange,
    SettlementCheck,
    Variable,
    VariableUse,
    WardScore,
    ZoneDefault,
)
from analysis.services.change_registry import change_variable
from analysis.services.execute_run import execute_run
from analysis.tests.build import PERSON, WARDS, boundary_list, complete_workflow, covariate

pytestmark = pytest.mark.django_db

MODELS = (AnalysisRun, Covariate, WardScore, RegistryChange, SettlementCheck)


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


def posted(browser, row, **fields):
    address = reverse(f"admin:analysis_{row._meta.model_name}_change", args=[row.pk])
    return browser.post(address, fields)


def test_a_registry_row_changes_with_a_reason_and_the_run_before_is_out_of_date(browser):
    run = rank(WARDS, "one")
    assert not api.staleness(AnalysisRun.objects.get(pk=run.pk)).stale
    flood = Variable.objects.get(code="flood")
    fields = {"label": "Flood", "aliases": '["flood_extent"]', "unit": flood.unit,
              "direction": "inverse", "plausible_min": "0", "plausible_max": "1",
              "group": "moisture", "source": "", "year": "", "note": ""}  # fmt: skip
    assert b"This field is required" in posted(browser, flood, **fields).content
    assert posted(browser, flood, **fields, reason="asked by the programme").status_code == 302
    flood.refresh_from_db()
    assert flood.direction == "inverse"
    change = RegistryChange.objects.get(field="direction")
    assert (change.before, change.after, change.reason, change.changed_by) == (
        "direct", "inverse", "asked by the programme", "root"
    )  # fmt: skip
    state = api.staleness(AnalysisRun.objects.get(pk=run.pk))
    assert "registry" in " ".join(state.reasons)


def test_a_registry_row_that_cannot_be_is_refused_beside_the_form(browser):
    flood = Variable.objects.get(code="flood")
    fields = {"label": "Flood", "aliases": '["NDVI"]', "direction": "direct", "reason": "x"}
    assert b"already means ndvi" in posted(browser, flood, **fields).content
    fields |= {"aliases": "[]", "plausible_min": "2", "plausible_max": "1"}
    assert b"no room between its ends" in posted(browser, flood, **fields).content
    kano = ZoneDefault.objects.get(state="Kano")
    answer = posted(browser, kano, variables='["tpr", "goats"]', reason="x")
    assert b"Not in the registry" in answer.content
    assert not RegistryChange.objects.exists()
    assert posted(browser, kano, variables='["tpr", "ndvi"]', reason="x").status_code == 302
    kano.refresh_from_db()
    assert kano.variables == ["tpr", "ndvi"]


def test_a_new_variable_enters_the_registry_and_binds_a_column(browser):
    address = reverse("admin:analysis_variable_add")
    fields = {"code": "goats", "label": "Goats", "aliases": '["n_goats"]', "direction": "inverse",
              "unit": "head", "reason": "a study of ours"}  # fmt: skip
    assert browser.post(address, fields).status_code == 302
    from analysis.domain.variables import bind
    from analysis.selectors.covariates import registry

    assert bind("N_GOATS", registry()).direction == "inverse"


def test_a_registry_change_between_request_and_work_changes_no_row_of_the_run():
    wards = boundary_list()
    covariate(wards, "rainfall", [80, 90, 100, 1400, 160, 170])
    workflow = complete_workflow(ward_list=wards)
    run = api.request_run(workflow.pk, actor=PERSON, draws=5)
    change_variable("rainfall", {"plausible_max": 100.0}, reason="x", by="root")
    assert execute_run(run.pk)
    assert run.variables.get(name="rainfall").n_rejected == 0
