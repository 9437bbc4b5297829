"""Filling the wards without a rate from their neighbours: an explicit option, never the default.

Source: the published Ilorin pilot (doi 10.1186/s44263-025-00126-0): rates above 100 % are cut,
then an empty ward takes the plain mean of its queen neighbours. Pure.
"""

from collections.abc import Sequence


def neighbour_means(
    rates: Sequence[float | None],
    neighbours: Sequence[Sequence[int]],
    *,
    cap: float | None = None,
) -> list[float | None]:
    """Return the rates with each gap as the mean of its neighbours' known rates.

    Parameters
    ----------
    rates : percent or None
    neighbours : for each ward the positions of its neighbours
    cap : rates above it are cut to it first; None cuts nothing

    A gap whose neighbours are all gaps stays one; nothing filled is used to fill.
    """
    known = [None if r is None else r if cap is None else min(r, cap) for r in rates]
    filled = list(known)
    for i, rate in enumerate(known):
        if rate is None:
            near = [r for j in neighbours[i] if (r := known[j]) is not None]
            filled[i] = sum(near) / len(near) if near else None
    return filled
