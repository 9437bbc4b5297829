"""The reason and the sentence of each ward in a plan of whole bales (nets.md §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from itn.domain.exact import number_text
from itn.domain.parameters import PlanParameters
from itn.domain.reasons import Reason
from itn.domain.wards import WardInput


@dataclass(frozen=True)
class Shared:
    """Units per ward in rank order, at each step of the sharing."""

    targets: list[int]
    caps: list[int]
    fixed: list[int | None]
    start: list[int]
    after_minima: list[int]
    given: list[int]
    units: int
    full_lgas: frozenset[tuple[str, str]]
    floors_shared: bool
    minimum: Mapping[tuple[str, str], int] = field(default_factory=dict)
    maximum: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @cached_property
    def left(self) -> int:
        return self.units - sum(self.given)

    @cached_property
    def last_filled(self) -> int | None:
        """Index of the last ward that the strategy itself gave units to."""
        return next(
            (
                index
                for index in range(len(self.given) - 1, -1, -1)
                if self.given[index] > self.after_minima[index]
            ),
            None,
        )

    @cached_property
    def missing_before(self) -> list[int]:
        """Units that the wards before each ward still lack."""
        lacking = [cap - have for cap, have in zip(self.caps, self.given, strict=True)]
        return [0, *accumulate(lacking)]


def explain(
    index: int,
    wards: Sequence[WardInput],
    needs: Sequence[int],
    shared: Shared,
    parameters: PlanParameters,
) -> tuple[Reason, str]:
    """Return the reason and the sentence of one ward that takes part."""
    given, target, need = shared.given[index], shared.targets[index], needs[index]
    of_target = f"{given:,} of {_units(target, parameters)}"
    if shared.fixed[index] is not None:
        return (
            Reason.FIXED_BY_OVERRIDE,
            f"Fixed by a person at {_units(given, parameters)}; the target is "
            f"{_units(target, parameters)}.",
        )
    if target == 0 and given == 0:
        return (
            Reason.ROUNDING,
            f"No whole bale: the {need:,} nets needed come from the opened bale at the LGA store.",
        )
    if given >= target:
        return Reason.FULL, _full_sentence(given, need, parameters)
    if given == shared.caps[index]:
        return (
            Reason.CAPPED,
            f"Capped: {of_target}, the most a ward may get "
            f"({number_text(parameters.cap_percent)} % of its target).",
        )
    if wards[index].lga_key in shared.full_lgas:
        return (
            Reason.LGA_MAXIMUM,
            f"{of_target}: the LGA {wards[index].lga} reached its maximum of "
            f"{_units(shared.maximum[wards[index].lga_key], parameters)}.",
        )
    if shared.floors_shared and given == shared.start[index] and given:
        return (
            Reason.FLOOR_ONLY,
            f"{of_target}: the floors exceed the stock and share it proportionally.",
        )
    if parameters.filling == "proportional":
        return _proportional(given, of_target, shared, parameters)
    if given and given == shared.after_minima[index]:
        return _limit_only(index, wards[index], of_target, shared, parameters)
    if parameters.filling == "burden_weighted":
        return _burden(given, of_target, shared, wards[index], parameters)
    if given:
        return (
            Reason.PARTIAL_STOCK_EXHAUSTED,
            f"Partly served: {of_target}{_in_nets(given, need, parameters)}, then the stock "
            f"ended. {_more(target - given, parameters)} would complete it.",
        )
    return Reason.NONE_STOCK_EXHAUSTED, _none_sentence(index, wards, shared, parameters)


def _units(count: int, parameters: PlanParameters) -> str:
    if parameters.single_nets:
        return f"{count:,} {'net' if count == 1 else 'nets'}"
    return f"{count:,} {'bale' if count == 1 else 'bales'}"


def _in_nets(given: int, need: int, parameters: PlanParameters) -> str:
    """Say bales in nets; nothing where the units are nets already."""
    if parameters.single_nets:
        return ""
    return f" ({given * parameters.unit:,} nets for a need of {need:,})"


def _more(count: int, parameters: PlanParameters) -> str:
    word = "net" if parameters.single_nets else "bale"
    return f"{count:,} more {word}{'' if count == 1 else 's'}"


def _full_sentence(given: int, need: int, parameters: PlanParameters) -> str:
    nets = given * parameters.unit
    if parameters.single_nets:
        return f"Full: {nets:,} nets, the whole need."
    sentence = f"Full: {_units(given, parameters)} ({nets:,} nets) for a need of {need:,} nets."
    if nets < need:
        sentence += f" The other {need - nets:,} come from the opened bale at the LGA store."
    return sentence


def _proportional(
    given: int, of_target: str, shared: Shared, parameters: PlanParameters
) -> tuple[Reason, str]:
    whole = sum(shared.targets)
    stock = _units(shared.units, parameters)
    if given:
        return (
            Reason.PROPORTIONAL_SHARE,
            f"Its share: {of_target}; {stock} are shared among targets of {whole:,} in all.",
        )
    return (
        Reason.NONE_STOCK_EXHAUSTED,
        f"Not served: its share of {stock} among targets of {whole:,} in all is less than one "
        f"{'net' if parameters.single_nets else 'bale'}.",
    )


def _limit_only(
    index: int, ward: WardInput, of_target: str, shared: Shared, parameters: PlanParameters
) -> tuple[Reason, str]:
    if shared.after_minima[index] > shared.start[index]:
        least = shared.minimum[ward.lga_key]
        return (
            Reason.LGA_MINIMUM,
            f"{of_target}, its part of the minimum of {_units(least, parameters)} for the LGA "
            f"{ward.lga}.",
        )
    return (
        Reason.FLOOR_ONLY,
        f"Only the floor of {number_text(parameters.floor)} %: {of_target}; the rest of the stock "
        "went to wards with a better rank.",
    )


def _burden(
    given: int, of_target: str, shared: Shared, ward: WardInput, parameters: PlanParameters
) -> tuple[Reason, str]:
    if shared.left and not given:
        return (
            Reason.NONE_LOWER_PRIORITY,
            f"Not served: at a rate of {number_text(ward.rate)} per 1,000 nets would reach no "
            f"reported cases here; {_units(shared.left, parameters)} are left over.",
        )
    if shared.left:
        return (
            Reason.CAPPED,
            f"{of_target}: everybody in this ward is covered; more would reach nobody.",
        )
    if given:
        return (
            Reason.PARTIAL_STOCK_EXHAUSTED,
            f"Partly served: {of_target}; the next one reached more cases elsewhere until the "
            "stock ended.",
        )
    return (
        Reason.NONE_STOCK_EXHAUSTED,
        f"Not served: each of the {_units(shared.units, parameters)} reached more cases elsewhere "
        f"(rate here {number_text(ward.rate)} per 1,000).",
    )


def _none_sentence(
    index: int, wards: Sequence[WardInput], shared: Shared, parameters: PlanParameters
) -> str:
    last = shared.last_filled
    place = f"this ward is at place {wards[index].rank}"
    if last is not None:
        ended = f"the stock ended at place {wards[last].rank} ({wards[last].ward})"
    elif shared.units:
        ended = f"all {_units(shared.units, parameters)} went to fixed wards, floors and minima"
    else:
        ended = f"there is no whole {'net' if parameters.single_nets else 'bale'} to give"
    sentence = f"Not served: {ended}; {place}."
    if not parameters.lga_maximum:
        extra = shared.missing_before[index] + 1
        sentence += f" {_more(extra, parameters)} would reach it."
    return sentence
