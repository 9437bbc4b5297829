"""The canonical fields of a test file (domain/inputs.md section 1) and their words for people."""

from __future__ import annotations

from typing import Final

METHODS: Final = ("rdt", "microscopy")
ROLES: Final = ("tested", "positive")
GROUPS: Final = ("u5", "o5", "pw")
UNSTATED: Final = "any"  # the method of a column that names none

PLACES: Final = ("state", "lga", "ward", "ward_code", "facility", "level", "ownership")
PERIODS: Final = ("period_name", "period_code", "period_month", "period_year")
REMARKS: Final = ("ward_original", "ward_other", "match_status")
TEXTS: Final = PLACES + PERIODS + REMARKS

TEST_FIELDS: Final = tuple(
    f"{role}_{method}_{group}" for method in METHODS for group in GROUPS for role in ROLES
)
UNSTATED_FIELDS: Final = tuple(f"{role}_{UNSTATED}_{group}" for group in GROUPS for role in ROLES)
CONTEXT_FIELDS: Final = (
    *("opd", "attendance", "inpatient"),
    *(f"fever_{group}" for group in GROUPS),
    *("llin_pw", "llin_u5"),
)
# Recognised so that they are named in the report; no later step asks for them yet.
SPARE_FIELDS: Final = (
    *(f"clinical_{group}" for group in GROUPS),
    "deaths_u5",
    *(f"negative_{method}_{group}" for method in (*METHODS, UNSTATED) for group in GROUPS),
    *(f"{role}_{method}_all" for role in ROLES for method in (*METHODS, UNSTATED)),
    *(f"negative_{method}_all" for method in (*METHODS, UNSTATED)),
)
STORED_COUNTS: Final = TEST_FIELDS + CONTEXT_FIELDS
COUNTS: Final = TEST_FIELDS + UNSTATED_FIELDS + CONTEXT_FIELDS + SPARE_FIELDS
RATIO: Final = "ratio"
IGNORED: Final = "ignored"
FIELDS: Final = frozenset((*TEXTS, *COUNTS, IGNORED))

_METHOD_WORDS: Final = {"rdt": "RDT", "microscopy": "microscopy", UNSTATED: "method not stated"}
_GROUP_WORDS: Final = {
    "u5": "under 5",
    "o5": "5 and over",
    "pw": "pregnant women",
    "all": "all ages",
}
_WORDS: Final = {
    "state": "state",
    "lga": "LGA",
    "ward": "ward",
    "ward_code": "ward code",
    "facility": "health facility",
    "level": "facility level",
    "ownership": "ownership",
    "period_name": "period",
    "period_code": "period code",
    "period_month": "month",
    "period_year": "year",
    "ward_original": "ward as first written",
    "ward_other": "a second ward column, for finding subtotals only",
    "match_status": "remark on an earlier ward match",
    "opd": "out-patient attendance",
    "attendance": "general attendance",
    "inpatient": "in-patient admissions",
    "llin_pw": "nets given to pregnant women",
    "llin_u5": "nets given to children under 5",
    "deaths_u5": "malaria deaths under 5",
    IGNORED: "not used",
}


def words(field: str) -> str:
    """Return the field in words: ``tested_rdt_u5`` → ``tested by RDT, under 5``."""
    if field in _WORDS:
        return _WORDS[field]
    first, *rest = field.split("_")
    if len(rest) == 2 and rest[0] in _METHOD_WORDS:
        by = f"by {_METHOD_WORDS[rest[0]]}" if rest[0] != UNSTATED else "(method not stated)"
        return f"{first} {by}, {_GROUP_WORDS[rest[1]]}"
    if first == "fever":
        return f"persons with fever, {_GROUP_WORDS[rest[0]]}"
    if first == "clinical":
        return f"clinically diagnosed malaria, {_GROUP_WORDS[rest[0]]}"
    raise KeyError(field)


def partner(field: str) -> str | None:
    """Return the other half of a tested/positive pair, or None for any other field."""
    role, _, rest = field.partition("_")
    if field not in TEST_FIELDS and field not in UNSTATED_FIELDS:
        return None
    return f"positive_{rest}" if role == "tested" else f"tested_{rest}"
