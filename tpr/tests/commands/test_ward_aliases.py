"""Remembered ward decisions as files: out, in again, shared, and never over a person's word."""

from pathlib import Path

import pytest

from tpr.models import SHARED, WardAlias
from tpr.tests.commands.running import run
from tpr.tests.factories import BoundaryListFactory, WardFactory

pytestmark = pytest.mark.django_db
HEADER = "state,lga,name_in_data,ward_code,decision,note\n"


@pytest.fixture
def ward_list():
    found = BoundaryListFactory(name="Kano 2024")
    for code, name in (("K1", "Balare"), ("K2", "Chula")):
        WardFactory(list=found, code=code, name=name, ward_key=name.casefold())
    return found


def write(folder: Path, text: str) -> Path:
    path = folder / "aliases.csv"
    path.write_text(HEADER + text, encoding="utf-8")
    return path


def test_what_is_brought_in_serves_ward_match_as_alias_and_comes_out_again(
    tmp_path: Path, ward_list
) -> None:
    path = write(tmp_path, "kn Kano State,kn Ajingi Local Government Area,kn Balari Ward,K1,,seen\n"
                           "Kano,Ajingi,Nowhere,,,\n")  # fmt: skip
    ended = run("ward_aliases", "import", path, "--list", "Kano 2024")
    assert (ended.code, "2 decisions brought in" in ended.out) == (0, True), ended.err
    names = tmp_path / "names.csv"
    names.write_text("state,lga,ward\nKano,Ajingi,Balari\nKano,Bichi,Balari\nKano,Ajingi,Nowhere\n")
    lines = run("ward_match", names, "--list", "Kano 2024").out.splitlines()
    assert lines[1].startswith("Kano,Ajingi,Balari,K1,alias,1")
    assert ",K1,alias," not in lines[2], "a decision in one LGA never acts in another"
    assert ",none,0," in lines[3]
    out = run("ward_aliases", "export", "--list", "Kano 2024").out.splitlines()
    assert out[1].startswith("Kano,Ajingi,kn Balari Ward,same,K1,Balare,Kano 2024,ward_aliases")
    again = run("ward_aliases", "import", path, "--list", "Kano 2024")
    assert "0 decisions brought in, 2 known already" in again.out


def test_bad_rows_are_refused_by_number_and_a_decided_name_stays(tmp_path: Path, ward_list) -> None:
    assert run("ward_aliases", "import", write(tmp_path, "Kano,Ajingi,Balari,K1,,\n"),
               "--list", "Kano 2024").code == 0  # fmt: skip
    path = write(
        tmp_path,
        "Kano,Ajingi,Balari,K2,,\nKano,Ajingi,X,K9,,\nKano,,Y,K1,,\nKaduna,Ajingi,Z,K1,,\n"
        "Kano,Ajingi,V,K1,guess,\nKano,Ajingi,Balary,K1,,\n",
    )
    ended = run("ward_aliases", "import", path, "--list", "Kano 2024")
    assert "1 decisions brought in, 0 known already, 5 refused" in ended.out
    assert ended.err.count("warning[ALIAS_REFUSED]") == 5
    assert "row 2: Balari is decided otherwise already" in ended.err
    kinds = dict(WardAlias.objects.filter(owner=SHARED).values_list("name", "kind"))
    assert kinds == {"Balari": "same", "Balary": "merge"}


def test_a_file_without_the_columns_names_them(tmp_path: Path, ward_list) -> None:
    path = tmp_path / "other.csv"
    path.write_text("state,lga\nKano,Ajingi\n")
    ended = run("ward_aliases", "import", path, "--list", "Kano 2024")
    assert (ended.code, "error[COLUMN_MISSING]" in ended.err) == (2, True)
