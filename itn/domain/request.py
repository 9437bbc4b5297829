"""From what a form, a command or a chat message says to checked plan parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from chatmrpt.common.errors import InvalidInput
from itn.domain.bales import DEFAULT_BALE, TargetRule
from itn.domain.budget import CostLine
from itn.domain.cost_lines import cost_lines_from
from itn.domain.household import Households, households_from
from itn.domain.limits import LgaLimit
from itn.domain.need import DEFAULT_PERSONS_PER_NET, projection_from
from itn.domain.numbers import MAX_COUNT, parse_count, parse_decimal, parse_money
from itn.domain.parameter_checks import checked
from itn.domain.parameters import (
    DEFAULT_GAMMA,
    DEFAULT_STRATEGY,
    DEFAULT_TARGET_SHARE,
    DEFAULT_URBAN_THRESHOLD,
    PlanParameters,
)
from itn.domain.ward_inputs import ExistingNets, WardBuffer, WardKey
from itn.domain.wards import LgaKey
from itn.domain.wards_table import limit_from

OPTIONS = (
    "nets", "strategy", "persons_per_net", "buffer", "bale", "target_rule", "urban_threshold",
    "household_size", "floor", "share_floors", "gamma", "target_share", "then", "cap", "reserve",
    "lga_min", "lga_max", "budget", "cost_per_net", "cost_per_bale", "cost_fixed",
    "ratio_reason", "household_shares", "household_cap", "growth", "growth_source", "base_year",
    "target_year", "existing_nets", "existing_nets_source", "existing_nets_year", "ward_buffers",
    "costs", "currency", "exchange_rate",
)  # fmt: skip
TABLES = ("lga_min", "lga_max", "existing_nets", "ward_buffers", "costs")
"""Options that are tables: rows of text, CSV, or what `resolved` made of them."""


def merged(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a copy: what is given takes the place of what excludes it.

    A ratio takes the place of household shares and the other way round; cost lines that of the
    three short costs and the other way round. A change of None (or "") takes an option away.
    """
    instead = (
        (("persons_per_net",), ("household_shares", "household_cap", "ratio_reason")),
        (("household_shares",), ("persons_per_net", "ratio_reason")),
        (("costs",), ("cost_per_net", "cost_per_bale", "cost_fixed")),
        (("cost_per_net", "cost_per_bale", "cost_fixed"), ("costs", "exchange_rate")),
    )
    options = dict(stored)
    for given, excluded in instead:
        if any(changes.get(name) not in (None, "") for name in given):
            for name in excluded:
                options.pop(name, None)
    return options | dict(changes)


def parameters_from(raw: Mapping[str, Any]) -> PlanParameters:
    """Read and check plan options; a blank option takes its documented default.

    Parameters
    ----------
    raw : options by the names of `OPTIONS` (those of `itn_plan` with underscores), as text,
        numbers or decimals; those of `TABLES` as `resolve.resolved` returns them.

    Raises
    ------
    InvalidInput : `OPTION_UNKNOWN`, `NETS_MISSING`, `INVALID_NUMBER` and those of `checked`.
    """
    unknown = sorted(set(raw) - set(OPTIONS))
    if unknown:
        raise InvalidInput(
            "OPTION_UNKNOWN",
            f"A plan has no option {', '.join(unknown)}. Known are: {', '.join(OPTIONS)}.",
            {"unknown": unknown},
        )
    given = {name: value for name, value in raw.items() if value not in (None, "")}
    if "nets" not in given:
        raise InvalidInput(
            "NETS_MISSING", "Say how many nets there are, for example 200,000.", {"option": "nets"}
        )

    def decimal(name: str, default: Decimal) -> Decimal:
        return parse_decimal(given[name], what=name) if name in given else default

    def decimal_or_none(name: str) -> Decimal | None:
        return parse_decimal(given[name], what=name) if name in given else None

    def money(name: str) -> Decimal | None:
        return parse_money(given[name], what=name) if name in given else None

    households = _households(given)
    currency, rate, lines = _costs(given)
    return checked(
        PlanParameters(
            stock=parse_count(given["nets"], most=MAX_COUNT),
            strategy=str(given.get("strategy", DEFAULT_STRATEGY)),
            persons_per_net=households.need.persons_per_net
            if households is not None
            else decimal("persons_per_net", DEFAULT_PERSONS_PER_NET),
            buffer_percent=decimal("buffer", Decimal(0)),
            bale=parse_count(given.get("bale", DEFAULT_BALE), what="nets per bale"),
            target_rule=_rule(given.get("target_rule")),
            urban_threshold=decimal("urban_threshold", DEFAULT_URBAN_THRESHOLD),
            household_size=decimal_or_none("household_size"),
            floor_percent=decimal_or_none("floor"),
            share_floors=_yes(given.get("share_floors")),
            gamma=parse_count(given.get("gamma", DEFAULT_GAMMA), what="gamma"),
            target_share=decimal("target_share", DEFAULT_TARGET_SHARE),
            then=str(given.get("then", DEFAULT_STRATEGY)),
            cap_percent=decimal("cap", Decimal(100)),
            reserve_percent=decimal("reserve", Decimal(0)),
            lga_minimum=dict(given.get("lga_min", {})),
            lga_maximum=dict(given.get("lga_max", {})),
            budget=money("budget"),
            cost_per_net=money("cost_per_net"),
            cost_per_bale=money("cost_per_bale") or Decimal(0),
            cost_fixed=money("cost_fixed") or Decimal(0),
            ratio_reason=" ".join(str(given.get("ratio_reason", "")).split())[:300],
            households=households,
            projection=projection_from(
                given.get("growth"), given.get("growth_source"), given.get("base_year"),
                given.get("target_year"),
            ),
            existing=given.get("existing_nets"),
            ward_buffers=given.get("ward_buffers", {}),
            cost_lines=lines,
            currency=currency,
            exchange_rate=rate,
        )
    )  # fmt: skip


def _households(given: Mapping[str, Any]) -> Households | None:
    if "household_shares" not in given:
        if "household_cap" in given:
            raise InvalidInput(
                "HOUSEHOLD_SHARES_FORMAT",
                "A cap per household needs the shares of households by size beside it.",
                {"household_cap": str(given["household_cap"])[:40]},
            )
        return None
    if "persons_per_net" in given:
        raise InvalidInput(
            "RATIO_TWICE",
            "Persons per net come from the household shares or are typed. Give one of the two.",
            {"persons_per_net": str(given["persons_per_net"])[:40]},
        )
    return households_from(given["household_shares"], given.get("household_cap"))


def _costs(given: Mapping[str, Any]) -> tuple[str, Decimal | None, tuple[CostLine, ...]]:
    if "costs" not in given:
        return str(given.get("currency", "")), None, ()
    return cost_lines_from(
        given["costs"], currency=given.get("currency"), exchange_rate=given.get("exchange_rate")
    )


def parameters_of(
    stored: Mapping[str, Any],
    *,
    costs: Sequence[Mapping[str, Any]] = (),
    existing: ExistingNets | None = None,
    ward_buffers: Mapping[WardKey, WardBuffer] | None = None,
) -> PlanParameters:
    """Return the parameters that a plan was stored with (`PlanParameters.as_json` read back).

    `costs`, `existing` and `ward_buffers` come from the rows beside the plan.
    """
    raw = {name: value for name, value in stored.items() if name in OPTIONS and name not in TABLES}
    if raw.get("household_shares"):
        raw.pop("persons_per_net", None)
    raw |= {"costs": list(costs)} if costs else {}
    raw |= {"existing_nets": existing} if existing else {}
    raw |= {"ward_buffers": dict(ward_buffers)} if ward_buffers else {}
    fixed = {(row[0], row[1], row[2], row[3]): int(row[4]) for row in stored.get("fixed", [])}
    return checked(
        replace(
            parameters_from(raw),
            lga_minimum=_quota(stored.get("lga_minimum")),
            lga_maximum=_quota(stored.get("lga_maximum")),
            fixed=fixed,
        )
    )


def _quota(stored: Any) -> dict[LgaKey, LgaLimit]:
    return {(state, lga): limit_from(str(limit), lga) for state, lga, limit in stored or []}


def _rule(value: Any) -> TargetRule | None:
    if value is None:
        return None
    try:
        return TargetRule(str(value))
    except ValueError:
        raise InvalidInput(
            "TARGET_RULE",
            f"'{value}' is not a rule for bale targets. Use ward_ceiling or lga_remainder.",
            {"given": str(value), "choices": [rule.value for rule in TargetRule]},
        ) from None


def _yes(value: Any) -> bool:
    return value is True or str(value).casefold() in ("1", "true", "yes", "on")
