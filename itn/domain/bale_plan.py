"""Rows of a plan in whole bales: fixed wards, floors, LGA minima, then the strategy.

Source: nets.md §3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from chatmrpt.common.errors import DomainError
from itn.domain.bales import TargetRule, lga_remainder, ward_ceiling
from itn.domain.equity import coverage, covered
from itn.domain.exact import exact
from itn.domain.exclusions import covered_row, excluded_row, left_out_row, reason_not_planned
from itn.domain.explain import Shared, explain
from itn.domain.limits import affordable_floors, check_quotas, in_bales, per_lga
from itn.domain.need import need_nets
from itn.domain.parameters import PlanParameters
from itn.domain.reasons import Reason, status_of
from itn.domain.strategies import floor_then_risk, proportional, risk_order
from itn.domain.strategies.burden_weighted import BurdenFill
from itn.domain.strategies.candidate import Candidate, Fill
from itn.domain.strategies.deprioritise import Selection
from itn.domain.wards import LgaKey, WardInput, WardPlan


@dataclass(frozen=True, slots=True)
class Sorted:
    """Wards that take part, in rank order, with their needs; and the rows of those that do not."""

    wards: list[WardInput] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)
    rows: list[WardPlan] = field(default_factory=list)


def bale_rows(
    listed: Sequence[WardInput],
    parameters: PlanParameters,
    available: int,
    selection: Selection | None,
) -> list[WardPlan]:
    """Plan wards that come in rank order; `available` in nets, whole units are handed out."""
    sorted_out, targets, candidates = prepare(listed, parameters, selection)
    shared = share_units(candidates, targets, parameters, available // parameters.unit, sorted_out)
    rows = list(sorted_out.rows)
    for index, ward in enumerate(sorted_out.wards):
        reason, sentence = explain(index, sorted_out.wards, sorted_out.needs, shared, parameters)
        nets = shared.given[index] * parameters.unit
        bales, loose = divmod(nets, parameters.packing)
        people = ward.population or 0
        rows.append(
            WardPlan(
                ward=ward,
                need=sorted_out.needs[index],
                target_bales=None if parameters.single_nets else targets[index],
                bales=bales,
                loose_nets=loose,
                nets=nets,
                people_covered=int(covered(people, nets, parameters.persons_per_net)),
                coverage=coverage(people, nets, parameters.persons_per_net),
                tier=None,
                phase=None,
                status=status_of(reason, nets, targets[index] * parameters.unit),
                reason=reason,
                reason_text=sentence,
            )
        )
    return rows


def prepare(
    listed: Sequence[WardInput], parameters: PlanParameters, selection: Selection | None
) -> tuple[Sorted, list[int], list[Candidate]]:
    """Return the wards that take part with needs, their targets, and what a strategy sees."""
    sorted_out = _sort_out(listed, parameters, selection)
    targets = _targets(sorted_out, parameters)
    return sorted_out, targets, _candidates(sorted_out.wards, targets, parameters)


def share_units(
    candidates: Sequence[Candidate],
    targets: Sequence[int],
    parameters: PlanParameters,
    units: int,
    sorted_out: Sorted,
) -> Shared:
    """Hand out units: fixed wards, floors, LGA minima, then the strategy, within every limit."""
    fill = fill_of(parameters, sorted_out.wards)
    fixed = [parameters.fixed.get(ward.identity) for ward in sorted_out.wards]
    fixed_units = sum(value or 0 for value in fixed)
    if fixed_units > units:
        raise DomainError(
            "FIXED_ABOVE_STOCK",
            f"The fixed wards take {fixed_units:,} bales, but {units:,} are available.",
            {"fixed": fixed_units, "available": units},
        )
    floors = [
        0 if value is not None else min(floor, ward.cap)
        for value, floor, ward in zip(
            fixed, floor_then_risk.floors(targets, parameters.floor), candidates, strict=True
        )
    ]
    afforded = affordable_floors(
        floors,
        units - fixed_units,
        share=parameters.share_floors,
        floor_percent=str(parameters.floor),
    )
    start = [
        floor if value is None else value for floor, value in zip(afforded, fixed, strict=True)
    ]
    minimum = in_bales(parameters.lga_minimum, candidates, up=True)
    maximum = in_bales(parameters.lga_maximum, candidates, up=False)
    if minimum or maximum:
        check_quotas(candidates, start, units, minimum, maximum)
    after_minima = _fill_minima(candidates, start, minimum, maximum, fill)
    room = _room(candidates, after_minima, maximum)
    given = fill(candidates, after_minima, units - sum(after_minima), room)
    return Shared(
        targets=list(targets),
        caps=[ward.cap for ward in candidates],
        fixed=fixed,
        start=start,
        after_minima=after_minima,
        given=given,
        units=units,
        full_lgas=frozenset(
            lga for lga, left in _room(candidates, given, maximum).items() if left == 0
        ),
        floors_shared=afforded != floors,
        minimum=minimum,
        maximum=maximum,
    )


def fill_of(parameters: PlanParameters, wards: Sequence[WardInput]) -> Fill:
    """Return the strategy's filling rule.

    Raises
    ------
    DomainError : `RATE_MISSING` when `burden_weighted` meets a ward without burden and TPR.
    """
    if parameters.filling == "proportional":
        return proportional.fill
    if parameters.filling == "burden_weighted":
        missing = [ward for ward in wards if ward.rate is None]
        if missing:
            raise DomainError(
                "RATE_MISSING",
                f"{len(missing):,} wards have neither burden nor TPR (first: {missing[0].place}). "
                "burden_weighted needs one for every ward with population and rank; "
                "choose risk_order, or add the missing figures.",
                {"wards": [ward.place for ward in missing[:20]], "count": len(missing)},
            )
        return BurdenFill(parameters.persons_per_net, parameters.unit, parameters.gamma)
    return risk_order.fill


def _sort_out(
    listed: Sequence[WardInput], parameters: PlanParameters, selection: Selection | None
) -> Sorted:
    left_out = {item.ward.identity: item for item in selection.left_out} if selection else {}
    result = Sorted()
    for ward in listed:
        need = need_of(ward, parameters)
        reason = reason_not_planned(ward, needs_urban_share=False)
        if reason is None and not need:
            reason = Reason.NO_NEED
        if reason is not None:
            if ward.identity in parameters.fixed:
                raise DomainError(
                    "FIXED_WARD_NOT_PLANNED",
                    f"{ward.place} cannot be fixed: it takes no part in the plan ({reason.value}).",
                    {"ward": ward.ward, "reason": reason.value},
                )
            have = parameters.existing_of(ward.identity)
            result.rows.append(
                covered_row(ward, have)
                if reason is Reason.NO_NEED and ward.population
                else excluded_row(ward, reason, need)
            )
        elif ward.identity in left_out:
            target = None if parameters.single_nets else -(-(need or 0) // parameters.unit)
            result.rows.append(
                left_out_row(left_out[ward.identity], need or 0, target, parameters.urban_threshold)
            )
        else:
            result.wards.append(ward)
            result.needs.append(need or 0)
    return result


def need_of(ward: WardInput, parameters: PlanParameters) -> int | None:
    """Return the nets that a ward needs beside those it has; None without a population."""
    if ward.population is None:
        return None
    whole = need_nets(
        ward.population, parameters.persons_per_net, parameters.buffer_of(ward.identity)
    )
    return max(0, whole - parameters.existing_of(ward.identity))


def _targets(sorted_out: Sorted, parameters: PlanParameters) -> list[int]:
    if parameters.single_nets:
        return list(sorted_out.needs)
    if parameters.target_rule is TargetRule.WARD_CEILING:
        return ward_ceiling(sorted_out.needs, parameters.unit)
    return lga_remainder(
        sorted_out.needs,
        [ward.lga_key for ward in sorted_out.wards],
        [ward.code or ward.ward for ward in sorted_out.wards],
        parameters.unit,
    )


def _candidates(
    wards: Sequence[WardInput], targets: Sequence[int], parameters: PlanParameters
) -> list[Candidate]:
    kappa: Fraction = exact(parameters.cap_percent) / 100
    return [
        Candidate(
            rank=ward.rank or 0,
            code=ward.code or ward.ward,
            lga=ward.lga_key,
            target=target,
            cap=parameters.fixed.get(ward.identity, int(kappa * target)),
            population=ward.population or Decimal(0),
            rate=ward.rate,
        )
        for ward, target in zip(wards, targets, strict=True)
    ]


def _room(
    wards: Sequence[Candidate], given: Sequence[int], maximum: Mapping[LgaKey, int]
) -> dict[LgaKey, int]:
    have = per_lga(wards, given)
    return {lga: most - have.get(lga, 0) for lga, most in maximum.items()}


def _fill_minima(
    wards: Sequence[Candidate],
    start: Sequence[int],
    minimum: Mapping[LgaKey, int],
    maximum: Mapping[LgaKey, int],
    fill: Fill,
) -> list[int]:
    """Bring each LGA to its minimum by the strategy's own order inside the LGA."""
    given = list(start)
    for lga in sorted(minimum):
        inside = [index for index, ward in enumerate(wards) if ward.lga == lga]
        members = [wards[index] for index in inside]
        for rule in (fill, risk_order.fill):  # risk order for bales that reach no reported case
            have = [given[index] for index in inside]
            missing = minimum[lga] - sum(have)
            if missing <= 0:
                break
            filled = rule(members, have, missing, _room(members, have, maximum))
            for index, value in zip(inside, filled, strict=True):
                given[index] = value
    return given
