"""Classes of a map: fixed limits, equal steps, or fifths of the wards."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = {
    "fixed": "Fixed limits",
    "equal": "Equal steps",
    "quantile": "Fifths of the wards",
}
MOST = 5


@dataclass(frozen=True, slots=True)
class Classes:
    """Ascending limits; class i holds limit[i-1] <= value < limit[i], the last one its end too."""

    kind: str
    limits: tuple[float, ...]
    low: float | None
    high: float | None

    @property
    def count(self) -> int:
        return 0 if self.low is None else len(self.limits) + 1

    def of(self, value: float | None) -> int | None:
        """Return the class, 0 = lowest; None for a value that is not known."""
        return None if value is None else bisect_right(self.limits, value)

    def ends(self, index: int) -> tuple[float | None, float | None]:
        """Return where class `index` begins and ends; None = open."""
        low = self.limits[index - 1] if index else None
        high = self.limits[index] if index < len(self.limits) else None
        return low, high


def classes(values: Sequence[float | None], kind: str, fixed: Sequence[float] = ()) -> Classes:
    """Divide the known values into at most five classes.

    Parameters
    ----------
    kind : `fixed` (the limits given), `equal` (steps of one width from the least to the most), or
        `quantile` (as many wards in each as ties allow). Equal limits fall together, so that no
        class is empty by construction of the limits.

    Raises ValueError for another kind.
    """
    known = sorted(value for value in values if value is not None)
    if kind not in KINDS:
        raise ValueError(kind)
    if not known:
        return Classes(kind, (), None, None)
    low, high = known[0], known[-1]
    if kind == "fixed":
        return Classes(kind, tuple(fixed), low, high)
    if kind == "equal":
        step = (high - low) / MOST
        cuts = [low + step * number for number in range(1, MOST)]
    else:
        cuts = [known[len(known) * number // MOST] for number in range(1, MOST)]
    limits = tuple(sorted({cut for cut in cuts if low < cut <= high}))
    return Classes(kind, limits, low, high)
