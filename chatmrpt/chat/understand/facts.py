"""Everything seen in one utterance, gathered once and shared by the readers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from .negation import Negation, negation_of
from .normalise import Utterance, is_word
from .numbers import Number, numbers_of
from .periods import period_of
from .reading import Context
from .spans import Span, option_spans
from .spelling import distance
from .vocabulary import Vocabulary, phrase
from .vocabulary.speech import OPENERS
from .vocabulary.talk import CARRIERS, GREETINGS, HEDGE_PHRASES, HEDGES, MARKERS
from .vocabulary.wordlist import wordset

_WHY_PLACE = re.compile(
    r"why\s+(?:is|are|was|does|did|has)\s+(.+?)\s+(?:ward\s+)?(?:so\s+|very\s+|ranked?\s+|have\s+|got\s+|has\s+|rated\s+|a\s+|such\s+a?\s*|too\s+)*"
    r"(high|low|above|over|at|more|exceed|greater|number|top|first|red|risky|worst|on\s+top|not|exceeding|rank)\b",
    re.IGNORECASE,
)
_NOT_A_PLACE = wordset(
    """tpr the it this that they my our your positivity burden risk rate ward wards lga lgas
    state malaria some one there data these those we i you trend test tests level age all
    which what rdt primary secondary tertiary children adults women"""
)
_MARKERS = tuple(sorted((phrase(text) for text in MARKERS), key=len, reverse=True))
_GREETINGS = tuple(sorted((phrase(text) for text in GREETINGS), key=len, reverse=True))


@dataclass(frozen=True)
class Facts:
    """An utterance with its marks; every property is computed at most once."""

    said: Utterance
    context: Context
    words: Vocabulary
    memo: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Tokens of the utterance."""
        return self.said.tokens

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Option words."""
        return option_spans(self.said, self.context, self.words)

    @cached_property
    def negation(self) -> Negation:
        """Negated positions."""
        return negation_of(self.said, self.words)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Numbers that are not part of an age."""
        taken = {
            i for span in self.spans if span.kind == "age" for i in range(span.start, span.end)
        }
        return tuple(n for n in numbers_of(self.tokens) if n.start not in taken)

    @cached_property
    def period(self) -> str | None:
        """The period named."""
        return period_of(self.tokens, self.context.last_year)

    @cached_property
    def core(self) -> tuple[str, ...]:
        """Words without fillers: what whole texts are compared by."""
        kept = tuple(w for w in self.said.words if w not in self.words.fillers)
        return kept or self.said.words

    @cached_property
    def exact_core(self) -> tuple[str, ...]:
        """All words, fillers included."""
        return self.said.words

    @cached_property
    def marked_correction(self) -> bool:
        """Whether the text says that it corrects something said before."""
        return any(
            self.tokens[i : i + len(marker)] == marker
            for i in range(len(self.tokens))
            for marker in _MARKERS
        )

    @cached_property
    def hedged(self) -> bool:
        """Whether the person leaves it open."""
        if self.has(*HEDGE_PHRASES):
            return True
        return any(token in HEDGES for token in self.tokens) or (
            "or" in self.tokens and "or so" not in self.said.cleaned
        )

    @cached_property
    def opening(self) -> int:
        """Index of the first token after greetings, fillers and introductions."""
        position = 0
        moved = True
        while moved and position < len(self.tokens):
            moved = False
            for greeting in (*_GREETINGS, *_OPENERS):
                if self.tokens[position : position + len(greeting)] == greeting:
                    if position + len(greeting) < len(self.tokens):
                        position += len(greeting)
                        moved = True
                    break
            if not moved and (
                self.tokens[position] in self.words.fillers or not is_word(self.tokens[position])
            ):
                if position + 1 < len(self.tokens):
                    position += 1
                    moved = True
                else:
                    break
        return position

    def unexplained(
        self,
        first: int = 0,
        end: int | None = None,
        more: frozenset[str] = frozenset(),
        *,
        numbers: bool = False,
    ) -> list[str]:
        """Words of the range that are neither an option nor usual around one."""
        inside = {i for span in self.spans for i in range(span.start, span.end)}
        inside |= self.negation.words
        inside |= self.negation.covered
        inside |= set(range(self.opening))
        if numbers:
            inside |= {i for n in self.numbers for i in range(n.start, n.end)}
            inside |= {i for i, token in enumerate(self.tokens) if token.isdigit()}
        if self.tokens[first : first + 2] in (
            ("what", "about"),
            ("how", "about"),
            ("what", "of"),
            ("why", "not"),
        ):
            inside |= {first, first + 1}
        left = []
        for i in range(first, len(self.tokens) if end is None else end):
            token = self.tokens[i]
            if (
                i in inside
                or not is_word(token)
                or token in CARRIERS
                or token in self.words.fillers
                or token in more
            ):
                continue
            if self._mistyped(i):
                continue
            left.append(token)
        return left

    def _mistyped(self, i: int) -> bool:
        """A usual word with one letter wrong ("facilites"); never what is said about an option."""
        token = self.tokens[i]
        if token in self.words.known or len(token) < 5 or not token.isalpha():
            return False
        said_of = self.tokens[i - 1 : i] if i else ()
        return said_of not in (("is",), ("are",), ("was",)) and _misspelt_carrier(token)

    @cached_property
    def place_asked_about(self) -> str | None:
        """The place of "why is X high?", known or not, as typed."""
        match = _WHY_PLACE.search(re.sub(r"\s+", " ", self.said.raw))
        if not match:
            return None
        name = re.sub(r"\s+(?:ward|lga|state)$", "", match[1].strip(" \"'`"), flags=re.IGNORECASE)
        first = name.casefold().split()
        if not first or first[0] in _NOT_A_PLACE or len(first) > 4:
            return None
        return name if any(letter.isupper() for letter in name) else name.title()

    def values(self, kind: str, *, negated: bool = False) -> tuple[str, ...]:
        """Distinct values of a kind, in the order they stand."""
        return tuple(
            dict.fromkeys(
                s.value for s in self.spans if s.kind == kind and self.is_negated(s) == negated
            )
        )

    def is_negated(self, span: Span) -> bool:
        """Whether a span stands under a negation."""
        return any(i in self.negation.covered for i in range(span.start, span.end))

    def has(self, *texts: str) -> bool:
        """Whether one of the phrases stands in the text as whole words."""
        for text in texts:
            wanted = phrase(text)
            for i in range(len(self.tokens) - len(wanted) + 1):
                if self.tokens[i : i + len(wanted)] == wanted:
                    return True
        return False


_OPENERS = tuple(sorted((phrase(text) for text in OPENERS), key=len, reverse=True))
_LONG_CARRIERS: dict[str, tuple[str, ...]] = {
    letter: tuple(word for word in sorted(CARRIERS) if len(word) >= 4 and word[0] == letter)
    for letter in sorted({word[0] for word in CARRIERS if len(word) >= 4})
}


def _misspelt_carrier(token: str) -> bool:
    return any(
        abs(len(word) - len(token)) <= 1 and distance(token, word, 1) == 1
        for word in _LONG_CARRIERS.get(token[0], ())
    )
