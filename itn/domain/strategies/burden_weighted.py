"""Each next bale where it adds most to the burden covered (nets.md §4.5).

Benefit of x units in ward i: b(x) = r P / 1000 * (1 - (1 - c)^gamma), c = min(1, nets * ppn / P).
c is concave in x and g is concave and non-decreasing, so gains never increase and taking the best
next unit is optimal (Fox 1966; for limits on disjoint groups Federgruen and Groenevelt 1986).
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from itn.domain.exact import Exact, exact
from itn.domain.strategies.candidate import Candidate
from itn.domain.wards import LgaKey

HEAP_ONLY_UP_TO = 5_000


@dataclass(frozen=True, slots=True)
class Benefit:
    """Exact benefit of units in one ward, held as whole numbers.

    1 - c after x units is max(0, whole - step * x) / whole; `scale` carries r P / 1000 / whole^g.
    """

    scale: Fraction
    whole: int
    step: int
    gamma: int

    @classmethod
    def of(
        cls, population: Exact, rate: Exact, persons_per_net: Exact, unit: int, gamma: int
    ) -> "Benefit":
        people, ratio = exact(population), exact(persons_per_net)
        whole = ratio.denominator * people.numerator
        step = unit * ratio.numerator * people.denominator
        return cls(exact(rate) * people / 1000 / whole**gamma, whole, step, gamma)

    def value(self, units: int) -> Fraction:
        """Return the expected cases among the people covered by `units`."""
        left = max(0, self.whole - self.step * units)
        return self.scale * self._fall(self.whole, left)

    def gain(self, units: int) -> Fraction:
        """Return what one unit more than `units` adds."""
        left = max(0, self.whole - self.step * units)
        after = max(0, left - self.step)
        return self.scale * self._fall(left, after)

    def _fall(self, before: int, after: int) -> int:
        return int(before**self.gamma - after**self.gamma)


class BurdenFill:
    """`Fill` for one ratio, unit and gamma."""

    def __init__(self, persons_per_net: Exact, unit: int, gamma: int) -> None:
        self.persons_per_net, self.unit, self.gamma = persons_per_net, unit, gamma

    def benefit(self, ward: Candidate) -> Benefit:
        if ward.rate is None:
            raise ValueError(f"ward {ward.code} has no rate")
        return Benefit.of(ward.population, ward.rate, self.persons_per_net, self.unit, self.gamma)

    def __call__(
        self,
        wards: Sequence[Candidate],
        start: Sequence[int],
        units: int,
        room: Mapping[LgaKey, int],
    ) -> list[int]:
        """Give one unit at a time to the largest gain; ties by rank, then code."""
        benefits = [self.benefit(ward) for ward in wards]
        given = list(start)
        if units > HEAP_ONLY_UP_TO and not room:
            _take_sure_units(wards, benefits, given, units)
        left = units - (sum(given) - sum(start))
        lga_room = dict(room)
        heap = [
            (-benefits[index].gain(given[index]), ward.rank, ward.code, index)
            for index, ward in enumerate(wards)
            if given[index] < ward.cap
        ]
        heapq.heapify(heap)
        while left and heap:
            negative_gain, rank, code, index = heapq.heappop(heap)
            if negative_gain == 0:
                break
            ward = wards[index]
            if lga_room.get(ward.lga, 1) == 0:
                continue
            given[index] += 1
            left -= 1
            if ward.lga in lga_room:
                lga_room[ward.lga] -= 1
            if given[index] < ward.cap:
                heapq.heappush(heap, (-benefits[index].gain(given[index]), rank, code, index))
        return given


def _take_sure_units(
    wards: Sequence[Candidate], benefits: Sequence[Benefit], given: list[int], units: int
) -> None:
    """Take at once all units whose gain exceeds a level that the stock certainly reaches.

    The greedy order serves every unit above a level before any unit below it, so starting from
    there gives the same plan. The level is found by halving; each comparison is exact.
    """
    start = list(given)
    highest = max(
        (benefit.gain(have) for benefit, have in zip(benefits, given, strict=True)),
        default=Fraction(0),
    )
    low, high = Fraction(0), highest
    best: list[int] | None = None
    for _ in range(16):
        middle = Fraction((low + high) / 2).limit_denominator(10**6)
        if not low < middle < high:
            break
        taken = [
            _units_above(benefit, have, ward.cap, middle)
            for ward, benefit, have in zip(wards, benefits, start, strict=True)
        ]
        if sum(taken) - sum(start) <= units:
            best, high = taken, middle
        else:
            low = middle
    if best is not None:
        given[:] = best


def _units_above(benefit: Benefit, have: int, cap: int, level: Fraction) -> int:
    """Return the units (>= `have`, <= `cap`) after which the next gain is not above `level`."""
    low, high = have, max(have, cap)
    while low < high:
        middle = (low + high) // 2
        if benefit.gain(middle) > level:
            low = middle + 1
        else:
            high = middle
    return low
