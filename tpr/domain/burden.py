"""Positives per 1,000 people per year (positivity.md §6). Pure.

A measure of its own beside positivity, never in its place, always with the population's name and
year. Not capped; without a population it is null, never 0. Incomplete reporting makes it a lower
bound, so completeness stands beside it.
"""

from dataclasses import dataclass

from chatmrpt.common.statistics.rates import poisson_interval

PREGNANCIES_PERCENT = 5.0
"""Expected pregnancies as a share of the population; a project default, shown where used."""

EVERYBODY, GROUP = "everybody", "group"
"""What a population list counts: everybody, or exactly the age group of the result."""


@dataclass(frozen=True, slots=True)
class Burden:
    """The burden of one ward, per 1,000 per year.

    Parameters
    ----------
    rate : None with `reason` `no_population`, `zero_population`, `no_months` or `not_reported`
    low, high : exact Poisson, 95 %
    people : the denominator used
    months : months covered by the reports of the ward's facilities
    completeness : percent of facility-months with a test count; None when not monthly
    corrected : rate ÷ completeness, an extra figure and never the default
    """

    rate: float | None
    low: float | None
    high: float | None
    people: float | None
    months: int
    completeness: float | None
    corrected: float | None
    reason: str = ""


def people_of_group(
    population: float | None, age: str, counts: str, *, pregnancies: float = PREGNANCIES_PERCENT
) -> float | None:
    """Return the denominator of an age group; None when the list cannot give it.

    Parameters
    ----------
    population : persons of the ward as the list counts them
    age : `u5`, `o5`, `pw` or `all`
    counts : `everybody` or `group`; under-fives are never guessed from a total
    """
    if population is None:
        return None
    if counts == GROUP or age == "all":
        return population
    return population * pregnancies / 100 if age == "pw" else None


def burden(
    positives: float | None,
    people: float | None,
    months: int,
    *,
    completeness: float | None = None,
) -> Burden:
    """Return positives ÷ people × 1,000 × 12 ÷ months."""

    def nothing(reason: str) -> Burden:
        return Burden(None, None, None, people, months, completeness, None, reason)

    if people is None:
        return nothing("no_population")
    if people <= 0:
        return nothing("zero_population")
    if positives is None:
        return nothing("not_reported")
    if months <= 0:
        return nothing("no_months")
    scale = 1000 / people * 12 / months
    low, high = poisson_interval(positives)
    rate = positives * scale
    corrected = 100 * rate / completeness if completeness else None
    return Burden(rate, low * scale, high * scale, people, months, completeness, corrected)
