"""Leave low-risk urban wards out of the campaign (nets.md §4.6, risk.md §13).

Wards are taken lowest risk first, urban ones only (strictly above the threshold, known share),
whole, until their people reach the target share of all people with a known population - rural
wards included. The last one may overshoot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from itn.domain.exact import Exact, exact, total
from itn.domain.wards import WardInput


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One ward left out, in order of selection; shares are of the campaign population (0 to 1)."""

    ward: WardInput
    population: Fraction
    share: Fraction
    cumulative_population: Fraction
    cumulative_share: Fraction


@dataclass(frozen=True, slots=True)
class Selection:
    """The wards left out, and whether the target share was reached."""

    left_out: tuple[LeftOut, ...]
    total_population: Fraction
    target_reached: bool

    @property
    def warning(self) -> str | None:
        return None if self.target_reached else "target_not_reached"


def select(wards: Sequence[WardInput], urban_threshold: Exact, target_percent: Exact) -> Selection:
    """Select whole wards until the target share of the campaign population is reached.

    A target of 0 selects none (the public script adds a ward before it tests the target).
    """
    threshold, target = exact(urban_threshold), exact(target_percent) / 100
    whole = total(exact(ward.population) for ward in wards if ward.population is not None)
    eligible = sorted(
        (
            ward
            for ward in wards
            if ward.rank is not None
            and ward.population is not None
            and ward.urban_percentage is not None
            and exact(ward.urban_percentage) > threshold
        ),
        key=lambda ward: (-(ward.rank or 0), ward.identity),
    )
    chosen: list[LeftOut] = []
    reached = Fraction(0)
    for ward in eligible:
        if reached >= target * whole:
            break
        people = exact(ward.population or 0)
        reached += people
        chosen.append(
            LeftOut(
                ward,
                people,
                people / whole if whole else Fraction(0),
                reached,
                reached / whole if whole else Fraction(0),
            )
        )
    return Selection(tuple(chosen), whole, reached >= target * whole)
