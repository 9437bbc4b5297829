"""Known headers of every canonical field, as data (domain/inputs.md sections 2 and 3).

Headers are compared after `fold`. The list belongs to the layouts of inputs.md section 4; added by
the ChatMRPT team, 2026-11. Whole headers only: `orgunitlevel3` holds the word "level" and is an
LGA.
"""

from __future__ import annotations

import re
from typing import Final

from chatmrpt.common.names import tidy
from tpr.domain.fields import GROUPS, IGNORED

_SIGNS: Final = (("=>", "≥"), (">=", "≥"), ("=<", "≤"), ("<=", "≤"))
_LOST_SIGN: Final = re.compile(r"\?\s*(?=5\s*(?:yrs?|years?)\b)")
_LOST_SIGN_FOLDED: Final = re.compile(r"[\s_.\-]+")


def readable(header: object) -> str:
    """Return a header in one written form: tidied, lower case, comparison signs unified.

    A question mark before "5 years" is a lost ``≥``: only signs outside ASCII are lost that way.
    """
    text = tidy(header).casefold()
    for written, sign in _SIGNS:
        text = text.replace(written, sign)
    return _LOST_SIGN.sub("≥", text)


def fold(header: object) -> str:
    """Return the form in which headers are compared: blanks, ``_``, ``.`` and ``-`` removed."""
    return _LOST_SIGN_FOLDED.sub("", readable(header))


_GROUP_TAILS: Final = {"u5": "<5yrs", "o5": "≥5yrs (excl PW)", "pw": "Preg Women (PW)"}
_TEST_HEADS: Final = {
    "tested_rdt": "Persons presenting with fever & tested by RDT",
    "positive_rdt": "Persons tested positive for malaria by RDT",
    "tested_microscopy": "Persons presenting with fever and tested by Microscopy",
    "positive_microscopy": "Persons tested positive for malaria by Microscopy",
}
_GROUP_HEADS: Final = {
    **_TEST_HEADS,
    "fever": "Persons with fever",
    "clinical": "Persons with clinically diagnosed Malaria",
}

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "state": (
        *("State", "StateName", "state_name", "orgunitlevel2", "org_unit_level_2"),
        *("Admin1", "ADM1_EN", "NAME_1"),
    ),
    "lga": (
        *("LGA", "LGAName", "Local Government Area", "orgunitlevel3", "org_unit_level_3"),
        "ADM2_EN",
    ),
    "ward": (
        *("WardName", "Ward", "ward_name", "orgunitlevel4", "org_unit_level_4"),
        *("ADM3_EN", "Admin3", "NAME_3", "adm3_02"),
    ),
    "ward_code": ("WardCode", "Admin3Pcod", "ADM3_PCODE", "Ward_ID"),
    "facility": (
        *("Health Faccility", "Health Facility", "Facility", "Facility Name", "hfname", "HF"),
        *("organisationunitname", "orgunitlevel5", "org_unit_level_5"),
    ),
    "level": (
        *("level", "FacilityLevel", "level_of_care", "Level of Health Facility"),
        "organisationunitname.1",  # its values must be levels, see columns.py
    ),
    "ownership": ("ownership",),
    "period_name": ("periodname", "period", "date"),
    "period_code": ("periodcode", "periodid"),
    "period_month": ("Month",),
    "period_year": ("Year",),
    "ward_original": ("WardName_Original",),
    "match_status": ("Match_Status",),
    "opd": (
        *("Out-patient Attendance", "opd", "OPD_Attendance", "Total Outpatient attendance"),
        "Total number of all outpatient attendance",
    ),
    "attendance": ("General Attendance",),
    "inpatient": ("Inpatient Admissions",),
    "llin_pw": ("PW who received LLIN",),
    "llin_u5": ("Children <5 yrs who received LLIN",),
    "deaths_u5": ("Deaths < 5 Malaria - U5",),
    IGNORED: (
        *("National", "Match_Technique", "Match_Confidence", "X", "GlobalID", "Timestamp"),
        *("Source", "AMAPCODE", "orgunitlevel1"),
    ),
}

# "na" replaced by "0" in headers: these and no others (inputs.md 6.3).
REPAIRS: Final[dict[str, str]] = {
    "period0me": "periodname",
    "organisationunit0me": "organisationunitname",
    "categoryoptioncomboid0me": "categoryoptioncomboidname",
    "attributeoptioncomboid0me": "attributeoptioncomboidname",
}

_NEVER: Final = re.compile(
    r"x\.\d+|unnamed(?::|\s|_)*\d*|column\s?\d+|(?:artesu(?:na|0)te|arte(?:na|0)te|arte(?:mether|sunate))\b.*"
)


def _index() -> dict[str, str]:
    table = {fold(name): field for field, names in _NAMES.items() for name in names}
    for head, text in _GROUP_HEADS.items():
        for group in GROUPS:
            table[fold(f"{text} {_GROUP_TAILS[group]}")] = f"{head}_{group}"
    return table


ALIASES: Final[dict[str, str]] = _index()


def exact_field(header: object) -> str | None:
    """Return the field whose known header this is, after folding, or None."""
    return ALIASES.get(fold(header))


def repaired_field(header: object) -> tuple[str, str] | None:
    """Return the repaired header and its field when the header is on the repair list."""
    repaired = REPAIRS.get(fold(header))
    if repaired is None:
        return None
    return repaired, ALIASES.get(fold(repaired), IGNORED)


def never_data(header: object) -> bool:
    """Say whether the header is one that carries no data: blank, ``X.1``, ``Unnamed: 3``, drugs."""
    text = readable(header)
    return not text or bool(_NEVER.fullmatch(text))
