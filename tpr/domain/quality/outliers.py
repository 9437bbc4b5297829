"""Values far from the facility's own level, by MAD, by SD and by modified z (inputs.md section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Final

from tpr.domain.quality.records import COUNT_PLACES, PAIR_OF, Flag, Report, Touch, count
from tpr.domain.quality.thresholds import Limits

MEAN_TO_SCALE: Final = 1.2533
"""With MAD = 0 the scale is this times the mean absolute deviation from the median."""
MODIFIED_Z: Final = 0.6745
"""Iglewicz and Hoaglin (1993): makes the MAD of normal values comparable with their SD."""


def median(values: Sequence[float]) -> float:
    """Return the middle of at least one value."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mad(values: Sequence[float]) -> tuple[float, float]:
    """Return (median, median absolute deviation) of at least one value."""
    middle = median(values)
    return middle, median([abs(v - middle) for v in values])


def scale_of_others(values: Sequence[float], place: int) -> tuple[float, float]:
    """Return (median, scale) of the other values, for a facility whose MAD is 0.

    More than half of the values are equal. With the value inside its own scale, one wild value
    among n equal ones lies n / 1.2533 scales away whatever it is, and never passes a limit of 10
    within a year; so the scale, 1.2533 × mean absolute deviation, is that of the others
    (docs/decisions/0018). Chance alone scatters a count of m by about sqrt(m): the scale is never
    below that, nor below 1.
    """
    others = [*values[:place], *values[place + 1 :]]
    middle = median(others)
    spread = MEAN_TO_SCALE * sum(abs(v - middle) for v in others) / len(others)
    return middle, max(spread, sqrt(max(middle, 1.0)))


def mad_distances(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return (median, distance from it in scales) of each of at least two values.

    The scale is the MAD of all values; where that is 0, `scale_of_others`.
    """
    middle, scale = mad(values)
    if scale:
        return [(middle, abs(v - middle) / scale) for v in values]
    found = []
    for place, value in enumerate(values):
        if value == middle:
            found.append((middle, 0.0))
        else:
            of_others, scale = scale_of_others(values, place)
            found.append((of_others, abs(value - of_others) / scale))
    return found


def modified_z(values: Sequence[float]) -> list[float] | None:
    """Return 0.6745 × (x - median) / MAD; None when the MAD is 0."""
    middle, scale = mad(values)
    return [MODIFIED_Z * (v - middle) / scale for v in values] if scale else None


def sd_scores(values: Sequence[float], *, whole_from: float) -> list[float | None]:
    """Return how many SD each value lies from the mean; None where the SD is 0.

    With the value inside its own mean and SD, |z| never exceeds (n - 1) / sqrt(n): 3.18 for 12
    values and 4.01 for 18. Below `whole_from` values mean and SD (n - 1 in the divisor) are
    therefore those of the other values.
    """
    n = len(values)
    mean = sum(values) / n
    squares = sum((v - mean) ** 2 for v in values)
    if n >= whole_from:
        sd = sqrt(squares / (n - 1))
        return [(v - mean) / sd if sd else None for v in values]
    if n < 3:
        return [None] * n
    scores: list[float | None] = []
    for value in values:
        # Leave-one-out from the sums about the common mean: exact algebra, one pass.
        shift = value - mean
        others = mean - shift / (n - 1)
        rest = squares - shift * shift * n / (n - 1)
        sd = sqrt(rest / (n - 2)) if rest > 1e-9 * max(1.0, squares) else 0.0
        scores.append((value - others) / sd if sd else None)
    return scores


def outliers(mine: Sequence[Report], limits: Limits) -> Iterator[Flag]:
    """Flag the values of one facility, indicator by indicator, by both rules."""
    fewest = limits["outlier_values"]
    for place in COUNT_PLACES:
        having = [r for r in mine if r.at(place) is not None]
        if len(having) < fewest:
            continue
        values = [r.at(place) or 0.0 for r in having]
        if min(values) == max(values):
            continue
        yield from _by_mad(having, values, place, limits)
        yield from _by_sd(having, values, place, limits)
        yield from _by_modified_z(having, values, place, limits)


def _by_mad(
    having: Sequence[Report], values: Sequence[float], place: int, limits: Limits
) -> Iterator[Flag]:
    check, severe = limits["outlier_mad_check"], limits["outlier_mad_severe"]
    for report, value, (middle, far) in zip(having, values, mad_distances(values), strict=True):
        if far > check:
            word = "severe" if far > severe else "check"
            yield _flag(
                "outlier_mad", report, place, far, severe if far > severe else check,
                f"{count(value)} where the median is {count(middle)}: {far:,.1f} MAD ({word})",
            )  # fmt: skip


def _by_modified_z(
    having: Sequence[Report], values: Sequence[float], place: int, limits: Limits
) -> Iterator[Flag]:
    """An option: without its limit in force there is no flag."""
    limit = limits.get("outlier_modified_z")
    scores = modified_z(values) if limit else None
    if limit is None or scores is None:
        return
    for report, value, score in zip(having, values, scores, strict=True):
        if abs(score) > limit:
            yield _flag(
                "outlier_modified_z", report, place, abs(score), limit,
                f"{count(value)}: modified z {score:+,.1f}",
            )  # fmt: skip


def _by_sd(
    having: Sequence[Report], values: Sequence[float], place: int, limits: Limits
) -> Iterator[Flag]:
    """Below a year of values the SD rule says little: the MAD rule stands alone (decision 18)."""
    if len(values) < limits["outlier_sd_values"]:
        return
    limit, whole_from = limits["outlier_sd"], limits["outlier_sd_whole_from"]
    scores = sd_scores(values, whole_from=whole_from)
    of = "all months" if len(values) >= whole_from else "the other months"
    for report, value, score in zip(having, values, scores, strict=True):
        if score is not None and abs(score) > limit:
            yield _flag(
                "outlier_sd", report, place, abs(score), limit,
                f"{count(value)}: {abs(score):,.1f} SD from the mean of {of}",
            )  # fmt: skip


def _flag(check: str, report: Report, place: int, value: float, limit: float, why: str) -> Flag:
    return Flag(
        check, value, limit, why, report.facility_id, start=report.start,
        column=Report._fields[place], row=report.row, touches=_touches(report, place),
    )  # fmt: skip


def _touches(report: Report, place: int) -> tuple[Touch, ...]:
    """The pair of a test count; out-patients and fever are denominators of the ratios."""
    if pair := PAIR_OF.get(place):
        return ((report.id, pair.method, pair.age),)
    what, _, age = Report._fields[place].partition("_")
    return ((report.id, what, age),) if what in ("opd", "fever") else ()


def outliers_of_all(by_facility: Mapping[int, Sequence[Report]], limits: Limits) -> Iterator[Flag]:
    for mine in by_facility.values():
        yield from outliers(mine, limits)
