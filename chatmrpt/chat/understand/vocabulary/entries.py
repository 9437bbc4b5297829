"""The editable part of the vocabulary as plain entries, and how changes are merged into it. Pure.

An entry says that a phrase means a value of a kind. What ships is in the tables of this package;
an installation adds phrases and switches shipped ones off. The sentences of the rules (concepts,
question words, carriers) are no entries: they are grammar, not words for an option.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ..normalise import clean, tokens_of
from . import navigation, options, talk
from .places import CITIES

Phrase = tuple[str, ...]


class Entry(NamedTuple):
    """A phrase of a table: `("age", "u5", "pikin")`."""

    kind: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry in words, and the values it may have (empty: it has none)."""

    name: str
    values: tuple[str, ...] = ()
    is_option: bool = False
    """Read inside a sentence as an answer; the others are read as whole texts or as marks."""


def _named(kind: str) -> tuple[str, ...]:
    return tuple(sorted({value for of, value, _ in options.written() if of == kind}))


@cache
def kinds() -> dict[str, Kind]:
    """Every editable kind."""
    ways = tuple(navigation.PHRASES)
    topics = tuple(f"help:{topic}" for topic in navigation.HELP_TOPICS)
    return {
        "level": Kind("Facility level", _named("level"), is_option=True),
        "age": Kind("Age group", _named("age"), is_option=True),
        "child": Kind("Children (under five where an age is asked)", ("u5",), is_option=True),
        "women": Kind("Women (asked back: pregnant?)", ("pw",), is_option=True),
        "method": Kind("Test method", _named("method"), is_option=True),
        "recommended": Kind("The recommended one", ("true",), is_option=True),
        "all_alone": Kind("All, of what is asked", ("all",), is_option=True),
        "void": Kind("Phrase that is no option (“primary school”)", ("trap",), is_option=True),
        "command": Kind("Navigation, whole text", (*ways, *topics)),
        "yes": Kind("Yes", ("yes", "weak")),
        "no": Kind("No", ("no",)),
        "negator": Kind("Negation before an option", ("not",)),
        "filler": Kind("Polite or empty word, dropped", ("filler",)),
        "city": Kind("Town, with its state", tuple(sorted(set(CITIES.values())))),
    }


@cache
def phrase(text: str) -> Phrase:
    """A phrase of a table in the tokens that an utterance would have."""
    return tuple(tokens_of(clean(text)))


@cache
def written() -> tuple[Entry, ...]:
    """The shipped entries that a person wrote; what an editable table shows."""
    found = [Entry(*row) for row in options.written() if row[0] in kinds()]
    for command, texts in navigation.PHRASES.items():
        found += [Entry("command", command, text) for text in texts]
    for topic, texts in navigation.HELP_TOPICS.items():
        found += [Entry("command", f"help:{topic}", text) for text in texts]
    weak = talk.WEAK_YES
    found += [Entry("yes", "weak" if t in weak else "yes", t)
              for t in (*sorted(talk.YES), *talk.YES_PHRASES)]  # fmt: skip
    found += [Entry("no", "no", t) for t in (*sorted(talk.NO), *talk.NO_PHRASES)]
    found += [Entry("negator", "not", t) for t in talk.NEGATORS]
    found += [Entry("filler", "filler", t) for t in sorted(talk.FILLERS)]
    found += [Entry("city", state, town) for town, state in CITIES.items()]
    once = {(e.kind, e.value, phrase(e.text)): e for e in reversed(found)}
    return tuple(sorted(once.values()))


@dataclass(frozen=True, slots=True)
class Changes:
    """What an installation changed: phrases added, shipped phrases switched off."""

    added: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()

    def of(self, kind: str, shipped: Iterable[Entry]) -> list[Entry]:
        """Return the entries of a kind after the changes, the shipped ones first."""
        gone = {(e.value, phrase(e.text)) for e in self.removed if e.kind == kind}
        kept = [e for e in shipped if (e.value, phrase(e.text)) not in gone]
        return [*kept, *(e for e in self.added if e.kind == kind)]


NOTHING = Changes()
