"""Reading a header by its words when no known header fits (domain/inputs.md section 2).

Three slots: method, role, age group. Every trap named there is a test.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tpr.domain.aliases import readable


class HeaderWords(NamedTuple):
    """What the words of a header say.

    Attributes
    ----------
    role : ``tested``, ``positive``, ``negative``, ``fever``, ``clinical`` or None.
    method : ``rdt``, ``microscopy`` or None (not stated).
    group : ``u5``, ``o5``, ``pw``, ``all`` or None.
    ratio : the header names a ready-made rate; nothing else counts then.
    """

    role: str | None
    method: str | None
    group: str | None
    ratio: bool


_SEPARATORS: Final = re.compile(r"[\s_./\\,;:()\[\]&–—-]+")
_RATIO: Final = re.compile(r"%|\b(?:rates?|ratio|percent(?:age)?|proportion|tpr|positivity)\b")
_OTHER_DISEASE: Final = re.compile(
    r"\b(?:hiv|tb|tuberculosis|syphilis|vdrl|hepatitis|hbv|hcv|covid|cholera|measles|dengue)\b"
)
_MICROSCOPY: Final = re.compile(r"\b(?:microscopy|micro|mic|slides?)\b")
_RDT: Final = re.compile(r"\b(?:m?rdts?|rapid)\b")
_POSITIVE: Final = re.compile(r"\b(?:positives?|pos|confirmed|conf)\b")
_NEGATIVE: Final = re.compile(r"\b(?:negatives?|neg)\b")
_TESTED: Final = re.compile(r"\b(?:tested|tests?|examined)\b")
_FEVER: Final = re.compile(r"\bfever\b")
_CLINICAL: Final = re.compile(r"\bclinical(?:ly)?\b")

_EXCLUSION: Final = re.compile(
    r"\b(?:excl|excluding|exc|without|non)\s+(?:pw|preg(?:nant)?(?:\s+women)?)\b"
)
_PREGNANT: Final = re.compile(r"\b(?:preg|pregnant|pregnancy|pw)\b")
_YEARS: Final = r"(?:\s*(?:yrs?|years?))?"
_OVER: Final = re.compile(
    rf"[≥>]\s*5|\b5{_YEARS}\s*\+|\b5{_YEARS}\s+(?:and|or|&)?\s*(?:above|over|older)"
    rf"|\b(?:over|above)\s+(?:5|five)\b|\bo5\b|\ba5\b|\bfive{_YEARS}\s+and\s+(?:above|over)"
)
_UNDER: Final = re.compile(
    r"<\s*5|\bunder\s*(?:5s?|fives?)\b|\bu5\b|\b(?:less than|below)\s+(?:5|five)\b"
    r"|\b0\s*(?:to)?\s*59\s*(?:months?|mths?|m)\b"
)
_ALL: Final = re.compile(r"\b(?:all|total)\b")


def plain_words(header: object) -> str:
    """Return the header as words: separators folded to blanks, comparison signs kept."""
    text = readable(header).replace("5+", "5 +")
    return " ".join(_SEPARATORS.sub(" ", text).split())


def read_header(header: object) -> HeaderWords:
    """Read role, method and group from a header.

    Parameters
    ----------
    header : as written; spelling, separators and damaged signs are dealt with here.

    Returns
    -------
    HeaderWords
        ``role`` None when the header names neither a test nor a count of persons. "tested
        positive" is positive although "tested" stands first; "(excl PW)" never means pregnant
        women, and on its own marks five years and over.

    Examples
    --------
    >>> read_header("rdt_tested_u5")
    HeaderWords(role='tested', method='rdt', group='u5', ratio=False)
    """
    text = plain_words(header)
    if _RATIO.search(text):
        return HeaderWords(None, None, None, ratio=True)
    if _OTHER_DISEASE.search(text):
        return HeaderWords(None, None, None, ratio=False)
    return HeaderWords(_role(text), _method(text), _group(text), ratio=False)


def _method(text: str) -> str | None:
    if _MICROSCOPY.search(text):
        return "microscopy"
    return "rdt" if _RDT.search(text) else None


def _role(text: str) -> str | None:
    if _POSITIVE.search(text):
        return "positive"
    # Before "tested": "tested negative" is never the number of all tests.
    if _NEGATIVE.search(text):
        return "negative"
    if _TESTED.search(text):
        return "tested"
    if _CLINICAL.search(text):
        return "clinical"
    return "fever" if _FEVER.search(text) else None


def _group(text: str) -> str | None:
    rest = _EXCLUSION.sub(" ", text)
    if _PREGNANT.search(rest):
        return "pw"
    if _OVER.search(rest):
        return "o5"
    if _UNDER.search(rest):
        return "u5"
    # R writes both "<5yrs" and "≥5yrs" as "..5yrs"; only the older group excludes anybody.
    if rest != text:
        return "o5"
    return "all" if _ALL.search(rest) else None
