"""Facility levels: reading the words of a file, and inferring a level from a facility name.

Source: domain/inputs.md sections 5.2 and 5.3. An unknown word is null and listed, never "primary
by default".
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from chatmrpt.common.names import tidy

PRIMARY: Final = "primary"
SECONDARY: Final = "secondary"
TERTIARY: Final = "tertiary"
LEVELS: Final = (PRIMARY, SECONDARY, TERTIARY)

_LEVEL_WORD: Final = re.compile(r"\b(primary|secondary|tertiary)\b")
_LEVEL_NAMES: Final = (
    (re.compile(r"\b(?:teaching hospital|federal medical cent(?:re|er)|fmc)\b"), TERTIARY),
    (re.compile(r"\bgeneral hospital\b"), SECONDARY),
    (re.compile(r"\bphcc?\b"), PRIMARY),
)
_WORDS: Final = re.compile(r"[\W_]+")


class Inferred(NamedTuple):
    """A level read from a name.

    Attributes
    ----------
    level : ``primary``, ``secondary``, ``tertiary`` or None (rule 4: not known).
    rule : 1 tertiary, 2 secondary, 3 primary, 4 none (domain/inputs.md section 5.3).
    word : the words that decided, empty under rule 4.
    confidence : ``high``, ``medium`` or ``low``.
    """

    level: str | None
    rule: int
    word: str
    confidence: str


# Rule, words, level, confidence. The order is the rule; the confidence follows how specific the
# words are: "hospital" or "clinic" alone says less than "general hospital" or "health post".
_RULES: Final = (
    (
        1,
        r"teaching hospital|university hospital|university teaching hospital"
        r"|federal medical cent(?:re|er)|federal specialist|national hospital|fmc|uch",
        TERTIARY,
        "high",
    ),
    (
        2,
        r"general hospital|cottage hospital|specialist hospital|state hospital",
        SECONDARY,
        "high",
    ),
    (2, r"medical cent(?:re|er)|hospitals?", SECONDARY, "medium"),
    (
        3,
        r"primary health|phcc?|health post|basic health|dispensary|health clinic"
        r"|health cent(?:re|er)|health unit",
        PRIMARY,
        "high",
    ),
    (3, r"maternity|clinics?", PRIMARY, "medium"),
)
_COMPILED: Final = tuple(
    (rule, re.compile(rf"\b(?:{words})\b"), level, confidence)
    for rule, words, level, confidence in _RULES
)


def _fold(text: object) -> str:
    return " ".join(_WORDS.sub(" ", tidy(text).casefold()).split())


def read_level(cell: object) -> str | None:
    """Return the level that a cell of a level column names, or None.

    Parameters
    ----------
    cell : text as written, any case: ``Primary Health Facility``, ``Tertiary``, ``PHC``,
        ``General Hospital``.

    Returns
    -------
    str or None
        None when the words name no level, or two different ones.
    """
    text = _fold(cell)
    found = set(_LEVEL_WORD.findall(text))
    if len(found) == 1:
        return str(found.pop())
    if found:
        return None
    for words, level in _LEVEL_NAMES:
        if words.search(text):
            return level
    return None


def infer_level(name: object) -> Inferred:
    """Infer the level from a facility name: whole words, first rule that fits.

    Parameters
    ----------
    name : facility name, with or without prefix.

    Returns
    -------
    Inferred
        ``level`` None under rule 4; such facilities count only under ``all``.

    Examples
    --------
    >>> infer_level("Federal Medical Centre Yola").level
    'tertiary'
    """
    text = _fold(name)
    for rule, words, level, confidence in _COMPILED:
        found = words.search(text)
        if found:
            return Inferred(level, rule, found[0], confidence)
    return Inferred(None, 4, "", "low")
