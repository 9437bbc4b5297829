"""Reading the cost lines of a plan, and the ones that are suggested (nets.md §7)."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from chatmrpt.common.errors import InvalidInput
from itn.domain.budget import CostKind, CostLine
from itn.domain.numbers import parse_money
from itn.domain.ward_inputs import digest

COLUMNS = ("name", "kind", "unit_cost", "currency", "source", "date")
MOST_LINES = 20
DEFAULT_CURRENCY = "NGN"
SEED_SOURCE, SEED_YEAR = "Public national planning sheet", "2024"
SEED_RATE = Decimal(1600)
SEED = tuple(
    CostLine(name, kind, Decimal(cost), SEED_SOURCE, DEFAULT_CURRENCY, SEED_YEAR)
    for name, kind, cost in (
        ("Dual-ingredient net", CostKind.PER_NET, "5584.97"),
        ("Transport state, LGA, hub", CostKind.PER_BALE, "10000"),
        ("Campaign operations", CostKind.PER_NET, "584"),
        ("Storage, one year", CostKind.FIXED, "8000000"),
    )
)
"""Figures of the sheet, to start from: never today's prices."""


def cost_lines_from(
    rows: Sequence[Mapping[str, Any]], *, currency: object = "", exchange_rate: object = None
) -> tuple[str, Decimal | None, tuple[CostLine, ...]]:
    """Read cost lines: `name`, `kind`, `unit_cost` and, if given, `currency`, `source`, `date`.

    Parameters
    ----------
    currency : of the budget and of lines that name none; NGN if empty.
    exchange_rate : units of that currency for one unit of the other one; needed as soon as a line
        is in another currency. There is one other currency at most.

    Returns the plan's currency, the rate, and the lines.

    Raises
    ------
    InvalidInput : `COST_LINE` naming the line, `COST_LINES_TOO_MANY`, `CURRENCY`,
        `CURRENCIES_TOO_MANY`, `EXCHANGE_RATE_MISSING`.
    """
    own = _currency(currency) or DEFAULT_CURRENCY
    rate = None if exchange_rate in (None, "") else parse_money(exchange_rate, what="exchange rate")
    if rate is not None and not 0 < rate <= 10**9:
        raise InvalidInput(
            "EXCHANGE_RATE_MISSING", f"An exchange rate of {rate} cannot be used: it is above 0.",
            {"exchange_rate": str(rate)},
        )  # fmt: skip
    filled = [
        (number, {str(k).strip().casefold(): v for k, v in row.items()})
        for number, row in enumerate(rows, 1)
    ]
    filled = [(n, r) for n, r in filled if any(_text(r.get(c)) for c in ("name", "unit_cost"))]
    if len(filled) > MOST_LINES:
        raise InvalidInput(
            "COST_LINES_TOO_MANY", f"A plan has at most {MOST_LINES} cost lines, not {len(filled)}.",
            {"lines": len(filled)},
        )  # fmt: skip
    lines = tuple(_line(number, row, own, rate) for number, row in filled)
    foreign = sorted({line.currency for line in lines} - {own})
    if len(foreign) > 1:
        raise InvalidInput(
            "CURRENCIES_TOO_MANY",
            f"The lines are in {', '.join(foreign)} beside {own}. A plan has one exchange rate, so "
            "convert all but one of them.",
            {"currencies": foreign},
        )
    if foreign and rate is None:
        raise InvalidInput(
            "EXCHANGE_RATE_MISSING",
            f"A line is in {foreign[0]}: say how many {own} one {foreign[0]} costs.",
            {"currency": foreign[0]},
        )
    return own, rate, lines


def cost_lines_text(lines: Sequence[CostLine]) -> str:
    """Return what is stored with the parameters: how many, and a digest of them."""
    rows = [
        (
            (n,),
            (c.name, c.kind.value, str(c.unit_cost), c.currency, str(c.rate), c.source, c.date),
        )
        for n, c in enumerate(lines)
    ]
    return f"{len(lines)} lines #{digest(rows)}"


def _line(number: int, row: Mapping[str, Any], own: str, rate: Decimal | None) -> CostLine:
    name = _text(row.get("name"))[:120]
    if not name:
        raise _refuse(number, "it has no name")
    kind = _text(row.get("kind")).casefold().replace(" ", "_")
    if kind not in {known.value for known in CostKind}:
        kinds = ", ".join(known.value for known in CostKind)
        raise _refuse(number, f"'{kind}' is not a kind of cost; use {kinds}")
    cost = parse_money(_text(row.get("unit_cost")), what=f"unit cost in line {number}")
    if cost > 10**12:
        raise _refuse(number, f"{cost:,} is more than can be meant")
    cost = Decimal(f"{cost.normalize():f}")
    if -int(cost.as_tuple().exponent) > 4:
        raise _refuse(number, f"{cost} has more than four decimals")
    currency = _currency(_text(row.get("currency"))) or own
    return CostLine(
        name, CostKind(kind), cost, _text(row.get("source"))[:200], currency,
        _text(row.get("date"))[:40], Decimal(1) if currency == own or rate is None else rate,
    )  # fmt: skip


def _currency(value: object) -> str:
    text = _text(value).upper().replace("\u20a6", "NGN").replace("US$", "USD")
    if text and not re.fullmatch(r"[A-Z]{3}", text):
        raise InvalidInput(
            "CURRENCY", f"'{text[:20]}' is not a currency code such as NGN or USD.",
            {"given": text[:20]},
        )  # fmt: skip
    return text


def _text(value: object) -> str:
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return " ".join(str(value if value is not None else "").split())


def _refuse(number: int, why: str) -> InvalidInput:
    return InvalidInput(
        "COST_LINE", f"Cost line {number} cannot be used: {why}.", {"line": number, "why": why}
    )
