"""The tables an interpreter reads with; data, handed in as an argument.

``Vocabulary.default()`` is what ships. A list of ``(kind, value, phrase)`` rows from anywhere else
(an admin table, a file) makes another one with :meth:`Vocabulary.of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from chatmrpt.common.states import STATES

from ..normalise import clean, squeeze, tokens_of
from . import concepts, navigation, options, talk
from .places import CITIES, STATE_AND_LGA

Phrase = tuple[str, ...]
Meaning = tuple[str, str]


@cache
def phrase(text: str) -> Phrase:
    """A phrase of a table in the tokens that an utterance would have."""
    return tuple(tokens_of(clean(text)))


class Lexicon:
    """Phrases by their first word, longest first, so that the longest always wins."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        found: dict[str, dict[Phrase, list[Meaning]]] = {}
        for kind, value, text in rows:
            words = phrase(text)
            if words:
                meanings = found.setdefault(words[0], {}).setdefault(words, [])
                if (kind, value) not in meanings:
                    meanings.append((kind, value))
        self.by_first: dict[str, list[tuple[Phrase, tuple[Meaning, ...]]]] = {
            first: sorted(
                ((words, tuple(meanings)) for words, meanings in entries.items()),
                key=lambda entry: (-len(entry[0]), entry[0]),
            )
            for first, entries in found.items()
        }
        self.by_letter: dict[str, tuple[str, ...]] = {}
        for first in sorted(found):
            if len(first) >= 5 and (first,) in found[first]:
                self.by_letter[first[0]] = (*self.by_letter.get(first[0], ()), first)
        self.words = frozenset(
            word for entries in found.values() for words in entries for word in words
        )

    def at(self, tokens: Phrase, start: int) -> tuple[int, tuple[Meaning, ...]] | None:
        """Length and meanings of the longest phrase that starts here."""
        for words, meanings in self.by_first.get(tokens[start], ()):
            if tokens[start : start + len(words)] == words:
                return len(words), meanings
        return None

    def every(self, tokens: Phrase, start: int) -> Iterator[tuple[int, tuple[Meaning, ...]]]:
        """All phrases that start here, longest first."""
        for words, meanings in self.by_first.get(tokens[start], ()):
            if tokens[start : start + len(words)] == words:
                yield len(words), meanings


@dataclass(frozen=True)
class Vocabulary:
    """All tables, compiled once."""

    options: Lexicon
    concepts: Lexicon
    navigation: Mapping[Phrase, Meaning]
    back_stems: tuple[Phrase, ...]
    back_targets: Mapping[Phrase, str]
    negation: Lexicon
    cities: Mapping[Phrase, str]
    states_that_are_lgas: frozenset[str]
    known: frozenset[str]
    squeezed: Mapping[str, str]
    spelling: Mapping[str, Mapping[str, Meaning]]

    @staticmethod
    @cache
    def default() -> Vocabulary:
        """The tables of this package."""
        return Vocabulary.of(options.rows())

    @staticmethod
    def of(
        option_rows: Iterable[tuple[str, str, str]], cities: Mapping[str, str] = CITIES
    ) -> Vocabulary:
        """Compile tables; ``option_rows`` may come from database rows."""
        option_lexicon = Lexicon(option_rows)
        concept_lexicon = Lexicon(
            ("concept", name, text)
            for name, texts in concepts.CONCEPTS.items()
            for text in texts.split("|")
        )
        negation = Lexicon(
            [("negator", "", text) for text in talk.NEGATORS]
            + [("neutral", "", text) for text in talk.NOT_NEGATORS]
        )
        ways = dict(_navigation())
        known = (
            option_lexicon.words
            | concept_lexicon.words
            | negation.words
            | talk.FILLERS
            | talk.CARRIERS
            | talk.HEDGES
            | talk.YES
            | talk.NO
            | talk.ANSWER_TAIL
            | concepts.GUARDED
            | frozenset(word for words in ways for word in words)
            | frozenset(word for text in talk.GREETINGS + talk.SMALLTALK for word in phrase(text))
        )
        return Vocabulary(
            options=option_lexicon,
            concepts=concept_lexicon,
            navigation=ways,
            back_stems=tuple(
                sorted((phrase(t) for t in navigation.BACK_STEMS), key=len, reverse=True)
            ),
            back_targets={
                phrase(name): target
                for target, names in navigation.TARGETS.items()
                for name in names
            },
            negation=negation,
            cities={phrase(name): state for name, state in cities.items()},
            states_that_are_lgas=STATE_AND_LGA,
            known=known,
            squeezed={squeeze(word): word for word in sorted(known) if len(word) > 1},
            spelling=_spelling(option_lexicon),
        )


def _navigation() -> Iterable[tuple[Phrase, Meaning]]:
    for topic, texts in navigation.HELP_TOPICS.items():
        yield from ((phrase(text), ("help", topic)) for text in texts)
    for command, texts in navigation.PHRASES.items():
        yield from ((phrase(text), (command, "")) for text in texts)


def _spelling(lexicon: Lexicon) -> dict[str, dict[str, Meaning]]:
    """Words that decide a slot by themselves, by first letter: the only ones read when misspelt."""
    found: dict[str, dict[str, Meaning]] = {}
    for state in STATES:
        for name in (state.name, *state.aliases):
            if name.isalpha() and len(name) >= 4:
                found.setdefault(name[0].casefold(), {})[name.casefold()] = ("state", state.name)
    for entries in lexicon.by_first.values():
        for words, meanings in entries:
            kinds = [m for m in meanings if m[0] in ("level", "age", "child")]
            if len(words) == 1 and words[0] in options.MISSPELLABLE and kinds:
                found.setdefault(words[0][0], {}).setdefault(words[0], kinds[0])
    return found
