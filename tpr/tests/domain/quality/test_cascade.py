"""Counts of one report that contradict each other."""

from tpr.domain.quality.cascade import (
    above_attendance,
    above_fever,
    half_pairs,
    positives_above_tested,
)
from tpr.tests.domain.quality.small import report


def test_positives_above_tests_are_flagged_also_with_no_tests() -> None:
    flags = list(
        positives_above_tested(
            [
                report(1, tested_rdt_u5=25, positive_rdt_u5=30),
                report(2, tested_microscopy_pw=0, positive_microscopy_pw=1),
                report(3, tested_rdt_u5=30, positive_rdt_u5=30),
                report(4, tested_rdt_u5=None, positive_rdt_u5=30),
            ]
        )
    )
    assert [(f.row, f.value, f.threshold, f.column) for f in flags] == [
        (2, 30, 25, "positive_rdt_u5"),
        (3, 1, 0, "positive_microscopy_pw"),
    ]
    assert flags[0].touches == ((1, "rdt", "u5"),)
    assert flags[0].why == "30 positives of 25 tests"


def test_a_blank_side_is_named_and_zero_is_not_blank() -> None:
    flags = list(
        half_pairs(
            [
                report(1, tested_rdt_u5=12),
                report(2, positive_rdt_o5=3),
                report(3, tested_rdt_u5=12, positive_rdt_u5=0),
            ]
        )
    )
    assert [(f.check, f.value) for f in flags] == [
        ("tested_without_result", 12),
        ("positive_without_tested", 3),
    ]


def test_tests_above_fever_are_flagged_per_method_and_group() -> None:
    flags = list(
        above_fever(
            [
                report(1, tested_rdt_u5=11, tested_microscopy_u5=10, fever_u5=10),
                report(2, tested_rdt_o5=11),
            ]
        )
    )
    assert [(f.column, f.value, f.threshold) for f in flags] == [("tested_rdt_u5", 11, 10)]


def test_attendance_bounds_out_patients_and_the_tests_of_the_three_groups() -> None:
    flags = list(
        above_attendance(
            [
                report(1, opd=101, attendance=100),
                report(2, tested_rdt_u5=60, tested_rdt_o5=30, tested_rdt_pw=11, attendance=100),
                # The same persons by both methods: 60 + 40, not 60 + 55 + 40.
                report(3, tested_rdt_u5=60, tested_microscopy_u5=55, tested_rdt_o5=40,
                       attendance=100),
            ]
        )
    )  # fmt: skip
    assert [(f.check, f.value, f.threshold) for f in flags] == [
        ("opd_above_attendance", 101, 100),
        ("tested_above_attendance", 101, 100),
    ]
