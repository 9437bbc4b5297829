"""The conditions of wards.md §9 in which lists arrive, one by one, and the awkward real files."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from chatmrpt.testing.shared import shared_path
from tpr.models import BoundaryList, Ward, WardAlias
from tpr.tests.boundaries.test_load_wards import feature, load, square, write

pytestmark = pytest.mark.django_db


def shapefile(folder: Path, name: str, *, encoding: str, **columns: list[str]) -> Path:
    """A zipped shapefile in Windows manner: no .cpg, names cut to ten characters."""
    inside = folder / name
    inside.mkdir()
    shapes = [shapely.box(12 + n / 10, 9, 12.1 + n / 10, 9.1) for n in range(2)]
    pyogrio.raw.write(
        inside / "wards.shp", np.array([shapely.to_wkb(s) for s in shapes], dtype=object),
        [np.array(values, dtype=object) for values in columns.values()], list(columns),
        geometry_type="Polygon", crs="EPSG:4326", driver="ESRI Shapefile", encoding=encoding,
    )  # fmt: skip
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in inside.iterdir():
            if part.suffix != ".cpg":
                archive.write(part, f"nested/folder/{part.name}")
    return path


COLUMNS = {"StateName": ["Adamawa"] * 2, "local_gove": ["Fufore"] * 2, "WardCode": ["A1", "A2"]}


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", False), ("cp1252", True)])
def test_a_shapefile_without_cpg_is_read_as_utf8_else_windows_1252_and_it_is_said(
    tmp_path: Path, encoding: str, said: bool
) -> None:
    path = shapefile(tmp_path, "dbf", encoding=encoding, **COLUMNS, WardName=["Béle", "Ribadù"])
    ended = load(path)
    assert ended.code == 0, ended.err
    assert [w.name for w in Ward.objects.order_by("code")] == ["Béle", "Ribadù"]
    assert Ward.objects.first().lga == "Fufore", "the column name was cut to ten characters"
    assert ("Windows-1252 was assumed" in ended.out) is said


def test_an_archive_names_the_part_that_is_missing_and_its_layers(tmp_path: Path) -> None:
    path = shapefile(tmp_path, "one", encoding="utf-8", **COLUMNS, WardName=["Bille", "Ribadu"])
    for lost in (".shp", ".dbf", ".shx"):
        broken = tmp_path / f"no{lost}.zip"
        with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as archive:
            for name in whole.namelist():
                if not name.endswith(lost):
                    archive.writestr(name, whole.read(name))
        ended = load(broken)
        assert ended.code == 2
        assert f"lacks its {lost}" in ended.err


def test_of_several_layers_one_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "lists.gpkg"
    for name in ("wards", "lgas"):
        made = write(tmp_path, feature("A1", "Bille", 12.0), name=f"{name}.geojson")
        meta, _, wkb, columns = pyogrio.raw.read(made)
        pyogrio.raw.write(
            path, wkb, columns, meta["fields"], layer=name, geometry_type="Polygon",
            crs="EPSG:4326", driver="GPKG", append=path.exists(),
        )  # fmt: skip
    ended = load(path)
    assert (ended.code, "error[SEVERAL_LAYERS]" in ended.err) == (2, True), ended.err
    assert "wards, lgas" in ended.err
    assert load(path, "--layer", "wards").code == 0
    assert Ward.objects.count() == 1


def test_swapped_axes_are_asked_about_and_turned_when_told(tmp_path: Path) -> None:
    turned = {"type": "Polygon", "coordinates": [
        [[y, x] for x, y in square(12.4, 9.2)["coordinates"][0]]
    ]}  # fmt: skip
    path = write(tmp_path, feature("A1", "Bille", 0, geometry=turned))
    ended = load(path)
    assert (ended.code, "error[AXES_SWAPPED]" in ended.err) == (2, True), ended.err
    ended = load(path, "--swap-axes")
    assert ended.code == 0, ended.err
    shape = shapely.from_wkb(bytes(Ward.objects.get().geometry))
    assert shape.bounds == pytest.approx((12.4, 9.2, 12.5, 9.3))


def test_wards_that_do_not_lie_in_their_state_are_said(tmp_path: Path) -> None:
    ended = load(write(tmp_path, feature("A1", "Bille", 12.4), feature("A2", "X", 3.3, 6.5),
                       feature("A3", "Y", 3.5, 6.5)))  # fmt: skip
    assert ended.code == 0
    assert "2 of 3 wards of Adamawa do not lie in Adamawa" in ended.out


def test_another_country_is_refused_with_its_names(tmp_path: Path) -> None:
    features = [feature(f"B{n}", "Parakou", 2.5 + n / 10, StateName=name)
                for n, name in enumerate(["Borgou", "Alibori"])]  # fmt: skip
    ended = load(write(tmp_path, *features))
    assert (ended.code, "error[OTHER_COUNTRY]" in ended.err) == (2, True), ended.err
    assert "Alibori, Borgou" in ended.err


def test_columns_about_persons_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    ended = load(write(tmp_path, feature("A1", "Bille", 12.0, editor="A. Person", Phone="080")))
    assert "Left out as data about persons: 'editor', 'Phone'." in ended.out
    assert "A. Person" not in json.dumps(list(Ward.objects.values("code", "name", "urban")))


def test_codes_that_are_numbers_stay_text_and_names_twice_in_an_lga_are_listed(
    tmp_path: Path,
) -> None:
    rows = [feature(61001.0, "Kawo", 12.0), feature(61002.0, "Kawo", 12.1)]  # type: ignore[arg-type]
    ended = load(write(tmp_path, *rows))
    assert ended.code == 0, ended.err
    assert sorted(Ward.objects.values_list("code", flat=True)) == ["61001", "61002"]
    assert "Kawo in Fufore (61001, 61002)" in ended.out


def test_overlapping_wards_are_warned_about(tmp_path: Path) -> None:
    ended = load(write(tmp_path, feature("A1", "Bille", 12.0), feature("A2", "Ribadu", 12.02)))
    assert "The wards of Adamawa overlap by" in ended.out
    beside = write(tmp_path, feature("A1", "Bille", 12.0), feature("A2", "Ribadu", 12.1))
    assert "overlap" not in load(beside, name="other").out


def test_a_list_that_names_no_system_and_is_not_in_degrees_is_refused_until_told(
    tmp_path: Path,
) -> None:
    from pyproj import Transformer

    move = Transformer.from_crs(4326, 32633, always_xy=True)
    ring = [list(move.transform(x, y)) for x, y in square(12.4, 9.2)["coordinates"][0]]
    made = write(
        tmp_path, feature("A1", "Bille", 0, geometry={"type": "Polygon", "coordinates": [ring]})
    )
    meta, _, wkb, columns = pyogrio.raw.read(made)
    folder = tmp_path / "shp"
    folder.mkdir()
    pyogrio.raw.write(folder / "w.shp", wkb, columns, meta["fields"], geometry_type="Polygon",
                      crs="EPSG:32633", driver="ESRI Shapefile")  # fmt: skip
    (folder / "w.prj").unlink()
    path = Path(shutil.make_archive(str(tmp_path / "w"), "zip", folder))
    ended = load(path)
    assert (ended.code, "error[UNKNOWN_CRS]" in ended.err) == (2, True), ended.err
    ended = load(path, "--crs", "EPSG:32633")
    assert ended.code == 0, ended.err
    bounds = shapely.from_wkb(bytes(Ward.objects.get().geometry)).bounds
    assert bounds == pytest.approx((12.4, 9.2, 12.5, 9.3), abs=1e-6)


def test_nigerias_774_lgas_load_with_one_repair_and_one_misspelt_state() -> None:
    path = shared_path("data/lga/NGA_LGAs.shp")
    ended = load(path, "--name-field", "LGA", "--make-codes", name="lgas")
    assert ended.code == 0, ended.err
    assert "774 wards in 774 LGAs" in ended.out
    assert "The state 'Akwa lbom' was read as Akwa Ibom (31 wards)." in ended.out
    assert ended.out.count("was invalid and was repaired") == 1
    assert Ward.objects.filter(state="Akwa Ibom").count() == 31
    assert BoundaryList.objects.get().notes["said"], "kept, for the admin"


def test_an_array_of_37_collections_without_codes_is_joined_and_codes_are_made() -> None:
    path = shared_path("data/lga/nigeria_lgas_multipolygon.json")
    assert load(path, "--name-field", "lga", name="coarse").code == 2
    ended = load(path, "--name-field", "lga", "--make-codes", name="coarse")
    assert ended.code == 0, ended.err
    assert "a list of 37 collections; they were joined" in ended.out
    assert "codes were made" in ended.out
    assert Ward.objects.filter(state="Nasarawa").count() == 13


def test_points_are_a_list_without_a_map_and_names_that_stand_twice_are_listed() -> None:
    path = shared_path("data/names/inec_wards_points.json")
    ended = load(path, "--make-codes", name="INEC")
    assert ended.code == 0, ended.err
    assert (
        "8809 wards in 774 LGAs, 22 share a name inside their LGA, 8809 without geometry"
        in ended.out
    )
    assert Ward.objects.filter(state="Niger").count() == 274
    assert Ward.objects.filter(state="Kwara").count() == 193


def test_two_lists_of_one_state_stand_side_by_side_and_decisions_move_with_a_replacement(
    tmp_path: Path,
) -> None:
    first = write(tmp_path, feature("A1", "Bille", 12.0), feature("A2", "Ribadu", 12.1))
    assert load(first, "--year", "2022", name="INEC").code == 0
    assert load(first, "--year", "2024", name="GRID3").code == 0
    old = BoundaryList.objects.get(name="GRID3")
    for code, key in (("A1", "bile"), ("A2", "ribado")):
        WardAlias.objects.create(
            owner="visitor:a", list=old, state="Adamawa", lga="Fufore", lga_key="fufore", name=key,
            name_key=key, kind="same", ward=Ward.objects.get(list=old, code=code), decided_by="x",
        )  # fmt: skip
    newer = write(tmp_path, feature("A1", "Bille", 12.0), name="newer.geojson")
    ended = load(newer, "--replace", name="GRID3")
    assert "1 remembered decisions about ward names were carried over." in ended.out
    assert "1 were not: the new list has no ward with their code." in ended.out
    new = BoundaryList.objects.get(name="GRID3", superseded_at=None)
    assert WardAlias.objects.get(list=new).ward.code == "A1"
    assert WardAlias.objects.filter(list=old).count() == 2
    assert BoundaryList.objects.filter(superseded_at=None).count() == 2
