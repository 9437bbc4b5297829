"""Slow, obvious twins of the numeric code, written without numpy tricks."""

import math


def naive_percentile(values, q):
    ordered = sorted(values)
    position = (len(ordered) - 1) * q / 100
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def naive_winsor(values, direction):
    a, b = naive_percentile(values, 2), naive_percentile(values, 98)
    z = [min(max((v - a) / (b - a), 0), 1) for v in values]
    return [1 - v for v in z] if direction == "inverse" else z


def naive_rank(scores, codes, tie=None):
    tie = tie or [0] * len(scores)
    order = sorted(range(len(scores)), key=lambda i: (-round(scores[i], 12), -tie[i], codes[i]))
    ranks = [0] * len(scores)
    for place, i in enumerate(order, start=1):
        ranks[i] = place
    return ranks


def spearman(a, b):
    n = len(a)
    return 1 - 6 * sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) / (n * (n * n - 1))


def beta_cdf_by_simpson(x, a, b, steps=20000):
    """Integrate the density numerically; good for a, b >= 1."""
    constant = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def density(t):
        if t <= 0 or t >= 1:
            return 0.0 if (t <= 0 and a > 1) or (t >= 1 and b > 1) else math.exp(constant)
        return math.exp(constant + (a - 1) * math.log(t) + (b - 1) * math.log(1 - t))

    h = x / steps
    total = density(0) + density(x)
    total += 4 * sum(density((2 * k + 1) * h) for k in range(steps // 2))
    total += 2 * sum(density(2 * k * h) for k in range(1, steps // 2))
    return total * h / 3
