"""Whether a set of variables suits principal components: KMO and Bartlett's test.

Source: `domain/risk.md` section 10, points 1 and 2; reference values of sections 18.2 and 18.5.
Both tests ignore the direction of a variable. They are reported with every run; no score depends
on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MIN_KMO = 0.5
MAX_P = 0.05
_WORDS = ((0.9, "excellent"), (0.8, "very good"), (0.7, "good"), (0.6, "modest"), (0.5, "poor"))


@dataclass(frozen=True, slots=True)
class Suitability:
    """Both tests, or the reason why they cannot be made.

    Parameters
    ----------
    kmo : 0-1, None when not defined
    kmo_per_variable : in column order
    chi2, df, p : of Bartlett's test that the correlation matrix is the identity
    suitable : KMO at least 0.5 and p below 0.05
    reason : in words
    """

    kmo: float | None
    kmo_per_variable: tuple[float, ...]
    chi2: float | None
    df: int | None
    p: float | None
    suitable: bool
    reason: str


def suitability(values: FloatArray) -> Suitability:
    """Test complete columns.

    Parameters
    ----------
    values : array (n_wards, n_variables), any units, no NaN, no constant column
    """
    n, p = values.shape
    if p < 3 or n <= p:
        return _not_defined(
            f"Principal components need at least 3 variables and more wards than variables; there "
            f"are {p} variables and {n} wards."
        )
    r = np.corrcoef(values, rowvar=False)
    sign, log_det = np.linalg.slogdet(r)
    if sign <= 0 or not np.isfinite(log_det) or log_det < math.log(1e-14):
        return _not_defined("Two variables carry the same information.")
    inverse = np.linalg.pinv(r)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    partial = -inverse / scale
    off = ~np.eye(p, dtype=bool)
    r2, q2 = np.where(off, r**2, 0.0), np.where(off, partial**2, 0.0)
    kmo = float(r2.sum() / (r2.sum() + q2.sum()))
    each = tuple((r2.sum(axis=0) / (r2.sum(axis=0) + q2.sum(axis=0))).tolist())
    chi2 = -((n - 1) - (2 * p + 5) / 6) * float(log_det)
    df = p * (p - 1) // 2
    probability = chi2_above(chi2, df)
    suitable = kmo >= MIN_KMO and probability < MAX_P
    word = next((w for limit, w in _WORDS if kmo >= limit), "not usable")
    few = "" if n >= 5 * p else f" Fewer than five wards per variable ({n} for {p})."
    return Suitability(kmo, each, chi2, df, probability, suitable, f"KMO {kmo:.3f}: {word}.{few}")


def _not_defined(reason: str) -> Suitability:
    return Suitability(None, (), None, None, None, suitable=False, reason=reason)


def chi2_above(x: float, df: int) -> float:
    """Return P(X > x) for a chi-square variable with `df` degrees of freedom.

    Regularised upper incomplete gamma function: series below a + 1, continued fraction above.
    """
    if x <= 0:
        return 1.0
    a, y = df / 2.0, x / 2.0
    front = math.exp(a * math.log(y) - y - math.lgamma(a)) if y < 700 + a else 0.0
    if front == 0.0:
        return 0.0
    if y < a + 1:
        term = total = 1.0 / a
        k = a
        while abs(term) > abs(total) * 1e-16:
            k += 1
            term *= y / k
            total += term
        return max(0.0, 1.0 - total * front)
    b = y + 1.0 - a
    c, d = 1e300, 1.0 / b
    h = d
    for i in range(1, 1000):
        step = -i * (i - a)
        b += 2.0
        d = 1.0 / (step * d + b)
        c = b + step / c
        change = d * c
        h *= change
        if abs(change - 1.0) < 1e-15:
            break
    return front * h
