"""How alike two ward names are: scores for suggestions that a person judges, never for joining.

domain/wards.md sections 3.2, 3.3 and 5. Pure Python; the character ratio is the one of common
matching libraries (twice the longest common subsequence over the sum of lengths).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from chatmrpt.common.names import final_number, spaceless, tidy, ward_key

WEAKEST: Final = 0.60
DISCOUNT: Final = 0.95
PART: Final = 0.85  # a part between slashes: below "likely", so that it is looked at one by one
PHONETIC: Final = 0.75
NUMBER_PENALTY: Final = 0.30

# Suggestions only (domain/wards.md 3.3): what people shorten, before a slash or as a word.
_SHORT: Final = (
    (re.compile(r"\bs/g\b\.?"), ("sabon gari",)),
    (re.compile(r"\bt/"), ("tudun ", "tungan ")),
    (re.compile(r"\bu/|\bung\b\.?"), ("unguwar ",)),
    (re.compile(r"\bs/"), ("sabon ",)),
    (re.compile(r"\bg/"), ("gidan ",)),
    (re.compile(r"\bk/"), ("kasuwan ",)),
    (re.compile(r"\br/"), ("ruwan ",)),
    (re.compile(r"\bd/"), ("dan ", "dutsen ")),
    (re.compile(r"\bm/"), ("magaji ",)),
    (re.compile(r"\bn/"), ("new ",)),
    (re.compile(r"\bst\b\.?"), ("saint ",)),
    (re.compile(r"\bco-?op\b\.?"), ("cooperative ",)),
)
_SHORT_BY_STATE: Final = {"Rivers": ((re.compile(r"\bphward\b"), ("port harcourt ward ",)),)}
_LAST_WORDS: Final = {
    "n": "north", "s": "south", "e": "east", "w": "west", "c": "central",
    "ne": "north east", "nw": "north west", "se": "south east", "sw": "south west",
    "ca": "central a", "cb": "central b", "cc": "central c",
}  # fmt: skip
_LETTERS: Final = {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6"}
_BRACKET: Final = re.compile(r"\(([^()]+)\)")
_LISTED: Final = re.compile(r"^(.*\w)\s*[/–—-]\s*\d{1,2}$")
_PART_LETTERS: Final = 4
_SOUNDS: Final = (
    (re.compile("ph"), "f"),
    (re.compile("ts|sh|ch|c(?=[ei])"), "s"),
    (re.compile("kh|gh|q|c"), "k"),
    (re.compile("th"), "t"),
    (re.compile("[aeiouyhw' ]+"), "-"),
    (re.compile("z"), "s"),
    (re.compile("-"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


class Reading(NamedTuple):
    """Another key that a name may stand for."""

    key: str
    why: str
    discount: float
    masks: dict[str, int]


@dataclass(frozen=True, slots=True)
class Wording:
    """A ward name prepared for many comparisons.

    ``others`` holds further keys the name may stand for, each with the reason in words and its
    discount: abbreviations written out, the text of a bracket, 11 read as II, a list number left
    out, one of the names between slashes.
    """

    key: str
    number: str
    tokens: frozenset[str]
    ordered: str
    masks: dict[str, int]
    sound: str
    others: tuple[Reading, ...]


def wording(name: str, *, state: str, lga: str, key: str | None = None) -> Wording:
    """Prepare one name as written; `key` is its ward key when already known."""
    key = ward_key(name, lga=lga) if key is None else key
    words = key.split()
    others = tuple(_readings(tidy(name).casefold(), key, state, lga))
    return Wording(
        key=key,
        number=final_number(key),
        tokens=frozenset(words),
        ordered=" ".join(sorted(words)),
        masks=_masks(key),
        sound=_sound(key),
        others=others,
    )


def _readings(text: str, key: str, state: str, lga: str) -> list[Reading]:
    found = []
    for pattern, meanings in (*_SHORT, *_SHORT_BY_STATE.get(state, ())):
        if pattern.search(text):
            found += [(pattern.sub(f" {m} ", text), "abbreviation", DISCOUNT) for m in meanings]
    found += [(inside, "bracket", DISCOUNT) for inside in _BRACKET.findall(text)]
    head, _, last = key.rpartition(" ")
    if head and last in ("11", "111"):
        why = "11 read as II" if last == "11" else "111 read as III"
        found.append((f"{head} {len(last)}", why, DISCOUNT))
    if head and last in _LETTERS:
        why = f"{last.upper()} read as {_LETTERS[last]}"
        found.append((f"{head} {_LETTERS[last]}", why, DISCOUNT))
    if head and last in _LAST_WORDS:
        found.append((f"{head} {_LAST_WORDS[last]}", "abbreviation", DISCOUNT))
    if last.isdigit() and (final_number(head) or _LISTED.match(text)):
        found.append((head, "list number left out", DISCOUNT))
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > 1:
        found += [(p, "part of the name", PART) for p in parts if _letters(p) >= _PART_LETTERS]
    readings: dict[str, Reading] = {}
    for reading, why, discount in found:
        other = ward_key(reading, lga=lga)
        if other and other != key and other not in readings:
            readings[other] = Reading(other, why, discount, _masks(other))
    return list(readings.values())


def _letters(text: str) -> int:
    return sum(char.isalpha() for char in text)


def score(a: Wording, b: Wording) -> tuple[float, str]:
    """Return (score between 0 and 1, reason in words) for a name in the data and one in the list.

    The best of: character ratio (with and without blanks), sorted words, word sets × 0.95, a
    written-out abbreviation, a bracket or a left-out list number × 0.95, a part between slashes
    × 0.85, equal sound (0.75 when the ratio is 0.60 or more). Different final numbers exclude each
    other (0.0); a number on one side only costs 0.30.
    """
    best, reason = _as_written(a, b)
    for one in a.others:
        best, reason = _better(best, reason, one, (b.key, 1.0, b.masks))
        for two in b.others:
            best, reason = _better(best, reason, one, (two.key, two.discount, two.masks))
    for two in b.others:
        best, reason = _better(best, reason, two, (a.key, 1.0, a.masks))
    return round(min(1.0, best), 3), reason


def _better(
    best: float, reason: str, reading: Reading, other: tuple[str, float, dict[str, int]]
) -> tuple[float, str]:
    """Keep the reading when it beats the best so far."""
    key, discount, masks = other
    most = reading.discount * discount
    if most <= best:
        return best, reason
    number, others = final_number(reading.key), final_number(key)
    if number and others and number != others:
        return best, reason
    value = most * ratio(reading.key, key, masks)
    value -= NUMBER_PENALTY if number != others else 0.0
    return (value, reading.why) if value > best else (best, reason)


def _as_written(a: Wording, b: Wording) -> tuple[float, str]:
    if a.number and b.number and a.number != b.number:
        return 0.0, "different number"
    plain = ratio(a.key, b.key, b.masks)
    best, reason = plain, "spelling"
    common = a.tokens & b.tokens
    if len(a.tokens) > 1 or len(b.tokens) > 1:
        joined = ratio(spaceless(a.key), spaceless(b.key))
        if joined > best:
            best, reason = joined, "blanks"
        ordered = ratio(a.ordered, b.ordered)
        if ordered > best:
            best, reason = ordered, "order of words"
        if common - {a.number, b.number}:
            together = DISCOUNT * _token_set(a.tokens, b.tokens, common)
            if together > best:
                best, reason = together, "shared words"
    if plain >= WEAKEST and a.sound == b.sound and best < PHONETIC:
        best, reason = PHONETIC, "sound"
    return (best - NUMBER_PENALTY if a.number != b.number else best), reason


def _masks(text: str) -> dict[str, int]:
    masks: dict[str, int] = {}
    for position, char in enumerate(text):
        masks[char] = masks.get(char, 0) | 1 << position
    return masks


def ratio(a: str, b: str, masks: dict[str, int] | None = None) -> float:
    """Return 2 × longest common subsequence / (length of a + length of b); 1.0 when both empty.

    `masks` are the positions of each character of `b`, when prepared (bit-parallel counting).
    """
    if not a and not b:
        return 1.0
    masks = _masks(b) if masks is None else masks
    full = (1 << len(b)) - 1
    state = full
    for char in a:
        hits = state & masks.get(char, 0)
        state = ((state + hits) | (state - hits)) & full
    common = len(b) - state.bit_count()
    return 2 * common / (len(a) + len(b))


def _token_set(a: frozenset[str], b: frozenset[str], common: frozenset[str]) -> float:
    if common in (a, b):
        return 1.0
    shared = " ".join(sorted(common))
    first = f"{shared} {' '.join(sorted(a - common))}"
    second = f"{shared} {' '.join(sorted(b - common))}"
    return max(ratio(shared, first), ratio(shared, second), ratio(first, second))


def _sound(key: str) -> str:
    text = spaceless(key)
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text or key
