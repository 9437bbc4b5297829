"""From typed text to words: workflow.md §2.1 step 1, without deciding anything."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

LONGEST = 2000
"""Longer texts are pasted material, not an utterance."""

_QUOTES = str.maketrans("‘’‚‛`´“”„«»–—−‐‑", "''''''\"\"\"\"\"-----")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.])")
_NUMBER_DOT = re.compile(r"\bno\.\s*(?=\d)|#\s*(?=\d)")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_UNIT = re.compile(r"(?<![^\W_])(\d+)(years?|yrs?|months?|mths?|ans|nets?|pct)\b")
_WORD_HYPHEN = re.compile(r"(?<=[^\W_])-(?=[^\W\d_])|(?<=[^\W\d_])[-/](?=[^\W_])")
_INVISIBLE = re.compile("[\u200b-\u200f\ufeff\u00ad]")
_TOKEN = re.compile(
    r"\d+(?:,\d{3})+(?:\.\d+)?[a-z]*|\d+(?:\.\d+)?[a-z]*|[^\W\d_][^\W_]*|<=|>=|=>|=<|[<>≤≥+%&/?!,;:.\n()=-]"
)
_ELISION = re.compile(r"\b(?:qu|[ldjsnm])'(?=[aeiouh])")
_SHORT = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "shan't": "shall not",
    "let's": "lets",
    "let us": "lets",
    "dont": "do not",
    "doesnt": "does not",
    "didnt": "did not",
    "isnt": "is not",
    "arent": "are not",
    "cant": "can not",
    "wont": "will not",
    "im": "i am",
    "ive": "i have",
    "whats": "what is",
    "wats": "what is",
    "hows": "how is",
    "wheres": "where is",
    "thats": "that is",
    "s'il vous plait": "please",
    "s'il te plait": "please",
    "c'est": "it is",
}
_SHORT_RE = re.compile(
    r"\b(?:" + "|".join(re.escape(key) for key in sorted(_SHORT, key=len, reverse=True)) + r")\b"
)
_ENDINGS = (
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"\b(it|that|what|how|where|who|there|he|she|here)'s\b"), r"\1 is"),
    (re.compile(r"'s\b"), ""),
)


def fold(text: str) -> str:
    """Words of a name in lower case without accents and punctuation, single spaces."""
    return " ".join(token for token in tokens_of(clean(text)) if token[0].isalnum())


def clean(text: str) -> str:
    """NFKC, case-folded, accents and curly quotes plain, short forms written out."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    text = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    text = _INVISIBLE.sub("", text)
    text = re.sub(r"[^\S\n]+", " ", text).strip()
    text = _INITIALS.sub(lambda match: match.group().replace(".", ""), text)
    text = _SHORT_RE.sub(lambda match: _SHORT[match.group()], text)
    for pattern, plain in _ENDINGS:
        text = pattern.sub(plain, text)
    text = _ELISION.sub("", text)
    text = _NUMBER_DOT.sub("number ", text)
    text = _SPACED_THOUSANDS.sub(lambda match: match.group().replace(" ", ""), text)
    text = _REPEATED.sub(r"\1", text)
    text = _UNIT.sub(r"\1 \2", text)
    return _WORD_HYPHEN.sub(" ", text)


def tokens_of(cleaned: str) -> list[str]:
    """Words, numbers and the marks that carry meaning, in order."""
    return _TOKEN.findall(cleaned)


def squeeze(word: str) -> str:
    """The word with every run of a letter written once (``yess`` → ``yes``)."""
    return re.sub(r"([^\W\d_])\1+", r"\1", word)


def is_word(token: str) -> bool:
    """Whether a token is a word or number rather than a mark."""
    return token[0].isalnum()


@dataclass(frozen=True)
class Utterance:
    """A typed text and its tokens."""

    raw: str
    cleaned: str
    tokens: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Utterance:
        """Normalise once; everything later works on the tokens."""
        cleaned = clean(text[: LONGEST + 1])
        return cls(raw=text, cleaned=cleaned, tokens=tuple(tokens_of(cleaned)))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Tokens without marks."""
        return tuple(token for token in self.tokens if is_word(token))

    @cached_property
    def sentences(self) -> tuple[tuple[int, int, bool], ...]:
        """``(first, end, is_asked)`` token ranges, cut after ``.``, ``!``, ``?``, ``;``."""
        found = []
        start = 0
        for position, mark in enumerate(self.tokens):
            if mark in ".!?;\n":
                if any(is_word(word) for word in self.tokens[start:position]):
                    found.append((start, position, mark == "?"))
                elif mark == "?" and found:
                    found[-1] = (found[-1][0], found[-1][1], True)
                start = position + 1
        if any(is_word(word) for word in self.tokens[start:]):
            found.append((start, len(self.tokens), False))
        return tuple(found)
