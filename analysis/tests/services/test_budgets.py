"""A state of 500 wards goes through a whole run; its time is measured in benchmarks/."""

import pytest

from analysis import api
from analysis.services.execute_run import execute_run
from analysis.tests.build import PERSON, boundary_list, complete_workflow, covariate

pytestmark = pytest.mark.django_db

MANY = [(f"Ward {i:03}", f"LGA {i // 12}", 400 + i, 100 + (i * 37) % 250) for i in range(500)]


def test_500_wards_with_1000_draws_are_ranked_and_stored():
    ward_list = boundary_list(MANY)
    for j, name in enumerate(("mean_rainfall", "NDWI", "housing_quality", "elevation")):
        values = [None if i % 17 == j else (i * (j + 3)) % 97 / 97 for i in range(500)]
        covariate(ward_list, name, values)
    workflow = complete_workflow(MANY, ward_list=ward_list)
    run = api.request_run(workflow.pk, actor=PERSON)
    assert execute_run(run.pk)
    run.refresh_from_db()
    assert (run.n_wards, run.draws) == (500, 1000)
    assert len([v for v in api.variable_uses(run) if v.status == "used"]) == 5
