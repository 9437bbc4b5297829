"""Read numbers the way people write them: "2 million", "500k", "1.2m", "900 000".

A number that can mean two things is refused, never guessed: a wrong stock is worse than a question.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from chatmrpt.common.errors import InvalidInput

MAX_COUNT = 1_000_000_000
_MAGNITUDES = {
    "k": 1_000, "thousand": 1_000, "thousands": 1_000,
    "m": 1_000_000, "mn": 1_000_000, "mio": 1_000_000, "mil": 1_000_000,
    "million": 1_000_000, "millions": 1_000_000,
    "bn": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_DIGITS = re.compile(r"^(?P<number>[0-9][0-9.,' _]*)(?P<word>[a-z]*)$")
_GROUPED = {
    ",": re.compile(r"^[0-9]{1,3}(,[0-9]{3})+$"),
    ".": re.compile(r"^[0-9]{1,3}(\.[0-9]{3})+$"),
    " ": re.compile(r"^[0-9]{1,3}( [0-9]{3})+$"),
    "'": re.compile(r"^[0-9]{1,3}('[0-9]{3})+$"),
    "_": re.compile(r"^[0-9]{1,3}(_[0-9]{3})+$"),
}


def parse_count(text: str | int, *, what: str = "nets", most: int = MAX_COUNT) -> int:
    """Read a whole, non-negative count.

    Parameters
    ----------
    text : what a person typed, for example "200,000", "900 000", "1.2m", "two hundred thousand".
    what : the thing counted, for the message.
    most : the largest count accepted.

    Returns
    -------
    int, 0 to `most`.

    Raises
    ------
    InvalidInput : `INVALID_NUMBER` with the text that was given.
    """
    counted = isinstance(text, int) and not isinstance(text, bool)
    value = Decimal(text) if counted else parse_number(str(text), what=what)
    if value != int(value):
        raise _refuse(text, what, "it is not a whole number")
    count = int(value)
    if count < 0:
        raise _refuse(text, what, "it is below zero")
    if count > most:
        raise _refuse(text, what, f"it is above {most:,}")
    return count


def parse_number(text: str, *, what: str = "number") -> Decimal:
    """Read a decimal number with optional thousands separators and a magnitude word.

    Example
    -------
    >>> parse_number("2,5 million")
    Decimal('2500000.0')
    """
    clean = " ".join(unicodedata.normalize("NFKC", str(text)).lower().replace("’", "'").split())
    clean = clean.removesuffix(" nets").removesuffix(" itns").removesuffix(" llins")
    if not clean:
        raise _refuse(text, what, "nothing was given")
    if clean[0] in "-−" or clean.startswith("minus "):
        raise _refuse(text, what, "it is below zero")
    clean = clean.removeprefix("+").strip()
    match = _DIGITS.match(clean.replace(" million", "million").replace(" thousand", "thousand"))
    if match is None:
        match = _DIGITS.match(re.sub(r" (?=[a-z]+$)", "", clean))
    if match is None:
        words = _from_words(clean)
        if words is None:
            raise _refuse(text, what, "no number was recognised")
        return Decimal(words)
    factor = _MAGNITUDES.get(match["word"]) if match["word"] else 1
    if factor is None:
        raise _refuse(text, what, f"the word '{match['word']}' is not known here")
    return _plain(match["number"].strip(), text, what, scaled=factor > 1) * factor


def parse_decimal(value: object, *, what: str) -> Decimal:
    """Read a non-negative decimal such as 1.8, "1,8" or "10 %"; no thousands, no magnitude."""
    text = str(value).strip().removesuffix("%").rstrip()
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text):
        raise InvalidInput(
            "INVALID_NUMBER",
            f"'{value}' cannot be used as {what.replace('_', ' ')}. Write it like 1.8 or 10.",
            {"given": str(value), "what": what},
        )
    return Decimal(text.replace(",", "."))


def parse_money(value: object, *, what: str) -> Decimal:
    """Read an amount: a plain decimal such as 5584.97, or grouped like 50,000,000 or 50 million."""
    text = str(value).strip()
    if re.fullmatch(r"[0-9]+\.[0-9]+", text):
        return Decimal(text)
    return parse_number(text, what=what.replace("_", " "))


def _plain(number: str, text: str, what: str, *, scaled: bool) -> Decimal:
    """Read digits with separators; `scaled` says that a magnitude word follows."""
    if number.isdigit():
        return Decimal(number)
    for separator, pattern in _GROUPED.items():
        if pattern.match(number):
            single = number.count(separator) == 1
            if separator == "." and single:
                if scaled:
                    break  # 1.250 million is one and a quarter
                raise _refuse(text, what, "the point may mean thousands or decimals")
            if separator == "," and single and scaled:
                raise _refuse(text, what, "the comma may mean thousands or decimals")
            return Decimal(number.replace(separator, ""))
    whole, _, decimals = number.rpartition(".")
    if whole and decimals.isdigit():
        bare = whole if whole.isdigit() else None
        for separator, pattern in _GROUPED.items():
            if separator != "." and pattern.match(whole):
                bare = whole.replace(separator, "")
        if bare is not None:
            return Decimal(f"{bare}.{decimals}")
    whole, _, decimals = number.rpartition(",")
    if whole.isdigit() and decimals.isdigit() and len(decimals) < 3:
        return Decimal(f"{whole}.{decimals}")
    try:
        return Decimal(number)
    except InvalidOperation:
        raise _refuse(text, what, "the separators do not form one number") from None


def _from_words(text: str) -> int | None:
    """Read an English number in words ("two hundred and fifty thousand"); None if it is not one."""
    words = text.replace("-", " ").split()
    result = current = 0
    seen = False
    for word in words:
        if word == "and" and seen:
            continue
        if word in ("a", "an") and not seen:
            current = 1
        elif word in _ONES:
            current += _ONES[word]
        elif word in _TENS:
            current += _TENS[word]
        elif word == "hundred" and current:
            current *= 100
        elif word in ("thousand", "million", "billion") and current:
            result += current * _MAGNITUDES[word]
            current = 0
        else:
            return None
        seen = True
    return result + current if seen and words[-1] not in ("and", "a", "an") else None


def _refuse(text: str | int, what: str, why: str) -> InvalidInput:
    return InvalidInput(
        "INVALID_NUMBER",
        f"'{text}' cannot be used as the number of {what}: {why}. "
        "Write it like 200,000 or 1.2 million.",
        {"given": str(text), "what": what, "why": why},
    )
