"""Which words are under a negation (workflow.md §2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from .normalise import Utterance, is_word
from .vocabulary import Vocabulary, phrase
from .vocabulary.talk import NEGATED_AFTER, SPAN_ENDS
from .vocabulary.wordlist import wordset

_AFTER = tuple(phrase(text) for text in NEGATED_AFTER)
_OPENING = wordset("to want wan need really going i we you should")
_CORRECTION_NEXT = wordset(
    """i use make let lets it sorry wait actually take go my we you please pls that is in na mean"""
)


@dataclass(frozen=True)
class Negation:
    """Token positions that are negated, the negators themselves, and how many there are."""

    covered: frozenset[int]
    words: frozenset[int]
    count: int

    @property
    def present(self) -> bool:
        """Whether anything is negated at all."""
        return self.count > 0


def negation_of(said: Utterance, words: Vocabulary) -> Negation:
    """Mark negated positions: from a negator to the next comma, "but", "instead", "use", …"""
    tokens = said.tokens
    covered: set[int] = set()
    marks: set[int] = set()
    count = 0
    position = 0
    while position < len(tokens):
        hit = words.negation.at(tokens, position)
        if hit is None:
            position += 1
            continue
        length, meanings = hit
        end = position + length
        if meanings[0][0] == "neutral" or _is_correction(tokens, position, length):
            marks.update(range(position, end))
            position = end
            continue
        count += 1
        marks.update(range(position, end))
        stop = end
        while stop < len(tokens) and not _ends(tokens, stop, end):
            stop += 1
        covered.update(range(end, stop))
        position = max(stop, end)
    for position in range(len(tokens)):
        for after in _AFTER:
            if tokens[position : position + len(after)] == after:
                start = position
                while start > 0 and is_word(tokens[start - 1]) and tokens[start - 1] != "but":
                    start -= 1
                if start < position and position not in covered:
                    count += 1
                    covered.update(range(start, position))
    return Negation(frozenset(covered), frozenset(marks), count)


def _ends(tokens: tuple[str, ...], stop: int, first: int) -> bool:
    if tokens[stop] not in SPAN_ENDS:
        return False
    # "don't use primary", "not just primary": the verb right after the negator belongs to it
    opening = all(token in _OPENING for token in tokens[first:stop])
    return not (opening and is_word(tokens[stop]) and tokens[stop] not in ("but", "instead"))


def _is_correction(tokens: tuple[str, ...], position: int, length: int) -> bool:
    """ "No, Kaduna", "no I want …", "no no, …": an opening "no" that answers, not negates."""
    if tokens[position] != "no" or length != 1:
        return False
    if any(is_word(before) and before != "no" for before in tokens[:position]):
        return tokens[position + 1 : position + 2] == ("wait",)
    following = tokens[position + 1 : position + 2]
    return not following or not is_word(following[0]) or following[0] in _CORRECTION_NEXT
