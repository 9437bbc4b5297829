"""Counts that contradict each other within one report (positive <= tested <= fever, opd <= attendance)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tpr.domain.quality.records import AGES, METHODS, PAIRS, Flag, Report, count


def positives_above_tested(reports: Iterable[Report]) -> Iterator[Flag]:
    """Flag every pair with more positives than tests, also with tested 0."""
    for report in reports:
        for pair in PAIRS:
            tested, positive = report.at(pair.tested), report.at(pair.positive)
            if tested is not None and positive is not None and positive > tested:
                yield _pair_flag(
                    "positive_above_tested", report, pair.method, pair.age, "positive",
                    positive, tested, f"{count(positive)} positives of {count(tested)} tests",
                )  # fmt: skip


def half_pairs(reports: Iterable[Report]) -> Iterator[Flag]:
    """Flag pairs with one blank side: tests without result, and positives without tests."""
    for report in reports:
        for pair in PAIRS:
            tested, positive = report.at(pair.tested), report.at(pair.positive)
            if tested is not None and positive is None:
                yield _pair_flag(
                    "tested_without_result", report, pair.method, pair.age, "tested", tested, 0,
                    f"{count(tested)} tests, positives blank",
                )  # fmt: skip
            elif positive is not None and tested is None:
                yield _pair_flag(
                    "positive_without_tested", report, pair.method, pair.age, "positive",
                    positive, 0, f"{count(positive)} positives, tests blank",
                )  # fmt: skip


def above_fever(reports: Iterable[Report]) -> Iterator[Flag]:
    """Flag tested > fever per method and group; blank on either side is no contradiction."""
    for report in reports:
        for age in AGES:
            fever = getattr(report, f"fever_{age}")
            if fever is None:
                continue
            for method in METHODS:
                tested = getattr(report, f"tested_{method}_{age}")
                if tested is not None and tested > fever:
                    flag = _pair_flag(
                        "tested_above_fever", report, method, age, "tested", tested, fever,
                        f"{count(tested)} tested, {count(fever)} with fever",
                    )  # fmt: skip
                    yield replace(flag, touches=(*flag.touches, (report.id, "fever", age)))


def above_attendance(reports: Iterable[Report]) -> Iterator[Flag]:
    """Flag opd > attendance, and the tests of the three groups > attendance.

    A person may be tested by both methods, so of each group the larger method counts.
    """
    for report in reports:
        attendance = report.attendance
        if attendance is None:
            continue
        if report.opd is not None and report.opd > attendance:
            yield Flag(
                "opd_above_attendance", report.opd, attendance,
                f"{count(report.opd)} out-patients, attendance {count(attendance)}",
                report.facility_id, start=report.start, column="opd", row=report.row,
                touches=((report.id, "opd", ""),),
            )  # fmt: skip
        tested = sum(
            max((getattr(report, f"tested_{m}_{age}") or 0) for m in METHODS) for age in AGES
        )
        if tested > attendance:
            yield Flag(
                "tested_above_attendance", tested, attendance,
                f"{count(tested)} tested in all groups, attendance {count(attendance)}",
                report.facility_id, start=report.start, row=report.row,
                touches=tuple(
                    (report.id, p.method, p.age) for p in PAIRS if report.at(p.tested) is not None
                ),
            )  # fmt: skip


def _pair_flag(
    check: str, report: Report, method: str, age: str, role: str, value: float, limit: float,
    why: str,
) -> Flag:  # fmt: skip
    return Flag(
        check, value, limit, why, report.facility_id, start=report.start,
        column=f"{role}_{method}_{age}", row=report.row, touches=((report.id, method, age),),
    )  # fmt: skip
