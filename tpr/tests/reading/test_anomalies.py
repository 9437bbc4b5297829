"""Every anomaly the generator put into a file is found, at its row, and nothing beside it."""

import csv
from collections import Counter
from dataclasses import dataclass

import pytest

from tpr.reading.guard import read_in_child
from tpr.tests.reading import oracle

ABOVE = ("positive_above_tested", "ward_over_100", "positive_with_zero_tested")
KINDS = {
    "POSITIVE_ABOVE_TESTED": ABOVE,
    "POSITIVE_WITHOUT_TESTED": ("positive_with_blank_tested",),
    "DUPLICATE_IDENTICAL": ("exact_duplicate",),
    "DUPLICATE_CONFLICT": ("differing_duplicate",),
    "SUBTOTAL_LEFT_OUT": ("subtotal_row",),
    "STORE_LEFT_OUT": ("pseudo_ward_row",),
}
F = {f"COLUMN_{position}": "yes" for position in (4, 5, 6, 7)} | {"COLUMN_FOR_WARD": "2"}


@dataclass
class Case:
    """A file, the sheet and columns of its facility and period, and the answers it needs."""

    variant: str
    name: str
    options: tuple[str, ...]
    facility: str
    period: str | None
    sheet: str = "Sheet1"
    answers: dict[str, str] | None = None


CASES = [
    Case("A", "a.xlsx", ("--seed", "21", "--months", "4", "--rows", "3000"),
         "Health Faccility", "periodcode", "raw"),
    Case("B", "b.xlsx", ("--seed", "22", "--rows", "5000"), "orgunitlevel5", "periodcode"),
    Case("C", "c.csv", ("--seed", "23", "--months", "3", "--rows", "3000"),
         "HealthFacility", "periodcode"),
    Case("D", "d.xlsx", ("--seed", "24", "--rows", "1800"), "organisationunit0me", "period0me",
         "Sheet 1"),
    Case("D", "d.xls", ("--seed", "25", "--rows", "1800"), "organisationunit0me", "period0me",
         "Sheet 1"),
    Case("E", "e", ("--seed", "26", "--rows", "2400"), "organisationunitname", "periodcode"),
    Case("F", "f.csv", ("--seed", "27",), "hfname", None, answers=F),
    Case("F", "f.xlsx", ("--seed", "28", "--swap"), "hfname", None,
         answers={**F, "SWAPPED": "swap"}),
    Case("F", "fn.xlsx", ("--seed", "29", "--layout", "nmep", "--months", "2", "--rows", "1200"),
         "Health Faccility", "periodcode"),
]  # fmt: skip


def cells(path, case):
    """Row of the sheet → (facility, period) as written, by a reader of its own."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    else:
        import python_calamine

        book = python_calamine.CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_name(case.sheet).to_python(skip_empty_area=False)
    start = next(i for i, row in enumerate(rows) if case.facility in row)
    facility = rows[start].index(case.facility)
    period = rows[start].index(case.period) if case.period else None
    return {
        i + 1: (row[facility], int(float(row[period])) if period and row[period] else None)
        for i, row in enumerate(rows)
        if i > start
    }


@pytest.mark.parametrize("case", CASES, ids=[f"{case.variant} {case.name}" for case in CASES])
def test_every_injected_anomaly_is_listed_at_its_row_and_no_other(case, tmp_path):
    path = tmp_path / case.name
    truth = oracle.make(case.variant, path, *case.options)
    if case.variant == "E":
        path = path / "hmis_2022.csv"
        truth = oracle.truth_of(path)
    out = tmp_path / "out"
    out.mkdir()
    given = {"original_name": path.name, "today": "2026-11-22", "assume": case.answers or {}}
    result = read_in_child(path, out, given, on_progress=lambda *_: None)
    assert result["status"] == "ok", result["error"] or result["questions"]
    written = cells(path, case)
    listed = oracle.issues(out)
    found_any = False
    for code, kinds in KINDS.items():
        injected = Counter(
            (a["facility"], a["period"] if case.period else None)
            for a in truth["anomalies"]
            if a["kind"] in kinds
        )
        rows = {issue["row"] for issue in listed if issue["code"] == code}
        found = Counter(written[row] for row in rows)
        if code.startswith("DUPLICATE"):
            assert rows.isdisjoint(int(r["source_row"]) for r in oracle.reports(out))
        assert found == injected, code
        found_any |= bool(injected)
    assert found_any


def test_a_clean_file_gets_no_repair_and_no_warning(tmp_path):
    oracle.make("Z", tmp_path / "z", "--seed", "3")
    out = tmp_path / "out"
    out.mkdir()
    given = {"original_name": "good.xlsx", "today": "2026-11-22"}
    result = read_in_child(tmp_path / "z" / "good.xlsx", out, given, on_progress=lambda *_: None)
    assert result["status"] == "ok"
    assert result["questions"] == []
    assert set(result["issue_counts"]) <= {
        *("PREFIX_STRIPPED", "COLUMN_NOT_USED", "TESTED_WITHOUT_RESULT"),
    }
    assert result["said"] == []
    assert result["counts"]["closing"].endswith("Nothing needs your attention.")
