"""Loading population lists onto ward lists."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.testing.shared import shared_path
from itn.models import PopulationSource, WardPopulation
from itn.services.load_population import load_population
from itn.tests.world import A_TO_D, ward_list_of
from tpr.models import BoundaryList, Ward

pytestmark = pytest.mark.django_db


def csv_file(tmp_path, text):
    path = tmp_path / "population.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_is_stored_with_what_was_left_out(tmp_path):
    ward_list = ward_list_of(A_TO_D)
    path = csv_file(tmp_path, "wardcode,population\nKWA,18000\nKWB,0\nKWC,\nKWX,5\nNIA,7\n")
    load = load_population(path, source="census", year=2024)
    (stored,) = load.lists
    assert stored.total == 18_000
    source = PopulationSource.objects.get()
    assert source.list == ward_list
    persons = dict(source.wards.values_list("ward__name", "persons"))
    assert persons == {"A": Decimal(18000), "B": Decimal(0)}
    assert source.notes["missing"]["count"] == 2
    assert source.notes["unmatched"] == {"count": 1, "first": ["row 5: KWX"]}
    assert (source.notes["other_states"], source.notes["zero"]) == (1, 1)


def test_loading_the_same_name_again_supersedes_and_keeps_the_older(tmp_path):
    ward_list_of(A_TO_D)
    path = csv_file(tmp_path, "wardcode,population\nKWA,1\n")
    load_population(path, source="census", year=2023)
    load_population(path, source="census", year=2024)
    old, new = PopulationSource.objects.order_by("pk")
    assert old.superseded_at is not None and new.superseded_at is None
    assert old.wards.count() == new.wards.count() == 1


def test_a_national_file_goes_onto_every_list_it_joins(tmp_path):
    ward_list_of(A_TO_D)
    other = BoundaryList.objects.create(name="Niger list")
    Ward.objects.create(list=other, code="NIA", name="Agaie", ward_key="agaie", lga="Agaie",
                        state="Niger")  # fmt: skip
    path = csv_file(tmp_path, "ID,total\nKWA,10\nNIA,20\nLAB,30\n")
    load = load_population(path, source="grid", year=2020)
    assert {one.source.list.name: one.join.other_states for one in load.lists} == {
        "Kwara list": 2,
        "Niger list": 2,
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("wardcode,population\nNIA,1\n", "NOTHING_JOINED"),
        ("wardcode,rain\nKWA,1\n", "NO_POPULATION_COLUMN"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_leaves_nothing(tmp_path, text, code):
    ward_list_of(A_TO_D)
    with pytest.raises(DomainError) as refusal:
        load_population(csv_file(tmp_path, text), source="census", year=2024)
    assert refusal.value.code == code
    assert not PopulationSource.objects.exists()


def test_without_a_ward_list_the_message_names_the_command(tmp_path):
    path = csv_file(tmp_path, "wardcode,population\nKWA,1\n")
    with pytest.raises(DomainError, match="load_wards") as refusal:
        load_population(path, source="census", year=2024)
    assert refusal.value.code == "NO_WARD_LIST"


@pytest.mark.parametrize(("source", "year"), [(" ", 2024), ("census", 20)])
def test_a_source_needs_a_name_and_a_year(tmp_path, source, year):
    with pytest.raises(InvalidInput):
        load_population(csv_file(tmp_path, "a,b\n"), source=source, year=year)


def test_command_says_how_many_wards_joined_and_exits_2_on_bad_input(tmp_path):
    ward_list_of(A_TO_D)
    path = csv_file(tmp_path, "wardcode,population\nKWA,18000\nKWB,9001\nKWX,1\n")
    out, err = StringIO(), StringIO()
    call_command("load_population", path, source="census", year=2024, stdout=out, stderr=err)
    assert "2 of 4 wards joined" in out.getvalue()
    assert "27,001 persons" in out.getvalue()
    assert "warning[ROWS_UNMATCHED]" in err.getvalue()
    assert "warning[WARDS_WITHOUT_POPULATION]" in err.getvalue()
    with pytest.raises(SystemExit) as stop:
        call_command("load_population", tmp_path / "gone.csv", source="x", year=2024, stderr=err)
    assert stop.value.code == 2
    assert "error[NO_FILE]" in err.getvalue()


def test_a_workbook_is_read_like_a_csv(tmp_path):
    ward_list_of(A_TO_D)
    book = Workbook()
    for row in (["Ward Code", "Pop 2024"], ["KWA", 18000], ["KWB", 9001.5]):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    load = load_population(tmp_path / "people.xlsx", source="census", year=2024)
    assert load.lists[0].join.persons == {
        Ward.objects.get(name="A").pk: Decimal(18000),
        Ward.objects.get(name="B").pk: Decimal("9001.5"),
    }


def test_national_grid_file_joins_every_ward_of_niger_by_code(tmp_path):
    wards = shared_path("data/wards/Niger_State.zip")
    people = shared_path("data/population/wardlevel_tt.csv")
    call_command("load_wards", str(wards), name="Niger", stdout=StringIO(), stderr=StringIO())
    load = load_population(people, source="grid", year=2022)
    (stored,) = load.lists
    assert (len(stored.join.persons), stored.wards) == (275, 275)
    assert stored.join.by_code == 275
    assert stored.total == 10_183_088
    assert (load.rows, stored.join.other_states) == (9_308, 9_033)
    assert not stored.join.unmatched
    assert WardPopulation.objects.count() == 275
