"""Is this a test file, and if not, what is it (domain/inputs.md sections 4 and 8, step 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chatmrpt.common.errors import DomainError
from chatmrpt.common.names import tidy
from tpr.domain import fields
from tpr.domain.columns import Column
from tpr.domain.header_grammar import read_header
from tpr.domain.mapping import FieldMap
from tpr.domain.questions import NO_TESTED_COLUMNS, Answers, Choice, Question

REFUSALS: Final = {
    "EMPTY_FILE": "The file has no content.",
    "UNSUPPORTED_TYPE": "The file is not a workbook or a text table.",
    "ENCRYPTED": "The workbook is protected by a password.",
    "TOO_LARGE_EXPANDED": "The compressed content is implausibly large.",
    "TOO_MANY_CELLS": "The sheet has too many rows, columns or sheets.",
    "HOSTILE_FILE": "The file contains parts that no export contains.",
    "ARCHIVE_CONTENT": "The archive does not hold exactly one readable file.",
    "UNREADABLE_FILE": "The file is damaged.",
    "NO_HEADER": "No header row was found.",
    "NO_WARD_COLUMN": "There is no ward column.",
    "NO_TESTED_COLUMNS": "There is no tested column.",
    "NO_POSITIVE_COLUMNS": "There is no positive column.",
    "NO_COMPLETE_PAIR": "No tested column has its positive column.",
    "NOT_TPR_FILE": "This is not a table of test counts.",
    "NOT_NIGERIA": "The states are not Nigerian.",
    "NO_ROWS": "There are no data rows.",
    "PERSONAL_DATA": "The file seems to hold personal data.",
    "UNKNOWN_FIELD": "The given mapping names a field that does not exist.",
}
OPD_ONLY: Final = "opd"
_REFUSE: Final = "refuse"
_NO_TESTED: Final = (
    "I found wards and positives but no tested column, so positivity cannot be calculated. "
)
_LOOKED_FOR: Final = (
    "a ward column and, for one test method and age group, tested and positive counts"
)
_COORDINATES: Final = re.compile(r"\b(?:latitude|longitude|lat|lon|long|lng)\b")
_WIDE: Final = 100
_PREFIX: Final = 12
_SHARE: Final = 0.6


class Refused(DomainError):
    """The file cannot be used; the message says what was looked for and what was found."""


def judge(mapping: FieldMap, answers: Answers, sheet: str) -> str:
    """Return the kind of file, or refuse it.

    Parameters
    ----------
    mapping : as decided, open questions included.
    answers : given answers; ``NO_TESTED_COLUMNS=opd`` accepts a file without tests. A person who
        can be asked is asked, when there is attendance to divide by.
    sheet : name of the sheet, for the message.

    Returns
    -------
    str
        ``tpr`` or ``positives_only``. With open questions the answer is provisional.

    Raises
    ------
    Refused
        ``NOT_TPR_FILE``, ``NO_WARD_COLUMN``, ``NO_TESTED_COLUMNS``, ``NO_POSITIVE_COLUMNS``,
        ``NO_COMPLETE_PAIR``.
    """
    columns = mapping.columns
    possible = {c.field for c in columns if c.field and (c.sure or c.unsure)}
    possible |= mapping.formed.keys()
    tested = [f for f in possible if f.startswith("tested_")]
    positive = [f for f in possible if f.startswith("positive_")]
    ward = "ward" in possible
    facts = _facts(columns, sheet)
    if not tested and not positive:
        _refuse_without_counts(columns, possible, facts)
    if not ward:
        raise Refused(
            "NO_WARD_COLUMN",
            f"I found test counts but no ward column in sheet '{sheet}', so ward positivity "
            f"cannot be calculated. Looked for headers such as 'Ward', 'WardName' or "
            f"'orgunitlevel4'; found {_shown(columns)}. Please send an export with the ward.",
            facts,
        )
    if not tested:
        return _positives_only(columns, possible, answers, facts)
    if not positive:
        raise Refused(
            "NO_POSITIVE_COLUMNS",
            "I found wards and tested columns but no positive column, so positivity cannot be "
            f"calculated. Found {_shown(columns)}. Please send an export with both.",
            facts,
        )
    complete = any(fields.partner(f) in possible for f in tested)
    if not complete:
        all_ages = all(f.endswith("_all") for f in (*tested, *positive))
        raise Refused(
            "NO_COMPLETE_PAIR",
            (
                "The tested and positive columns cover all ages together; the age groups under 5, "
                "5 and over, and pregnant women are needed."
                if all_ages
                else "No tested column has a positive column of the same method and age group."
            )
            + f" Found {_shown(columns)}. Please send an export with both per age group.",
            facts,
        )
    return "tpr"


def _positives_only(
    columns: Sequence[Column], possible: set[str], answers: Answers, facts: dict[str, Any]
) -> str:
    attendance = "opd" in possible
    if attendance and (answers.attended or answers.has(NO_TESTED_COLUMNS)):
        answer = answers.ask(_ratio_question(facts))
        if answer == OPD_ONLY:
            return "positives_only"
    facts = {**facts, "can_offer": OPD_ONLY if attendance else None}
    raise Refused(
        "NO_TESTED_COLUMNS",
        _NO_TESTED
        + (
            "I can offer positives per out-patient, clearly labelled "
            f"({NO_TESTED_COLUMNS}={OPD_ONLY}); otherwise please send an export with the tested "
            "columns."
            if attendance
            else f"Found {_shown(columns)}. Please send an export with the tested columns."
        ),
        facts,
    )


def _ratio_question(facts: dict[str, Any]) -> Question:
    return Question(
        NO_TESTED_COLUMNS,
        _NO_TESTED + "I can offer positives per out-patient, clearly labelled as a ratio: it is "
        "not positivity, and the risk analysis does not take it.",
        (
            Choice(OPD_ONLY, "Use positives per out-patient, labelled as a ratio"),
            Choice(_REFUSE, "No: I will send an export with the tested columns"),
        ),
        OPD_ONLY,
        {"recognised": facts["recognised"]},
    )


def _refuse_without_counts(
    columns: Sequence[Column], possible: set[str], facts: dict[str, Any]
) -> None:
    """Name the file that this is instead (inputs.md section 4, "Not TPR files")."""
    ratio = any(c.field == fields.RATIO for c in columns)
    counts = any(f in possible for f in fields.CONTEXT_FIELDS)
    refuse_wide_pivot([c.header for c in columns], facts)
    if ratio and not counts and "facility" not in possible:
        rates = ", ".join(f"'{tidy(c.header)}'" for c in columns if c.field == fields.RATIO)
        what, advice = (
            "a ward table with a ready-made rate, not test counts",
            "It can be used later as a covariate sheet in the risk analysis. The rate itself "
            f"({rates}) cannot be checked here: in tables of this kind it is often positives per "
            "out-patient attendance × 100, which is not positivity.",
        )
        facts = {**facts, "nearest": "ward_rate_table"}
    elif {"facility", "level", "ownership"} & possible and not counts and _has_coordinates(columns):
        what, advice = (
            "a facility register (levels or ownership and coordinates, no counts)",
            "It can be used as a register of facilities beside a test file; please send the test "
            "counts first.",
        )
        facts = {**facts, "nearest": "facility_register"}
    elif {"ward", "facility"} <= possible and any(f in possible for f in _test_context()):
        raise Refused(
            "NO_TESTED_COLUMNS",
            f"I found wards and facilities but no tested or positive column. Looked for "
            f"{_LOOKED_FOR}; found {_shown(columns)}. Please send an export with the test columns.",
            facts,
        )
    else:
        raise Refused(
            "NOT_TPR_FILE",
            f"This is not a table of malaria test counts. I looked for {_LOOKED_FOR}; found "
            f"{_shown(columns)}. Please send the NMEP or DHIS2 export.",
            {**facts, "nearest": None},
        )
    raise Refused(
        "NOT_TPR_FILE",
        f"This looks like {what}. I looked for {_LOOKED_FOR}; found {_shown(columns)}. {advice}",
        facts,
    )


def _test_context() -> tuple[str, ...]:
    return (*fields.CONTEXT_FIELDS, *fields.PERIODS)


def _has_coordinates(columns: Sequence[Column]) -> bool:
    return any(_COORDINATES.search(tidy(c.header).casefold()) for c in columns)


def refuse_wide_pivot(headers: Sequence[object], facts: Mapping[str, Any] | None = None) -> None:
    """Refuse a table that has one column per facility, the indicator glued to each name.

    Parameters
    ----------
    headers : the header row, as written; fewer than 100 columns are never such a pivot.

    Raises
    ------
    Refused
        ``NOT_TPR_FILE`` naming the layout, the number of columns and what they count.
    """
    texts = [tidy(header) for header in headers]
    shared = _shared_prefix(texts)
    if not shared:
        return
    number = sum(text.startswith(shared) for text in texts)
    words = read_header(shared)
    only = (
        " They hold positives only, no tests, so no rate could come of them."
        if words.role == "positive"
        else ""
    )
    raise Refused(
        "NOT_TPR_FILE",
        f"This looks like a wide pivot with one column per facility: {number:,} of "
        f"{len(texts):,} columns begin with '{shared}'.{only} I looked for {_LOOKED_FOR}. Please "
        "send a long export: one row per facility and period, with the ward, tested and positive "
        "as columns.",
        {**(facts or {}), "nearest": "wide_pivot", "columns": len(texts), "facilities": number,
         "indicator": shared},
    )  # fmt: skip


def _shared_prefix(texts: Sequence[str]) -> str:
    """Return the words with which most of very many headers begin, or the empty text."""
    if len(texts) < _WIDE:
        return ""
    heads: dict[str, list[str]] = {}
    for text in texts:
        if len(text) > _PREFIX:
            heads.setdefault(text[:_PREFIX], []).append(text)
    members = max(heads.values(), key=len, default=[])
    if len(members) < _SHARE * len(texts):
        return ""
    first, last = min(members), max(members)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    shared = first[:length] if length is not None else first
    return shared if shared in members else shared.rpartition(" ")[0] or shared


def _shown(columns: Sequence[Column]) -> str:
    names = [f"'{tidy(c.header)[:40]}'" for c in columns if tidy(c.header)]
    if len(names) > 10:
        return f"{', '.join(names[:10])} and {len(names) - 10:,} more"
    return ", ".join(names) or "no headers"


def _facts(columns: Sequence[Column], sheet: str) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "headers": [tidy(c.header)[:80] for c in columns[:60]],
        "recognised": {c.field: tidy(c.header) for c in columns if c.field and c.sure},
        "looked_for": _LOOKED_FOR,
    }
