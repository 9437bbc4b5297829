"""Filling from neighbours is an own file, asked for, and names where each filled rate came from."""

import csv
import io
from uuid import uuid4

import pytest
import shapely

from chatmrpt.common.errors import InvalidInput
from chatmrpt.testing.uploads import read_csv, row
from tpr.models import TprResult, Workflow
from tpr.services.compute_tpr import Choice, compute, store
from tpr.services.fill_wards import ward_tpr_filled_csv
from tpr.tests.factories import BoundaryListFactory, WardFactory

pytestmark = pytest.mark.django_db


def result_with(listed: object) -> TprResult:
    upload = read_csv([
        row("Kwara", "Moro", "Shao", "Shao PHC", u5=(100, 40)),
        row("Kwara", "Moro", "Lanwa", "Lanwa PHC", u5=(100, 60)),
        row("Kwara", "Moro", "Bode Saadu", "Bode PHC"),
    ])  # fmt: skip
    workflow = Workflow.objects.create(owner=upload.owner, upload=upload, resume_hash=uuid4().hex)
    return store(workflow, compute(upload, Choice("Kwara", "all", "u5"), listed))  # type: ignore[arg-type]


def test_a_gap_takes_the_mean_of_its_neighbours_and_keeps_its_null_beside_it() -> None:
    listed = BoundaryListFactory(name="Kwara shapes")
    for n, ward in enumerate(("Shao", "Bode Saadu", "Lanwa")):
        WardFactory(
            list=listed, state="Kwara", lga="Moro", name=ward, code=f"KW{n}",
            geometry=shapely.to_wkb(shapely.box(n, 0, n + 1, 1)),
        )  # fmt: skip
    text = ward_tpr_filled_csv(result_with(listed)).lstrip("\ufeff")
    found = {r["ward"]: r for r in csv.DictReader(io.StringIO(text))}
    gap = found["Bode Saadu"]
    assert (gap["tpr"], gap["tpr_filled"]) == ("", "50")
    assert gap["filled_from"] == "Lanwa (Moro);Shao (Moro)"
    assert (found["Shao"]["tpr"], found["Shao"]["tpr_filled"]) == ("40", "40")


def test_without_shapes_it_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match="needs a ward list with shapes"):
        ward_tpr_filled_csv(result_with(None))
