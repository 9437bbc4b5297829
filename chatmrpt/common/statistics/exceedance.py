"""Chances that a positivity lies above limits, and the class that follows (uncertainty.md §6).

Limits are shares 0-1 in ascending order; n limits make n + 1 classes, lower limit inclusive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.statistics.beta import beta_cdf

SURE = 0.90


@dataclass(frozen=True, slots=True)
class Classed:
    """Class chances of one ward.

    Parameters
    ----------
    above : for each limit, P(theta > limit)
    chances : for each class, its probability; they add up to 1
    first, last : the classes of the shortest run with probability >= `sure`; equal = assigned
    """

    above: tuple[float, ...]
    chances: tuple[float, ...]
    first: int
    last: int

    @property
    def assigned(self) -> bool:
        """Whether one class alone is sure enough."""
        return self.first == self.last

    @property
    def classified(self) -> bool:
        """False when only all classes together are sure enough."""
        return self.last - self.first + 1 < len(self.chances)


def check_limits(limits: Sequence[float]) -> None:
    """Refuse limits that make no classes.

    Raises
    ------
    InvalidInput
        ``BANDS_OUT_OF_ORDER``: none, outside 0-1, equal, or not ascending.
    """
    shown = ", ".join(f"{100 * limit:g} %" for limit in limits)
    ascending = all(a < b for a, b in pairwise(limits))
    if not limits or not ascending or not all(0 < limit < 1 for limit in limits):
        raise InvalidInput(
            "BANDS_OUT_OF_ORDER",
            f"The limits of the bands are {shown or 'empty'}. They must lie between 0 and 100 %, "
            "each above the one before. Correct them and save again.",
            {"limits": [100 * limit for limit in limits]},
        )


def classify(alpha: float, beta: float, limits: Sequence[float], sure: float = SURE) -> Classed:
    """Return the class of a ward whose positivity is Beta(alpha, beta).

    The shortest run of neighbouring classes with total probability >= `sure` (uncertainty.md §6);
    of equally short runs the likeliest, then the lower. One class alone is *assigned*.
    """
    below = [0.0, *(beta_cdf(limit, alpha, beta) for limit in limits), 1.0]
    chances = tuple(b - a for a, b in pairwise(below))
    n = len(chances)
    for length in range(1, n + 1):
        runs = [(below[i + length] - below[i], -i) for i in range(n - length + 1)]
        best = max(runs)
        if best[0] >= sure:
            first = -best[1]
            return Classed(tuple(1.0 - p for p in below[1:-1]), chances, first, first + length - 1)
    return Classed(tuple(1.0 - p for p in below[1:-1]), chances, 0, n - 1)
