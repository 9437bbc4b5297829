"""Plan the nets of an area: check, exclude, target, share, explain, reconcile (nets.md §2-§5)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chatmrpt.common.errors import DomainError, InvalidInput
from itn.domain.affordable import affordable_nets
from itn.domain.bale_plan import bale_rows
from itn.domain.bales import default_rule
from itn.domain.exact import exact, total
from itn.domain.parameter_checks import checked
from itn.domain.parameters import PlanParameters
from itn.domain.reasons import Reason
from itn.domain.reserve import routine_reserve
from itn.domain.result import NOTES, PlanResult, input_notes
from itn.domain.situation import situation_notes
from itn.domain.strategies.deprioritise import Selection, select
from itn.domain.two_tier_plan import two_tier_rows
from itn.domain.wards import WardInput, WardPlan


def plan(
    wards: Iterable[WardInput], parameters: PlanParameters, *, rate_is_tpr: bool = False
) -> PlanResult:
    """Share a stock of nets among wards.

    Parameters
    ----------
    wards : one entry per ward of the list, in any order; the order has no effect.
    parameters : see `PlanParameters`; checked here.
    rate_is_tpr : the wards' `rate` is TPR x 1,000 because no burden was reported (labelled).

    Returns
    -------
    PlanResult with exactly one row per ward and allocated + remaining = available.

    Raises
    ------
    DomainError : a parameter out of range, a ward or rank given twice, limits that contradict
        each other, floors above the stock, a ward without rate under `burden_weighted`.

    Source: nets.md §1-§7.
    """
    listed = _projected(checked_wards(wards), parameters)
    parameters = _with_rule(checked(parameters), sum(ward.in_area for ward in listed))
    people = total(
        exact(ward.population) for ward in listed if ward.in_area and ward.population is not None
    )
    reserve = routine_reserve(parameters.stock, people, parameters.reserve_percent)
    legacy = parameters.strategy == "legacy_two_tier"
    selection: Selection | None = None
    if parameters.strategy == "deprioritise":
        selection = select(
            [ward for ward in listed if ward.in_area],
            parameters.urban_threshold,
            parameters.target_share,
        )
    available = affordable_nets(listed, parameters, reserve.campaign, selection)
    rows = (
        two_tier_rows(listed, parameters, available)
        if legacy
        else bale_rows(listed, parameters, available, selection)
    )
    return PlanResult(
        parameters=parameters,
        rows=tuple(sorted(rows, key=_reading_order)),
        stock=parameters.stock,
        reserve=reserve.set_aside,
        reserve_shortfall=reserve.shortfall,
        unfunded=reserve.campaign - available,
        available=available,
        notes=(
            *situation_notes(rows, parameters, stock=parameters.stock, available=available),
            *_notes(parameters, selection, rate_is_tpr=rate_is_tpr),
        ),
        selection=selection,
    )


def _projected(listed: list[WardInput], parameters: PlanParameters) -> list[WardInput]:
    """Carry every known population to the target year; unknown ones stay unknown."""
    to = parameters.projection
    if to is None:
        return listed
    to.check()
    return [
        ward if ward.population is None else replace(ward, population=to.of(ward.population))
        for ward in listed
    ]


def _with_rule(parameters: PlanParameters, wards_in_plan: int) -> PlanParameters:
    """Name the rule for bale targets that is used, so that the plan states it."""
    if parameters.single_nets or parameters.target_rule is not None:
        return parameters
    return replace(parameters, target_rule=default_rule(wards_in_plan))


def checked_wards(wards: Iterable[WardInput]) -> list[WardInput]:
    """Return wards by rank (unranked last, then by name) after refusing what cannot be planned.

    Raises
    ------
    InvalidInput : `WARD_TWICE`, `RANK_TWICE`, `RANK_INVALID`, `POPULATION_NEGATIVE`,
        `URBAN_SHARE_RANGE`, each naming the ward.
    DomainError : `NO_WARDS`.
    """
    listed = sorted(
        wards, key=lambda ward: (ward.rank is None, ward.rank or 0, ward.identity, ward.ward)
    )
    if not listed:
        raise DomainError("NO_WARDS", "There is no ward to plan for.", {})
    seen: set[tuple[str, ...]] = set()
    ranks: dict[int, WardInput] = {}
    for ward in listed:
        if ward.identity in seen:
            raise InvalidInput(
                "WARD_TWICE",
                f"The ward {ward.place} is listed twice. Keep one row per ward.",
                {"ward_code": ward.code, "lga": ward.lga, "ward": ward.ward},
            )
        seen.add(ward.identity)
        if ward.rank is not None:
            if ward.rank < 1:
                raise _ward_error("RANK_INVALID", ward, "rank", ward.rank, "is below 1")
            if ward.rank in ranks:
                raise InvalidInput(
                    "RANK_TWICE",
                    f"{ranks[ward.rank].place} and {ward.place} both have rank {ward.rank}. "
                    "Ranks are whole numbers from 1 (highest risk), each used once.",
                    {"rank": ward.rank, "wards": [ranks[ward.rank].ward, ward.ward]},
                )
            ranks[ward.rank] = ward
        if ward.population is not None and ward.population < 0:
            raise _ward_error(
                "POPULATION_NEGATIVE", ward, "population", ward.population, "is below zero"
            )
        if ward.urban_percentage is not None and not 0 <= ward.urban_percentage <= 100:
            raise _ward_error(
                "URBAN_SHARE_RANGE", ward, "urban_percentage", ward.urban_percentage,
                "is outside 0 to 100",
            )  # fmt: skip
    return listed


def _ward_error(code: str, ward: WardInput, column: str, value: object, why: str) -> InvalidInput:
    return InvalidInput(
        code,
        f"{column} = {value} of the ward {ward.place} {why}. Correct the value, or leave the cell "
        "blank if it is not known.",
        {"ward_code": ward.code, "lga": ward.lga, "ward": ward.ward, column: str(value)},
    )


def _reading_order(row: WardPlan) -> tuple[bool, bool, int, tuple[str, ...]]:
    """Put wards without population first, then the others by rank, unranked ones last."""
    ward = row.ward
    missing = row.reason is Reason.NO_POPULATION
    return (not missing, ward.rank is None, ward.rank or 0, ward.identity)


def _notes(
    parameters: PlanParameters, selection: Selection | None, *, rate_is_tpr: bool
) -> tuple[str, ...]:
    """Return what the reader of this plan must know, in sentences."""
    used: Sequence[tuple[str, bool]] = (
        ("legacy", parameters.strategy == "legacy_two_tier"),
        (
            "household_size",
            parameters.household_size is not None and parameters.strategy != "legacy_two_tier",
        ),
        ("burden_from_tpr", parameters.filling == "burden_weighted" and rate_is_tpr),
        ("left_out", bool(selection and selection.left_out)),
        ("target_not_reached", selection is not None and not selection.target_reached),
        ("no_reserve", parameters.reserve_percent == 0),
        ("access", True),
    )
    return (*input_notes(parameters), *(NOTES[key] for key, said in used if said))
