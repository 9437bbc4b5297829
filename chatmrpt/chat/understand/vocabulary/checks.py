"""Whether a new phrase may join the tables: the whole-word rules, and no second meaning. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatmrpt.common.states import canonical_state

from ..spelling import distance
from . import talk
from .entries import Entry, Phrase, kinds, phrase

if TYPE_CHECKING:
    from . import Vocabulary

LONGEST_WORDS, LONGEST_TEXT = 8, 80
MARKS = frozenset({"<", ">", "≤", "≥", "<=", ">=", "+", "&"})


def refuse(entry: Entry, table: Vocabulary) -> str | None:
    """Return why an entry cannot be added, in one sentence; None when it can.

    `table` is the vocabulary as it stands without the entry.
    """
    words = phrase(entry.text)
    return (
        _shape(entry, words)
        or _unknown_value(entry)
        or _known_meaning(entry, words, table)
        or _usual_word(entry, words, table)
        or _place(entry, words, table)
        or _too_near(entry, words, table)
    )


def _shape(entry: Entry, words: Phrase) -> str | None:
    if not words or not any(word[0].isalnum() for word in words):
        return "There is no word in it."
    if len(words) > LONGEST_WORDS or len(entry.text) > LONGEST_TEXT:
        return f"It is longer than {LONGEST_WORDS} words or {LONGEST_TEXT} letters."
    odd = [w for w in words if not w[0].isalnum() and w not in MARKS]
    if odd:
        return f"“{odd[0]}” is no part of a word; leave marks out."
    if len(words) == 1 and words[0].isdigit():
        return "A number alone is read as a number of the list on the screen."
    if len(words) == 1 and len(words[0]) == 1:
        return "One letter alone stands in too many texts."
    return None


def _unknown_value(entry: Entry) -> str | None:
    kind = kinds().get(entry.kind)
    if kind is None:
        return f"'{entry.kind}' is no kind of this table."
    if entry.value not in kind.values:
        return f"'{entry.value}' is no value of {kind.name}: {', '.join(kind.values)}."
    return None


def _known_meaning(entry: Entry, words: Phrase, table: Vocabulary) -> str | None:
    """A phrase has one meaning: as an option, as a navigation, as a yes or a no."""
    hit = table.options.at(words, 0)
    if hit and hit[0] == len(words):
        kind, value = hit[1][0]
        if (kind, value) != (entry.kind, entry.value):
            name = kinds()[kind].name if kind in kinds() else kind
            return f"“{entry.text}” already means {value} ({name})."
        return f"“{entry.text}” is already in the table."
    way = table.navigation.get(words)
    if way:
        return f"“{entry.text}” is the command '{way[0]}'."
    if entry.kind not in ("yes", "filler") and _said_alone(words, table.yes, table.yes_phrases):
        return f"“{entry.text}” is a yes."
    if entry.kind not in ("no", "negator") and _said_alone(words, table.no, table.no_phrases):
        return f"“{entry.text}” is a no."
    return None


def _said_alone(words: Phrase, single: frozenset[str], phrases: object) -> bool:
    longer = {p[0] if isinstance(p[0], tuple) else p for p in phrases}  # type: ignore[attr-defined]
    return (len(words) == 1 and words[0] in single) or words in longer


def _usual_word(entry: Entry, words: Phrase, table: Vocabulary) -> str | None:
    """A word that stands around options in ordinary sentences can be no option by itself."""
    if entry.kind in ("command",):
        usual = talk.CARRIERS | table.fillers
        if all(word in usual for word in words) and len(words) == 1:
            return f"“{entry.text}” stands in ordinary sentences; as a command it would end them."
        return None
    hit = table.negation.at(words, 0)
    if hit and hit[0] == len(words) and entry.kind != "negator":
        return f"“{entry.text}” is a negation: what follows it is not chosen."
    if (
        len(words) == 1
        and kinds()[entry.kind].is_option
        and words[0] in talk.CARRIERS | table.fillers
    ):
        return (
            f"“{entry.text}” stands in ordinary sentences, so nearly all of them would choose it."
        )
    if len(words) == 1 and words[0] in talk.HEDGES:
        return f"“{entry.text}” says that somebody is unsure."
    if len(words) == 1 and entry.kind in ("filler", "negator") and table.options.at(words, 0):
        return f"“{entry.text}” is a word for an option."
    return None


def _place(entry: Entry, words: Phrase, table: Vocabulary) -> str | None:
    state = canonical_state(" ".join(words))
    if state:
        return f"“{entry.text}” is the state {state}."
    if words in table.cities:
        if entry.kind == "city" and table.cities[words] == entry.value:
            return f"“{entry.text}” is already in the table."
        return f"“{entry.text}” is a town in {table.cities[words]}."
    return None


def _too_near(entry: Entry, words: Phrase, table: Vocabulary) -> str | None:
    """One letter from a word for something else: a slip of the finger would choose the other."""
    if len(words) != 1 or len(words[0]) < 4 or not kinds()[entry.kind].is_option:
        return None
    for others in table.spelling.values():
        for other, (kind, value) in others.items():
            if (kind, value) != (entry.kind, entry.value) and distance(words[0], other, 1) == 1:
                return f"“{entry.text}” is one letter from “{other}”, which means {value}."
    return None
