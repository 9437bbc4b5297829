"""The sentences of domain/inputs.md section 11, with the numbers of the file."""

import pytest

from tpr.domain.issues import ISSUE_CODES
from tpr.domain.reading_words import closing, plural, sentences

COUNTS = {
    "states": 1, "lgas": 16, "wards": 186, "facilities": 1142, "rows_used": 6948,
    "rows_with_rdt": 5767, "rows_with_microscopy": 139, "first_period": "2020",
    "last_period": "2025", "granularity": "year", "exceeding_tested": 2114,
    "exceeding_positive": 3402,
}  # fmt: skip


def remark(code, *, row=None, column=None, ward=None, value=None, action=None, count=1):
    return {"code": code, "row": row, "column": column, "ward": ward, "value": value,
            "action": action, "count": count}  # fmt: skip


def said(*remarks, found=None):
    totals = {}
    for one in remarks:
        totals[one["code"]] = totals.get(one["code"], 0) + one["count"]
    return sentences(remarks, {**totals, **(found or {})}, COUNTS)


CASES = {
    "extension": (
        [remark("EXTENSION_DIFFERS", value="a.csv", action="read as an Excel workbook")],
        "The file is called 'a.csv' but is an Excel workbook; I read it as that.",
    ),
    "sheets": (
        [remark("SHEETS_NOT_USED", value="'pivot' (9 rows), 'tpr' (8 rows)", count=2,
                action="read sheet 'raw' (89,046 rows)")],
        "I read sheet 'raw' (89,046 rows). Sheets 'pivot' (9 rows), 'tpr' (8 rows) look like "
        "summaries and were not used.",
    ),
    "header": (
        [remark("HEADER_ROW_MOVED", row=2)],
        "The headers are in row 2; 1 row above it was passed over.",
    ),
    "total": (
        [remark("GRAND_TOTAL_LEFT_OUT", row=337775)],
        "Row 337,775 is a grand total and was left out.",
    ),
    "subtotals": (
        [remark("SUBTOTAL_LEFT_OUT", count=35), remark("STORE_LEFT_OUT", count=3)],
        "38 rows are ward subtotals or stores; I used the facility rows instead. See the list.",
    ),
    "copies": (
        [remark("DUPLICATE_HEADER_COMBINED", value="2 columns of tested by RDT, under 5",
                action="combined; 60,625 + 547,686 = 608,311", count=2)],
        "1 column appears more than once. I combined the copies: tested by RDT, under 5 "
        "60,625 + 547,686 = 608,311.",
    ),
    "names": (
        [remark("NA_ZERO_REPAIRED", count=12), remark("NA_ZERO_REPAIRED", count=9),
         remark("NA_ZERO_KEPT")],
        "Some names were damaged ('na' became '0'). I repaired 2 names that match a known name; "
        "1 is waiting for you.",
    ),
    "code": (
        [remark("PERIOD_CODE_USED", value="2025-01-24 / 2024-01")],
        "The period column says 2025-01-24, the code says 2024-01. I used the code.",
    ),
    "unknown ward": (
        [remark("UNKNOWN_WARD", value="1,170 rows (16.8 %)", count=1170)],
        "1,170 rows (16.8 %) have no ward. They count for the LGA and the state but not for any "
        "ward.",
    ),
    "level": (
        [remark("LEVEL_UNKNOWN", value="Comprehensive", count=12)],
        "12 facilities have the level 'Comprehensive', which I do not know. They count only under "
        "'all facilities'.",
    ),
    "exceeding": (
        [remark("POSITIVE_ABOVE_TESTED", count=18)],
        "18 pairs of figures have more positives than tests (2,114 tests, 3,402 positives). They "
        "are left out; you can keep or cap them instead.",
    ),
    "texts": (
        [remark("TEXT_IN_COUNT", count=37)],
        "37 cells are not numbers and treated as missing.",
    ),
    "future": (
        [remark("PERIOD_FUTURE", count=6)],
        "6 rows are dated in the future and not used.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("remarks", "sentence"), CASES.values(), ids=CASES.keys())
def test_each_finding_has_its_sentence(remarks, sentence):
    assert said(*remarks) == [sentence]


def test_a_cut_list_keeps_the_full_number():
    listed = [remark("TEXT_IN_COUNT") for _ in range(3)]
    assert said(*listed, found={"TEXT_IN_COUNT": 2345}) == [
        "2,345 cells are not numbers and treated as missing."
    ]


@pytest.mark.parametrize("code", ISSUE_CODES)
def test_no_remark_breaks_the_sentences_and_none_shouts(code):
    for text in said(remark(code, row=3, column="c", ward="w", value="v", action="a", count=2)):
        assert text.endswith(".")
        assert "!" not in text
        assert "None" not in text


def test_the_closing_says_what_where_when_and_how_complete():
    assert closing(COUNTS, {"UNKNOWN_WARD": 1170, "POSITIVE_ABOVE_TESTED": 18,
                            "PREFIX_STRIPPED": 9, "LEVEL_UNKNOWN": 12}) == (
        "Read: 1 state, 16 LGAs, 186 wards, 1,142 facilities, 2020–2025 (yearly). RDT present in "
        "83 % of rows, microscopy in 2 %. 3 points need your attention."
    )  # fmt: skip


def test_one_thing_is_written_without_an_s():
    assert (plural(1, "row"), plural(2, "row"), plural(1170, "row")) == (
        *("1 row", "2 rows", "1,170 rows"),
    )
