"""Columns of the files that a reading writes; light enough for any process to import."""

from __future__ import annotations

from typing import Final

from tpr.domain import fields

REPORT_COUNTS: Final = (
    *(
        f"{role}_{method}_{group}"
        for method in fields.METHODS
        for group in fields.GROUPS
        for role in fields.ROLES
    ),
    *fields.CONTEXT_FIELDS,
)
REPORT_COLUMNS: Final = ("facility", "period_start", "period_months", *REPORT_COUNTS, "source_row")
UNDATED: Final = "0"  # months of a report without period
FACILITY_COLUMNS: Final = (
    *("ordinal", "state", "lga", "lga_key", "ward_raw", "ward", "ward_key", "name"),
    *("level", "level_source", "ownership", "ward_code"),
)
# Longest text kept per column, in characters; the database holds no more.
LONGEST: Final = {
    "state": 100,
    "lga": 200,
    "ward": 300,
    "facility": 300,
    "ownership": 60,
    "ward_code": 60,
}
