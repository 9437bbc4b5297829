"""Niger and Kano, every ward, on real polygons, real covariates and real rasters."""

import pyogrio
import pytest

from analysis import api
from analysis.services.execute_run import execute_run
from analysis.services.load_covariates import load_covariates
from analysis.services.load_raster import load_raster
from analysis.tests.build import PERSON, add_result, complete_workflow
from chatmrpt.common.errors import DomainError
from chatmrpt.testing.shared import shared_path
from tpr.models import BoundaryList, Ward

pytestmark = pytest.mark.django_db

LAYERS = ("pfpr_2022", "housing_quality_2015", "soil_wetness_2018_08", "rainfall_2018_08")


def listed(state, relative):
    path = shared_path(f"data/wards/{relative}")
    source = f"/vsizip/{path}" if path.suffix == ".zip" else str(path)
    meta, _, shapes, fields = pyogrio.raw.read(source)
    names = [n.lower() for n in meta["fields"]]
    field = {n: fields[i] for i, n in enumerate(names)}
    lgas = field.get("lganame", field["lgacode"])
    rows = BoundaryList.objects.create(name=state, year=2024, file_hash="f" * 64)
    Ward.objects.bulk_create(
        Ward(list=rows, code=str(c), name=f"{w} {c}", ward_key=f"{w} {c}".lower(), lga=str(g),
             lga_key=str(g).lower(), state=state, geometry=bytes(s))
        for c, w, g, s in zip(field["wardcode"], field["wardname"], lgas, shapes, strict=True)
    )  # fmt: skip
    return rows


def ranked(state, rows):
    """Rank with made-up counts: there are no real test counts of these states."""
    wards = list(rows.wards.order_by("code"))
    counts = [(w.name, w.lga, 200 + 7 * i, 40 + (i * 37) % 150) for i, w in enumerate(wards)]
    counts[5] = (*counts[5][:2], None, None)
    workflow = complete_workflow((), state=state, ward_list=rows)
    workflow.results.all().delete()
    add_result(workflow, counts, rows)
    run = api.request_run(workflow.pk, variables="tpr,pfpr,housing_quality,soil_wetness,rainfall",
                          draws=200, actor=PERSON)  # fmt: skip
    assert execute_run(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("state", "relative", "wards", "housing"),
    [("Niger", "Niger_State.zip", 275, 273), ("Kano", "kano_wards.geojson", 484, 483)],
)
def test_a_whole_state_is_ranked_on_its_rasters(state, relative, wards, housing):
    rows = listed(state, relative)
    loads = {name: load_raster(shared_path(f"data/rasters_ng/{name}.tif"))[0] for name in LAYERS}
    assert {load.status for load in loads.values()} == {"loaded"}
    assert {load.observed for load in loads.values()} == {wards, housing}
    assert loads["housing_quality_2015"].observed == housing
    assert loads["soil_wetness_2018_08"].coarse == wards, "cells of 65 km hold every ward"
    if state == "Kano":  # not a drop in December: the layer cannot tell one ward from another
        with pytest.raises(DomainError, match="cannot tell one ward"):
            load_raster(shared_path("data/rasters_ng/rainfall_2018_12.tif"))
    else:
        load_covariates(shared_path("data/tpr/Niger_plus.csv"), source="WHO ward list")
    run = ranked(state, rows)
    assert run.n_wards == wards
    used = {u.code: u for u in run.variables.filter(status="used")}
    assert set(used) == {"tpr", "pfpr", "housing_quality", "soil_wetness", "rainfall"}
    assert sorted(run.scores.values_list("rank", flat=True)) == list(range(1, wards + 1))
    assert sum(s.p_high for s in run.scores.all()) == pytest.approx(wards // 3)
    for s in run.scores.all():
        parts = [v["contribution"] for v in s.variables.values()]
        assert len(parts) == 5
        assert s.rank_low <= s.rank_median <= s.rank_high
