"""The beta distribution: distribution function and quantile, number by number.

Method: continued fraction of the regularised incomplete beta function (modified Lentz); its
inverse by Newton steps that never leave a bracket. The same figures over whole arrays are in
`analysis.domain.beta`, which is the twin in the tests.
"""

from math import exp, isfinite, lgamma, log, log1p, sqrt

_TINY = 1e-300
_MOST_TERMS = 20_000


def log_beta(a: float, b: float) -> float:
    """Return log B(a, b) for a, b > 0."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return P(X <= x) for X ~ Beta(a, b), a, b > 0, within about 1e-12."""
    return _cdf(x, a, b, log_beta(a, b))


def _cdf(x: float, a: float, b: float, log_b: float) -> float:
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = exp(a * log(x) + b * log1p(-x) - log_b)
    if x <= (a + 1.0) / (a + b + 2.0):
        return min(1.0, front * _fraction(x, a, b) / a)
    return max(0.0, 1.0 - front * _fraction(1.0 - x, b, a) / b)


def _fraction(x: float, a: float, b: float) -> float:
    total, above, below = a + b, a + 1.0, a - 1.0
    c = 1.0
    d = 1.0 - total * x / above
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, _MOST_TERMS):
        twice = a + 2 * m
        term = m * (b - m) * x / ((below + 2 * m) * twice)
        d = 1.0 + term * d
        d = 1.0 / (d if abs(d) > _TINY else _TINY)
        c = 1.0 + term / c
        c = c if abs(c) > _TINY else _TINY
        value *= d * c
        term = -(a + m) * (total + m) * x / (twice * (twice + 1.0))
        d = 1.0 + term * d
        d = 1.0 / (d if abs(d) > _TINY else _TINY)
        c = 1.0 + term / c
        c = c if abs(c) > _TINY else _TINY
        change = d * c
        value *= change
        if abs(change - 1.0) < 1e-14:
            break
    return value


def beta_quantile(level: float, a: float, b: float) -> float:
    """Return x with P(X <= x) = level for X ~ Beta(a, b), within about 1e-11.

    Parameters
    ----------
    level : strictly between 0 and 1.
    a, b : > 0.
    """
    log_b = log_beta(a, b)
    low, high = 0.0, 1.0
    x = _start(level, a, b)
    for turn in range(300):
        error = _cdf(x, a, b, log_b) - level
        if error < 0.0:
            low = x
        else:
            high = x
        moved = _step(x, error, a, b, log_b)
        if not low < moved < high or (turn > 10 and turn % 2):
            moved = (low + high) / 2.0
        if abs(moved - x) <= 1e-12 * x:
            return moved
        x = moved
    return x


def _step(x: float, error: float, a: float, b: float, log_b: float) -> float:
    """One step of Halley's rule."""
    try:
        density = exp((a - 1.0) * log(x) + (b - 1.0) * log1p(-x) - log_b)
        u = error / density
        bend = u * ((a - 1.0) / x - (b - 1.0) / (1.0 - x))
        moved = x - u / (1.0 - 0.5 * min(1.0, bend))
    except (ValueError, ZeroDivisionError, OverflowError):
        return -1.0
    return moved if isfinite(moved) else -1.0


def _start(level: float, a: float, b: float) -> float:
    """A first guess: a corrected normal for humped shapes, the tail's power law for the others."""
    if a > 1.0 and b > 1.0:
        tail = min(level, 1.0 - level)
        t = sqrt(-2.0 * log(tail))
        z = (2.30753 + t * 0.27061) / (1.0 + t * (0.99229 + t * 0.04481)) - t
        if level > 0.5:
            z = -z
        # Abramowitz and Stegun 26.5.22 with 26.2.22.
        lam = (z * z - 3.0) / 6.0
        p, q = 1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0)
        h = 2.0 / (p + q)
        w = -z * sqrt(max(h + lam, 0.0)) / h - (q - p) * (lam + 5.0 / 6.0 - 2.0 / (3.0 * h))
        guess = a / (a + b * exp(min(2.0 * w, 500.0)))
    else:
        # Each tail by its power law, weighed as the two sides of the mean weigh.
        left = exp(a * log(a / (a + b))) / a
        right = exp(b * log(b / (a + b))) / b
        if level < left / (left + right):
            guess = exp(log(a * (left + right) * level) / a)
        else:
            guess = 1.0 - exp(log(b * (left + right) * (1.0 - level)) / b)
    return min(max(guess, 1e-280), 1.0 - 1e-15)
