"""What each column of a sheet is, by score (domain/inputs.md section 8, step 4).

Deterministic: the same headers and sample cells give the same fields. Nothing below 0.90 is used
without a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, NamedTuple

from chatmrpt.common.names import tidy
from chatmrpt.common.states import state_by_prefix
from tpr.domain import fields
from tpr.domain.aliases import ALIASES, exact_field, fold, never_data, repaired_field
from tpr.domain.header_grammar import read_header
from tpr.domain.levels import read_level
from tpr.domain.numbers import is_blank, is_count
from tpr.domain.periods import is_weekly, read_month_number, read_period

SURE: Final = 0.90
UNSURE: Final = 0.60
_SIMILAR: Final = 0.85
_AGREES: Final = 0.05
_CONTRADICTS: Final = 0.40
_MOST_LEVEL_WORDS: Final = 60
_SHOWN_SAMPLES: Final = 5
_LGA_WORDS: Final = re.compile(r"local government area|\blga\b", re.IGNORECASE)
_COPY_SUFFIX: Final = re.compile(r"[._]\d{1,2}$")
_PERSONAL: Final = re.compile(
    r"\b(?:patients?|clients?|child|mothers?|caregivers?)\s*(?:full\s*)?names?\b|\bsurname\b"
    r"|\b(?:first|last|middle)\s*name\b|\b(?:tele)?phone\b|\bmobile\s*(?:no|number)\b"
    r"|\bdate\s*of\s*birth\b|\bdob\b|\bnin\b"
)


class Column(NamedTuple):
    """One column as recognised.

    Attributes
    ----------
    header : as written.
    position : 1-based.
    field : canonical field, ``ratio``, ``ignored`` or None (unmapped).
    score : 0 to 1; >= 0.90 is used, 0.60 to 0.89 is asked.
    reason : how the field was found, in words.
    samples : up to five distinct non-blank cells, as text.
    """

    header: str
    position: int
    field: str | None
    score: float
    reason: str
    samples: tuple[str, ...]

    @property
    def sure(self) -> bool:
        return self.field is not None and self.score >= SURE

    @property
    def unsure(self) -> bool:
        return self.field is not None and UNSURE <= self.score < SURE


@lru_cache(maxsize=4096)
def by_header(header: str) -> tuple[str | None, float, str]:
    """Return field, score and reason that the header alone gives."""
    if never_data(header):
        return fields.IGNORED, 1.0, "known to hold no counts"
    known = exact_field(header)
    if known is not None:
        return known, 1.0, "known header"
    repaired = repaired_field(header)
    if repaired is not None:
        return repaired[1], 0.95, f"repaired to '{repaired[0]}'"
    words = read_header(header)
    if words.ratio:
        return fields.RATIO, 1.0, "a ready-made rate"
    if words.role in ("fever", "clinical"):
        if words.method is None and words.group in fields.GROUPS:
            return f"{words.role}_{words.group}", 0.95, "words of the header"
    elif words.role is not None:
        method = words.method or fields.UNSTATED
        if words.group is not None:
            field = f"{words.role}_{method}_{words.group}"
            if words.method is not None:
                return field, 0.95, "words of the header"
            return field, 0.80, "words of the header; no method is named"
        if words.method is not None:
            return f"{words.role}_{method}_u5", 0.60, "words of the header; no age group is named"
    return _similar(header)


def _similar(header: str) -> tuple[str | None, float, str]:
    text = fold(header)
    if len(text) < 5:
        return None, 0.0, "not recognised"
    best, found = 0.0, ""
    matcher = SequenceMatcher(b=text, autojunk=False)
    for alias in ALIASES:
        if abs(len(alias) - len(text)) > 0.2 * len(text) + 1 or _numbers(alias) != _numbers(text):
            continue
        matcher.set_seq1(alias)
        if matcher.quick_ratio() > max(best, _SIMILAR):
            ratio = matcher.ratio()
            if ratio > best:
                best, found = ratio, alias
    if best >= _SIMILAR and ALIASES[found] != fields.IGNORED:
        return ALIASES[found], 0.70, f"similar to '{found}'"
    return None, 0.0, "not recognised"


def _numbers(text: str) -> tuple[str, ...]:
    """Numbers and signs, which no similarity may bridge: level 2 and level 3, < and ≥."""
    return tuple(re.findall(r"\d+|[<>≥≤]", text))


def recognise(headers: Sequence[object], rows: Sequence[Sequence[object]]) -> list[Column]:
    """Recognise every column of a sheet.

    Parameters
    ----------
    headers : cells of the header row.
    rows : sample data rows; shorter rows are allowed.

    Returns
    -------
    list of Column
        One per header, in order.
    """
    return [
        recognise_column(header, [row[i] if i < len(row) else None for row in rows], i + 1)
        for i, header in enumerate(headers)
    ]


def recognise_column(header: object, cells: Sequence[object], position: int) -> Column:
    """Recognise one column from its header and sample cells."""
    written = str(header) if header is not None else ""
    filled = [cell for cell in cells if not is_blank(cell)]
    samples = tuple(dict.fromkeys(tidy(cell)[:60] for cell in filled))[:_SHOWN_SAMPLES]
    field, score, reason = by_header(written)
    if field is not None and fold(written) == "organisationunitname1":
        field, score, reason = _second_unit_name(filled)
    if field is None or field in (fields.IGNORED, fields.RATIO):
        return Column(written, position, field, score, reason, samples)
    verdict = _content(field, filled)
    if verdict > 0:
        score = min(1.0, score + _AGREES)
    elif verdict < 0:
        score, reason = score - _CONTRADICTS, f"{reason}; the cells do not fit"
    return Column(written, position, field, round(score, 2), reason, samples)


def _second_unit_name(filled: Sequence[object]) -> tuple[str | None, float, str]:
    """R's second ``organisationunitname`` is the level only when its values are levels."""
    if filled and sum(read_level(cell) is not None for cell in filled) >= 0.9 * len(filled):
        return "level", 1.0, "known header; its values are levels"
    return "facility", 0.70, "second column of this name"


def _content(field: str, filled: Sequence[object]) -> int:
    """Return 1 when the cells agree with the field, -1 when they contradict, else 0."""
    if not filled:
        return 0
    if field in fields.COUNTS:
        return _share(filled, is_count, agree=0.95, contradict=0.5)
    if field in ("period_name", "period_code"):
        known = lambda c: read_period(c) is not None or is_weekly(c)  # noqa: E731
        return _share(filled, known, agree=0.9, contradict=0.5)
    if field == "period_month":
        known = lambda c: read_month_number(c) is not None or read_period(c) is not None  # noqa: E731
        return _share(filled, known, agree=0.9, contradict=0.5)
    if field == "level":
        words = {tidy(cell).casefold() for cell in filled}
        if len(words) > _MOST_LEVEL_WORDS or any(_LGA_WORDS.search(word) for word in words):
            return -1
        return 1 if any(read_level(word) for word in words) else 0
    if field in ("state", "lga", "ward", "facility"):
        if sum(is_count(cell) for cell in filled) >= 0.9 * len(filled):
            return -1
        return _share(filled, _place_like, agree=0.5, contradict=-1.0)
    return 0


def _place_like(cell: object) -> bool:
    text = tidy(cell)
    return bool(_LGA_WORDS.search(text)) or (
        text[2:3] == " " and state_by_prefix(text[:2]) is not None
    )


def _share(filled: Sequence[object], test: object, *, agree: float, contradict: float) -> int:
    share = sum(bool(test(cell)) for cell in filled) / len(filled)  # type: ignore[operator]
    if share >= agree:
        return 1
    return -1 if share < contradict else 0


def personal_columns(headers: Sequence[object]) -> list[str]:
    """Return the headers that look like personal data of patients (inputs.md section 9)."""
    return [
        str(header)
        for header in headers
        if header is not None and _PERSONAL.search(re.sub(r"[\W_]+", " ", str(header)).casefold())
    ]


def base_header(header: str, present: set[str]) -> str:
    """Return the header without the copy suffix of a reader (``name.1``) when ``name`` exists.

    Parameters
    ----------
    header : as written.
    present : folded headers of the sheet, with suffixes as written.
    """
    shorter = _COPY_SUFFIX.sub("", header)
    if shorter != header and re.sub(r"\s+", " ", shorter).strip().casefold() in present:
        return shorter
    return header
