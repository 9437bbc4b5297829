"""What yearly figures of a place say about change (positivity.md §9). Pure.

A year is a calendar year. Its value is the sum over the months that were reported; a year with
fewer than nine of them is `partial`, used and named. A year without a rate is a gap, not a zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatmrpt.common.statistics.trend import Kendall, Line, kendall, line

LIMIT_TPR = 1.0
"""Percentage points per year from which a change is called one, inclusive; a setting."""
LIMIT_BURDEN = 5.0
MONTHS_OF_A_YEAR = 9
FACILITIES_CHANGED = 1 / 3
MIN_TESTS_LAST_YEAR = 50
MONTHS_FOR_A_SLOPE = 24

WORSENING, IMPROVING, UNCLEAR = "worsening", "improving", "no clear trend"
EMERGING, RESOLVING, PERSISTENT = "emerging", "resolving", "persistent"


@dataclass(frozen=True, slots=True)
class YearValue:
    """One year of a place. `rate` in percent (or per 1,000); None = a gap. `months` 0-12."""

    year: int
    tested: float | None
    positive: float | None
    rate: float | None
    months: int
    facilities: frozenset[int] = frozenset()

    @property
    def partial(self) -> bool:
        """Fewer than nine months reported."""
        return self.months < MONTHS_OF_A_YEAR


@dataclass(frozen=True, slots=True)
class Trend:
    """A place's years and what follows from them.

    Parameters
    ----------
    line : least squares over all years with a rate; None with fewer than two
    tau : Kendall's tau-b; None with fewer than three years or constant rates
    change : last minus first rate, a separate figure
    direction : `worsening`, `improving` or `no clear trend`; None with fewer than three years
    changed : pairs of years between which more than a third of the facilities changed
    """

    years: tuple[YearValue, ...]
    line: Line | None
    tau: Kendall | None
    change: float | None
    direction: str | None
    changed: tuple[tuple[int, int], ...]

    @property
    def known(self) -> tuple[YearValue, ...]:
        """The years with a rate."""
        return tuple(y for y in self.years if y.rate is not None)

    @property
    def first(self) -> YearValue | None:
        return self.known[0] if self.known else None

    @property
    def last(self) -> YearValue | None:
        return self.known[-1] if self.known else None

    @property
    def tau_can_be_significant(self) -> bool:
        """Below five years tau cannot reach p < 0.05."""
        return len(self.known) >= 5

    def against(self, limit: float) -> str | None:
        """Emerging, resolving or persistent against a line; None for the rest or < 2 years."""
        rates = [y.rate for y in self.known if y.rate is not None]
        if len(rates) < 2:
            return None
        if all(rate > limit for rate in rates):
            return PERSISTENT
        if rates[0] <= limit < rates[-1]:
            return EMERGING
        if rates[-1] <= limit < rates[0]:
            return RESOLVING
        return None


def trend(years: Iterable[YearValue], *, limit: float = LIMIT_TPR) -> Trend:
    """Fit the years of one place. Order of the input does not matter."""
    ordered = tuple(sorted(years, key=lambda y: y.year))
    known = [(y.year, y.rate) for y in ordered if y.rate is not None]
    x, y = [float(year) for year, _ in known], [rate for _, rate in known]
    fitted = line(x, y)
    return Trend(
        years=ordered,
        line=fitted,
        tau=kendall(x, y) if len(known) >= 3 else None,
        change=y[-1] - y[0] if len(known) >= 2 else None,
        direction=_direction(fitted, limit),
        changed=tuple(_changed(ordered)),
    )


def _direction(fitted: Line | None, limit: float) -> str | None:
    if fitted is None or fitted.low is None or fitted.high is None:
        return None
    if fitted.slope >= limit and fitted.low > 0:
        return WORSENING
    if fitted.slope <= -limit and fitted.high < 0:
        return IMPROVING
    return UNCLEAR


def _changed(years: Sequence[YearValue]) -> Iterable[tuple[int, int]]:
    with_facilities = [y for y in years if y.facilities]
    for a, b in pairwise(with_facilities):
        either = a.facilities | b.facilities
        if len(a.facilities ^ b.facilities) > FACILITIES_CHANGED * len(either):
            yield a.year, b.year


def to_reprioritise(
    trends: Mapping[tuple[str, str], Trend], *, n: int, least_tests: float = MIN_TESTS_LAST_YEAR
) -> list[tuple[str, str]]:
    """Return at most n places: worsening, enough tests in the last year, highest last rate first.

    Ties by slope, then by name. The last year is the last one of the file, not of the ward.
    """
    last = max((t.years[-1].year for t in trends.values() if t.years), default=None)
    found = []
    for place, t in trends.items():
        end = t.last
        if t.direction != WORSENING or end is None or end.year != last or t.line is None:
            continue
        if (end.tested or 0) >= least_tests:
            found.append((-(end.rate or 0), -t.line.slope, place))
    return [place for _, _, place in sorted(found)[:n]]
