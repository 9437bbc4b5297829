"""The beta distribution in numpy: distribution function and quantiles.

The running product has no scipy; these two functions are all it would have been used for.
Method: continued fraction of the regularised incomplete beta function (modified Lentz), and
bisection followed by Newton steps for its inverse.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_TINY = 1e-300
_lgamma = np.frompyfunc(math.lgamma, 1, 1)


def log_beta(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return log B(a, b) for a, b > 0."""
    return np.asarray(_lgamma(a) + _lgamma(b) - _lgamma(a + b), dtype=np.float64)


def beta_cdf(x: FloatArray | float, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return P(X <= x) for X ~ Beta(a, b), within about 1e-12.

    Parameters
    ----------
    x : in 0-1, broadcast against a and b
    a, b : > 0
    """
    x, a, b = np.broadcast_arrays(np.asarray(x, float), np.asarray(a, float), np.asarray(b, float))
    return _cdf(x, a, b, log_beta(a, b))


def _cdf(x: FloatArray, a: FloatArray, b: FloatArray, log_b: FloatArray) -> FloatArray:
    inside = (x > 0) & (x < 1)
    safe = np.where(inside, x, 0.5)
    swap = safe > (a + 1.0) / (a + b + 2.0)
    p = np.where(swap, b, a)
    q = np.where(swap, a, b)
    y = np.where(swap, 1.0 - safe, safe)
    front = np.exp(p * np.log(y) + q * np.log1p(-y) - log_b) / p
    value = front * _continued_fraction(y, p, q)
    value = np.where(swap, 1.0 - value, value)
    return np.where(inside, np.clip(value, 0.0, 1.0), np.where(x <= 0, 0.0, 1.0))


def beta_quantile(level: float, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return x with P(X <= x) = level for X ~ Beta(a, b), within about 1e-10.

    Parameters
    ----------
    level : strictly between 0 and 1
    a, b : array (n,), > 0
    """
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    low = np.zeros(a.shape)
    high = np.ones(a.shape)
    guess = a / (a + b)
    log_b = log_beta(a, b)
    for step in range(60):
        value = _cdf(guess, a, b, log_b) - level
        low = np.where(value < 0, guess, low)
        high = np.where(value < 0, high, guess)
        if step >= 4:
            with np.errstate(all="ignore"):
                density = np.exp((a - 1) * np.log(guess) + (b - 1) * np.log1p(-guess) - log_b)
                newton = guess - value / density
            good = np.isfinite(newton) & (newton > low) & (newton < high)
            moved = np.where(good, newton, (low + high) / 2.0)
        else:
            moved = (low + high) / 2.0
        if np.all(np.abs(moved - guess) < 1e-12):
            return moved
        guess = moved
    return guess


def _continued_fraction(x: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    total = a + b
    c = np.ones(x.shape)
    d = 1.0 / _away_from_zero(1.0 - total * x / (a + 1.0))
    value = d.copy()
    for m in range(1, 2000):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 / _away_from_zero(1.0 + even * d)
        c = _away_from_zero(1.0 + even / c)
        value = value * d * c
        odd = -(a + m) * (total + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 / _away_from_zero(1.0 + odd * d)
        c = _away_from_zero(1.0 + odd / c)
        change = d * c
        value = value * change
        if np.all(np.abs(change - 1.0) < 1e-13):
            break
    return value


def _away_from_zero(values: FloatArray) -> FloatArray:
    return np.where(np.abs(values) < _TINY, _TINY, values)
