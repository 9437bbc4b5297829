"""Tables that are not test counts are named and refused in their own words."""

import pytest

from chatmrpt.testing.shared import shared_path
from tpr.reading.guard import read_in_child
from tpr.tests.reading.small_tables import table

REAL = {
    "data/tpr/malawi_dhis2_rdt.csv": (
        "wide_pivot",
        "972 of 976 columns begin with 'NMCP OPD Confirmed Malaria Cases Through RDT'. They hold "
        "positives only, no tests",
    ),
    "data/tpr/malawi_dhis2_microscopy.csv": (
        "wide_pivot",
        "972 of 976 columns begin with 'NMCP OPD Confirmed Malaria Cases Through Microscopy'",
    ),
    "data/tpr/Niger_plus.csv": (
        "ward_rate_table",
        "The rate itself ('u5_tpr_rdt') cannot be checked here: in tables of this kind it is "
        "often positives per out-patient attendance × 100, which is not positivity.",
    ),
    "data/tpr/ward_levelsmoothed_tpr_u5.csv": ("ward_rate_table", "not test counts"),
    "data/facilities/kano_health_facilities.csv": ("facility_register", "a facility register"),
    "data/facilities/adamawa_health_facilities.csv": ("facility_register", "a facility register"),
    "data/tpr/scoring_data02.csv": (None, "This is not a table of malaria test counts."),
}


@pytest.mark.parametrize(("name", "said"), REAL.items(), ids=[name[5:] for name in REAL])
def test_real_tables_of_another_kind_are_named_and_refused(name, said, tmp_path):
    nearest, words = said
    path = shared_path(name)
    result = read_in_child(
        path,
        tmp_path,
        {"original_name": path.name, "today": "2026-11-22"},
        on_progress=lambda *_: None,
    )
    assert (result["status"], result["error"]["code"]) == ("rejected", "NOT_TPR_FILE")
    assert result["error"]["facts"]["nearest"] == nearest
    assert words in result["error"]["message"]
    assert (
        "Please send" in result["error"]["message"] or "can be used" in result["error"]["message"]
    )
    assert result["questions"] == []
    assert not (tmp_path / "reports.tsv").exists()


def test_a_pivot_of_fewer_columns_than_the_limit_is_named_too(read):
    header = ["periodname", *(f"Confirmed Malaria Cases Clinic {i}" for i in range(150))]
    result = read(table(header, [["January 2024", *range(150)]]))
    assert result["error"]["facts"]["nearest"] == "wide_pivot"
    assert "150 of 151 columns" in result["error"]["message"]


def test_too_many_columns_of_no_kind_are_refused_by_the_limit(read):
    header = [f"{i} indicator" for i in range(400)]
    result = read(table(header, [list(range(400))]))
    assert result["error"]["code"] == "TOO_MANY_CELLS"
