"""Question, polite choice, or neither (workflow.md §2.5)."""

from __future__ import annotations

from enum import Enum

from .facts import Facts
from .vocabulary import phrase
from .vocabulary.speech import NOT_QUESTIONS
from .vocabulary.wordlist import wordset

_NOT_QUESTIONS = tuple(phrase(text) for text in NOT_QUESTIONS)


class Asking(Enum):
    """How a text asks."""

    NO = 0
    POLITE = 1
    QUESTION = 2
    ECHO = 3
    """Only a question mark makes it one ("Kano?", "primary?")."""


_STARTERS = wordset(
    """what why how when where which who whose whom is are does do did was were has have had am
    wetin explain describe quel quelle quels quelles pourquoi comment combien shey se"""
)
_ANYWHERE = wordset("what why how where which who whose wetin combien nawa")
_DO_SUBJECTS = wordset("we you i they u una these those any wards all facilities people")
_RELATIVE = wordset("where who which whose")
_BEFORE = wordset(
    """show tell me know see and say ask find list explain but , first about please of in on"""
)
_MODALS = wordset("can could may would will shall should might")
_POLITE_MODALS = _MODALS - {"should", "might"}
_POLITE_SUBJECTS = wordset("we you i u us una")
_POLITE_VERBS = wordset(
    """do use take look analyse analyze go try see pick choose select have get show switch change
    run start begin calculate compute include focus consider make give set put work give
    proceed continue plan create download export draw plot generate help move please just
    kindly also now try"""
)
_NOT_POLITE = wordset(
    """why how what which difference rate rates many happens happen mean means explain trust
    believe"""
)
_TELL = tuple(
    phrase(t)
    for t in ("tell me", "explain", "let me know", "i wonder", "do you know", "i want to know")
)
_SUGGEST = tuple(
    phrase(t)
    for t in (
        "what about",
        "how about",
        "what of",
        "how of",
        "why not use",
        "why not try",
        "why not go with",
    )
)


def asking(facts: Facts) -> Asking:
    """Classify; the strictest sentence decides."""
    tokens = facts.tokens
    result = Asking.NO
    for first, end, marked in facts.said.sentences:
        start = max(first, facts.opening) if first <= facts.opening < end else first
        kind = _sentence(tokens[start:end], marked)
        if kind is Asking.QUESTION:
            return kind
        if kind is not Asking.NO:
            result = kind
    return result


def _sentence(tokens: tuple[str, ...], marked: bool) -> Asking:
    if not tokens:
        return Asking.NO
    for suggest in _SUGGEST:
        if tokens[: len(suggest)] == suggest:
            return Asking.POLITE
    rest = _without(tokens)
    if len(rest) < len(tokens) and not (set(rest) & _ANYWHERE):
        return Asking.ECHO if marked else Asking.NO
    if len(tokens) > 2 and tokens[0] in _POLITE_MODALS and tokens[1] in _POLITE_SUBJECTS:
        asks = set(tokens) & _NOT_POLITE
        if not asks and any(t in _POLITE_VERBS for t in tokens[2:4]):
            return Asking.POLITE
        return Asking.QUESTION
    if _interrogative(tokens, marked):
        return Asking.QUESTION
    if any(tokens[: len(tell)] == tell for tell in _TELL):
        return Asking.QUESTION
    if tokens[0] in _MODALS:
        return Asking.QUESTION
    return Asking.ECHO if marked else Asking.NO


def _interrogative(tokens: tuple[str, ...], marked: bool) -> bool:
    """A question word that opens, or stands anywhere; "do …" and relative "where" are checked."""
    if tokens[0] == "do":
        asked = tokens[1:2] and tokens[1] in _DO_SUBJECTS
        if asked or (marked and tokens[1:2] != ("not",)):
            return True
    elif tokens[0] in _STARTERS:
        return True
    for i, token in enumerate(tokens):
        if token in _ANYWHERE and not (token in _RELATIVE and i and tokens[i - 1] not in _BEFORE):
            return True
    return False


def _without(tokens: tuple[str, ...]) -> tuple[str, ...]:
    for known in _NOT_QUESTIONS:
        for i in range(len(tokens) - len(known) + 1):
            if tokens[i : i + len(known)] == known and (i == 0 or known[0] not in ("do", "have")):
                return tokens[:i] + tokens[i + len(known) :]
    return tokens
