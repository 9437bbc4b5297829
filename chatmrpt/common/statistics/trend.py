"""A straight line and Kendall's rank correlation through a short series (positivity.md §9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import erfc, factorial, fsum, sqrt

from chatmrpt.common.statistics.rates import t_quantile


@dataclass(frozen=True, slots=True)
class Line:
    """Least squares of y on x. `low`, `high`: 95 % interval of the slope from t(n - 2).

    None without a degree of freedom (two points).
    """

    slope: float
    low: float | None
    high: float | None


def line(x: Sequence[float], y: Sequence[float]) -> Line | None:
    """Fit a line; None for fewer than two different x."""
    n = len(x)
    if n < 2:
        return None
    mx, my = fsum(x) / n, fsum(y) / n
    sxx = fsum((a - mx) ** 2 for a in x)
    if sxx == 0:
        return None
    slope = fsum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sxx
    if n == 2:
        return Line(slope, None, None)
    rest = fsum((b - my - slope * (a - mx)) ** 2 for a, b in zip(x, y, strict=True))
    half = t_quantile(0.95, n - 2) * sqrt(rest / (n - 2) / sxx)
    return Line(slope, slope - half, slope + half)


@dataclass(frozen=True, slots=True)
class Kendall:
    """Tau-b and its two-sided p-value; `exact` when it counts orders, else a normal with ties."""

    tau: float
    p: float
    exact: bool


def kendall(x: Sequence[float], y: Sequence[float]) -> Kendall | None:
    """Return Kendall's tau-b; None when either series is constant or has one value."""
    n = len(x)
    concordance = 0
    tied_x = tied_y = 0
    for i, j in combinations(range(n), 2):
        a, b = _sign(x[j] - x[i]), _sign(y[j] - y[i])
        concordance += a * b
        tied_x += a == 0
        tied_y += b == 0
    pairs = n * (n - 1) // 2
    if pairs in (tied_x, tied_y):
        return None
    tau = concordance / sqrt((pairs - tied_x) * (pairs - tied_y))
    if not tied_x and not tied_y:
        return Kendall(tau, _exact_p(n, concordance), exact=True)
    return Kendall(tau, _normal_p(x, y, concordance), exact=False)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


@lru_cache(maxsize=64)
def _orders(n: int) -> tuple[int, ...]:
    """Return for each number of discordant pairs how many orders of n values have it."""
    counts = [1]
    for size in range(2, n + 1):
        longer = [0] * (len(counts) + size - 1)
        for k, ways in enumerate(counts):
            for extra in range(size):
                longer[k + extra] += ways
        counts = longer
    return tuple(counts)


def _exact_p(n: int, concordance: int) -> float:
    pairs = n * (n - 1) // 2
    few = (pairs - abs(concordance)) // 2
    ways = sum(_orders(n)[: few + 1])
    return min(1.0, 2.0 * ways / factorial(n))


def _normal_p(x: Sequence[float], y: Sequence[float], concordance: int) -> float:
    n = len(x)
    groups = [[values.count(v) for v in set(values)] for values in (list(x), list(y))]
    v0 = n * (n - 1) * (2 * n + 5)
    vt, vu = (sum(t * (t - 1) * (2 * t + 5) for t in g) for g in groups)
    (t1, u1), (t2, u2) = (
        tuple(sum(t * (t - 1) for t in g) for g in groups),
        tuple(sum(t * (t - 1) * (t - 2) for t in g) for g in groups),
    )
    variance = (v0 - vt - vu) / 18 + t1 * u1 / (2 * n * (n - 1))
    if n > 2:
        variance += t2 * u2 / (9 * n * (n - 1) * (n - 2))
    return erfc(abs(concordance) / sqrt(2 * variance)) if variance > 0 else 1.0
