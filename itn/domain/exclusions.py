"""Which wards cannot be planned, and the sentence that says why."""

from collections.abc import Mapping
from decimal import Decimal

from itn.domain.exact import number_text
from itn.domain.reasons import Reason, status_of
from itn.domain.strategies.deprioritise import LeftOut
from itn.domain.wards import WardInput, WardPlan


def reason_not_planned(ward: WardInput, *, needs_urban_share: bool) -> Reason | None:
    """Return why a ward takes no part, or None; nothing that is missing is ever filled in."""
    if not ward.in_area:
        return Reason.NOT_IN_PLAN_AREA
    if ward.population is None:
        return Reason.NO_POPULATION
    if ward.population == 0:
        return Reason.NO_NEED
    if ward.rank is None:
        return Reason.NO_RANK
    if needs_urban_share and ward.urban_percentage is None:
        return Reason.NO_URBAN_SHARE
    return None


def excluded_row(ward: WardInput, reason: Reason, need: int | None) -> WardPlan:
    """Return the row of a ward that takes no part."""
    would = f" Its need would be {number_text(need)} nets." if need else ""
    sentences: Mapping[Reason, str] = {
        Reason.NOT_IN_PLAN_AREA: "Outside the area of this plan; 0 nets.",
        Reason.NO_POPULATION: "Not planned: the population list has no figure for this ward, so "
        "there is no need to calculate (0 nets). Nothing was filled in.",
        Reason.NO_NEED: "No nets needed: the population list gives 0 people.",
        Reason.NO_RANK: f"Not planned: the ward has no risk rank (0 nets).{would}",
        Reason.NO_URBAN_SHARE: "Not planned: the urban share is unknown, so the ward belongs to "
        f"neither tier (0 nets).{would}",
    }
    return _empty(ward, reason, need, None, sentences[reason])


def covered_row(ward: WardInput, existing: int) -> WardPlan:
    """Return the row of a ward whose need is met by the nets that it has already."""
    sentence = f"No nets needed: the {existing:,} nets that are there already cover the need."
    return _empty(ward, Reason.NO_NEED, 0, 0, sentence)


def left_out_row(
    item: LeftOut, need: int, target_bales: int | None, urban_threshold: Decimal
) -> WardPlan:
    """Return the row of a ward left out of the campaign; its nets are set free."""
    ward = item.ward
    sentence = (
        f"Left out of the campaign: place {ward.rank} in the order of risk, "
        f"{number_text(ward.urban_percentage)} % urban (above {number_text(urban_threshold)} %). "
        f"{need:,} nets are set free; routine nets through ANC and EPI are unaffected."
    )
    return _empty(ward, Reason.LEFT_OUT_OF_CAMPAIGN, need, target_bales, sentence)


def _empty(
    ward: WardInput, reason: Reason, need: int | None, target: int | None, sentence: str
) -> WardPlan:
    return WardPlan(
        ward=ward,
        need=need,
        target_bales=target,
        bales=0,
        loose_nets=0,
        nets=0,
        people_covered=None if ward.population is None else 0,
        coverage=None,
        tier=None,
        phase=None,
        status=status_of(reason, 0, need),
        reason=reason,
        reason_text=sentence,
    )
