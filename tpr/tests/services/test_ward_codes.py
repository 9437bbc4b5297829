"""A file with ward codes joins by code, also to a list that knows its LGAs only by code."""

import csv
import io

import pytest

from chatmrpt.testing.shared import shared_path
from chatmrpt.testing.uploads import HEADER, VISITOR, row
from tpr.models import Facility
from tpr.selectors.places import boundary_list
from tpr.services.accept_upload import accept_upload
from tpr.services.compute_tpr import Choice, compute
from tpr.services.read_upload import read_upload
from tpr.tests.commands.running import run
from tpr.tests.factories import BoundaryListFactory, WardFactory

pytestmark = pytest.mark.django_db


def upload_of(rows: list[tuple[str, list[object]]]):
    """Store and read a CSV whose first column is a ward code."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["WardCode", *HEADER])
    writer.writerows([code, *cells] for code, cells in rows)
    content = buffer.getvalue().encode("utf-8-sig")
    upload = accept_upload(owner=VISITOR.owner, name="codes.csv", chunks=[content],
                           size=len(content))  # fmt: skip
    read_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.status == "ready", upload.questions or upload.error_message
    return upload


def test_niger_joins_275_of_275_by_code_and_the_repeated_names_stay_apart() -> None:
    ended = run("load_wards", shared_path("data/wards/Niger_State.zip"), "--name", "Niger")
    assert ended.code == 0, ended.err
    with shared_path("data/tpr/Niger_plus.csv").open(encoding="utf-8-sig") as file:
        wards = list(csv.DictReader(file))
    upload = upload_of([
        (w["WardCode"], row("Niger", w["lga_name"], w["WardName"], f"PHC {n}", u5=(100 + n, 40)))
        for n, w in enumerate(wards)
    ])  # fmt: skip
    found = compute(upload, Choice("Niger", "all", "u5"), boundary_list("Niger"))
    assert found.totals["wards"] == {"ok": 275}
    gari = {o.lga: o.figure.tested for o in found.wards if o.ward == "Sabon Gari"}
    assert len(gari) == len(set(gari.values())) == 3, "three wards of one name, three figures"


def test_a_code_goes_before_the_name_and_a_code_of_another_list_is_no_code() -> None:
    found = BoundaryListFactory(name="Kano")
    for code, name in (("061", "Balare"), ("062", "Chula")):
        WardFactory(list=found, code=code, name=name, ward_key=name.casefold())
    upload = upload_of([
        ("062", row("Kano", "Ajingi", "Balari", "A PHC", u5=(50, 10))),
        ("NG9", row("Kano", "Ajingi", "Balare", "B PHC", u5=(60, 20))),
    ])  # fmt: skip
    assert set(Facility.objects.values_list("ward_code", flat=True)) == {"062", "NG9"}
    result = compute(upload, Choice("Kano", "all", "u5"), found)
    joined = {o.ward: o.ward_id for o in result.wards}
    wards = {w.name: w.pk for w in found.wards.all()}
    assert joined == {"Balari": wards["Chula"], "Balare": wards["Balare"]}
