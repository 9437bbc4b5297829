"""Every rule the database holds, and that it bites."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from analysis.models import (
    AnalysisRun,
    Covariate,
    CovariateValue,
    Variable,
    VariableUse,
    WardScore,
    ZoneDefault,
)
from analysis.tests.build import boundary_list, complete_workflow, covariate

pytestmark = pytest.mark.django_db


def make_run(**fields):
    given = {
        "workflow": None, "result": None, "inputs": {}, "owner": "command", "profile": "sound",
        "normalisation": "winsor", "seed": 1, "draws": 10, "fingerprint": uuid.uuid4().hex * 2,
        "algorithm": "t", "registry_version": "t",
    }  # fmt: skip
    return AnalysisRun.objects.create(**{**given, **fields})


def make_score(run, rank=1, **fields):
    given = {
        "ward_key": f"W{rank}", "ward_name": "W", "score": 0.5, "rank": rank, "rank_shared": rank,
        "category": "High",
    }  # fmt: skip
    return WardScore.objects.create(run=run, **{**given, **fields})


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_two_live_runs_with_one_fingerprint_are_refused_with_and_without_workflow():
    make_run(fingerprint="a" * 64)
    with refused("analysisrun_one_live_per_fingerprint"), transaction.atomic():
        make_run(fingerprint="a" * 64)
    workflow = complete_workflow()
    result = workflow.results.get()
    own = {"workflow": workflow, "result": result, "inputs": None, "fingerprint": "a" * 64}
    make_run(**own)
    with refused("analysisrun_one_live_per_fingerprint"), transaction.atomic():
        make_run(**own)


def test_a_second_run_is_allowed_once_the_first_has_ended():
    first = make_run(fingerprint="a" * 64)
    AnalysisRun.objects.filter(pk=first.pk).update(
        status="failed", finished_at=timezone.now(), error_code="NO_TESTS"
    )
    make_run(fingerprint="a" * 64)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("finished_at_exactly_when_terminal", {"status": "done", "n_wards": 1}),
        ("done_has_scores", {"status": "done", "finished_at": timezone.now()}),
        ("(status_is_known|finished_at_exactly)", {"status": "lost"}),
        ("failed_has_a_code", {"status": "failed", "finished_at": timezone.now()}),
        ("running_has_token_and_lease", {"status": "running"}),
        ("profile_is_known", {"profile": "pca"}),
        ("normalisation_is_known", {"normalisation": "z"}),
        ("draws_in_range", {"draws": 0}),
        ("has_its_wards", {"inputs": None}),
    ],
)
def test_a_run_that_contradicts_itself_is_refused(constraint, fields):
    with refused(f"analysisrun_{constraint}"), transaction.atomic():
        make_run(**fields)


def test_done_without_its_score_rows_is_refused_at_commit():
    run = make_run()
    make_score(run, 1)
    done = {"status": "done", "finished_at": timezone.now()}
    with refused("ward scores"), transaction.atomic():
        AnalysisRun.objects.filter(pk=run.pk).update(**done, n_wards=2)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    make_score(run, 2)
    AnalysisRun.objects.filter(pk=run.pk).update(**done, n_wards=2)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_done_with_a_gap_in_the_ranks_is_refused_at_commit():
    run = make_run()
    make_score(run, 1)
    make_score(run, 3)
    with refused("highest rank 3"), transaction.atomic():
        AnalysisRun.objects.filter(pk=run.pk).update(
            status="done", finished_at=timezone.now(), n_wards=2
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("wardscore_ward_once", {"rank": 2, "ward_key": "W1"}),
        ("wardscore_rank_once", {"rank": 1, "ward_key": "other"}),
        ("wardscore_rank_from_one", {"rank": 0}),
        ("wardscore_category_is_known", {"rank": 2, "category": "Extreme"}),
        ("wardscore_rank_interval_is_ordered", {"rank": 2, "rank_low": 5, "rank_high": 2}),
        ("wardscore_probabilities_within_one", {"rank": 2, "p_high": 1.2}),
    ],
)
def test_a_score_that_cannot_be_is_refused(constraint, fields):
    run = make_run()
    make_score(run, 1)
    with refused(constraint), transaction.atomic():
        make_score(run, **fields)


def test_a_list_ward_appears_once_in_a_run():
    run, rows = make_run(), boundary_list()
    ward = rows.wards.first()
    make_score(run, 1, ward=ward)
    with refused("wardscore_list_ward_once"), transaction.atomic():
        make_score(run, 2, ward=ward)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("name_once", {"name": "rain"}),
        ("status_is_known", {"status": "dropped", "reason": "?"}),
        ("direction_is_known", {"direction": "up"}),
        ("left_out_has_a_reason", {"status": "refused"}),
        ("used_has_a_direction", {"direction": "undecided"}),
    ],
)
def test_a_variable_use_without_its_reason_is_refused(constraint, fields):
    run = make_run()
    given = {
        "run": run, "position": 0, "name": "rain", "label": "Rain", "direction": "direct",
        "status": "used",
    }  # fmt: skip
    VariableUse.objects.create(**given)
    with refused(f"variableuse_{constraint}"), transaction.atomic():
        VariableUse.objects.create(**{**given, "name": "other", **fields})


def test_one_current_covariate_per_name_and_one_value_per_ward():
    rows = boundary_list()
    first = covariate(rows, "rainfall", [1, 2, 3, 4, 5, 6])
    with refused("covariate_one_current_per_name"), transaction.atomic():
        covariate(rows, "rainfall", [1, 2, 3, 4, 5, 6])
    with refused("covariatevalue_ward_once"), transaction.atomic():
        CovariateValue.objects.create(covariate=first, ward=rows.wards.first(), value=9)
    Covariate.objects.filter(pk=first.pk).update(superseded_at=timezone.now() - timedelta(1))
    covariate(rows, "rainfall", [1, 2, 3, 4, 5, 6])


def test_the_registry_refuses_unknown_directions_and_ranges_turned_round():
    with refused("variable_direction_is_known"), transaction.atomic():
        Variable.objects.create(code="x", label="x", direction="up")
    with refused("variable_range_is_ordered"), transaction.atomic():
        Variable.objects.create(
            code="y", label="y", direction="direct", plausible_min=2, plausible_max=1
        )


def test_registry_and_zones_are_seeded_as_the_domain_states_them():
    from analysis.domain.variables import REGISTRY
    from analysis.selectors.covariates import registry

    assert registry() == tuple(sorted(REGISTRY, key=lambda s: s.code))
    assert ZoneDefault.objects.count() == 37
    niger = ZoneDefault.objects.get(state="Niger")
    assert (niger.zone, niger.variables[1]) == ("North_Central", "nighttime_lights")
