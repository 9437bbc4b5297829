"""Change over time: a year against the mean of earlier years, and against the unit above (WHO)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tpr.domain.quality.records import Flag
from tpr.domain.quality.thresholds import Limits


def ratio_to_earlier(years: Mapping[int, float], year: int) -> float | None:
    """Return the year's value ÷ the mean of all earlier years; None without a mean above 0."""
    earlier = [value for y, value in years.items() if y < year]
    if not earlier or year not in years or sum(earlier) == 0:
        return None
    return years[year] * len(earlier) / sum(earlier)


def changes(
    unit: str, years: Mapping[int, float], parent: Mapping[int, float] | None, limits: Limits
) -> Iterator[Flag]:
    """Flag years that leave the band of ± the limit, against the past and against the unit above.

    Parameters
    ----------
    years, parent : tests per month in the file, by year; months, so that a part of a year compares.
    """
    limit = limits["change_percent"]
    for year in sorted(years):
        ratio = ratio_to_earlier(years, year)
        if ratio is None:
            continue
        percent = round(100 * ratio - 100, 9)
        if abs(percent) > limit:
            yield Flag(
                "change_over_time", percent, limit,
                f"{year}: {percent:+.0f} % against the mean of earlier years", where=unit,
            )  # fmt: skip
        above = ratio_to_earlier(parent, year) if parent else None
        if above:
            apart = round(100 * ratio / above - 100, 9)
            if abs(apart) > limit:
                yield Flag(
                    "change_over_time", apart, limit,
                    f"{year}: {apart:+.0f} % apart from the change of the unit above", where=unit,
                )  # fmt: skip
