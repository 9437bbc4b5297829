"""Exact numbers: integers, decimals and fractions; binary floating point is refused.

Binary arithmetic gives one net too many for 1,855 of the populations below 60,000 at 1.8 persons
per net and 10 % buffer (population 90: 56 instead of 55), so it never enters a plan.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Exact = int | str | Decimal | Fraction


def exact(value: Exact) -> Fraction:
    """Turn a whole number, decimal or decimal text into a fraction.

    Raises
    ------
    TypeError : for a float or a bool, which would carry a rounding error or a mistake into a plan.
    """
    if isinstance(value, bool | float):
        raise TypeError(f"{value!r} is not an exact number; give text, an integer or a decimal")
    return value if isinstance(value, Fraction) else Fraction(value)


def ceil(value: Fraction) -> int:
    """Return the smallest integer that is not below `value`."""
    return -(-value.numerator // value.denominator)


def total(values: Iterable[Fraction]) -> Fraction:
    """Add fractions; an empty sum is zero."""
    return sum(values, Fraction(0))


def half_up(value: Fraction, places: int = 0) -> Decimal:
    """Round a fraction half away from zero to `places` decimals, without passing through a float.

    Example
    -------
    >>> half_up(Fraction(5, 2))
    Decimal('3')
    """
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    number = Decimal(whole).scaleb(-places)
    return -number if value < 0 else number


def as_decimal(value: Fraction, digits: int = 15) -> Decimal:
    """Return the decimal nearest to a fraction with `digits` significant digits (for output)."""
    if value == 0:
        return Decimal(0)
    whole_digits = len(str(abs(value.numerator) // value.denominator))
    lead = whole_digits if abs(value) >= 1 else 1 - _leading_zeros(value)
    places = max(0, digits - lead)
    number = half_up(value, places).normalize()
    return number.quantize(Decimal(1), ROUND_HALF_UP) if number == int(number) else number


def _leading_zeros(value: Fraction) -> int:
    """Count the zeros between the decimal point and the first digit of a fraction below one."""
    count = 0
    scaled = abs(value)
    while scaled * 10 < 1:
        scaled *= 10
        count += 1
    return count + 1


def number_text(value: Exact | None) -> str:
    """Write a number for a sentence: thousands separators, no trailing zeros."""
    if value is None:
        return "unknown"
    fraction = exact(value)
    if fraction.denominator == 1:
        return f"{fraction.numerator:,}"
    return f"{as_decimal(fraction):,f}"


def percent_text(share: Fraction) -> str:
    """Write a share (0 to 1) as a percentage with one decimal."""
    return f"{half_up(share * 100, 1):,f} %"
