"""A register of facilities: loaded under a name, refused in words, the denominator it was for."""

import csv
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from chatmrpt.testing.uploads import read_csv, row
from tpr.models import FacilityRegister, RegisterFacility
from tpr.selectors.quality_report import quality_report
from tpr.tests.commands.running import run

pytestmark = pytest.mark.django_db
HEADER = ("state", "lga", "ward", "facility_name", "facility_level")
LISTED = [
    ("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", "Primary"),
    ("Kwara", "Moro", "Ajanaku", "Silent Post", "Primary"),
    ("Kwara", "Moro", "Ajanaku", "SILENT  POST", "Primary"),
    ("Kwara", "Oyun", "Igbona", "Igbona General Hospital", "Secondary"),
    ("Kwara", "Oyun", "Igbona", "", "Primary"),
]
FILE = [
    *(row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", month=m, u5=(9, 1)) for m in (1, 2)),
    row("Kwara", "Moro", "Ajanaku", "New Clinic", month=1, u5=(9, 1)),
    row("Kwara", "Moro", "Ajanaku", "New Clinic", month=2, u5=(9, 1)),
    row("Kwara", "Moro", "Ajanaku", "Other Clinic", month=2, u5=(9, 1)),
    row("Kwara", "Oyun", "Elsewhere", "Igbona General Hospital", level="Secondary Health Facility"),
]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *LISTED])
    return path


def test_a_register_is_loaded_and_says_what_it_took_and_left(register: Path) -> None:
    ended = run("load_register", register, "--name", "NHFR", "--year", "2024")
    assert ended.code == 0, ended.err
    assert "Kwara: 3 facilities" in ended.out
    assert "facility from 'facility_name'" in ended.out
    assert "warning[REGISTER_TWICE]: 1 rows" in ended.err
    assert "warning[REGISTER_NAMELESS]: 1 rows" in ended.err
    again = run("load_register", register, "--name", "NHFR")
    assert (again.code, "error[REGISTER_EXISTS]" in again.err) == (2, True)
    assert run("load_register", register, "--name", "NHFR", "--replace").code == 0
    assert FacilityRegister.objects.filter(superseded_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--name", " "], "NO_REGISTER_NAME"),
        (["--name", "A", "--lga-field", "district"], "NO_REGISTER_COLUMN"),
        (["--name", "A", "--state", "Atlantis"], "UNKNOWN_STATE"),
    ],
)
def test_what_cannot_be_loaded_is_refused_by_name(
    register: Path, words: list[str], code: str
) -> None:
    ended = run("load_register", register, *words)
    assert (ended.code, f"error[{code}]" in ended.err) == (2, True), ended.err
    assert not FacilityRegister.objects.exists()


def test_completeness_against_the_register_is_not_clipped_and_names_who_is_missing(
    register: Path,
) -> None:
    upload = read_csv(FILE)
    plain = quality_report(upload, "Kwara", denominator="register")
    assert plain.denominator == "ever", "without a register the default stands"
    run("load_register", register, "--name", "NHFR")
    report = quality_report(upload, "Kwara", denominator="register")
    assert (report.whole.present, report.whole.expected) == (5, 6)  # 3 facilities × 2 months
    by_lga = {share.group[0]: share.percent for share in report.by["lga"]}  # type: ignore[index]
    assert by_lga == {"Moro": 125, "Oyun": 0}
    by_level = {share.group[0]: share.expected for share in report.by["level"]}  # type: ignore[index]
    assert by_level == {"primary": 4, "secondary": 2}
    joined = report.joined
    assert joined is not None
    assert [f.name for f in joined.only_register] == ["Silent Post"]
    assert [f.name for f in joined.only_file] == ["New Clinic", "Other Clinic"]
    assert len(joined.both) == 2, "the hospital is one, though its ward is spelled otherwise"


def test_the_database_holds_a_listed_facility_once_and_with_a_name(register: Path) -> None:
    run("load_register", register, "--name", "NHFR")
    one = RegisterFacility.objects.first()
    assert one is not None
    for change in ({"pk": None}, {"pk": None, "name_key": ""}, {"pk": None, "level": "big"}):
        copy = RegisterFacility.objects.get(pk=one.pk)
        for name, value in change.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)
