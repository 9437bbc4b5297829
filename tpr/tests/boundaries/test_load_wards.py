"""Ward lists in the conditions in which they arrive: real files of Niger and Kano, and bad ones."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely

from chatmrpt.testing.shared import shared_path
from tpr.models import BoundaryList, Ward
from tpr.tests.commands.running import Ended, run

pytestmark = pytest.mark.django_db


def square(x: float, y: float, side: float = 0.1) -> dict[str, Any]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: str, name: str, x: float, y: float = 9.0, **more: Any) -> dict[str, Any]:
    properties = {"StateName": "Adamawa", "LGAName": "Fufore", "WardName": name, "WardCode": code}
    return {"type": "Feature", "geometry": more.pop("geometry", square(x, y)),
            "properties": {**properties, **more}}  # fmt: skip


def write(folder: Path, *features: dict[str, Any], name: str = "list.geojson", **top: Any) -> Path:
    path = folder / name
    whole = {"type": "FeatureCollection", "features": list(features), **top}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def load(path: Path, *words: object, name: str = "list") -> Ended:
    return run("load_wards", path, "--name", name, *words)


def test_niger_has_275_wards_in_25_lgas_with_shapes() -> None:
    ended = load(shared_path("data/wards/Niger_State.zip"), name="Niger")
    assert ended.code == 0, ended.err
    assert "Niger: 275 wards" in ended.out
    assert "275 wards in 25 LGAs" in ended.out
    wards = Ward.objects.filter(list__name="Niger")
    assert wards.values("code").distinct().count() == 275
    assert not wards.filter(display=None).exists()
    for ward in wards[:20]:
        assert shapely.is_valid(shapely.from_wkb(bytes(ward.geometry)))
    area = sum(w.area_km2 for w in wards)
    assert 68_000 < area < 77_000, "Niger State has about 72,000 km2"


def test_kano_has_484_wards_in_44_lgas() -> None:
    ended = load(shared_path("data/wards/kano_wards.geojson"), name="Kano")
    assert ended.code == 0, ended.err
    assert "484 wards in 44 LGAs" in ended.out


def test_a_layer_without_a_coordinate_system_is_assumed_in_degrees_and_it_is_said() -> None:
    path = shared_path("data/wards/Kano_metro_ward_sixLGAs.zip")
    with zipfile.ZipFile(path) as archive:
        if any(name.endswith(".prj") for name in archive.namelist()):
            pytest.fail("the file now names its coordinate system; choose another for this test")
    ended = load(path, "--state", "Kano", name="metro")
    assert ended.code == 0, ended.err
    assert "EPSG:4326 was assumed" in ended.out


def test_a_name_is_taken_once_and_replacing_keeps_the_old_list_for_its_results(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, feature("A1", "Bille", 12.0), feature("A2", "Ribadu", 12.1))
    assert load(path).code == 0
    ended = load(path)
    assert (ended.code, "error[LIST_EXISTS]" in ended.err) == (2, True)
    old = BoundaryList.objects.get()
    newer = write(tmp_path, feature("A1", "Bille", 12.0), name="newer.geojson")
    assert load(newer, "--replace").code == 0
    old.refresh_from_db()
    assert old.superseded_at is not None
    assert old.wards.count() == 2, "what results point at stays"
    assert BoundaryList.objects.get(superseded_at=None).wards.count() == 1


@pytest.mark.parametrize(
    ("features", "code"),
    [
        ([feature("A1", "Bille", 12.0), feature("A1", "Ribadu", 12.1)], "DUPLICATE_WARD_CODE"),
        ([feature("", "Bille", 12.0)], "BLANK_WARD_CODE"),
        ([feature("A1", "Bille", -100.0, 40.0)], "OUTSIDE_NIGERIA"),
        ([feature("A1", "Bille", 9.0, 12.0, geometry=square(60.0, 3.0))], "OUTSIDE_NIGERIA"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused_and_leaves_nothing(
    tmp_path: Path, features: list[dict[str, Any]], code: str
) -> None:
    ended = load(write(tmp_path, *features))
    assert (ended.code, f"error[{code}]" in ended.err) == (2, True), ended.err
    assert (BoundaryList.objects.count(), Ward.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"{}", b"[1, 2]", b"[{}", b'[{"a": 1}]', b"name,code\n"]
)
def test_what_is_no_layer_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.geojson"
    path.write_bytes(content)
    ended = load(path)
    assert ended.code == 2
    assert "error[" in ended.err
    assert "Traceback" not in ended.err


def test_a_table_without_shapes_is_no_ward_list(tmp_path: Path) -> None:
    path = tmp_path / "wards.csv"
    path.write_text("wardcode,wardname,lganame,statename\nNG1,Bille,Fufore,Adamawa\n")
    ended = load(path)
    assert (ended.code, "error[UNREADABLE_LAYER]" in ended.err) == (2, True), ended.err


def test_a_list_without_codes_names_the_columns_it_has(tmp_path: Path) -> None:
    bare = feature("A1", "Bille", 12.0)
    del bare["properties"]["WardCode"]
    ended = load(write(tmp_path, bare))
    assert (ended.code, "error[NO_CODE_COLUMN]" in ended.err) == (2, True)
    assert "WardName" in ended.err


def test_a_list_of_collections_is_joined_and_it_is_said(tmp_path: Path) -> None:
    parts = [{"type": "FeatureCollection", "features": [feature(f"A{n}", f"Ward {n}", 12 + n / 10)]}
             for n in (1, 2, 3)]  # fmt: skip
    path = tmp_path / "list.json"
    path.write_text(json.dumps(parts), encoding="utf-8")
    ended = load(path)
    assert (ended.code, Ward.objects.count()) == (0, 3), ended.err
    assert "3 collections; they were joined" in ended.out


def test_an_invalid_shape_is_repaired_and_said_and_a_missing_one_is_in_the_list(
    tmp_path: Path,
) -> None:
    bow = {"type": "Polygon",
           "coordinates": [[[12, 9], [12.1, 9.1], [12.1, 9], [12, 9.1], [12, 9]]]}  # fmt: skip
    path = write(
        tmp_path, feature("A1", "Bille", 12.0, geometry=bow), feature("A2", "Ribadu", 12.2),
        feature("A3", "Gurin", 12.3, geometry=None),
    )  # fmt: skip
    ended = load(path)
    assert ended.code == 0, ended.err
    assert "was repaired" in ended.out
    assert "1 without geometry" in ended.out
    assert shapely.is_valid(shapely.from_wkb(bytes(Ward.objects.get(code="A1").geometry)))
    assert Ward.objects.get(code="A3").display is None


def test_a_list_in_metres_lands_on_the_same_degrees(tmp_path: Path) -> None:
    from pyproj import Transformer

    move = Transformer.from_crs(4326, 32632, always_xy=True)
    ring = [list(move.transform(x, y)) for x, y in square(9.0, 12.0)["coordinates"][0]]
    path = write(
        tmp_path, feature("A1", "Bille", 0, geometry={"type": "Polygon", "coordinates": [ring]}),
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}},
    )  # fmt: skip
    ended = load(path)
    assert ended.code == 0, ended.err
    assert "EPSG:32632" in ended.out
    shape = shapely.from_wkb(bytes(Ward.objects.get().geometry))
    assert shape.bounds == pytest.approx((9.0, 12.0, 9.1, 12.1), abs=1e-6)


def test_borders_that_wards_share_are_still_shared_when_drawn(tmp_path: Path) -> None:
    from tpr.boundaries.simplify import display_paths

    left = shapely.segmentize(shapely.box(9, 12, 9.1, 12.1), 0.001)
    right = shapely.segmentize(shapely.box(9.1, 12, 9.2, 12.1), 0.001)
    paths, frame = display_paths([left, None, right], ["One", "One", "Two"])
    assert paths[1] is None
    assert [b["lga"] for b in frame["lgas"]] == ["One", "Two"]
    assert all(path and path.startswith("M") and path.endswith("z") for path in paths[::2])
    assert max(len(path) for path in paths[::2]) < 60, "the straight edge needs no hundred points"
