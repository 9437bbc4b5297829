"""A GeoTIFF as covariate: stored per ward with where it came from, or refused with the reason."""

import numpy as np
import pytest
from django.core.management import call_command
from django.db import IntegrityError

from analysis import api
from analysis.models import Covariate, CovariateValue
from analysis.services.execute_run import execute_run
from analysis.services.load_raster import load_raster
from analysis.tests.build import PERSON, boundary_list, complete_workflow
from analysis.tests.rasters.test_zones import tif
from chatmrpt.common.errors import DomainError

pytestmark = pytest.mark.django_db

# Wards are unit squares in a row from longitude 0; the layer ends in the middle of the fifth.
RAIN = np.tile(np.arange(100, 1000, 100, dtype=np.float32), (2, 1))


def layer(folder, cells=RAIN, name="rainfall_2018_08.tif"):
    return tif(folder / name, cells, west=0, north=1, cell=0.5)


def test_a_layer_becomes_a_covariate_with_its_year_and_how_it_was_made(tmp_path):
    boundary_list()
    (load,) = load_raster(layer(tmp_path), source="ERA5", licence="B")
    assert (load.status, load.code, load.observed, load.wards) == ("loaded", "rainfall", 5, 6)
    row = Covariate.objects.get()
    assert (row.name, row.year, row.unit, row.direction) == (
        "rainfall_2018_08", "2018-08", "mm per month", "direct"
    )  # fmt: skip
    assert "by fractional cell area, EPSG:4326, cells 0.5 × 0.5" in row.how_made
    assert (row.layer["nodata"], row.layer["licence"], len(row.file_hash)) == (None, "B", 64)
    values = list(row.values.order_by("ward__code").values_list("value", "coverage", "coarse_cell"))
    assert [v for v, _, _ in values] == [150, 350, 550, 750, 900]
    assert [c for _, c, _ in values] == [1, 1, 1, 1, 0.5]


def test_the_same_file_changes_nothing_and_a_run_uses_the_layer(tmp_path):
    workflow = complete_workflow(ward_list=boundary_list())
    load_raster(layer(tmp_path))
    assert load_raster(layer(tmp_path))[0].status == "unchanged"
    run = api.request_run(workflow.pk, actor=PERSON, draws=20)
    assert execute_run(run.pk)
    use = run.variables.get(name="rainfall_2018_08")
    assert (use.status, use.n_imputed, use.year) == ("used", 1, "2018-08")
    assert "raster rainfall_2018_08.tif" in use.how_made


@pytest.mark.parametrize(
    ("cells", "code"), [(RAIN * 1e4, "outside the plausible"), (RAIN * 0, "cannot tell one ward")]
)
def test_an_implausible_layer_is_refused_and_nothing_is_stored(tmp_path, cells, code):
    boundary_list()
    with pytest.raises(DomainError, match=code) as error:
        load_raster(layer(tmp_path, cells))
    assert error.value.code == "LAYER_REFUSED"
    assert not Covariate.objects.exists()


def test_a_name_nobody_registered_is_stored_without_a_direction(tmp_path, capsys):
    boundary_list()
    call_command("load_covariates", str(layer(tmp_path, name="goats.tif")), "--year", "2024")
    out = capsys.readouterr().out
    assert "loaded: goats (undecided), 5 of 6 wards, 1 with too few cells" in out
    assert "--direction" in out
    call_command(
        "load_covariates", str(layer(tmp_path, name="goats.tif")), "--direction", "-",
        "--name", "goats",
    )  # fmt: skip
    assert Covariate.objects.get(superseded_at__isnull=True).direction == "inverse"


def test_the_command_refuses_what_belongs_to_the_other_kind_of_file(tmp_path, capsys):
    boundary_list()
    table = tmp_path / "t.csv"
    table.write_text("ward_code,ndvi\nK000,0.1\n")
    for words in ([str(table), "--crs", "EPSG:4326"], [str(layer(tmp_path)), "--state", "Kano"]):
        with pytest.raises(SystemExit) as stop:
            call_command("load_covariates", *words)
        assert stop.value.code == 2
    assert capsys.readouterr().err.count("error[INVALID_ARGUMENTS]") == 2


def test_the_database_refuses_a_value_that_stands_on_less_than_half_of_a_ward(tmp_path):
    boundary_list()
    load_raster(layer(tmp_path))
    value = CovariateValue.objects.first()
    assert value is not None
    value.coverage = 0.49
    with pytest.raises(IntegrityError):
        value.save()
