"""The stored parameters of a plan as lines to read: on the page, in the workbook, in the report."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from itn.domain.exact import number_text

PARAMETER_WORDS = {
    "nets": "Nets in stock", "persons_per_net": "Persons per net", "buffer": "Buffer, %",
    "bale": "Nets per bale", "reserve": "Routine reserve, %", "urban_threshold": "Urban from, %",
    "household_size": "Household size", "target_share": "People left out, up to %",
    "then": "Others planned by", "floor": "Floor, %", "share_floors": "Floors shared",
    "gamma": "Gamma", "target_rule": "Bale targets", "cap": "Cap, % of target",
    "budget": "Budget", "cost_per_net": "Cost per net", "cost_per_bale": "Cost per bale",
    "cost_fixed": "Fixed costs", "costs": "Cost lines", "currency": "Currency",
    "exchange_rate": "Exchange rate", "household_shares": "Households by size",
    "household_cap": "Most nets per household", "ratio_reason": "Why this ratio",
    "growth": "Growth, % a year", "growth_source": "Source of the growth",
    "base_year": "Population of", "target_year": "Projected to",
    "existing_nets": "Nets that are there", "ward_buffers": "Buffers of single wards",
}  # fmt: skip
MONEY = ("budget", "cost_per_net", "cost_per_bale", "cost_fixed", "exchange_rate")
YEARS = ("base_year", "target_year")


def parameter_lines(stored: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, value) of every parameter that says something; limits of LGAs one by one."""
    shown = []
    for name, label in PARAMETER_WORDS.items():
        value = stored.get(name)
        if value in (None, "", False, "0", []):
            continue
        plain = isinstance(value, int) and not isinstance(value, bool) and name not in YEARS
        text = f"{value:,}" if plain else "yes" if value is True else str(value)
        if name in MONEY:
            text = number_text(Decimal(text))
        shown.append((label, text.partition(" #")[0]))
    for name, label in (("lga_minimum", "At least, bales"), ("lga_maximum", "At most, bales")):
        shown += [(f"{label}: {lga}", limit_shown(n)) for _, lga, n in stored.get(name) or []]
    return shown


def limit_shown(stored: int | str) -> str:
    """Return a stored limit of an LGA for reading: bales with separators, a share as it stands."""
    return f"{stored:,}" if isinstance(stored, int) else stored
