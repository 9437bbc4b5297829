"""The closed list of reasons, one per ward row, and what each means for the row's status."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a ward gets what it gets (nets.md §5)."""

    FULL = "full"
    PARTIAL_STOCK_EXHAUSTED = "partial_stock_exhausted"
    NONE_STOCK_EXHAUSTED = "none_stock_exhausted"
    NONE_LOWER_PRIORITY = "none_lower_priority"
    FLOOR_ONLY = "floor_only"
    CAPPED = "capped"
    LGA_MINIMUM = "lga_minimum"
    LGA_MAXIMUM = "lga_maximum"
    PROPORTIONAL_SHARE = "proportional_share"
    ROUNDING = "rounding"
    FIXED_BY_OVERRIDE = "fixed_by_override"
    LEFT_OUT_OF_CAMPAIGN = "left_out_of_campaign"
    NO_POPULATION = "no_population"
    NO_RANK = "no_rank"
    NO_URBAN_SHARE = "no_urban_share"
    NO_NEED = "no_need"
    NOT_IN_PLAN_AREA = "not_in_plan_area"


class Status(StrEnum):
    """What a ward row amounts to."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    LEFT_OUT = "left_out"
    NOT_PLANNED = "not_planned"


NEVER_SERVED = frozenset(
    {
        Reason.NONE_STOCK_EXHAUSTED,
        Reason.NONE_LOWER_PRIORITY,
        Reason.LEFT_OUT_OF_CAMPAIGN,
        Reason.NO_POPULATION,
        Reason.NO_RANK,
        Reason.NO_URBAN_SHARE,
        Reason.NO_NEED,
        Reason.NOT_IN_PLAN_AREA,
    }
)
SERVED_REASONS = frozenset(Reason) - NEVER_SERVED

REASON_WORDS = {
    Reason.FULL: "target reached",
    Reason.PARTIAL_STOCK_EXHAUSTED: "part of the target, then the stock ended",
    Reason.NONE_STOCK_EXHAUSTED: "the stock ended before this ward",
    Reason.NONE_LOWER_PRIORITY: "the strategy ended before this ward",
    Reason.FLOOR_ONLY: "only the guaranteed floor",
    Reason.CAPPED: "the most this ward may get",
    Reason.LGA_MINIMUM: "part of the minimum of its LGA",
    Reason.LGA_MAXIMUM: "its LGA reached its maximum",
    Reason.PROPORTIONAL_SHARE: "its share of the stock",
    Reason.ROUNDING: "less than a bale, supplied from the LGA store",
    Reason.FIXED_BY_OVERRIDE: "fixed by a person",
    Reason.LEFT_OUT_OF_CAMPAIGN: "left out of the campaign",
    Reason.NO_POPULATION: "no population known",
    Reason.NO_RANK: "no risk rank",
    Reason.NO_URBAN_SHARE: "no urban share known",
    Reason.NO_NEED: "population of zero, or the nets that are there cover the need",
    Reason.NOT_IN_PLAN_AREA: "outside the area of this plan",
}


def status_of(reason: Reason, nets: int, target: int | None) -> Status:
    """Return the status of a row from its reason and numbers (nets against the target in nets)."""
    if reason is Reason.LEFT_OUT_OF_CAMPAIGN:
        return Status.LEFT_OUT
    if target is None or reason in (
        Reason.NO_POPULATION,
        Reason.NO_RANK,
        Reason.NO_URBAN_SHARE,
        Reason.NOT_IN_PLAN_AREA,
    ):
        return Status.NOT_PLANNED
    if nets == 0:
        return Status.NONE
    return Status.FULL if nets >= target else Status.PARTIAL
