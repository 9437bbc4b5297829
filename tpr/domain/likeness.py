"""How alike two ward names are: scores for suggestions that a person judges, never for joining.

domain/wards.md sections 3.2, 3.3 and 5. Pure Python; the character ratio is the one of common
matching libraries (twice the longest common subsequence over the sum of lengths).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from chatmrpt.common.names import final_number, spaceless, tidy, ward_key

WEAKEST: Final = 0.60
DISCOUNT: Final = 0.95
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
)
_SHORT_BY_STATE: Final = {"Rivers": ((re.compile(r"\bphward\b"), ("port harcourt ward ",)),)}
_LETTERS: Final = {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6"}
_BRACKET: Final = re.compile(r"\(([^()]+)\)")
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


@dataclass(frozen=True, slots=True)
class Wording:
    """A ward name prepared for many comparisons.

    ``others`` holds further keys the name may stand for, each with the reason in words:
    abbreviations written out, the text of a bracket, 11 read as II.
    """

    key: str
    number: str
    tokens: frozenset[str]
    ordered: str
    masks: dict[str, int]
    sound: str
    others: tuple[tuple[str, str], ...]


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


def _readings(text: str, key: str, state: str, lga: str) -> list[tuple[str, str]]:
    found = []
    for pattern, meanings in (*_SHORT, *_SHORT_BY_STATE.get(state, ())):
        if pattern.search(text):
            found += [(pattern.sub(f" {m} ", text), "abbreviation") for m in meanings]
    found += [(inside, "bracket") for inside in _BRACKET.findall(text)]
    head, _, last = key.rpartition(" ")
    if head and last in ("11", "111"):
        found.append(
            (f"{head} {len(last)}", "11 read as II" if last == "11" else "111 read as III")
        )
    if head and last in _LETTERS:
        found.append((f"{head} {_LETTERS[last]}", f"{last.upper()} read as {_LETTERS[last]}"))
    keys = ((ward_key(reading, lga=lga), reason) for reading, reason in found)
    return [(other, reason) for other, reason in keys if other and other != key]


def score(a: Wording, b: Wording) -> tuple[float, str]:
    """Return (score between 0 and 1, reason in words) for a name in the data and one in the list.

    The best of: character ratio, sorted words, word sets × 0.95, a written-out abbreviation or a
    bracket × 0.95, equal sound (0.75 when the ratio is 0.60 or more). Different final numbers
    exclude each other (0.0); a number on one side only costs 0.30.
    """
    best, reason = _as_written(a, b)
    for other, why in a.others:
        best, reason = max((best, reason), (_reading_ratio(other, b), why), key=lambda p: p[0])
    for other, why in b.others:
        best, reason = max((best, reason), (_reading_ratio(other, a), why), key=lambda p: p[0])
    return round(min(1.0, best), 3), reason


def _as_written(a: Wording, b: Wording) -> tuple[float, str]:
    if a.number and b.number and a.number != b.number:
        return 0.0, "different number"
    plain = ratio(a.key, b.key, b.masks)
    best, reason = plain, "spelling"
    common = a.tokens & b.tokens
    if len(a.tokens) > 1 or len(b.tokens) > 1:
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


def _reading_ratio(reading: str, other: Wording) -> float:
    number = final_number(reading)
    if number and other.number and number != other.number:
        return 0.0
    value = DISCOUNT * ratio(reading, other.key, other.masks)
    return value - NUMBER_PENALTY if number != other.number else value


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
