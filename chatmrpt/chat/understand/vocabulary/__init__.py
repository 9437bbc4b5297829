"""The tables an interpreter reads with; data, handed in as an argument.

``Vocabulary.default()`` is what ships; :meth:`Vocabulary.changed` is that with an installation's
additions and omissions, which come from rows that the interpreter never sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from chatmrpt.common.states import STATES

from ..normalise import squeeze
from . import concepts, navigation, options, talk
from .entries import NOTHING, Changes, Entry, Phrase, phrase
from .places import CITIES, STATE_AND_LGA

Meaning = tuple[str, str]
__all__ = ["Changes", "Entry", "Lexicon", "Phrase", "Vocabulary", "phrase"]


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
    fillers: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    yes_phrases: tuple[tuple[Phrase, bool], ...]
    """Longest first, with whether the yes is a weak one ("fine")."""
    no_phrases: tuple[Phrase, ...]

    @staticmethod
    @cache
    def default() -> Vocabulary:
        """The tables of this package."""
        return Vocabulary.of(options.rows())

    @staticmethod
    def changed(changes: Changes) -> Vocabulary:
        """The tables of this package with additions and omissions."""
        return Vocabulary.of(options.rows(), CITIES, changes)

    @staticmethod
    def of(
        option_rows: Iterable[tuple[str, str, str]],
        cities: Mapping[str, str] = CITIES,
        changes: Changes = NOTHING,
    ) -> Vocabulary:
        """Compile tables; with no changes they are what ships."""
        rows = [Entry(*row) for row in option_rows]
        of_kind = {row.kind: [r for r in rows if r.kind == row.kind] for row in rows}
        of_kind |= {e.kind: of_kind.get(e.kind, []) for e in changes.added if _is_option(e)}
        option_lexicon = Lexicon(
            entry for kind, found in of_kind.items() for entry in changes.of(kind, found)
        )
        concept_lexicon = Lexicon(
            ("concept", name, text)
            for name, texts in concepts.CONCEPTS.items()
            for text in texts.split("|")
        )
        negators = changes.of("negator", (Entry("negator", "not", t) for t in talk.NEGATORS))
        negation = Lexicon(
            [("negator", "", entry.text) for entry in negators]
            + [("neutral", "", text) for text in talk.NOT_NEGATORS]
        )
        ways = {phrase(e.text): _way(e.value) for e in changes.of("command", _navigation())}
        fillers = _words(
            changes.of("filler", (Entry("filler", "filler", t) for t in sorted(talk.FILLERS)))
        )
        yes, yes_phrases = _split(changes.of("yes", _yes()))
        no, no_phrases = _split(changes.of("no", _no()))
        towns = changes.of("city", (Entry("city", state, t) for t, state in cities.items()))
        known = (
            option_lexicon.words
            | concept_lexicon.words
            | negation.words
            | fillers
            | talk.CARRIERS
            | talk.HEDGES
            | yes
            | no
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
            cities={phrase(e.text): e.value for e in towns},
            states_that_are_lgas=STATE_AND_LGA,
            known=known,
            squeezed={squeeze(word): word for word in sorted(known) if len(word) > 1},
            spelling=_spelling(option_lexicon),
            fillers=fillers,
            yes=yes,
            no=no,
            yes_phrases=tuple((phrase(e.text), e.value == "weak") for e in yes_phrases),
            no_phrases=tuple(phrase(e.text) for e in no_phrases),
        )


def _is_option(entry: Entry) -> bool:
    return entry.kind not in ("command", "yes", "no", "negator", "filler", "city")


def _way(value: str) -> Meaning:
    command, _, topic = value.partition(":")
    return command, topic


def _words(entries: Iterable[Entry]) -> frozenset[str]:
    """Fillers are dropped word by word, so a phrase of several words gives each of them."""
    return frozenset(word for entry in entries for word in entry.text.casefold().split())


def _yes() -> list[Entry]:
    single = [Entry("yes", "yes", text) for text in sorted(talk.YES)]
    weak = talk.WEAK_YES
    return single + [Entry("yes", "weak" if t in weak else "yes", t) for t in talk.YES_PHRASES]


def _no() -> list[Entry]:
    return [Entry("no", "no", text) for text in (*sorted(talk.NO), *talk.NO_PHRASES)]


def _split(entries: Iterable[Entry]) -> tuple[frozenset[str], list[Entry]]:
    """Single words as a set, the rest as phrases, longest first."""
    found = list(entries)
    single = {e.text for e in found if len(phrase(e.text)) <= 1 and e.value != "weak"}
    phrases = [e for e in found if e.text not in single or e.text in _BOTH]
    return frozenset(single), sorted(phrases, key=lambda e: -len(phrase(e.text)))


_BOTH = frozenset(talk.YES_PHRASES + talk.NO_PHRASES)
"""Phrases of one word stay phrases too: they are taken before the word is looked at."""


def _navigation() -> Iterator[Entry]:
    for topic, texts in navigation.HELP_TOPICS.items():
        yield from (Entry("command", f"help:{topic}", text) for text in texts)
    for command, texts in navigation.PHRASES.items():
        yield from (Entry("command", command, text) for text in texts)


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
