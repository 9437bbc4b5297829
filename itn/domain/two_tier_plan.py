"""Rows of a `legacy_two_tier` plan: single nets, phases of the original, a sentence per ward."""

from collections.abc import Sequence
from decimal import Decimal

from itn.domain.equity import coverage, covered
from itn.domain.exact import number_text
from itn.domain.exclusions import excluded_row, reason_not_planned
from itn.domain.need import LEGACY_PERSONS_PER_NET, legacy_need
from itn.domain.parameters import DEFAULT_HOUSEHOLD_SIZE, PlanParameters
from itn.domain.reasons import Reason, status_of
from itn.domain.strategies.legacy_two_tier import (
    PHASES,
    TwoTierResult,
    TwoTierWard,
    allocate,
    phase,
)
from itn.domain.wards import WardInput, WardPlan


def two_tier_rows(
    listed: Sequence[WardInput], parameters: PlanParameters, available: int
) -> list[WardPlan]:
    """Plan wards that come in rank order; `available` in nets."""
    size = parameters.household_size or DEFAULT_HOUSEHOLD_SIZE
    rows: list[WardPlan] = []
    planned: list[WardInput] = []
    needs: list[int] = []
    for ward in listed:
        reason = reason_not_planned(ward, needs_urban_share=True)
        need = None if ward.population is None else legacy_need(ward.population, size)
        if reason is not None:
            rows.append(excluded_row(ward, reason, need))
        else:
            planned.append(ward)
            needs.append(need or 0)
    result = allocate(
        [
            TwoTierWard(need, ward.urban_percentage or Decimal(0))
            for ward, need in zip(planned, needs, strict=True)
        ],
        available,
        parameters.urban_threshold,
    )
    extra = _extra_to_reach(needs, result)
    ended = _where_it_ended(planned, result)
    for index, ward in enumerate(planned):
        reason, sentence = _explain(index, ward, needs[index], result, parameters, ended, extra)
        nets = result.nets[index]
        people = ward.population or 0
        bales, loose = divmod(nets, parameters.packing)
        rows.append(
            WardPlan(
                ward=ward,
                need=needs[index],
                target_bales=None,
                bales=bales,
                loose_nets=loose,
                nets=nets,
                people_covered=int(covered(people, nets, LEGACY_PERSONS_PER_NET)),
                coverage=coverage(people, nets, LEGACY_PERSONS_PER_NET),
                tier=result.tiers[index],
                phase=phase(result.tiers[index], nets, needs[index]),
                status=status_of(reason, nets, needs[index]),
                reason=reason,
                reason_text=sentence,
            )
        )
    return rows


def nets_by_ward(
    listed: Sequence[WardInput], parameters: PlanParameters, available: int
) -> list[int]:
    """Return only the nets that each planned ward gets."""
    size = parameters.household_size or DEFAULT_HOUSEHOLD_SIZE
    planned = [
        TwoTierWard(legacy_need(ward.population or 0, size), ward.urban_percentage or Decimal(0))
        for ward in listed
        if reason_not_planned(ward, needs_urban_share=True) is None
    ]
    return list(allocate(planned, available, parameters.urban_threshold).nets)


def _walk(result: TwoTierResult) -> list[int]:
    """Return indices in the order of service: tier 1 by rank, then tier 2 by rank."""
    return sorted(range(len(result.tiers)), key=lambda index: (result.tiers[index], index))


def _extra_to_reach(needs: Sequence[int], result: TwoTierResult) -> list[int]:
    """Return for each ward the extra nets that would bring it its first net."""
    extra = [0] * len(needs)
    missing = 0
    for index in _walk(result):
        extra[index] = missing + 1
        missing += needs[index] - result.nets[index]
    return extra


def _where_it_ended(wards: Sequence[WardInput], result: TwoTierResult) -> str:
    served = [index for index in _walk(result) if result.nets[index]]
    if not served:
        return "there are no nets to give"
    last = wards[served[-1]]
    return f"the stock ended at place {last.rank} ({last.ward})"


def _more(nets: int) -> str:
    return f"{nets:,} more net{'' if nets == 1 else 's'}"


def _explain(
    index: int,
    ward: WardInput,
    need: int,
    result: TwoTierResult,
    parameters: PlanParameters,
    ended: str,
    extra: Sequence[int],
) -> tuple[Reason, str]:
    nets, tier = result.nets[index], result.tiers[index]
    if nets >= need:
        return Reason.FULL, f"{PHASES[tier]}: {nets:,} nets, the whole need."
    if nets:
        return (
            Reason.PARTIAL_STOCK_EXHAUSTED,
            f"{PHASES[tier]}: {nets:,} of {need:,} nets, then the stock ended. "
            f"{_more(need - nets)} would complete it.",
        )
    reach = f"{_more(extra[index])} would reach it."
    if tier == 2 and not result.walked_urban:
        return (
            Reason.NONE_LOWER_PRIORITY,
            f"Not served: urban wards ({number_text(ward.urban_percentage)} %, threshold "
            f"{number_text(parameters.urban_threshold)} %) come after the last rural one, and "
            f"{ended}; this ward is at place {ward.rank}. {reach}",
        )
    return (
        Reason.NONE_STOCK_EXHAUSTED,
        f"Not served: {ended}; this ward is at place {ward.rank}. {reach}",
    )
