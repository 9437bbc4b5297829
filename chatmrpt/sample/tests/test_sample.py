"""The sample: the same for the same seed, whole as a map, with the marginals of real files."""

import csv
import hashlib
import json
from collections import Counter
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

import pytest
import shapely
from django.core.management import call_command
from openpyxl import load_workbook

from chatmrpt.sample.write import make_sample
from itn.models import PopulationSource
from tpr.models import BoundaryList, SampleFile, Ward

FILES = ("nmep_workbook.xlsx", "wards.geojson", "population.csv", "covariates.csv", "README.txt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("sample")
    make_sample(found)
    return found


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict[str, object]]:
    lines = iter(cells(folder / "nmep_workbook.xlsx", "raw"))
    header = [str(cell) for cell in next(lines)]
    return [
        dict(zip_longest(header, line)) for line in lines
    ]  # blank cells at the end are not stored


def wards(folder: Path) -> list[dict[str, object]]:
    return list(json.loads((folder / "wards.geojson").read_text())["features"])


def cells(path: Path, *sheets: str) -> list[tuple[object, ...]]:
    """Return the rows of these sheets, or of all."""
    with closing(load_workbook(path, read_only=True)) as book:
        return [
            line for name in sheets or book.sheetnames
            for line in book[name].iter_rows(values_only=True)
        ]  # fmt: skip


def test_the_same_seed_gives_the_same_figures_and_another_seed_others(
    folder: Path, tmp_path: Path
) -> None:
    make_sample(tmp_path / "again")
    make_sample(tmp_path / "other", seed=2)
    for name in FILES[1:]:
        digest = [hashlib.sha256((f / name).read_bytes()).hexdigest()
                  for f in (folder, tmp_path / "again", tmp_path / "other")]  # fmt: skip
        assert digest[0] == digest[1], name
        assert digest[0] != digest[2], name
    assert cells(folder / FILES[0]) == cells(tmp_path / "again" / FILES[0])


def test_the_wards_fit_together_without_gaps_and_overlaps(folder: Path) -> None:
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in wards(folder)]
    assert len(shapes) == 104
    assert all(shapely.is_valid(shapes))
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    assert len(shapely.get_parts(whole)) == 1
    assert not any(part.interiors for part in shapely.get_parts(whole)), "no hole in the state"


def test_everything_is_marked_as_generated(folder: Path) -> None:
    for name in ("wards.geojson", "population.csv", "README.txt"):
        assert "SAMPLE DATA: generated" in (folder / name).read_text(encoding="utf-8-sig"), name
    assert "SAMPLE DATA: generated" in str(cells(folder / FILES[0])[0])


def test_names_of_wards_are_their_own(folder: Path) -> None:
    names = Counter(str(f["properties"]["WardName"]) for f in wards(folder))  # type: ignore[index]
    assert max(names.values()) == 1


def test_the_marginals_are_those_of_real_files(rows: list[dict[str, object]]) -> None:
    level = {str(r["Health Faccility"]): str(r["level"]) for r in rows}
    primary = sum("Primary" in value for value in level.values()) / len(level)
    assert 0.86 < primary < 0.97, "91.5 % primary in the real files"
    rdt = "Persons presenting with fever & tested by RDT <5yrs"
    blank = sum(r[rdt] is None for r in rows) / len(rows)
    assert 0.37 < blank < 0.58, "47.4 % blank"
    slides = "Persons presenting with fever and tested by Microscopy <5yrs"
    assert sum(r[slides] is None for r in rows) / len(rows) > 0.9, "97.9 % blank"
    positive = "Persons tested positive for malaria by RDT <5yrs"
    both = [(r[rdt], r[positive]) for r in rows if r[rdt] and r[positive] is not None]
    tested, found = sum(int(t) for t, _ in both), sum(int(p) for _, p in both)  # type: ignore[call-overload]
    assert 0.3 < found / tested < 0.8
    assert sum(int(p) > int(t) for t, p in both) >= 9, "rows with more positives than tests"  # type: ignore[call-overload]


def test_the_wet_season_has_more_tests(rows: list[dict[str, object]]) -> None:
    rdt = "Persons presenting with fever & tested by RDT <5yrs"
    by_month: Counter[str] = Counter()
    for r in rows:
        by_month[str(r["periodcode"])] += int(r[rdt] or 0)  # type: ignore[call-overload]
    assert len(by_month) == 12
    assert by_month["202409"] > 1.4 * by_month["202403"]


def test_one_ward_has_no_population_and_some_cells_no_covariate(folder: Path) -> None:
    with (folder / "population.csv").open(encoding="utf-8-sig", newline="") as file:
        blanks = [r["ward_code"] for r in csv.DictReader(file) if not r["population"]]
    assert len(blanks) == 1
    with (folder / "covariates.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 104
    assert 1 <= sum(not r["housing_quality"] for r in lines) <= 15


@pytest.mark.django_db
def test_loading_the_sample_twice_leaves_it_once_and_marked(folder: Path) -> None:
    for _ in range(2):
        call_command("load_sample", str(folder))
    assert BoundaryList.objects.get().is_sample
    assert (Ward.objects.count(), SampleFile.objects.count()) == (104, 1)
    assert PopulationSource.objects.count() == 1
