"""Small reports for the tests of the checks."""

from datetime import date
from typing import Any

from tpr.domain.quality.records import Report


def month(number: int, year: int = 2024) -> date:
    return date(year + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def report(number: int = 1, facility: int = 1, *, key: int = 0, **counts: Any) -> Report:
    """A report of month `number` (13 = January of the next year)."""
    return Report(key or number, facility, month(number), 1, number + 1, **counts)


def months_of_u5(values: list[float | None], facility: int = 1) -> list[Report]:
    """One month per value of RDT tested under five."""
    return [report(n, facility, tested_rdt_u5=v) for n, v in enumerate(values, 1)]
