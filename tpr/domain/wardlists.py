"""What matching works on: data wards, list wards, the state of a match on its way."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeVar

from chatmrpt.common.names import final_number, spaceless

Method = Literal["exact", "normalised", "alias", "suggested", "none"]
MATCHED: Final = frozenset({"exact", "normalised", "alias"})
Kind = Literal["same", "merge", "not_on_list", "different"]
KINDS: Final[tuple[Kind, ...]] = ("same", "merge", "not_on_list", "different")
_ZERO: Final = re.compile(r"(?<=[^\W\d_])0(?!\d)|(?<!\d)0(?=[^\W\d_])")
_MOST_ZEROS: Final = 3


@dataclass(frozen=True, slots=True)
class DataWard:
    """A ward as a data file names it; `code` only when the file carries ward codes."""

    state: str
    lga: str
    ward: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ListWard:
    """A ward of one boundary list."""

    id: int
    code: str
    state: str
    lga: str
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about one name of one LGA (domain/wards.md 5.1).

    ``same``: the name is that ward. ``merge``: it is a second name of a ward that another name of
    the file already has. ``not_on_list``: it joins nothing, and is not suggested for anything.
    ``different``: it is not that ward; never joined to it by rule, never suggested again.
    `name_key` is `memory_key` of the ward key; `since` is the day of the decision.
    """

    state: str
    lga_key: str
    name_key: str
    kind: Kind
    ward_id: int | None
    since: date | None = None
    id: int = 0

    @property
    def mark(self) -> list[str | int | None]:
        """What the decision does, whoever made it and when: equal marks give equal results."""
        return [self.lga_key, self.name_key, self.kind, self.ward_id]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ward that a person may choose: score 0.60 to 1.0 and the reason in words."""

    ward: ListWard
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class MatchOutcome:
    """What became of one data ward.

    `ward` is None unless `method` is exact, normalised or alias. `score` is 1.0 for a join, the best
    suggestion's score for ``suggested``, 0.0 for ``none``. `reason` says in words what decided,
    which other spellings were grouped with this one, or why nothing fits.
    """

    data: DataWard
    ward: ListWard | None
    method: Method
    score: float
    suggestions: tuple[Suggestion, ...]
    reason: str
    decision: Decision | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """One distinct data ward on its way: cleaned names, keys, decision."""

    data: DataWard
    state: str
    lga: str
    text: str
    key: str
    ward: ListWard | None = None
    method: Method = "none"
    reason: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    decision: Decision | None = None
    never: frozenset[int] = frozenset()

    @property
    def group(self) -> tuple[str, str]:
        """Spellings of one ward share this: the space-free key and the final number."""
        return spaceless(self.key), final_number(self.key)

    def take(self, ward: ListWard, method: Method, reason: str) -> None:
        self.ward, self.method, self.reason = ward, method, reason


def memory_key(key: str) -> str:
    """Return the form of a ward key under which a decision is kept: without blanks, the final
    number apart (``murfa kalam`` and ``murfakalam`` are one name, ``oke 11`` and ``oke1 1`` two).
    """
    number = final_number(key)
    if not number:
        return spaceless(key)
    return f"{spaceless(key[: -len(number)])} {number}".strip()


_K = TypeVar("_K")
_Lists = defaultdict[_K, list[ListWard]]


@dataclass(slots=True)
class Place:
    """The wards of one LGA of the list, by text, key and space-free key."""

    wards: list[ListWard] = field(default_factory=list)
    by_text: _Lists[str] = field(default_factory=lambda: defaultdict(list))
    by_key: _Lists[str] = field(default_factory=lambda: defaultdict(list))
    by_group: _Lists[tuple[str, str]] = field(default_factory=lambda: defaultdict(list))


def zero_repairs(text: str) -> list[str]:
    """Texts in which each 0 that replaced letters is read as "na" or as "a" (wards.md 4)."""
    places = [found.start() for found in _ZERO.finditer(text)]
    if not places or len(places) > _MOST_ZEROS:
        return []
    repaired = []
    for letters in itertools.product(("na", "a"), repeat=len(places)):
        pieces, last = [], 0
        for position, letter in zip(places, letters, strict=True):
            pieces += [text[last:position], letter]
            last = position + 1
        repaired.append("".join([*pieces, text[last:]]))
    return repaired
