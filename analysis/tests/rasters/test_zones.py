"""Zonal statistics against a naive twin and against published figures (risk.md §11, check E4)."""

import csv

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from pyproj import Transformer
from shapely import Polygon, box, to_wkb

from analysis.domain.layers import ward_values
from analysis.rasters.guard import LayerRequest, summarise_raster
from analysis.rasters.zones import Band, open_band, zones_of
from chatmrpt.common.errors import DomainError
from chatmrpt.testing.shared import shared_path

GRID = np.arange(1, 26, dtype=np.float32).reshape(5, 5)


def tif(path, cells, *, west=8.0, north=12.0, cell=0.25, crs="EPSG:4326", **more):
    cells = np.atleast_3d(cells) if cells.ndim == 2 else cells
    cells = cells.transpose(2, 0, 1) if cells.shape[2] <= 3 else cells
    with rasterio.open(
        path, "w", driver="GTiff", height=cells.shape[1], width=cells.shape[2],
        count=cells.shape[0], dtype=cells.dtype, crs=crs,
        transform=rasterio.transform.from_origin(west, north, cell, cell), **more,
    ) as file:  # fmt: skip
        file.write(cells)
    return path


def opened(path, *, crs="", limits=(None, None), factor=1.0):
    data, system, number, facts = open_band(str(path), None, crs)
    return Band(data, number, factor, limits), system, facts


def naive_mean(polygon, cells, west=8.0, north=12.0, cell=0.25):
    """Cut the polygon with every cell and weigh by the area of the cut."""
    total = area = 0.0
    for (row, column), value in np.ndenumerate(cells):
        if np.isnan(value):
            continue
        left, top = west + column * cell, north - row * cell
        cut = polygon.intersection(box(left, top - cell, left + cell, top)).area
        total, area = total + cut * float(value), area + cut
    return total / area


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_means_equal_a_naive_cut_of_every_cell(tmp_path):
    cells = GRID.copy()
    cells[2, 2] = -9999  # not tagged as nodata
    masked = np.where(cells == -9999, np.nan, cells)
    wards = [
        Polygon([(8.05, 11.9), (8.6, 11.2), (9.1, 11.85), (8.4, 11.99)]),
        box(8.30, 11.40, 8.32, 11.42),  # far smaller than a cell
        shapely.union_all([box(8.0, 11.9, 8.1, 12.0), box(9.0, 10.8, 9.2, 11.1)]),
    ]
    band, system, _ = opened(tif(tmp_path / "a.tif", cells))
    found = zones_of(band, system, [to_wkb(w) for w in wards] + [None], "mean")
    expected = [naive_mean(w, masked) for w in wards]
    assert found.value[:3] == pytest.approx(expected, rel=1e-6)
    assert np.isnan(found.value[3])
    assert found.size[1] == pytest.approx(0.0064, rel=1e-9)


def test_wards_follow_the_layer_into_its_own_projection(tmp_path):
    turn = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    west, north = turn.transform(8.0, 12.0)
    path = tif(tmp_path / "web.tif", GRID, west=west, north=north, cell=27_000, crs="EPSG:3857")
    band, system, facts = opened(path)
    ward = box(*turn.transform(8.1, 11.5), *turn.transform(8.9, 11.9))
    expected = naive_mean(ward, GRID, west, north, 27_000)
    found = zones_of(band, system, [to_wkb(box(8.1, 11.5, 8.9, 11.9))], "mean")
    assert found.value[0] == pytest.approx(expected, rel=1e-6)
    assert facts["crs"] == "EPSG:3857"


def test_scale_and_unit_are_applied_before_the_range(tmp_path):
    path = tmp_path / "scaled.tif"
    tif(path, (GRID * 100).astype(np.int16))
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.0004,), (0.0,)
    band, system, _ = opened(path, limits=(0.0, 1.0))
    found = zones_of(band, system, [to_wkb(box(8.0, 11.75, 8.25, 12.0))], "mean")
    assert found.value[0] == pytest.approx(0.04, rel=1e-6)
    band, system, _ = opened(tif(tmp_path / "percent.tif", GRID), limits=(0, 1), factor=0.01)
    found = zones_of(band, system, [to_wkb(box(8.0, 11.75, 8.25, 12.0))], "mean")
    assert found.value[0] == pytest.approx(0.01, rel=1e-6)


def refusal(path, **options):
    with pytest.raises(DomainError) as error:
        summarise_raster(path, [[to_wkb(box(8.0, 11.0, 9.0, 12.0))]], LayerRequest("x", **options))
    return error.value


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_crs_is_read_never_assumed_and_a_band_is_never_guessed(tmp_path):
    bare = tif(tmp_path / "bare.tif", GRID, crs=None)
    for said in ("", "EPSG:99999999"):
        with pytest.raises(DomainError, match="EPSG:4326") as error:
            open_band(str(bare), None, said)
        assert error.value.code == "RASTER_NO_CRS"
    assert open_band(str(bare), None, "EPSG:4326")[3]["crs_from"] == "person"
    three = tif(tmp_path / "three.tif", np.stack([GRID] * 3))
    for band in (None, 0, 4):
        with pytest.raises(DomainError) as error:
            open_band(str(three), band, "")
        assert error.value.code == "RASTER_BANDS"


def test_a_file_that_names_other_files_or_was_cut_off_is_refused_in_words(tmp_path):
    hostile = tmp_path / "hostile.tif"
    hostile.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand band="1">'
                       "<SimpleSource><SourceFilename>/etc/passwd</SourceFilename>"
                       "</SimpleSource></VRTRasterBand></VRTDataset>")  # fmt: skip
    assert refusal(hostile).code == "RASTER_UNREADABLE"
    cells = np.arange(250_000, dtype=np.float32).reshape(500, 500)
    whole = tif(tmp_path / "whole.tif", cells, cell=0.002)
    cut = tmp_path / "cut.tif"
    cut.write_bytes(whole.read_bytes()[:200_000])
    assert refusal(cut).code == "RASTER_UNREADABLE"


def test_a_bomb_of_empty_cells_ends_in_words_not_in_memory(tmp_path):
    path = tmp_path / "bomb.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=400_000, width=400_000, count=1, dtype="float64",
        crs="EPSG:4326", transform=rasterio.transform.from_origin(8, 12, 1e-5, 1e-5),
        sparse_ok=True, tiled=True, blockxsize=16384, blockysize=16384, bigtiff="YES",
    ):  # fmt: skip
        pass
    assert path.stat().st_size < 3_000_000
    assert refusal(path).code == "RASTER_TOO_LARGE"


def test_a_child_that_is_out_of_memory_is_a_refusal_with_a_reference(tmp_path):
    with pytest.raises(DomainError, match="could not be summarised") as error:
        summarise_raster(
            tif(tmp_path / "a.tif", GRID), [[to_wkb(box(8, 11, 9, 12))]], LayerRequest("x"),
            memory_mb=64,
        )  # fmt: skip
    assert error.value.facts["reference"]


def wards_of(relative):
    path = shared_path(f"data/wards/{relative}")
    meta, _, shapes, fields = pyogrio.raw.read(f"/vsizip/{path}" if path.suffix == ".zip" else path)
    names = [n.lower() for n in meta["fields"]]
    codes = [str(v) for v in fields[names.index("wardcode")]]
    return codes, [bytes(shape) for shape in shapes]


def test_e4_population_sums_of_794_wards_equal_the_published_table():
    with shared_path("data/population/wardlevel_tt.csv").open(encoding="utf-8-sig") as table:
        published = {row["ID"]: float(row["total"]) for row in csv.DictReader(table)}
    states = [wards_of(f) for f in ("Niger_State.zip", "kano_wards.geojson", "Ilorin_3LGA.zip")]
    found = summarise_raster(
        shared_path("data/rasters_ng/pop_sur_final.tif"), [shapes for _, shapes in states],
        LayerRequest("population", statistic="sum"),
    )  # fmt: skip
    sums = [round(sum(values["value"])) for values in found["lists"]]
    assert sums == [10_183_088, 17_630_837, 1_784_183]
    for (codes, _), values in zip(states, found["lists"], strict=True):
        for code, value in zip(codes, values["value"], strict=True):
            assert value == pytest.approx(published[code], rel=1e-6)


@pytest.mark.parametrize(
    ("layer", "column", "expected", "low", "high"),
    [
        ("pfpr_2022", "pfpr", 0.95, 0, 1),
        ("housing_quality_2015", "housing_quality", 0.90, 0, 1),
        ("distance_to_water_static", "distance_to_water", 0.85, 0, 100_000),
        ("soil_wetness_2018_12", "mean_soil_wetness", 0.83, 0, 1),
    ],
)
def test_zonal_means_correlate_with_the_published_niger_table(layer, column, expected, low, high):
    codes, shapes = wards_of("Niger_State.zip")
    with shared_path("data/tpr/Niger_plus.csv").open(encoding="utf-8-sig") as file:
        table = {row["WardCode"]: row[column] for row in csv.DictReader(file)}
    band, system, _ = opened(shared_path(f"data/rasters_ng/{layer}.tif"), limits=(low, high))
    judged = ward_values(
        zones_of(band, system, shapes, "mean"), name=layer, unit="", minimum=low, maximum=high
    )
    pairs = [
        (value, float(table[code]))
        for code, value in zip(codes, judged.value.tolist(), strict=True)
        if value == value and table[code] not in ("", "NA")
    ]
    assert np.corrcoef(np.array(pairs), rowvar=False)[0, 1] == pytest.approx(expected, abs=0.03)


def test_kano_is_wet_in_august_and_its_dry_december_is_refused_as_a_covariate():
    _, shapes = wards_of("kano_wards.geojson")
    city = box(8.50, 11.98, 8.54, 12.02)
    rain = LayerRequest("rainfall", minimum=0, maximum=1500)
    august = summarise_raster(
        shared_path("data/rasters_ng/rainfall_2018_08.tif"), [[*shapes, to_wkb(city)]], rain
    )["lists"][0]
    assert august["value"][-1] == pytest.approx(244, abs=8)
    assert all(august["coarse_cell"])
    december = summarise_raster(
        shared_path("data/rasters_ng/rainfall_2018_12.tif"), [shapes], rain
    )["lists"][0]
    assert december["refused"]["code"] == "LAYER_CONSTANT"
