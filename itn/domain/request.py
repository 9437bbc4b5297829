"""From what a form, a command or a chat message says to checked plan parameters."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from chatmrpt.common.errors import InvalidInput
from itn.domain.bales import DEFAULT_BALE, TargetRule
from itn.domain.need import DEFAULT_PERSONS_PER_NET
from itn.domain.numbers import MAX_COUNT, parse_count, parse_decimal, parse_money
from itn.domain.parameters import (
    DEFAULT_GAMMA,
    DEFAULT_STRATEGY,
    DEFAULT_TARGET_SHARE,
    DEFAULT_URBAN_THRESHOLD,
    PlanParameters,
    checked,
)
from itn.domain.wards import LgaKey

OPTIONS = (
    "nets", "strategy", "persons_per_net", "buffer", "bale", "target_rule", "urban_threshold",
    "household_size", "floor", "share_floors", "gamma", "target_share", "then", "cap", "reserve",
    "lga_min", "lga_max", "budget", "cost_per_net", "cost_per_bale", "cost_fixed",
)  # fmt: skip


def parameters_from(raw: Mapping[str, Any]) -> PlanParameters:
    """Read and check plan options; a blank option takes its documented default.

    Parameters
    ----------
    raw : options by the names of `OPTIONS` (those of `itn_plan` with underscores), as text,
        numbers or decimals; `lga_min` and `lga_max` map (state, LGA) to bales.

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

    return checked(
        PlanParameters(
            stock=parse_count(given["nets"], most=MAX_COUNT),
            strategy=str(given.get("strategy", DEFAULT_STRATEGY)),
            persons_per_net=decimal("persons_per_net", DEFAULT_PERSONS_PER_NET),
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
        )
    )


def parameters_of(stored: Mapping[str, Any]) -> PlanParameters:
    """Return the parameters that a plan was stored with (`PlanParameters.as_json` read back)."""
    raw = {name: value for name, value in stored.items() if name in OPTIONS}
    fixed = {(row[0], row[1], row[2], row[3]): int(row[4]) for row in stored.get("fixed", [])}
    return checked(
        replace(
            parameters_from(raw),
            lga_minimum=_quota(stored.get("lga_minimum")),
            lga_maximum=_quota(stored.get("lga_maximum")),
            fixed=fixed,
        )
    )


def _quota(stored: Any) -> dict[LgaKey, int]:
    return {(state, lga): int(bales) for state, lga, bales in stored or []}


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
