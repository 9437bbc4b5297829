"""Texts that point at something unsaid, and threats to leave the data alone."""

from __future__ import annotations

from .asking import Asking
from .facts import Facts
from .reading import Candidate, Command
from .vocabulary import phrase
from .vocabulary.wordlist import wordset

_POINTERS = wordset(
    """them it that those they this one the other what about how and so tell me more why who him
    her there these is again mean you do former latter same thing explain show"""
)
_REFERENCES = wordset("them it that those they this these other former latter same one there")
_FILE = tuple(phrase(t) for t in ("which file", "what file", "which of the files", "which dataset"))


def vague(facts: Facts, kind: Asking) -> Candidate | None:
    """ "What about them?", "tell me more", "which file should I analyse?"."""
    words = facts.core
    if words in (
        phrase("tell me more"),
        phrase("more"),
        phrase("explain more"),
        phrase("more details"),
        phrase("go into detail"),
    ):
        if facts.context.stage == "awaiting_upload":
            return Candidate(Command.EXPLAIN, {"topic": "tpr"}, 0.6)
        return Candidate(Command.CLARIFY, {"about": "reference"}, 0.6)
    if (
        kind is not Asking.NO
        and len(words) <= 5
        and set(words) <= _POINTERS
        and set(words) & _REFERENCES
        and not facts.spans
    ):
        return Candidate(Command.CLARIFY, {"about": "reference"}, 0.7)
    asked = any(facts.tokens[i : i + len(f)] == f for f in _FILE for i in range(len(facts.tokens)))
    if asked and set(facts.tokens) & wordset("analyze analyse use choose pick select work start"):
        return Candidate(Command.CLARIFY, {"about": "file"}, 0.8)
    if kind is Asking.QUESTION and _circular(facts):
        return Candidate(Command.CLARIFY, {"about": "reference"}, 0.7)
    return None


def _circular(facts: Facts) -> bool:
    """ "Why is TPR high where TPR is high?": the answer is in the question."""
    tokens = [t for t in facts.tokens if t.isalnum()]
    if not tokens or tokens[0] != "why" or "where" not in tokens:
        return False
    cut = tokens.index("where")
    left, right = (
        set(tokens[1:cut]) - {"is", "are", "the"},
        set(tokens[cut + 1 :]) - {"is", "are", "the"},
    )
    return bool(left) and left == right
