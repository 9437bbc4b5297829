"""Layouts D, E and F through the database: ward TPR equals the truth; names from the ward list."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from chatmrpt.common.names import lga_key, ward_key
from chatmrpt.testing.nmep import MadeFile, make_nmep
from chatmrpt.testing.shared import shared_path
from chatmrpt.testing.uploads import read_csv, row
from tpr.exports import UNKNOWN_WARD
from tpr.models import BoundaryList, Facility, Ward
from tpr.selectors.known_places import known_places
from tpr.services.accept_upload import accept_upload
from tpr.services.run_file import intake
from tpr.tests.factories import BoundaryListFactory
from tpr.tests.services.test_truth import disagreements

# The public INEC list spells two wards of Kwara in another way than DHIS2 (inputs.md 6.3).
INEC_SPELLING = {"Ajannaku": "Ajanaku", "Igbonna": "Igbona", "Unknown": UNKNOWN_WARD}


def listed(name: str, wards: Iterable[tuple[str, str, str]], *, days_old: int = 0) -> BoundaryList:
    """A current list of (state, LGA, ward)."""
    made = BoundaryListFactory(name=name, loaded_at=timezone.now() - timedelta(days=days_old))
    Ward.objects.bulk_create(
        Ward(list=made, code=f"W{i}", name=ward, ward_key=ward_key(ward, lga=lga), lga=lga,
             lga_key=lga_key(lga), state=state)
        for i, (state, lga, ward) in enumerate(wards)
    )  # fmt: skip
    return made


def spelled(made: MadeFile, spelling: dict[str, str]) -> MadeFile:
    """The truth with the wards named as the reader names them."""
    truth = dict(made.truth)
    truth["wards"] = [
        {**ward, "ward": spelling.get(ward["ward"], ward["ward"])} for ward in truth["wards"]
    ]
    return replace(made, truth=truth)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["d.xls", "d.xlsx"])
def test_a_raw_export_with_damaged_names_equals_the_truth(name: str, tmp_path: Path) -> None:
    source = shared_path("data/names/inec_wards_points.json")
    rows = json.loads(source.read_text(encoding="utf-8"))
    listed("INEC", ((r["State"], r["LGA"], r["Ward"]) for r in rows))
    made = spelled(make_nmep("D", tmp_path, name=name, seed=8, rows=1200), INEC_SPELLING)
    upload = intake(made.path)
    assert upload.issues.filter(code="NA_ZERO_REPAIRED").count() == len(
        made.truth["corrupted_wards"]
    )
    for exceeding in ("keep", "exclude"):
        assert list(disagreements(made, upload, exceeding)) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("year", [2022, 2023])
def test_a_yearly_extract_with_names_of_r_equals_the_truth(year: int, tmp_path: Path) -> None:
    made = made_year(tmp_path, year)
    upload = intake(made.path)
    assert upload.layout == "E"
    for exceeding in ("keep", "exclude"):
        assert list(disagreements(made, upload, exceeding)) == []


def made_year(folder: Path, year: int) -> MadeFile:
    import subprocess
    import sys

    tool, data = shared_path("tools/make_nmep.py"), shared_path("data")
    subprocess.run(
        [sys.executable, str(tool), "E", "--seed", "9", "--out", str(folder / "e"), "--data",
         str(data), "--registry", "adamawa", "--rows", "1800"],
        check=True, capture_output=True,
    )  # fmt: skip
    path = folder / "e" / f"hmis_{year}.csv"
    return MadeFile(path, json.loads(Path(f"{path}.truth.json").read_text(encoding="utf-8")))


@pytest.mark.django_db(transaction=True)
def test_a_table_with_subtotals_and_stores_equals_the_truth(tmp_path: Path) -> None:
    options = {"layout": "nmep", "registry": "kano", "months": 2, "rows": 1600}
    made = spelled(
        make_nmep("F", tmp_path, name="f.xlsx", seed=6, **options), {"Unknown": UNKNOWN_WARD}
    )
    upload = intake(made.path)
    for exceeding in ("keep", "exclude"):
        assert list(disagreements(made, upload, exceeding)) == []


# --- names the child may repair to ------------------------------------------------------------

DAMAGED = [
    row("Kwara", "Kaiama", "Ade0", "Ade0 PHC", u5=(30, 9)),
    row("Kwara", "Kaiama", "Gwa0be", "Kaiama PHC", u5=(20, 9)),
]


def wards_read() -> list[tuple[str, str]]:
    return list(Facility.objects.order_by("ward").values_list("ward_raw", "ward"))


@pytest.mark.django_db(transaction=True)
def test_a_ward_is_repaired_when_the_current_list_leaves_one_name() -> None:
    listed("list", [("Kwara", "Kaiama", name) for name in ("Adena", "Gwanabe I", "Gwanabe II")])
    upload = read_csv(DAMAGED)
    assert upload.status == "ready"
    assert wards_read() == [("Ade0", "Adena"), ("Gwa0be", "Gwa0be")]
    repaired = upload.issues.get(code="NA_ZERO_REPAIRED")
    assert (repaired.value, repaired.action) == ("Ade0", "read as 'Adena' (Kaiama, Kwara)")
    assert upload.issues.get(code="NA_ZERO_KEPT").value == "Gwa0be"
    said = upload.counts["said"]
    assert (
        "Some names were damaged ('na' became '0'). I repaired 1 name that matches a known name; "
        "1 is waiting for you."
    ) in said


@pytest.mark.django_db(transaction=True)
def test_without_a_list_the_names_stay_and_are_listed() -> None:
    upload = read_csv(DAMAGED)
    assert wards_read() == [("Ade0", "Ade0"), ("Gwa0be", "Gwa0be")]
    assert upload.issues.filter(code="NA_ZERO_KEPT").count() == 2


@pytest.mark.django_db
def test_each_state_comes_from_its_newest_current_list() -> None:
    listed("old", [("Kwara", "Oyun", "Igbonna"), ("Kano", "Dala", "Kofa")], days_old=9)
    listed("new", [("Kwara", "Oyun", "Igbona")])
    gone = listed("gone", [("Kwara", "Oyun", "Igbonaa")])
    gone.superseded_at = timezone.now()
    gone.save()
    found: dict[str, Any] = known_places()
    assert found["wards"] == {"Kwara": {"Oyun": ["Igbona"]}, "Kano": {"Dala": ["Kofa"]}}
    assert found["lgas"] == {"Kwara": ["Oyun"], "Kano": ["Dala"]}
    assert found["states"] == ["Kano", "Kwara"]


@pytest.mark.django_db
def test_known_places_cost_one_query(django_assert_num_queries: Any) -> None:
    listed("list", [("Kwara", "Oyun", f"Ward {i}") for i in range(30)])
    with django_assert_num_queries(1):
        known_places()


@pytest.mark.django_db
def test_the_names_are_no_part_of_the_settings_hash() -> None:
    content = b"State,Ward\nKwara,Adena\n"
    first = accept_upload(owner="visitor:a", name="a.csv", chunks=[content], size=len(content))
    listed("list", [("Kwara", "Oyun", "Igbona")])
    again = accept_upload(owner="visitor:a", name="a.csv", chunks=[content], size=len(content))
    assert again.pk == first.pk
