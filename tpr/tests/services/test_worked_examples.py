"""The worked examples of positivity.md, through upload, SQL and fold."""

import pytest

from chatmrpt.testing.uploads import read_csv, row
from tpr.models import Workflow
from tpr.selectors.definitions import side_by_side, stability_of
from tpr.services.compute_tpr import Choice, Computation, WardOutcome, compute, store
from tpr.tests.factories import BoundaryListFactory, WardFactory

pytestmark = pytest.mark.django_db

A1 = {"u5": (100, 25), "u5_microscopy": (80, 15)}
A2 = {"u5": (0, 0), "u5_microscopy": (30, 6)}
B1 = {"u5": (50, 10), "u5_microscopy": (120, 30)}
OPD = {"A1": 400, "A2": 100, "B1": 500}


def one_ward(a1: dict = A1, a2: dict = A2, b1: dict | None = B1) -> list[list[object]]:
    rows = [
        row("Kwara", "Moro", "Ajanaku", "Clinic A", month=1, opd=OPD["A1"], **a1),
        row("Kwara", "Moro", "Ajanaku", "Clinic A", month=2, opd=OPD["A2"], **a2),
    ]
    if b1 is not None:
        rows.append(row("Kwara", "Moro", "Ajanaku", "Clinic B", month=1, opd=OPD["B1"], **b1))
    return rows


def computed(rows: list[list[object]], **choice: str) -> Computation:
    upload = read_csv(rows)
    assert upload.status == "ready", upload.error_message or upload.questions
    return compute(upload, Choice("Kwara", **{"level": "all", "age_group": "u5", **choice}))


def only(computation: Computation) -> WardOutcome:
    (ward,) = computation.wards
    return ward


@pytest.mark.parametrize(
    ("definition", "tested", "positive", "percent"),
    [
        ("facility_max", 250, 61, 24.40),
        ("rdt", 150, 35, 23.33),
        ("microscopy", 230, 51, 22.17),
        ("pooled", 380, 86, 22.63),
        ("dominant", 250, 61, 24.40),
        ("method_max", 150, 35, 23.33),
        ("opd", 1000, 61, 6.10),
    ],
)
def test_one_ward_by_every_definition(
    definition: str, tested: int, positive: int, percent: float
) -> None:
    figure = only(computed(one_ward(), definition=definition)).figure
    assert (figure.tested, figure.positive) == (tested, positive)
    assert figure.tpr == pytest.approx(percent, abs=0.005)


def test_the_interval_of_the_ward_is_the_published_one() -> None:
    figure = only(computed(one_ward())).figure
    assert (figure.low, figure.high) == (
        pytest.approx(19.49, abs=0.005),
        pytest.approx(30.09, abs=0.005),
    )


def test_a_blank_pair_instead_of_zeros_changes_no_rate() -> None:
    figure = only(computed(one_ward(a2={"u5_microscopy": (30, 6)}))).figure
    assert figure.tpr == pytest.approx(24.40)


def test_tests_without_a_result_leave_both_sums() -> None:
    ward = only(computed(one_ward(a2={"u5": (0, 0), "u5_microscopy": (30, "")})))
    assert (ward.figure.tested, ward.figure.positive) == (220, 55)
    assert "tests_without_result" in ward.flags


def test_a_missing_facility_month_is_simply_missing() -> None:
    figure = only(computed(one_ward(b1=None))).figure
    assert (figure.tested, figure.positive) == (130, 31)
    assert figure.tpr == pytest.approx(23.85, abs=0.005)


def test_zero_tests_are_undefined_and_say_why() -> None:
    zero = {"u5": (0, 0)}
    ward = only(computed([*one_ward(zero, zero, zero)[:1], row(
        "Kwara", "Moro", "Ajanaku", "Clinic C", o5=(5, 2))]))  # fmt: skip
    assert (ward.figure.tpr, ward.figure.reason, ward.status) == (None, "zero_tests", "no_tests")


def test_nothing_reported_is_undefined_and_says_why() -> None:
    ward = only(computed([row("Kwara", "Moro", "Ajanaku", "Clinic A", o5=(10, 4))]))
    assert (ward.figure.tpr, ward.figure.reason) == (None, "not_reported")


def test_age_all_adds_the_groups_after_the_maximum() -> None:
    rows = [
        row("Kwara", "Moro", "Ajanaku", "Clinic A", u5=(40, 10), u5_microscopy=(10, 3),
            o5=(90, 20), pw=(5, 1)),
    ]  # fmt: skip
    figure = only(computed(rows, age_group="all")).figure
    assert (figure.tested, figure.positive) == (135, 31)
    assert figure.tpr == pytest.approx(22.96, abs=0.005)
    assert figure.facility_periods == 1


@pytest.mark.parametrize(
    ("exceeding", "percent"), [("exclude", 25.00), ("cap", 37.50), ("keep", 45.83)]
)
def test_more_positives_than_tests_by_each_treatment(exceeding: str, percent: float) -> None:
    rows = [
        row("Kwara", "Moro", "Ajanaku", "Clinic A", u5=(100, 25)),
        row("Kwara", "Moro", "Ajanaku", "Clinic B", u5=(20, 30)),
        *[row("Kwara", "Moro", "Other", f"Clinic {n}", u5=(40, 4)) for n in range(4)],
    ]
    computation = computed(rows, exceeding=exceeding)
    ward = next(w for w in computation.wards if w.ward == "Ajanaku")
    assert ward.figure.tpr == pytest.approx(percent, abs=0.005)
    assert computation.totals["excluded"] == {"cells": 1, "tested": 20, "positive": 30}


def test_areas_are_sums_over_sums_and_never_means_of_rates() -> None:
    rows = [
        row("Kwara", "Moro", "X", "Clinic A", u5=(1000, 450)),
        row("Kwara", "Moro", "Y", "Clinic B", u5=(40, 34)),
    ]
    totals = computed(rows).totals
    assert totals["tpr"] == pytest.approx(46.54, abs=0.005)
    assert totals["lgas"][0]["tpr"] == pytest.approx(46.54, abs=0.005)


def test_wards_of_one_name_in_two_lgas_keep_their_own_figures() -> None:
    rows = [
        row("Kwara", "Moro", "Sabon Gari", "Clinic A", u5=(100, 10)),
        row("Kwara", "Oyun", "Sabon Gari", "Clinic A", u5=(100, 90)),
    ]
    rates = {(w.lga, w.ward): w.figure.tpr for w in computed(rows).wards}
    assert rates == {("Moro", "Sabon Gari"): 10.0, ("Oyun", "Sabon Gari"): 90.0}


def test_unknown_wards_count_for_the_lga_and_the_state_and_the_parts_add_up() -> None:
    rows = [
        row("Kwara", "Moro", "Ajanaku", "Clinic A", u5=(100, 50)),
        row("Kwara", "Moro", "Unknown", "Clinic B", u5=(60, 30)),
        row("Kwara", "Oyun", "", "Clinic C", u5=(40, 20)),
    ]
    computation = computed(rows)
    totals = computation.totals
    assert totals["tested"] == 200
    assert sum(part["tested"] for part in totals["parts"].values()) == 200
    assert totals["parts"]["unknown"]["tested"] == 100
    assert {lga["lga"]: lga["tested"] for lga in totals["lgas"]} == {"Moro": 160, "Oyun": 40}
    assert sum("unknown_ward" in w.flags for w in computation.wards) == 2


def test_a_level_filter_is_a_filter_and_unknown_levels_count_only_under_all() -> None:
    rows = [
        row("Kwara", "Moro", "Ajanaku", "Clinic A", u5=(100, 50)),
        row("Kwara", "Moro", "Ajanaku", "Place B", level="Comprehensive", u5=(60, 30)),
        row("Kwara", "Moro", "Igbona", "Hospital C", level="Secondary Health Facility", u5=(9, 3)),
    ]
    assert computed(rows).totals["tested"] == 169
    primary = computed(rows, level="primary")
    assert primary.totals["tested"] == 100
    igbona = next(w for w in primary.wards if w.ward == "Igbona")
    assert (igbona.status, igbona.flags) == ("no_tests", ["no_level_match"])


def test_fewer_than_twenty_tests_are_marked() -> None:
    assert only(computed([row("Kwara", "Moro", "X", "A", u5=(19, 5))])).status == "too_few"
    assert only(computed([row("Kwara", "Moro", "X", "A", u5=(20, 5))])).status == "ok"


def test_one_ward_by_every_definition_side_by_side() -> None:
    upload = read_csv(one_ward())
    workflow = Workflow.objects.create(owner=upload.owner, upload=upload, resume_hash="x")
    result = store(workflow, compute(upload, Choice("Kwara", "all", "u5")))
    for place in (("Moro", "Ajanaku"), ("Moro", ""), ("", "")):
        found = side_by_side(result, *place)
        rates = {d: f.tpr and round(f.tpr, 2) for d, f in found.by_definition.items()}
        assert rates == {
            "facility_max": 24.40, "rdt": 23.33, "microscopy": 22.17, "pooled": 22.63,
            "dominant": 24.40, "method_max": 23.33, "opd": 6.10, "fever": None,
        }  # fmt: skip
        assert len(found.by_combination) == 16
        assert found.by_combination["primary", "all"].tested == 250
        assert found.by_combination["tertiary", "u5"].reason == "no_level_match"
        assert {f.tested for f in found.by_treatment.values()} == {250}
    (first, ratios) = stability_of(result, 1)
    assert first.wards["Moro", "Ajanaku"].in_top == first.wards["Moro", "Ajanaku"].of > 0
    assert {c.definition for c in ratios.available} == {"opd"}


@pytest.mark.parametrize(
    ("rdt", "microscopy", "opd", "urban", "offered", "ratio"),
    [
        ((100, 60), (80, 45), 200, 40, True, 30.0),
        ((100, 55), ("", ""), 200, 40, True, 27.5),
        ((100, 80), ("", ""), 200, 40, True, 40.0),
        ((150, 75), (140, 70), 300, 40, False, 25.0),  # exactly 50 is not above 50
        ((50, 25), ("", ""), 100, 40, False, 25.0),
        ((100, 60), (80, 45), 200, 30, False, 30.0),  # an urban share of 30 is not above 30
        ((100, 60), (80, 45), "", 40, False, None),  # no attendance, nothing to offer
    ],
)
def test_the_out_patient_ratio_is_offered_and_stands_beside_the_positivity(
    monkeypatch: pytest.MonkeyPatch, rdt: tuple, microscopy: tuple, opd: object, urban: float,
    offered: bool, ratio: float | None,
) -> None:  # fmt: skip
    listed = BoundaryListFactory(name="Kwara")
    ward = WardFactory(list=listed, state="Kwara", lga="Moro", name="Ajanaku", code="KW1")
    monkeypatch.setattr(
        "tpr.services.compute_tpr.urban_shares", lambda list_id, state: {ward.pk: urban}
    )
    rows = [row("Kwara", "Moro", "Ajanaku", "Clinic A", u5=rdt, u5_microscopy=microscopy, opd=opd)]
    upload = read_csv(rows)
    found = compute(upload, Choice("Kwara", "all", "u5"), listed)
    assert bool(found.urban_over) == offered
    outcome = only(found)
    assert outcome.figure.tpr == pytest.approx(100 * max(rdt[1], microscopy[1] or 0) / max(
        rdt[0], microscopy[0] or 0))  # the positivity never changes  # fmt: skip
    assert outcome.opd_ratio == (None if ratio is None else pytest.approx(ratio))
