"""Raw and shrunk side by side in ward_tpr.csv, through upload, SQL, fold and rows."""

import csv
import io

import pytest

from chatmrpt.testing.uploads import read_csv, row
from tpr.domain.positivity import wilson
from tpr.exports import ward_tpr_csv
from tpr.models import Upload, Workflow
from tpr.services.compute_tpr import Choice, compute, store

pytestmark = pytest.mark.django_db


def exported(rows: list[list[object]], **choice: str) -> dict[str, dict[str, str]]:
    upload: Upload = read_csv(rows)
    assert upload.status == "ready", upload.error_message or upload.questions
    made = Choice("Kwara", **{"level": "all", "age_group": "u5", **choice})
    workflow = Workflow.objects.create(owner=upload.owner, upload=upload, resume_hash=upload.sha256)
    text = ward_tpr_csv(store(workflow, compute(upload, made)))
    return {r["ward"]: r for r in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}


UNEVEN = [
    row("Kwara", "Moro", "Ajanaku", f"Clinic {n}", u5=(100, p))
    for n, p in enumerate((90, 30, 60, 20, 50))
]
OTHERS = [
    row("Kwara", "Moro", "Shao", "Shao PHC", u5=(4, 4)),
    row("Kwara", "Moro", "Lanwa", "Lanwa PHC"),
    row("Kwara", "Oyun", "Igbona", "Igbona PHC", u5=(200, 20)),
    row("Kwara", "Oyun", "Igbona", "Igbona Clinic", u5=(100, 12)),
    row("Kwara", "Oyun", "", "Somewhere PHC", u5=(50, 25)),
]


def test_a_ward_of_uneven_facilities_has_the_published_design_effect() -> None:
    wards = exported([*UNEVEN, *OTHERS])
    ward = wards["Ajanaku"]
    assert float(ward["deff"]) == pytest.approx(30)
    assert float(ward["n_eff"]) == pytest.approx(500 / 30)
    low, high = wilson(250, 500)  # both intervals can be had: this one, and that on n_eff
    assert float(ward["tpr_low"]) == pytest.approx(low)
    assert float(ward["tpr_high"]) == pytest.approx(high)
    assert float(ward["shrunk_low"]) < float(ward["tpr_shrunk"]) < float(ward["shrunk_high"])
    assert 0 < float(ward["pull"]) < 1


def test_four_of_four_is_not_a_hundred_percent_and_is_marked() -> None:
    ward = exported([*UNEVEN, *OTHERS])["Shao"]
    assert float(ward["tpr"]) == 100
    assert float(ward["tpr_shrunk"]) < 90
    assert "too_few_tests" in ward["flags"]
    assert ward["status"] == "too_few"


def test_a_ward_without_tests_keeps_its_null_and_carries_the_prior_of_its_lga() -> None:
    wards = exported([*UNEVEN, *OTHERS])
    ward = wards["Lanwa"]
    assert (ward["tpr"], ward["tpr_low"], ward["deff"], ward["n_eff"]) == ("", "", "", "")
    assert float(ward["pull"]) == 1
    assert "too_few_tests" not in ward["flags"]  # no tests is said, not few
    assert wards["Unknown"]["tpr_shrunk"] == ""  # rows without a ward are no ward


@pytest.mark.parametrize("definition", ["opd", "method_max"])
def test_ratios_and_the_biased_definition_are_not_shrunk(definition: str) -> None:
    rows = [row("Kwara", "Moro", "Shao", f"PHC {n}", u5=(40, 10), opd=100) for n in range(3)]
    ward = exported(rows, definition=definition)["Shao"]
    assert [ward[c] for c in ("deff", "n_eff", "tpr_shrunk", "pull")] == [""] * 4
    if definition == "opd":  # exact Poisson on 30 positives of 300 attendances
        assert float(ward["tpr_low"]) == pytest.approx(100 * 20.2409 / 300, abs=1e-3)
        assert float(ward["tpr_high"]) == pytest.approx(100 * 42.8269 / 300, abs=1e-3)


def test_all_zero_positives_have_an_outcome_and_no_tests_have_none() -> None:
    zero = exported([row("Kwara", "Moro", w, f"{w} PHC", u5=(30, 0)) for w in ("Shao", "Lanwa")])
    # the state's mean (0 + 0.5) / (N + 1), 60 tests counting as 6; its weight is 1 / rho_min - 1
    assert float(zero["Shao"]["tpr_shrunk"]) == pytest.approx(100 * 0.5 / 7 * 9999 / 10002)
    none = exported(
        [row("Kwara", "Moro", w, f"{w} PHC", u5=(0, 0), o5=(9, 1)) for w in ("Shao", "B")]
    )
    assert (none["Shao"]["tpr_shrunk"], none["Shao"]["status"]) == ("", "no_tests")
