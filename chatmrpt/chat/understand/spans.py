"""Marking options in the tokens: which words mean which value, misspelt or not."""

from __future__ import annotations

from dataclasses import dataclass

from chatmrpt.common.states import STATES, canonical_state

from .normalise import Utterance, is_word, squeeze
from .reading import Context
from .spelling import nearest
from .vocabulary import Vocabulary

SHORTEST_MISSPELT = 4


@dataclass(frozen=True)
class Span:
    """Tokens ``start:end`` mean ``value`` of ``kind``; ``distance`` > 0 when misspelt."""

    start: int
    end: int
    kind: str
    value: str
    surface: str
    distance: int = 0
    others: tuple[str, ...] = ()


def option_spans(said: Utterance, context: Context, words: Vocabulary) -> tuple[Span, ...]:
    """All option words, longest first from the left, never overlapping."""
    found: list[Span] = []
    position = 0
    while position < len(said.tokens):
        span = _at(said.tokens, position, context, words)
        if span is None or not _plausible(span, said):
            position += 1
        else:
            found.append(span)
            position = span.end
    return tuple(found)


def _plausible(span: Span, said: Utterance) -> bool:
    """ "<5 %" is a band, not an age; a short LGA name ("Song") needs a capital or "LGA"."""
    after = said.tokens[span.end : span.end + 1]
    if span.kind == "age" and after in (("%",), ("percent",), ("per",)):
        return False
    if span.kind in ("lga", "ward", "city") and len(span.surface) <= 4 and " " not in span.surface:
        capital = span.surface.title() in said.raw or span.surface.upper() in said.raw
        return capital or after == ("lga",) or len(said.words) == 1
    return True


def _at(tokens: tuple[str, ...], i: int, context: Context, words: Vocabulary) -> Span | None:
    exact = words.options.at(tokens, i)
    place = _place_at(tokens, i, context, words)
    if place and (exact is None or place.end - i >= exact[0]):
        return place
    if exact:
        length, meanings = exact
        kind, value = meanings[0]
        return Span(i, i + length, kind, value, " ".join(tokens[i : i + length]))
    return _misspelt(tokens, i, context, words)


def _place_at(tokens: tuple[str, ...], i: int, context: Context, words: Vocabulary) -> Span | None:
    if not is_word(tokens[i]):
        return None
    for length in (4, 3, 2, 1):
        part = tokens[i : i + length]
        if len(part) < length or not all(map(is_word, part)):
            continue
        surface = " ".join(part)
        state = _state(part, words)
        if state and length == 1 and tokens[i + 1 : i + 2] and not _is_state_word(tokens, i + 1):
            longer = _lga(tokens, i, context, words)  # Kaduna North is not Kaduna
            if longer and longer.end > i + 1:
                return longer
        if state:
            return Span(i, i + length, "state", state, surface)
        found = _lga(part, 0, context, words)
        if found and found.end == length:
            return Span(i, i + length, found.kind, found.value, surface)
    return None


def _is_state_word(tokens: tuple[str, ...], i: int) -> bool:
    return i < len(tokens) and tokens[i] in ("state", "states")


def _lga(tokens: tuple[str, ...], i: int, context: Context, words: Vocabulary) -> Span | None:
    for length in (4, 3, 2, 1):
        part = tokens[i : i + length]
        if len(part) < length:
            continue
        surface = " ".join(part)
        if length == 1 and (part[0] in words.known or len(surface) < 3):
            continue
        for kind, names in (
            ("lga", context.lga_by_words),
            ("ward", context.ward_by_words),
            ("facility", context.facility_by_words),
        ):
            if surface in names:
                return Span(i, i + length, kind, names[surface], surface)
        if part in words.cities:
            return Span(i, i + length, "city", words.cities[part], surface)
    return None


_PREFIXES = {prefix for state in STATES for prefix in state.prefixes}
_WHOLE_NAMES = {
    tuple(text.casefold().replace("-", " ").split())
    for s in STATES
    for text in (s.name, *s.aliases)
}


def _state(part: tuple[str, ...], words: Vocabulary) -> str | None:
    """A state name; words are joined only for the forms seen in files, never "on do"."""
    if len(part) == 1:
        return canonical_state(part[0]) if len(part[0]) >= 3 else None
    if part[-1] in ("state", "states"):
        return None
    rest = part[1:] if part[0] in _PREFIXES and len(part) > 1 else part
    if (
        rest != part
        and canonical_state(" ".join(rest))
        and (len(rest) == 1 or rest in _WHOLE_NAMES)
    ):
        return canonical_state(" ".join(part))
    if part in _WHOLE_NAMES:
        return canonical_state(" ".join(part))
    split = len(part) == 2 and not any(word in words.known for word in part)
    if split and all(len(word) >= 2 for word in part) and not any(map(canonical_state, part)):
        return canonical_state("".join(part))
    return None


def _misspelt(tokens: tuple[str, ...], i: int, context: Context, words: Vocabulary) -> Span | None:
    typed = tokens[i]
    if typed in words.known or not typed.isalpha():
        return None
    if squeeze(typed) != typed:
        spelt = words.squeezed.get(squeeze(typed))
        again = spelt and squeeze(spelt) == squeeze(typed) and words.options.at((spelt,), 0)
        if again:
            kind, value = again[1][0]
            return Span(i, i + 1, kind, value, typed, 1)
    if len(typed) < SHORTEST_MISSPELT:
        return None
    candidates = words.spelling.get(typed[0], {})
    near = nearest(typed, (w for w in candidates if abs(len(w) - len(typed)) <= 3))
    if not near:
        return None
    far, word = min(near, key=lambda pair: (pair[0], candidates[pair[1]][0] != context.pending))
    kind, value = candidates[word]
    others = tuple(
        dict.fromkeys(
            candidates[w][1]
            for d, w in near
            if candidates[w][0] == kind and candidates[w][1] != value and d < far + 2
        )
    )
    if not _close_enough(typed, word, far):
        return None
    return Span(i, i + 1, kind, value, typed, far, others)


def _close_enough(typed: str, word: str, far: int) -> bool:
    """Distance 1 from four letters on, 2 from seven on; the first letter is always right."""
    return far <= (2 if min(len(typed), len(word)) >= 7 else 1)
