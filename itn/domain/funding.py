"""How sure it is that a ward gets nets when only the ranks are uncertain (nets.md §8, §11).

Each draw of the ranking is one order in which the stock could be handed out. The wards that a
person fixed are served in all of them.
"""

from collections.abc import Iterable, Sequence


def chances_of_nets(
    wanted: Sequence[int], fixed: Sequence[int | None], units: int, draws: Iterable[Sequence[int]]
) -> list[float] | None:
    """Return for each ward the share of draws in which it gets at least one unit.

    Parameters
    ----------
    wanted : units that fill each ward, >= 0, in any order of wards.
    fixed : units fixed by a person, None = shared by rank.
    units : units to hand out, fixed wards included.
    draws : per draw the rank of each ward, 1 = first; ranks need not be dense.

    Returns
    -------
    Shares from 0 to 1, or None without draws. The order of a draw is walked as `risk_order` does:
    each ward gets its whole want until the units end.
    """
    free = [index for index, value in enumerate(fixed) if value is None and wanted[index] > 0]
    stock = units - sum(value for value in fixed if value is not None)
    served = [0] * len(wanted)
    count = 0
    for ranks in draws:
        count += 1
        left = stock
        for index in sorted(free, key=ranks.__getitem__):
            if left <= 0:
                break
            served[index] += 1
            left -= wanted[index]
    if not count:
        return None
    return [
        float(bool(value)) if value is not None else served[index] / count
        for index, value in enumerate(fixed)
    ]
