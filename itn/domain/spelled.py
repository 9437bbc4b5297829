"""Whole numbers in English words, as waybills carry them against alteration."""

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_STEPS = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))


def in_words(number: int) -> str:
    """Spell 0 to below 10^12: 20,115 → "twenty thousand one hundred and fifteen".

    Raises ValueError outside of that.
    """
    if not 0 <= number < 10**12:
        raise ValueError(f"{number} is not between 0 and 10^12")
    if number < 1000:
        return _below_thousand(number)
    parts, rest = [], number
    for size, name in _STEPS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{_below_thousand(count)} {name}")
    if rest:
        parts.append(("and " if rest < 100 else "") + _below_thousand(rest))
    return " ".join(parts)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tail = ""
    if rest >= 20:
        tail = _TENS[rest // 10 - 2] + (f"-{_SMALL[rest % 10]}" if rest % 10 else "")
    elif rest or not hundreds:
        tail = _SMALL[rest]
    if not hundreds:
        return tail
    return f"{_SMALL[hundreds]} hundred" + (f" and {tail}" if tail else "")
