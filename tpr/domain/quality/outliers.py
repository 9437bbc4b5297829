"""Values far from the facility's own level, by MAD and by SD (inputs.md section 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Final

from tpr.domain.quality.records import COUNT_PLACES, PAIR_OF, Flag, Report, count
from tpr.domain.quality.thresholds import Limits

MEAN_TO_SCALE: Final = 1.2533
"""With MAD = 0 the scale is this times the mean absolute deviation from the median."""


def median(values: Sequence[float]) -> float:
    """Return the middle of at least one value."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mad_scale(values: Sequence[float]) -> tuple[float, float | None]:
    """Return (median, scale). Scale is the MAD; if that is 0, 1.2533 × mean absolute deviation;
    None when both are 0: all values are equal and there is no test."""
    middle = median(values)
    distances = [abs(v - middle) for v in values]
    scale = median(distances)
    if scale == 0:
        scale = MEAN_TO_SCALE * sum(distances) / len(distances)
    return middle, scale or None


def modified_z(values: Sequence[float]) -> list[float] | None:
    """Return 0.6745 × (x - median) / MAD (limit 3.5 as an option); None when the MAD is 0."""
    middle = median(values)
    mad = median([abs(v - middle) for v in values])
    return [0.6745 * (v - middle) / mad for v in values] if mad else None


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


def _by_mad(
    having: Sequence[Report], values: Sequence[float], place: int, limits: Limits
) -> Iterator[Flag]:
    middle, scale = mad_scale(values)
    if scale is None:
        return
    check, severe = limits["outlier_mad_check"], limits["outlier_mad_severe"]
    for report, value in zip(having, values, strict=True):
        distance = abs(value - middle) / scale
        if distance > check:
            word = "severe" if distance > severe else "check"
            yield _flag(
                "outlier_mad", report, place, distance, severe if distance > severe else check,
                f"{count(value)} where the median is {count(middle)}: {distance:,.1f} MAD ({word})",
            )  # fmt: skip


def _by_sd(
    having: Sequence[Report], values: Sequence[float], place: int, limits: Limits
) -> Iterator[Flag]:
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
    pair = PAIR_OF.get(place)
    return Flag(
        check, value, limit, why, report.facility_id, start=report.start,
        column=Report._fields[place], row=report.row,
        touches=((report.id, pair.method, pair.age),) if pair else (),
    )  # fmt: skip


def outliers_of_all(by_facility: Mapping[int, Sequence[Report]], limits: Limits) -> Iterator[Flag]:
    for mine in by_facility.values():
        yield from outliers(mine, limits)
