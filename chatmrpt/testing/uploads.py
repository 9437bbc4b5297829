"""Small workbooks of our own, for tests that need exact little numbers."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from chatmrpt.common.actors import Actor
from tpr.models import Upload
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload

HEADER = (
    "State", "LGA", "WardName", "HealthFacility", "FacilityLevel", "periodname", "periodcode",
    "Persons presenting with fever & tested by RDT <5yrs",
    "Persons presenting with fever & tested by RDT  ≥5yrs (excl PW)",
    "Persons presenting with fever & tested by RDT Preg Women (PW)",
    "Persons presenting with fever and tested by Microscopy <5yrs",
    "Persons presenting with fever and tested by Microscopy  ≥5yrs (excl PW)",
    "Persons presenting with fever and tested by Microscopy Preg Women (PW)",
    "Persons tested positive for malaria by RDT <5yrs",
    "Persons tested positive for malaria by RDT  ≥5yrs (excl PW)",
    "Persons tested positive for malaria by RDT Preg Women (PW)",
    "Persons tested positive for malaria by Microscopy <5yrs",
    "Persons tested positive for malaria by Microscopy  ≥5yrs (excl PW)",
    "Persons tested positive for malaria by Microscopy Preg Women (PW)",
    "Out-patient Attendance",
)  # fmt: skip


def row(
    state: str, lga: str, ward: str, facility: str, *, level: str = "Primary Health Facility",
    month: int = 1, year: int = 2024, u5: tuple[int | str, int | str] = ("", ""),
    u5_microscopy: tuple[int | str, int | str] = ("", ""),
    o5: tuple[int | str, int | str] = ("", ""), pw: tuple[int | str, int | str] = ("", ""),
    opd: int | str = "",
) -> list[object]:  # fmt: skip
    """One facility-month; pairs are (tested, positive)."""
    return [
        state, lga, ward, facility, level, f"{date(year, month, 1):%B %Y}",
        f"{year}{month:02}",
        u5[0], o5[0], pw[0], u5_microscopy[0], "", "",
        u5[1], o5[1], pw[1], u5_microscopy[1], "", "", opd,
    ]  # fmt: skip


def csv_bytes(rows: Iterable[list[object]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADER)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


TWO_STATES = [
    row("Adamawa", "Fufore", "Bille", "Bille Health Post", u5=(100, 40), o5=(50, 20), pw=(10, 4)),
    row("Adamawa", "Fufore", "Bille", "Bille Health Post", month=2, u5=(120, 60)),
    row("Adamawa", "Fufore", "Ribadu", "Ribadu Clinic", u5=(80, 20), o5=(40, 10)),
    row("Adamawa", "Girei", "Girei I", "Girei PHC", u5=(60, 45), o5=(30, 20)),
    row("Adamawa", "Girei", "Girei II", "Girei General Hospital",
        level="Secondary Health Facility", u5=(50, 10), pw=(5, 1)),
    row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(30, 9), o5=(20, 5)),
    row("Kwara", "Oyun", "Igbona", "Igbona PHC", u5=(25, 30)),
]  # fmt: skip

VISITOR = Actor(channel="form", owner="visitor:test")


def read_csv(
    rows: Iterable[list[object]], *, owner: str = VISITOR.owner, name: str = "t.csv"
) -> Upload:
    """Store and read a CSV of these rows by the same services as every door, and return it."""
    content = csv_bytes(rows)
    upload = accept_upload(owner=owner, name=name, chunks=[content], size=len(content))
    read_upload(upload.pk)
    upload.refresh_from_db()
    return upload
