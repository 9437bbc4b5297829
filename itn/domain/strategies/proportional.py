"""The same share of the target for every ward, by largest remainders (nets.md §4.3)."""

from collections.abc import Mapping, Sequence

from itn.domain.strategies.candidate import Candidate
from itn.domain.wards import LgaKey


def fill(
    wards: Sequence[Candidate], start: Sequence[int], units: int, room: Mapping[LgaKey, int]
) -> list[int]:
    """Share `units` in proportion to what each ward still lacks.

    An LGA whose share would exceed its maximum gets the maximum, shared inside it the same way,
    and the others share the rest; repeated until no LGA exceeds its maximum.
    """
    given = list(start)
    active = list(range(len(wards)))
    left = units
    while True:
        missing = [wards[index].cap - given[index] for index in active]
        shares = largest_remainder(left, missing)
        by_lga: dict[LgaKey, int] = {}
        for index, share in zip(active, shares, strict=True):
            by_lga[wards[index].lga] = by_lga.get(wards[index].lga, 0) + share
        over = [lga for lga, share in by_lga.items() if lga in room and share > room[lga]]
        if not over:
            for index, share in zip(active, shares, strict=True):
                given[index] += share
            return given
        for lga in over:
            inside = [index for index in active if wards[index].lga == lga]
            lacking = [wards[index].cap - given[index] for index in inside]
            for index, share in zip(inside, largest_remainder(room[lga], lacking), strict=True):
                given[index] += share
            left -= room[lga]
        active = [index for index in active if wards[index].lga not in over]


def largest_remainder(units: int, weights: Sequence[int]) -> list[int]:
    """Return whole shares of `units` in proportion to `weights`, never above a weight.

    Ties of remainders go to the earlier position (better rank). With one more unit in stock a
    single position can lose one: largest remainders are not monotone, and nothing promises it.
    """
    whole = sum(weights)
    if units >= whole:
        return list(weights)
    quotas = [divmod(units * weight, whole) for weight in weights]
    shares = [quota for quota, _ in quotas]
    order = sorted(range(len(weights)), key=lambda index: (-quotas[index][1], index))
    for index in order[: units - sum(shares)]:
        shares[index] += 1
    return shares
