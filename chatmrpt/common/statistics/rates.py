"""Intervals of counts and proportions that need no data but their own.

Sources: Wilson 1927; Newcombe 1998 (method 10); Garwood 1936 (exact Poisson); Student's t by the
beta distribution.
"""

from collections.abc import Sequence
from math import ceil, exp, lgamma, log, sqrt

from chatmrpt.common.statistics.beta import beta_cdf, beta_quantile

Z95 = 1.959963984540054


def wilson(positive: float, tested: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of positive / tested as shares 0-1.

    Parameters
    ----------
    positive, tested : 0 <= positive <= tested, tested > 0; fractions allowed (effective counts).
    """
    p = positive / tested
    centre = (p + z * z / (2 * tested)) / (1 + z * z / tested)
    half = z * sqrt(p * (1 - p) / tested + z * z / (4 * tested * tested)) / (1 + z * z / tested)
    return max(0.0, centre - half), min(1.0, centre + half)


def newcombe(
    p1: float, first: tuple[float, float], p2: float, second: tuple[float, float]
) -> tuple[float, float, float]:
    """Return (difference p1 - p2, low, high) from two proportions and their Wilson intervals."""
    difference = p1 - p2
    low = difference - sqrt((p1 - first[0]) ** 2 + (second[1] - p2) ** 2)
    high = difference + sqrt((first[1] - p1) ** 2 + (p2 - second[0]) ** 2)
    return difference, max(-1.0, low), min(1.0, high)


def poisson_interval(count: float, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of the mean of a Poisson count (Garwood).

    Parameters
    ----------
    count : >= 0; a fraction is allowed and read by the gamma distribution.
    """
    tail = (1.0 - level) / 2.0
    low = gamma_quantile(tail, count) if count > 0 else 0.0
    return low, gamma_quantile(1.0 - tail, count + 1.0)


def gamma_cdf(x: float, shape: float) -> float:
    """Return P(X <= x) for X ~ Gamma(shape, 1), shape > 0."""
    if x <= 0:
        return 0.0
    front = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        n = shape
        while abs(term) > abs(total) * 1e-16:
            n += 1.0
            term *= x / n
            total += term
        return min(1.0, front * total)
    b = x + 1.0 - shape
    c, d = 1e300, 1.0 / b
    value = d
    for i in range(1, 100_000):
        an = -i * (i - shape)
        b += 2.0
        d = 1.0 / (an * d + b)
        c = b + an / c
        change = d * c
        value *= change
        if abs(change - 1.0) < 1e-15:
            break
    return max(0.0, 1.0 - front * value)


def gamma_quantile(level: float, shape: float) -> float:
    """Return x with P(X <= x) = level for X ~ Gamma(shape, 1), by Newton inside a bracket."""
    low, high = 0.0, shape + 12.0 * sqrt(shape) + 40.0
    x = shape
    for _ in range(300):
        error = gamma_cdf(x, shape) - level
        low, high = (x, high) if error < 0 else (low, x)
        density = exp((shape - 1.0) * log(x) - x - lgamma(shape)) if x > 0 else 0.0
        moved = x - error / density if density > 0 else -1.0
        if not low < moved < high:
            moved = (low + high) / 2.0
        if abs(moved - x) <= 1e-12 * max(x, 1e-300):
            return moved
        x = moved
    return x


def t_quantile(two_sided: float, degrees: float) -> float:
    """Return t with P(|T| <= t) = two_sided for Student's T with `degrees` > 0 of freedom."""
    x = beta_quantile(1.0 - two_sided, degrees / 2.0, 0.5)
    return sqrt(degrees * (1.0 - x) / x)


def t_two_sided_p(t: float, degrees: float) -> float:
    """Return P(|T| >= |t|)."""
    return beta_cdf(degrees / (degrees + t * t), degrees / 2.0, 0.5)


def inverted_percentile(values: Sequence[float], level: float) -> float:
    """Return the smallest value with at least `level` of the values at or below it.

    Parameters
    ----------
    values : one or more; level in 0-1.
    """
    ordered = sorted(values)
    return ordered[max(ceil(level * len(ordered) - 1e-9) - 1, 0)]


def bounds_for_missing(
    rate: float, complete: float, lowest: float, highest: float
) -> tuple[float, float]:
    """Return where a rate lies if the missing reports looked like the lowest / the highest.

    Parameters
    ----------
    rate, lowest, highest : in the same unit; complete : share of reports present, 0-1.

    Source: uncertainty.md section 8, equal tests per report assumed.
    """
    return (
        complete * rate + (1.0 - complete) * lowest,
        complete * rate + (1.0 - complete) * highest,
    )
