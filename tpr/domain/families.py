"""Headers that lost the sign of their age group: ``…RDT..5yrs`` (domain/inputs.md section 2).

R turns both ``<`` and ``≥`` into a dot. A single such column beside the column of 5 and over is
under 5, because no other group is left; two such columns are never told apart by their order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from tpr.domain import fields
from tpr.domain.columns import UNSURE, Column
from tpr.domain.header_grammar import plain_words, read_header
from tpr.domain.numbers import is_count

SIGN_LOST: Final = "the sign before 5 years is lost; its sister columns leave under 5 only"
AMBIGUOUS: Final = "the sign before 5 years is lost, and another column differs only in dots"
_FIVE_YEARS: Final = re.compile(r"\b5\s*(?:yrs?|years?)\b")


def settle_lost_signs(columns: Sequence[Column]) -> list[Column]:
    """Give columns without a sign their age group where only one is left.

    Parameters
    ----------
    columns : as recognised, in the order of the sheet.

    Returns
    -------
    list of Column
        The lost column of a family (same role and method) becomes under 5 with score 0.95 when it
        is the only one, a sister is surely 5 and over, and none is under 5. Two or more lost
        columns of a family stay unsure, with `AMBIGUOUS` as their reason.
    """
    result = list(columns)
    lost: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    groups: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for i, column in enumerate(columns):
        words = read_header(column.header)
        if words.ratio or words.role is None or column.field == fields.IGNORED:
            continue
        family = (words.role, words.method)
        if words.group is not None:
            groups[family].add(words.group)
        elif _FIVE_YEARS.search(plain_words(column.header)):
            lost[family].append(i)
    for family, members in lost.items():
        if len(members) > 1:
            for i in members:
                if result[i].unsure:
                    result[i] = result[i]._replace(reason=AMBIGUOUS)
        elif "o5" in groups[family] and "u5" not in groups[family]:
            i = members[0]
            if _fits(result[i]):
                result[i] = _as_under_5(result[i], *family)
    return result


def _fits(column: Column) -> bool:
    if column.field is not None:
        return column.score >= UNSURE
    return all(is_count(sample) for sample in column.samples)


def _as_under_5(column: Column, role: str, method: str | None) -> Column:
    if role in ("fever", "clinical"):
        return column._replace(field=f"{role}_u5", score=0.95, reason=SIGN_LOST)
    if method is None:
        field = f"{role}_{fields.UNSTATED}_u5"
        return column._replace(field=field, score=0.80, reason=f"{SIGN_LOST}; no method is named")
    return column._replace(field=f"{role}_{method}_u5", score=0.95, reason=SIGN_LOST)
