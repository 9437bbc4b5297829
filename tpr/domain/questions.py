"""Questions the reader puts to a person, and the answers it was given (``--assume CODE=CHOICE``).

A safe default is taken and listed as an issue; what could turn numbers round is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing only a person can decide.

    Parameters
    ----------
    code : upper-case word, stable for the same file; answered by ``assume[code] = choice``.
    message : the question, with what was found.
    choices : accepted answers.
    recommended : value of a choice, or None when nothing speaks for one.
    facts : header, samples and figures behind the question.
    safe : the recommendation turns no number round; where nobody is there to be asked it is taken
        and listed.
    """

    code: str
    message: str
    choices: tuple[Choice, ...]
    recommended: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    safe: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "choices": [{"value": c.value, "label": c.label} for c in self.choices],
            "recommended": self.recommended,
            "facts": self.facts,
            "safe": self.safe,
        }


SHEET: Final = "SHEET"
STATE: Final = "STATE"
SWAPPED: Final = "SWAPPED"
DATE_TRAP: Final = "DATE_TRAP"
PERIOD_MIXED: Final = "PERIOD_MIXED"
NO_TESTED_COLUMNS: Final = "NO_TESTED_COLUMNS"
DUPLICATES: Final = "DUPLICATES"
SUBTOTALS: Final = "SUBTOTALS"  # never asked; ``keep`` uses them beside their facilities

KNOWN_CODES: Final = (
    *(SHEET, STATE, SWAPPED, DATE_TRAP, PERIOD_MIXED, NO_TESTED_COLUMNS, DUPLICATES, SUBTOTALS),
    *("COLUMN_<number>", "COLUMN_FOR_<FIELD>", "COPIES_<number>", "NOT_NUMERIC_<number>"),
)
"""Every code the reader can ask or be told; the last four hold a column's number or a field."""

_NUMBERED: Final = re.compile(r"(?:COLUMN|COPIES|NOT_NUMERIC)_\d+|COLUMN_FOR_[A-Z_]+")


def is_known(code: str) -> bool:
    """Say whether the reader could ever ask this."""
    code = code.strip().upper()
    return code in KNOWN_CODES or _NUMBERED.fullmatch(code) is not None


def column_code(position: int) -> str:
    """``COLUMN_7``: what is column 7?"""
    return f"COLUMN_{position}"


def field_code(name: str) -> str:
    """``COLUMN_FOR_WARD``: which of several columns is the ward?"""
    return f"COLUMN_FOR_{name.upper()}"


def copies_code(position: int) -> str:
    """``COPIES_12``: how are the equal headers that begin at column 12 combined?"""
    return f"COPIES_{position}"


def numeric_code(position: int) -> str:
    """``NOT_NUMERIC_9``: column 9 should hold counts and holds text."""
    return f"NOT_NUMERIC_{position}"


class Answers:
    """The answers given so far; anything else becomes an open question.

    An answer that is not one of the choices leaves the question open, so that a typing error
    never decides anything.

    Parameters
    ----------
    assume : code to choice.
    attended : a person can be asked. Otherwise a safe question takes its recommendation.
    """

    def __init__(self, assume: Mapping[str, str], *, attended: bool = False) -> None:
        self.attended = attended
        self._given = {code.strip().upper(): choice.strip() for code, choice in assume.items()}
        self.open: list[Question] = []

    def ask(self, question: Question) -> str | None:
        """Return the answer, or note the question as open and go on with the recommendation.

        Going on collects all questions of a file in one round; while one is open, nothing that
        was read is kept.
        """
        given = self._given.get(question.code)
        if given is not None:
            for choice in question.choices:
                if choice.value.casefold() == given.casefold():
                    return choice.value
        elif question.safe and not self.attended:
            return question.recommended
        if not self.is_open(question.code):
            self.open.append(question)
        return question.recommended

    @property
    def provisional(self) -> bool:
        """What was read stands unless a person decides otherwise: only safe questions are open."""
        return all(question.safe for question in self.open)

    def is_open(self, code: str) -> bool:
        """Say whether a question was asked and not answered."""
        return any(question.code == code for question in self.open)

    def has(self, code: str) -> bool:
        """Say whether an answer to this was given, accepted or not."""
        return code in self._given

    def given(self, code: str, among: Iterable[str]) -> str | None:
        """Return an answer given without a question, when it is one of the accepted ones."""
        answer = self._given.get(code)
        return next((a for a in among if answer and a.casefold() == answer.casefold()), None)
