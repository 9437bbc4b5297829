"""Numbers as people write them: ``14``, ``fourteen``, ``1.2m``, ``500k``, ``2 million``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * (value + 2)
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    )
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SUFFIXES = {"k": 1_000, "m": 1_000_000, "mil": 1_000_000, "million": 1_000_000, "thousand": 1_000,
             "mn": 1_000_000}  # fmt: skip
_DIGITS = re.compile(r"(\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)([a-z]*)")
ORDINALS = {
    word: value
    for value, words in enumerate(
        ("first premier", "second deuxieme", "third", "fourth", "fifth", "sixth", "seventh",
         "eighth", "ninth", "tenth"), start=1,
    )
    for word in words.split()
}  # fmt: skip
_ORDINAL_ENDINGS = ("st", "nd", "rd", "th")


@dataclass(frozen=True)
class Number:
    """A number and the tokens it was written with."""

    value: float
    start: int
    end: int
    ordinal: bool = False
    percent: bool = False

    @property
    def plain(self) -> int | float:
        """Without a fraction when there is none."""
        return int(self.value) if self.value == int(self.value) else self.value


def numbers_of(tokens: tuple[str, ...]) -> tuple[Number, ...]:
    """All numbers of the tokens, left to right; words and digits may be mixed ("2 million")."""
    found: list[Number] = []
    position = 0
    while position < len(tokens):
        number = _digits(tokens, position) or _ordinal(tokens, position) or _words(tokens, position)
        if number is None:
            position += 1
            continue
        after = tokens[number.end : number.end + 1]
        if number.ordinal and after in (("one",), ("ones",)):  # "the second one" is one number
            number = Number(number.value, number.start, number.end + 1, ordinal=True)
            after = ()
        if after and after[0] in ("%", "percent", "pct", "percentage"):
            number = Number(
                number.value, number.start, number.end + 1, number.ordinal, percent=True
            )
        if (
            number.start
            and tokens[number.start - 1] in ("minus", "negative", "-")
            and (
                tokens[number.start - 1] != "-"
                or number.start == 1
                or not tokens[number.start - 2][0].isdigit()
            )
        ):
            number = Number(
                -number.value, number.start - 1, number.end, number.ordinal, number.percent
            )
        found.append(number)
        position = number.end
    return tuple(found)


def _digits(tokens: tuple[str, ...], i: int) -> Number | None:
    match = _DIGITS.fullmatch(tokens[i])
    if not match:
        return None
    value = float(match[1].replace(",", ""))
    suffix = match[2]
    if suffix in _ORDINAL_ENDINGS:
        return Number(value, i, i + 1, ordinal=True)
    if suffix and suffix not in _SUFFIXES:
        return None
    value *= _SUFFIXES.get(suffix, 1)
    following = tokens[i + 1 : i + 2]
    if (
        not suffix
        and following
        and following[0] in (*_SCALES, *_SUFFIXES)
        and following[0] != "mil"
    ):
        scale = _SCALES.get(following[0]) or _SUFFIXES[following[0]]
        return Number(round(value * scale, 6), i, i + 2)
    return Number(round(value, 6), i, i + 1)


def _ordinal(tokens: tuple[str, ...], i: int) -> Number | None:
    value = ORDINALS.get(tokens[i])
    return Number(value, i, i + 1, ordinal=True) if value else None


def _words(tokens: tuple[str, ...], i: int) -> Number | None:
    """Number words from ``i`` on: "two hundred and fifty thousand", "half a million"."""
    if tokens[i : i + 3] == ("half", "a", "million") or tokens[i : i + 2] == ("half", "million"):
        return Number(500_000, i, i + (3 if tokens[i + 1] == "a" else 2))
    total, group, seen, end, joined = 0, 0, False, i, False
    position = i
    if tokens[i] == "a" and tokens[i + 1 : i + 2] and tokens[i + 1] in _SCALES:
        group, position = 1, i + 1
    while position < len(tokens):
        word = tokens[position]
        if word in _ONES and (not seen or group % 10 == 0 or group >= 100):
            if seen and not joined and group and group % 100 == 0 and group < 100:
                break
            group += _ONES[word]
        elif word in _TENS and group % 100 == 0:
            group += _TENS[word]
        elif word == "hundred" and (seen or group):
            group = max(group, 1) * 100
        elif word in _SCALES and (seen or group):
            total += max(group, 1) * _SCALES[word]
            group = 0
        elif (
            word == "and"
            and seen
            and position + 1 < len(tokens)
            and ((group and group % 100 == 0) or (not group and total))
            and (tokens[position + 1] in _ONES or tokens[position + 1] in _TENS)
        ):
            joined = True
            position += 1
            continue
        else:
            break
        seen = True
        position += 1
        end = position
    return Number(total + group, i, end) if seen else None
